"""Learners of cues by hand, and what sets them apart: who shares an error, who pays attention to what."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.agents.cue_rescorla_wagner import CueRescorlaWagner
from neurorl.agents.mackintosh import LEAST, Mackintosh
from neurorl.agents.pearce_hall import PearceHall
from neurorl.core.errors import BadValue, DoesNotFit
from neurorl.core.params import replace
from neurorl.core.types import Transition
from neurorl.loop import run
from neurorl.ops.arms import arm_spaces
from neurorl.ops.pavlovian import pavlovian_spaces
from neurorl.tasks.pavlovian import Pavlovian, Trial

SPACES = pavlovian_spaces(("A", "X"), 1)
A, X, AX = jnp.array([1.0, 0.0]), jnp.array([0.0, 1.0]), jnp.array([1.0, 1.0])


def trials(agent, params, rows, stim=0.0):
    """Lead an agent through one-step trials (cues, reward); the state after and the latents of each."""
    state, said = agent.init(jax.random.key(0), params), []
    for shown, reward in rows:
        state, _ = agent.act(params, state, shown)
        step = Transition(shown, 0, jnp.asarray(reward, float), jnp.zeros(()), jnp.asarray(stim, float), shown)
        state, latents = agent.update(params, state, step)
        said.append(latents)
    return state, said


def test_present_cues_share_an_error():
    agent = CueRescorlaWagner(SPACES, salience=(1.0, 0.5))
    params = replace(agent.params(), alpha_us=0.4, alpha_none=0.2)
    state, said = trials(agent, params, [(AX, 1.0), (AX, 0.0), (A, 1.0)])
    # 1: rpe 1, V = (.4, .2). 2: rpe -.6, V = (.4 - .12, .2 - .06). 3: rpe .72, A alone.
    np.testing.assert_allclose([float(s.rpe) for s in said], [1.0, -0.6, 0.72], rtol=1e-6)
    np.testing.assert_allclose(state.v, [0.28 + 0.288, 0.14], rtol=1e-6)


def test_responses_follow_the_sum_of_what_was_seen():
    agent = CueRescorlaWagner(pavlovian_spaces(("A", "X"), 3))
    params = replace(agent.params(), beta=2.0, bias=-1.0)
    state = agent.init(jax.random.key(0), params)
    state = type(state)(jnp.array([0.5, 0.25]), state.trial)
    for shown, value in ((A, 0.5), (X, 0.75), (0 * A, 0.75)):
        state, policy = agent.act(params, state, shown)
        assert float(policy.log_prob(1)) == pytest.approx(float(jax.nn.log_sigmoid(2 * value - 1)), rel=1e-6)
        step = Transition(shown, 1, jnp.zeros(()), jnp.ones(()), jnp.zeros(()), shown)
        state, latents = agent.update(params, state, step)
        assert float(latents.rpe) == 0 and float(latents.value) == pytest.approx(value)


def test_a_trial_of_many_steps_teaches_as_one_of_one_step():
    one, many = Pavlovian(cues=("A", "X"), steps=1), Pavlovian(cues=("A", "X"), steps=8)
    values = []
    for task, trial in ((one, Trial({"A": (0, 1), "X": (0, 1)}, 1)), (many, Trial({"A": (1, 3), "X": (4, 5)}, 7))):
        agent = CueRescorlaWagner.for_spaces(task.spaces)
        params = task.programme({"AX": trial}, ((1, {"AX": 1}),))
        played = run(jax.random.key(0), agent, agent.params(), task, params, 5 * task.steps)
        values.append(np.asarray(played.latents.v)[:: task.steps])
    np.testing.assert_allclose(*values, rtol=1e-6)


def test_stimulation_stands_in_for_reward():
    agent = CueRescorlaWagner(SPACES)
    paid, _ = trials(agent, agent.params(), [(A, 1.0)] * 3)
    stimulated, _ = trials(agent, agent.params(), [(A, 0.0)] * 3, stim=1.0)
    np.testing.assert_allclose(paid.v, stimulated.v, rtol=1e-6)


def test_associability_follows_surprise():
    agent = PearceHall(SPACES)
    params = replace(agent.params(), kappa=0.5, eta=0.4)
    state, _ = trials(agent, params, [(A, 1.0), (AX, 1.0)])
    # 1: rpe 1; V_A = .5, a_A = .4 + .6 = 1. 2: rpe .5; V_A = .75, V_X = .25; a = .2 + .6 = .8 for both.
    np.testing.assert_allclose(state.v, [0.75, 0.25], rtol=1e-6)
    np.testing.assert_allclose(state.associability, [0.8, 0.8], rtol=1e-6)


def test_a_cue_that_meant_nothing_is_slow_to_be_learned_about():
    exposed, first = [(X, 0.0)] * 20, [(X, 1.0)]
    gains = []
    for agent in (PearceHall(SPACES), CueRescorlaWagner(SPACES)):
        new, _ = trials(agent, agent.params(), first)
        old, _ = trials(agent, agent.params(), exposed + first)
        gains.append(float(old.v[1] / new.v[1]))
    assert gains[0] == pytest.approx(0.7**20, rel=1e-4)  # associability has fallen by 1 - eta a trial
    assert gains[1] == pytest.approx(1.0)


def test_attention_goes_to_the_best_predictor():
    agent = Mackintosh(SPACES)
    params = replace(agent.params(), alpha=0.5, theta=0.2)
    state, _ = trials(agent, params, [(A, 1.0), (AX, 1.0)])
    # 1: V_A = .25, attention .5 + .2 (1 - 1) = .5. 2: V_A = .25 + .25 .75, V_X = .25;
    # errors: A's own .75, of the rest (X) 1; so A gains .2 (1 - .75) and X loses as much.
    np.testing.assert_allclose(state.v, [0.4375, 0.25], rtol=1e-6)
    np.testing.assert_allclose(state.attention, [0.55, 0.45], rtol=1e-6)
    state, _ = trials(agent, replace(params, theta=0.9), [(A, 1.0)] * 30 + [(AX, 1.0)] * 30)
    np.testing.assert_allclose(state.attention, [1.0, LEAST], rtol=1e-6)


def test_there_is_one_salience_a_cue():
    agent = CueRescorlaWagner(SPACES, salience=(1.0, 1.0, 1.0))
    with pytest.raises(BadValue, match="3 saliences for 2 cues"):
        trials(agent, agent.params(), [(A, 1.0)])


@pytest.mark.parametrize("agent", [CueRescorlaWagner, PearceHall, Mackintosh])
def test_choices_are_not_conditioning(agent):
    with pytest.raises(DoesNotFit, match="learns what cues predict"):
        agent.for_spaces(arm_spaces(2))
