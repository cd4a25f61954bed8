"""Serial and timed reversals, waiting, dots and volatile worlds: what is stated is what happens."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.core.errors import BadValue
from neurorl.ops import hidden_reward as hidden
from neurorl.tasks import hidden_reward, random_dots, reversal_timing, serial_reversal, stable_volatile

SESSIONS = 300


def play(task, params, steps, policy=lambda state, t: t % 2):
    """Truth, reward, observation and whether each step happened [sessions, steps]; `policy` may look at the state."""

    def session(key):
        key_reset, key_steps = jax.random.split(key)
        state, obs = task.reset(key_reset, params)

        def step(carry, row):
            state, obs = carry
            over = task.over(params, state)
            action = jnp.asarray(policy(state, row[1]), jnp.int32)
            after, outcome = task.step(row[0], params, state, action)
            return (after, outcome.obs), (outcome.truth, outcome.reward, obs, ~over, action)

        return jax.lax.scan(step, (state, obs), (jax.random.split(key_steps, steps), jnp.arange(steps)))[1]

    return jax.jit(jax.vmap(session))(jax.random.split(jax.random.key(0), SESSIONS))


def right(state, t):
    return jnp.where(state.left_is_good, 0, 1)


def test_a_perfect_animal_meets_a_reversal_every_thirty_trials():
    truth, reward, _, there, _ = play(serial_reversal.TASK, serial_reversal.Params(), 520, right)
    assert (np.asarray(reward) == 1).all()
    assert (np.asarray(truth.phase)[:, ::30][0, :17] == np.arange(17)).all()
    assert there.sum(axis=1).tolist() == [16 * 30] * SESSIONS  # fifteen reversals, sixteen phases


def test_one_who_errs_must_go_on_until_27_of_30_are_right():
    # Wrong on the first four trials of each phase: the 27th of the last 30 is right on trial 31.
    def errs(state, t):
        return jnp.where(state.trial < 4, 1 - right(state, t), right(state, t))

    truth, _, _, _, _ = play(serial_reversal.TASK, serial_reversal.Params(), 70, errs)
    assert (np.asarray(truth.phase)[:, 30] == 0).all() and (np.asarray(truth.phase)[:, 31] == 1).all()


def test_noisy_phases_have_equal_lengths_and_pay_as_stated():
    params = serial_reversal.Params(p_good=jnp.asarray(0.8), phase=jnp.asarray(40), reversals=jnp.asarray(3))
    truth, reward, _, there, _ = play(serial_reversal.TASK, params, 200, right)
    assert there.sum(axis=1).tolist() == [160] * SESSIONS
    assert (np.asarray(truth.phase)[:, :160] == np.arange(160) // 40).all()
    assert abs(np.asarray(reward).mean() - 0.8) < 4 * 0.4 / np.sqrt(reward.size)


@pytest.fixture(scope="module")
def timed():
    task = reversal_timing.ReversalTiming(blocks=2)
    return play(task, reversal_timing.Params(p_good=jnp.asarray(0.7)), 170)


def test_a_block_has_one_reversal_between_trials_30_and_50(timed):
    truth = timed[0]
    best, reversal = (
        np.asarray(truth.best)[:, :160].reshape(-1, 80),
        np.asarray(truth.reversal)[:, :160].reshape(-1, 80),
    )
    flips = np.diff(best, axis=1) != 0
    assert (flips.sum(axis=1) == 1).all() and (flips.argmax(axis=1) + 1 == reversal[:, 0]).all()
    counts = np.bincount(reversal[:, 0], minlength=51)
    assert counts[:30].sum() == 0 and counts[30:].sum() == 2 * SESSIONS
    p, n = 1 / 21, 2 * SESSIONS
    assert np.abs(counts[30:51] / n - p).max() < 4.5 * np.sqrt(p * (1 - p) / n)
    assert abs(best[:, 0].mean() - 0.5) < 4 * 0.5 / np.sqrt(n)


def test_only_the_first_trial_of_a_block_shows_new_pictures_and_the_session_ends(timed):
    _, _, obs, there, _ = timed
    assert ((np.asarray(obs)[:, :160] == 0) == (np.arange(160) % 80 == 0)).all()
    assert there.sum(axis=1).tolist() == [160] * SESSIONS
    assert reversal_timing.TASK.spaces.obs.n == 1


def test_pictures_pay_070_and_030(timed):
    truth, reward, _, there, action = (jax.tree.map(np.asarray, part) for part in timed)
    for on_best, p in ((True, 0.7), (False, 0.3)):
        rows = ((action == truth.best) == on_best) & there
        assert abs(reward[rows].mean() - p) < 4 * np.sqrt(p * (1 - p) / rows.sum())


@pytest.mark.parametrize("p_omission", [0.0, 0.1])
def test_rewards_come_at_the_stated_times_or_not_at_all(p_omission):
    n = 40
    params = hidden_reward.Params(p_omission=jnp.asarray(p_omission))
    truth, reward, obs, _, _ = play(hidden_reward.TASK, params, n * hidden.STEPS, lambda state, t: 0)
    shape = (SESSIONS * n, hidden.STEPS)
    reward, cue = np.asarray(reward).reshape(shape), np.asarray(obs).reshape(shape)
    assert (cue[:, 0] == 1).all() and (cue[:, 1:] == 0).all()
    came = np.where(reward.any(axis=1), reward.argmax(axis=1) + 1, 0)
    assert (came == np.asarray(truth.reward_bin).reshape(shape)[:, 0]).all() and reward.sum(axis=1).max() <= 1
    shares = np.bincount(came, minlength=15) / len(came)
    expected = np.r_[p_omission, np.zeros(5), (1 - p_omission) * hidden.reward_weights()]
    assert np.abs(shares - expected).max() < 4.5 * np.sqrt(0.25 / len(came))


def test_dots_go_either_way_at_four_coherences():
    truth, reward, obs, _, action = (
        jax.tree.map(np.asarray, part) for part in play(random_dots.TASK, random_dots.Params(), 60)
    )
    assert ((reward == 1) == (action == truth.side)).all()
    for coherence in (0.0, 0.064, 0.256, 0.512):
        assert abs(np.isclose(truth.coherence, coherence).mean() - 0.25) < 4 * np.sqrt(0.1875 / truth.coherence.size)
    moving = truth.coherence > 0
    assert ((obs[..., 0] > 0) == (truth.side == 0))[moving].all()
    assert abs(truth.side.mean() - 0.5) < 4 * 0.5 / np.sqrt(truth.side.size)


@pytest.mark.parametrize("volatile_first", [False, True])
def test_the_world_is_stable_in_one_part_and_turns_every_forty_trials_in_the_other(volatile_first):
    params = stable_volatile.Params(volatile_first=jnp.asarray(volatile_first))
    truth, reward, _, _, action = (jax.tree.map(np.asarray, part) for part in play(stable_volatile.TASK, params, 320))
    flips = np.flatnonzero((np.diff(truth.best, axis=1) != 0).all(axis=0)) + 1
    assert flips.tolist() == ([40, 80] if volatile_first else [120, 160, 200, 240, 280])
    volatile = np.arange(320) < 120 if volatile_first else np.arange(320) >= 120
    assert (truth.volatile == volatile).all()
    assert ((reward == 1) == (truth.left_paid == (action == 0))).all()  # exactly one arm pays
    for part, p in ((volatile, 0.8), (~volatile, 0.75)):
        paid = (truth.left_paid == (truth.best == 0))[:, part]
        assert abs(paid.mean() - p) < 4 * np.sqrt(p * (1 - p) / paid.size)


def test_impossible_settings_are_refused():
    with pytest.raises(BadValue, match="blocks is 0, but must be at least 1"):
        reversal_timing.ReversalTiming(blocks=0)
    with pytest.raises(BadValue, match="window is 0, but must be at least 1"):
        serial_reversal.SerialReversal(window=0)
    assert dataclasses.replace(serial_reversal.TASK, window=10).window == 10
