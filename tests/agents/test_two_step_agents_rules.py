"""What every two-stage agent must keep to: what it learns from, what it ignores, which tasks it refuses."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from two_stage_sessions import SESSION, SPACES, at_stage, play, record_of, rows_of

from neurorl.core.catalogue import load
from neurorl.core.errors import DoesNotFit
from neurorl.core.params import free_params, replace
from neurorl.core.spaces import Box, Discrete, Spaces
from neurorl.loop import log_likelihood, replay

BOTH = ("model_free", "model_based", "hybrid", "latent_state", "reward_as_cue")
ONE_FORM = {"full_model_based": "W", "bayes_two_step": "W", "drift_observer": "D"}
VALUE_LEARNERS = ("model_free", "model_based", "full_model_based", "hybrid", "reward_as_cue")
PAIRS = [(name, form) for name in BOTH for form in "WD"] + list(ONE_FORM.items())


def q_left(form, t):
    return at_stage(form, t.latents.q_left, 1)


@pytest.mark.parametrize("name", VALUE_LEARNERS)
def test_cost_of_an_illegal_answer_is_not_an_outcome(name):
    good = rows_of("W", SESSION)
    no_answer = [("fixation", "centre", 0.0, 1.0), ("first", "left", 0.0, 1.0), ("second_a", "centre", -1.0, 0.0)]
    bad = [*good[:6], *no_answer, *good[6:]]
    expected, actual = play(name, "W", good), play(name, "W", bad)
    np.testing.assert_array_equal(np.delete(q_left("W", actual), 2), q_left("W", expected))
    assert actual.latents.rpe[8] == 0


@pytest.mark.parametrize("name", [name for name, form in PAIRS if form == "W"])
def test_aborted_first_stage_and_wrong_fixation_teach_no_value(name):
    wrong = [("fixation", "left", -1.0, 1.0), ("first", "centre", -1.0, 0.0)]
    t = play(name, "W", [*wrong, *rows_of("W", SESSION)])
    assert t.latents.q_left[3] == play(name, "W", rows_of("W", SESSION)).latents.q_left[1]
    np.testing.assert_array_equal(t.latents.rpe[:2], [0, 0])


@pytest.mark.parametrize("name", ["bayes_two_step", "latent_state"])
def test_hazard_also_runs_over_an_aborted_trial(name):
    first_trial = rows_of("W", SESSION)[:3]
    aborted = [("fixation", "centre", 0.0, 1.0), ("first", "centre", -1.0, 0.0)]
    t = play(name, "W", [*first_trial, *aborted, *first_trial])
    belief = np.asarray(t.latents.p_a_good)
    np.testing.assert_allclose(belief[[3, 5]], [0.95 * 0.9 + 0.025, 0.95 * 0.88 + 0.025], atol=1e-6)


@pytest.mark.parametrize("name, form", PAIRS)
def test_frozen_params_are_exactly_those_without_influence(name, form):
    agent = load("agent", name).for_spaces(SPACES[form])
    rng = np.random.default_rng(1)
    trials = [(*(int(x) for x in rng.integers(0, 2, 3)), float(rng.integers(0, 2))) for _ in range(20)]
    record = record_of(form, rows_of(form, trials))
    gradient = jax.jit(jax.grad(lambda p: log_likelihood(jax.random.key(0), agent, p, record)))(agent.params())
    idle = {info.name for info in free_params(gradient) if getattr(gradient, info.name) == 0}
    assert idle == set(getattr(agent, "frozen_params", ()))


@pytest.mark.parametrize("name", ["model_free", "hybrid"])
def test_stimulation_on_arrival_raises_the_value_of_the_choice_made(name):
    record = record_of("W", rows_of("W", SESSION))
    agent = load("agent", name).for_spaces(SPACES["W"])
    values = dict(alpha1=0.5, alpha2=0.4, lam=0.5) | ({"w": 0.0} if name == "hybrid" else {})
    params = replace(agent.params(), **values)
    stimulated = eqx.tree_at(lambda r: r.stim, record, jnp.zeros(12).at[1].set(0.2))
    t = replay(jax.random.key(0), agent, params, stimulated)
    assert t.latents.rpe[1] == pytest.approx(0.2)
    # Q1(L) = .1 after the stimulation; at the outcome .1 + .5 (0 - .1) + .25 = .3
    assert t.latents.q_left[4] == pytest.approx(0.3)


@pytest.mark.parametrize("name", ["model_free", "model_based", "full_model_based", "hybrid"])
def test_stimulation_at_the_outcome_acts_like_reward(name):
    rows = rows_of("W", SESSION)
    record = record_of("W", rows)
    agent = load("agent", name).for_spaces(SPACES["W"])
    stimulated = eqx.tree_at(lambda r: r.stim, record, jnp.zeros(12).at[2].set(-0.5))
    t = replay(jax.random.key(0), agent, agent.params(), stimulated)
    plain = replay(jax.random.key(0), agent, agent.params(), record)
    assert t.latents.rpe[2] == pytest.approx(float(plain.latents.rpe[2]) - 0.5)
    assert t.latents.q_left[4] < plain.latents.q_left[4]


@pytest.mark.parametrize("name, form", [(name, {"W": "D", "D": "W"}[form]) for name, form in ONE_FORM.items()])
def test_agents_of_one_form_refuse_the_other(name, form):
    with pytest.raises(DoesNotFit, match="second"):
        load("agent", name).for_spaces(SPACES[form])


@pytest.mark.parametrize("name", [*BOTH, *ONE_FORM])
def test_no_two_stage_agent_fits_a_bandit(name):
    bandit = Spaces(Discrete(("start",)), Discrete(("a", "b")), (0.0, 1.0))
    with pytest.raises(DoesNotFit, match="two-stage"):
        load("agent", name).for_spaces(bandit)


def test_random_choice_fits_anything_with_discrete_actions():
    agent_class = load("agent", "random_choice")
    three = Discrete(("a", "b", "c"))
    for obs_space, obs in ((Discrete(("start",)), jnp.asarray(0)), (Box((2,)), jnp.zeros(2))):
        agent = agent_class.for_spaces(Spaces(obs_space, three, (0.0, 1.0)))
        _, policy = agent.act(agent.params(), agent.init(jax.random.key(0), agent.params()), obs)
        assert policy.entropy() == pytest.approx(np.log(3))
    with pytest.raises(DoesNotFit, match="real numbers"):
        agent_class.for_spaces(Spaces(three, Box((1,)), (0.0, 1.0)))
