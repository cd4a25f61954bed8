"""The random walk and the delayed bandit against their stated rules."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.agents.random_choice import RandomChoice
from neurorl.core.errors import BadValue
from neurorl.loop import run
from neurorl.tasks.delayed_bandit import DelayedBandit
from neurorl.tasks.delayed_bandit import Params as Delay
from neurorl.tasks.random_walk import Params as Walks
from neurorl.tasks.random_walk import RandomWalk


@partial(jax.jit, static_argnums=(0, 2))
def play(task, params, n_steps, seed):
    agent = RandomChoice.for_spaces(task.spaces)
    return jax.tree.map(jnp.asarray, run(jax.random.key(seed), agent, agent.params(), task, params, n_steps))


def test_walks_start_in_the_middle_and_pay_at_the_ends():
    played = play(RandomWalk(5), Walks(trials=50), 1500, 0)
    ends = (np.asarray(played.discount) == 0) & np.asarray(played.valid)
    assert ends.sum() == 50 and not np.asarray(played.valid)[np.flatnonzero(ends)[-1] + 1 :].any()
    obs, after, reward = (np.asarray(x)[np.asarray(played.valid)] for x in (played.obs, played.next_obs, played.reward))
    end = ends[np.asarray(played.valid)]
    assert set(after[end]) == {2} and obs[0] == 2
    np.testing.assert_array_equal(np.abs(after - obs)[~end], 1)
    assert set(obs[end & (reward == 1)]) == {4} and set(obs[end & (reward == -1)]) == {0}
    assert not reward[~end].any()


def test_values_and_lengths_of_walks_are_as_stated():
    task = RandomWalk(5)
    played = play(task, Walks(trials=10_000), 40_000, 1)
    reward, discount, obs = (np.asarray(x) for x in (played.reward, played.discount, played.obs))
    length = len(discount) / (discount == 0).sum()
    assert length == pytest.approx(task.spaces.steps_per_trial, rel=0.05)  # 9
    ends = np.flatnonzero(discount == 0)
    final = reward[ends[np.minimum(np.searchsorted(ends, np.arange(len(obs))), len(ends) - 1)]]
    found = [final[: ends[-1]][obs[: ends[-1]] == state].mean() for state in range(5)]
    np.testing.assert_allclose(found, task.true_values(), atol=0.05)
    np.testing.assert_allclose(RandomWalk().true_values()[[0, 9, 18]], [-0.9, 0.0, 0.9], atol=1e-12)


def test_a_walk_needs_a_middle():
    with pytest.raises(BadValue, match="must be odd"):
        RandomWalk(4)


@pytest.mark.parametrize("delay", [0, 3, 6])
def test_outcomes_come_as_late_as_stated(delay):
    played = play(DelayedBandit(), Delay(delay=delay), 4000, 2)
    earned, reward = np.asarray(played.truth.earned), np.asarray(played.reward)
    np.testing.assert_array_equal(reward[delay:], earned[: len(earned) - delay])
    assert not reward[:delay].any()
    good = np.asarray(played.action) == np.asarray(played.truth.best)
    for chose, p in ((good, 0.9), (~good, 0.1)):
        assert abs(earned[chose].mean() - p) < 4 * np.sqrt(0.09 / chose.sum())
    shown = np.bincount(np.asarray(played.obs), minlength=4) / 4000
    assert np.abs(shown - 0.25).max() < 4 * np.sqrt(0.1875 / 4000)


def test_which_arm_is_good_stays_and_differs_between_sessions():
    best = []
    for seed in range(12):
        played = play(DelayedBandit(), Delay(), 60, seed)
        by_problem = [set(np.asarray(played.truth.best)[np.asarray(played.obs) == k]) for k in range(4)]
        assert all(len(arms) == 1 for arms in by_problem)
        best.append(tuple(arms.pop() for arms in by_problem))
    assert len(set(best)) > 3
