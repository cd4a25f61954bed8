"""Gittins indices and the Bayes-adaptive optimum as players: choices by hand, regret beside exact values."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.agents.bayes_adaptive import BayesAdaptive
from neurorl.agents.gittins import Gittins
from neurorl.core.errors import BadValue, DoesNotFit
from neurorl.core.spaces import Discrete, Spaces
from neurorl.core.types import Record
from neurorl.loop import replay, run
from neurorl.ops.arms import arm_spaces
from neurorl.ops.bayes_adaptive import solve_two_arms
from neurorl.ops.gittins import discounted_indices, finite_horizon_indices
from neurorl.ops.two_stage import two_stage_spaces
from neurorl.tasks import bandit

TWO_ARMS = arm_spaces(2)
SEED = jax.random.key(0)


def replayed(agent, action, reward):
    n = len(action)
    nothing, every = jnp.zeros(n), jnp.ones(n, bool)
    obs = jnp.zeros(n, jnp.int32)
    record = Record(obs, jnp.asarray(action), jnp.asarray(reward), nothing, nothing, obs, every, every)
    return replay(SEED, agent, agent.params(), record)


@pytest.fixture(scope="module")
def gittins():
    return Gittins.for_spaces(TWO_ARMS, horizon=12)


def test_gittins_reads_the_table_with_the_trials_that_are_left(gittins):
    played = replayed(gittins, [0, 0, 1], [1.0, 0.0, 1.0])
    table = finite_horizon_indices(12)
    expected = [[table[12, 0, 0]] * 2, [table[11, 1, 0], table[11, 0, 0]], [table[10, 1, 1], table[10, 0, 0]]]
    np.testing.assert_allclose(played.latents.index, expected, rtol=1e-6)
    np.testing.assert_allclose(np.exp(played.log_prob), [0.5, 1.0, 1.0], atol=1e-6)
    np.testing.assert_allclose(played.latents.rpe, [1 / 2, -2 / 3, 1 / 2], rtol=1e-6)


def test_beyond_its_horizon_an_arm_is_worth_its_mean(gittins):
    played = replayed(gittins, [0] * 14, [1.0] * 14)
    np.testing.assert_allclose(played.latents.index[12:], [[13 / 14, 1 / 2], [14 / 15, 1 / 2]], rtol=1e-6)


def test_with_a_discount_the_index_does_not_depend_on_the_trial():
    agent = Gittins(TWO_ARMS, horizon=12, discount=0.9)
    played = replayed(agent, [0, 1, 1], [0.0, 1.0, 0.0])
    table = discounted_indices(0.9, 12)
    np.testing.assert_allclose(played.latents.index[2], [table[0, 1], table[1, 0]], rtol=1e-6)


def regret(agent, sessions, steps, p):
    """Regret of each session on arms p [sessions, 2]."""

    def session(key, p):
        played = run(key, agent, agent.params(), bandit.TASK, bandit.Params(p, p), steps)
        return jnp.sum(p.max() - p[played.action])

    return np.asarray(jax.jit(jax.vmap(session))(jax.random.split(SEED, sessions), jnp.asarray(p)))


def assert_mean(found, exact):
    assert abs(found.mean() - exact) < 4 * found.std() / len(found) ** 0.5


def test_regret_on_a_quarter_and_three_quarters():
    found = regret(Gittins.for_spaces(TWO_ARMS), 2000, 100, np.tile([[0.25, 0.75], [0.75, 0.25]], (1000, 1)))
    assert_mean(found, 1.321)  # exact, by a recursion over (n1, s1, s2) with these probabilities
    # Knowing that the arms are tied nobody can lose less.
    tied = regret(BayesAdaptive(TWO_ARMS, arms="correlated"), 2000, 100, np.tile([[0.25, 0.75]], (2000, 1)))
    assert_mean(tied, 0.99)


def test_the_optimum_earns_exactly_its_value_on_average():
    p = np.random.default_rng(0).random((4000, 2))
    found = regret(BayesAdaptive.for_spaces(TWO_ARMS, horizon=20), 4000, 20, p)
    assert_mean(found, 20 * 2 / 3 - solve_two_arms(20).value)


def test_tied_arms_are_judged_by_all_evidence():
    agent = BayesAdaptive.for_spaces(TWO_ARMS, arms="correlated")
    played = replayed(agent, [0, 1, 1], [0.0, 0.0, 1.0])
    # nothing known; a loss on the left speaks for the right; a loss on each cancel
    np.testing.assert_allclose(np.exp(played.log_prob), [0.5, 1.0, 0.5], atol=1e-6)
    np.testing.assert_allclose(played.latents.q, [[1 / 2, 1 / 2], [1 / 3, 2 / 3], [1 / 2, 1 / 2]], rtol=1e-6)


@pytest.mark.parametrize("agent", [Gittins, BayesAdaptive])
def test_what_does_not_fit_is_refused(agent):
    with pytest.raises(DoesNotFit, match="3 steps"):
        agent.for_spaces(two_stage_spaces(fixation=True, second_choice=False))
    with pytest.raises(DoesNotFit, match="between 0 and 1"):
        agent.for_spaces(Spaces(Discrete(("choice",)), Discrete(("left", "right")), (-1.0, 1.0)))


def test_the_optimum_knows_two_arms_and_two_families_only():
    with pytest.raises(DoesNotFit, match="3 actions"):
        BayesAdaptive.for_spaces(arm_spaces(3))
    with pytest.raises(BadValue, match="arms is 'tied', but must be"):
        dataclasses.replace(BayesAdaptive.for_spaces(TWO_ARMS), arms="tied")


def test_networks_see_the_trial_index():
    task = bandit.Bandit(clock=True)
    state, obs = task.reset(SEED, task.params())
    assert obs.shape == (1,) and obs[0] == 0
    state, outcome = task.step(SEED, task.params(), state, jnp.asarray(0))
    _, outcome = task.step(SEED, task.params(), state, jnp.asarray(0))
    np.testing.assert_allclose(outcome.obs, [0.02])
    assert task.spaces.obs.labels == ("trial / 100",)
