"""The risk task against its stated protocol and statistics."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.agents.random_choice import RandomChoice
from neurorl.loop import run
from neurorl.tasks import risk

N_SESSIONS, N_STEPS = 600, 60
CENTRE, LEFT, RIGHT = range(3)


@partial(jax.jit, static_argnums=0)
def sessions(task):
    """Sessions of a player who answers at random among the responses that each step accepts."""
    agent = RandomChoice.for_spaces(task.spaces)
    keys = jax.random.split(jax.random.key(0), N_SESSIONS)
    return jax.vmap(lambda key: run(key, agent, agent.params(), task, task.params(), N_STEPS))(keys)


@pytest.fixture(scope="module")
def played():
    return jax.tree.map(np.asarray, sessions(risk.TASK))


def near(frequency, p, n):
    """Within four standard errors of a proportion."""
    return abs(frequency - p) < 4 * np.sqrt(p * (1 - p) / n)


def test_ten_forced_trials_in_pairs_then_twenty_free_ones(played):
    assert set(played.obs[:, 0::2].flat) == {risk.FIXATION}
    shown = played.obs[:, 1::2]
    assert set(shown[:, :10].flat) == {risk.ONLY_LEFT, risk.ONLY_RIGHT} and set(shown[:, 10:].flat) == {risk.BOTH}
    pairs = shown[:, :10].reshape(-1, 5, 2)
    np.testing.assert_array_equal(pairs.sum(2), risk.ONLY_LEFT + risk.ONLY_RIGHT)  # one of each
    left_first = (pairs[..., 0] == risk.ONLY_LEFT).mean(0)
    assert all(near(share, 0.5, N_SESSIONS) for share in left_first)
    np.testing.assert_array_equal(played.scored, np.tile([False] * 20 + [False, True] * 20, (N_SESSIONS, 1)))
    np.testing.assert_array_equal(played.discount, np.tile([1.0, 0.0], (N_SESSIONS, 30)))


def test_block_and_side_are_drawn_for_each_session_and_stay(played):
    p, left = played.truth.p_large, played.truth.risky_is_left
    assert (p == p[:, :1]).all() and (left == left[:, :1]).all()
    assert set(p[:, 0]) == {0.125, 0.5}
    assert near((p[:, 0] == 0.5).mean(), 0.5, N_SESSIONS) and near(left[:, 0].mean(), 0.5, N_SESSIONS)
    both = (p[:, 0] == 0.5) & left[:, 0]
    assert near(both.mean(), 0.25, N_SESSIONS)  # independent


def test_safe_pays_one_and_risky_pays_four_at_its_odds(played):
    pulled, reward, p = (x[:, 1::2] for x in (played.truth.pulled, played.reward, played.truth.p_large))
    left = played.truth.risky_is_left[:, 1::2] == (played.action[:, 1::2] == LEFT)
    np.testing.assert_array_equal(pulled, np.where(left, risk.RISKY, risk.SAFE))
    assert (reward[pulled == risk.SAFE] == 1).all()
    for odds in (0.125, 0.5):
        paid = reward[(pulled == risk.RISKY) & (p == odds)]
        assert set(paid) == {0.0, 4.0} and near((paid == 4).mean(), odds, paid.size)
    assert (played.truth.pulled[:, 0::2] == risk.NOTHING).all() and not played.reward[:, 0::2].any()


def test_what_a_step_does_not_accept_costs_one_and_pulls_nothing():
    task = risk.Risk(pairs=1)
    agent = RandomChoice.for_spaces(task.spaces)
    for key in jax.random.split(jax.random.key(1), 3):
        seen = run(key, agent, agent.params(), task, task.params(), 4)  # which side the first pair shows first
        other = RIGHT if seen.obs[1] == risk.ONLY_LEFT else LEFT
        # fixation: left; forced: the other side; fixation; forced: centre; fixation; free: centre; fixation; free: left
        forced = jnp.array([LEFT, other, CENTRE, CENTRE, CENTRE, CENTRE, CENTRE, LEFT])
        t = run(key, agent, agent.params(), task, task.params(), 8, forced=forced)
        np.testing.assert_array_equal(t.reward[:7], [-1, -1, 0, -1, 0, -1, 0])
        np.testing.assert_array_equal(t.truth.pulled[:7], risk.NOTHING)
        assert t.reward[7] >= 0 and t.truth.pulled[7] == int(t.truth.risky_is_left[7])
        np.testing.assert_array_equal(t.scored, [False] * 7 + [True])


def test_a_single_chance_can_be_set():
    params = risk.Params(p_large=jnp.asarray([0.25]))
    state, _ = risk.TASK.reset(jax.random.key(0), params)
    assert state.p_large == 0.25
