from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.tasks.reversal import Params, Reversal

SESSIONS, STEPS = 400, 50


@partial(jax.jit, static_argnums=0)
def play(task, params):
    """Reward and truth [sessions, steps] of sessions in which the arms are chosen in turn."""

    def session(key):
        key_reset, key_steps = jax.random.split(key)
        state, _ = task.reset(key_reset, params)

        def step(state, row):
            return task.step(row[0], params, state, row[1])

        return jax.lax.scan(step, state, (jax.random.split(key_steps, STEPS), jnp.arange(STEPS) % 2))[1]

    return jax.vmap(session)(jax.random.split(jax.random.key(0), SESSIONS))


@pytest.fixture(scope="module")
def hazard():
    return play(Reversal(), Params())


def reversals(outcomes):
    return np.diff(np.asarray(outcomes.truth.best), axis=1) != 0


def test_reversals_come_at_the_stated_hazard_whenever_the_last_one_was(hazard):
    flips = reversals(hazard)
    p, n = 0.04, flips.size
    assert abs(flips.mean() - p) < 4 * np.sqrt(p * (1 - p) / n)
    after_flip = flips[:, 1:][flips[:, :-1]]
    assert abs(after_flip.mean() - p) < 4 * np.sqrt(p * (1 - p) / after_flip.size)


def test_the_good_arm_pays_080_and_the_other_020(hazard):
    reward, best = np.asarray(hazard.reward), np.asarray(hazard.truth.best)
    on_best = best == np.arange(STEPS) % 2
    for hits, p in ((reward[on_best], 0.8), (reward[~on_best], 0.2)):
        assert abs(hits.mean() - p) < 4 * np.sqrt(p * (1 - p) / hits.size)
    expected = np.where(best[..., None] == np.arange(2), 0.8, 0.2)
    np.testing.assert_allclose(hazard.truth.p_reward, expected, rtol=1e-6)


def test_either_arm_may_be_good_at_first(hazard):
    first = np.asarray(hazard.truth.best)[:, 0]
    assert abs(first.mean() - 0.5) < 4 * np.sqrt(0.25 / SESSIONS)


def test_every_step_ends_a_trial(hazard):
    assert (hazard.discount == 0).all() and (hazard.obs == 0).all()


def test_blocks_have_the_stated_lengths():
    flips = reversals(play(Reversal(blocks=True), Params(block_low=5, block_high=8, p_reversal=0.9)))
    lengths = [np.diff(np.r_[-1, np.flatnonzero(row)]) for row in flips]
    lengths = np.concatenate(lengths)
    assert set(lengths) == {5, 6, 7, 8}
    # the first four blocks of a session always fit (4 x 8 < 50), so their lengths are an unbiased sample
    first = np.stack([np.diff(np.r_[-1, np.flatnonzero(row)])[:4] for row in flips])
    share = np.mean(first[..., None] == np.arange(5, 9), axis=(0, 1))
    assert np.abs(share - 0.25).max() < 4 * np.sqrt(0.25 * 0.75 / first.size)


def test_without_a_hazard_nothing_reverses():
    assert not reversals(play(Reversal(), Params(p_reversal=0.0))).any()
