"""Bush-Mosteller, sample averages and choice traces, by hand."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.agents.bush_mosteller import BushMosteller
from neurorl.agents.choice_trace_learner import ChoiceTraceLearner
from neurorl.agents.rescorla_wagner import RescorlaWagner
from neurorl.agents.sample_average import SampleAverage
from neurorl.core.errors import DoesNotFit
from neurorl.core.params import replace
from neurorl.core.spaces import Discrete, Spaces
from neurorl.core.types import Transition
from neurorl.loop import run
from neurorl.ops.arms import arm_spaces
from neurorl.ops.operators import reward_penalty
from neurorl.tasks.bandit import TASK as BANDIT


def lead(agent, params, events, obs=None):
    """Lead an agent through (action, reward) events; the state after, and the latents of each."""
    state, said = agent.init(jax.random.key(0), params), []
    obs = [0] * len(events) if obs is None else obs
    for (action, reward), here in zip(events, obs, strict=True):
        zero, seen = jnp.zeros(()), jnp.asarray(here)
        state, latents = agent.update(
            params, state, Transition(seen, jnp.asarray(action), jnp.asarray(float(reward)), zero, zero, seen)
        )
        said.append(latents)
    return state, said


def test_each_event_of_bush_and_mosteller():
    agent = BushMosteller(arm_spaces(2))
    params = replace(agent.params(), alpha_reward=0.2, alpha_none=0.1)
    state, said = lead(agent, params, [(0, 1), (0, 0), (1, 1), (1, 0)])
    # .5 -> .5 + .2 .5 = .6 -> .9 .6 = .54 -> .8 .54 = .432 -> .432 + .1 (1 - .432) = .4888
    np.testing.assert_allclose([float(s.p[0]) for s in said], [0.5, 0.6, 0.54, 0.432], rtol=1e-6)
    np.testing.assert_allclose(state.p[0], [0.4888, 0.5112], rtol=1e-6)


def test_what_an_arm_loses_goes_to_the_other_legal_ones_evenly():
    p, one, two = jnp.array([0.5, 0.3, 0.2]), jnp.asarray(0.4), jnp.asarray(0.5)
    chosen = jnp.array([1.0, 0.0, 0.0])
    all_legal, first_two = jnp.ones(3, bool), jnp.array([True, True, False])
    moved = reward_penalty(p, chosen, jnp.asarray(0.0), one, two, all_legal)
    np.testing.assert_allclose(moved, [0.25, 0.4, 0.35], rtol=1e-6)
    moved = reward_penalty(jnp.array([0.6, 0.4, 0.0]), chosen, jnp.asarray(0.0), one, two, first_two)
    np.testing.assert_allclose(moved, [0.3, 0.7, 0.0], rtol=1e-6)
    alone = reward_penalty(chosen, chosen, jnp.asarray(0.0), one, two, jnp.array([True, False, False]))
    np.testing.assert_array_equal(alone, chosen)


def test_reward_inaction_does_nothing_without_reward_and_stays_finite_when_it_has_settled():
    agent = BushMosteller(arm_spaces(2))
    params = replace(agent.params(), alpha_reward=0.9, alpha_none=0.0)
    state, said = lead(agent, params, [(0, 0), *[(0, 1)] * 80])
    np.testing.assert_allclose(said[1].p, [0.5, 0.5])
    _, policy = agent.act(params, state, jnp.asarray(0))
    assert np.isfinite(policy.log_prob(1)) and float(policy.log_prob(1)) < -80


def test_bush_mosteller_needs_rewards_that_are_probabilities_of_something():
    with pytest.raises(DoesNotFit, match="between 0 and 1"):
        BushMosteller.for_spaces(Spaces(Discrete(("choice",)), Discrete(("a", "b")), (0.0, 4.0)))


def test_a_sample_average_is_a_delta_rule_with_rate_one_over_n():
    with jax.enable_x64(True):
        agent = SampleAverage(arm_spaces(2))
        task_params = BANDIT.params().__class__(jnp.array([0.3, 0.6]), jnp.array([0.3, 0.6]))
        played = run(jax.random.key(2), agent, agent.params(), BANDIT, task_params, 500)
        action, reward, q = (np.asarray(x) for x in (played.action, played.reward, played.latents.q))
    v, n = np.full(2, 0.5), np.zeros(2)
    for t in range(500):
        np.testing.assert_allclose(q[t], v, atol=1e-12)
        n[action[t]] += 1
        v[action[t]] += (reward[t] - v[action[t]]) / n[action[t]]
    assert n.min() > 10


def test_credit_fades_with_the_trials_since():
    agent = ChoiceTraceLearner(arm_spaces(2), initial=0.0)
    params = replace(agent.params(), alpha=0.4, kappa=0.5)
    state, _ = lead(agent, params, [(0, 0), (0, 0), (1, 1)])
    # Eligibilities at the reward: left .5 + .25 = .75, right 1.
    np.testing.assert_allclose(state.v[0], [0.4 * 0.75, 0.4], rtol=1e-6)


def test_credit_reaches_choices_about_other_things():
    agent = ChoiceTraceLearner(Spaces(Discrete(("p", "q")), Discrete(("a", "b")), (0.0, 1.0)), initial=0.0)
    params = replace(agent.params(), alpha=0.4, kappa=0.5)
    state, _ = lead(agent, params, [(0, 0), (1, 1)], obs=[0, 1])
    np.testing.assert_allclose(state.v, [[0.2, 0.0], [0.0, 0.4]], rtol=1e-6)


def test_without_a_trace_it_is_the_delta_rule():
    events = [(0, 1), (1, 0), (0, 0), (1, 1)]
    trace, plain = ChoiceTraceLearner(arm_spaces(2), initial=0.0), RescorlaWagner(arm_spaces(2), initial=0.0)
    a, _ = lead(trace, replace(trace.params(), alpha=0.3, kappa=0.0), events)
    b, _ = lead(plain, replace(plain.params(), alpha=0.3), events)
    np.testing.assert_allclose(a.v, b.q, rtol=1e-6)


def test_a_value_never_overshoots_what_it_is_told():
    agent = ChoiceTraceLearner(arm_spaces(2), initial=0.0)
    state, said = lead(agent, replace(agent.params(), alpha=0.9, kappa=0.95), [(0, 1)] * 30)
    assert max(float(s.q.max()) for s in said) <= 1.0 and float(state.v[0, 0]) == pytest.approx(1.0)
