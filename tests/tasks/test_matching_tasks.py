"""Baited arms: the formula, the sessions, the held-out values; closed forms of simple policies."""

from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.ops.baiting import baited, cycle_rate, wait
from neurorl.tasks.baited_blocks import TASK as BLOCKS
from neurorl.tasks.matching import TASK, Matching, Params

SESSIONS = 2000


def played(task, params, policy, n_steps, n_sessions=SESSIONS, seed=0):
    """Sessions of a policy(key, step, obs) -> action; rewards, actions, whether over, truth: [sessions, steps]."""

    def session(key):
        key_reset, key = jax.random.split(key)
        state, obs = task.reset(key_reset, params)

        def body(carry, x):
            state, obs = carry
            step, key = x
            key_action, key_outcome = jax.random.split(key)
            action = policy(key_action, step, obs)
            after, outcome = task.step(key_outcome, params, state, action)
            return (after, outcome.obs), (outcome.reward, action, task.over(params, state), outcome.truth)

        return jax.lax.scan(body, (state, obs), (jnp.arange(n_steps), jax.random.split(key, n_steps)))[1]

    return jax.jit(jax.vmap(session))(jax.random.split(jax.random.key(seed), n_sessions))


def at_random(key, step, obs):
    return jnp.where(obs == 1, jax.random.randint(key, (), 1, 3), 0)


def alternating(key, step, obs):
    return jnp.where(obs == 1, 1 + (step // 2) % 2, 0)


def test_chance_of_a_bait_by_hand():
    # p0 = .5: .5 at once, .75 after one trial elsewhere, .875 after two; p0 = 0 never
    np.testing.assert_allclose(baited(jnp.full(3, 0.5), jnp.arange(3)), [0.5, 0.75, 0.875])
    np.testing.assert_allclose(baited(jnp.zeros(2), jnp.arange(2)), 0)
    assert wait(jnp.asarray([3, 0]), jnp.asarray(0)).tolist() == [0, 1]


def test_rate_of_a_cycle_by_hand():
    # (.45, .05), two trials on the rich arm and one on the poor: (1 - .55^2) + .45 + (1 - .95^3), over 3
    expected = ((1 - 0.55**2) + 0.45 + (1 - 0.95**3)) / 3
    assert float(cycle_rate(jnp.asarray(0.45), jnp.asarray(0.05), jnp.asarray(2.0))) == pytest.approx(expected)


def test_rewards_follow_the_stated_chance_and_wait_for_the_choice():
    out = played(TASK, TASK.params(), at_random, 60)
    reward, action, truth = np.asarray(out[0]), np.asarray(out[1]), np.asarray(out[3].p_reward)
    choice, chance = action[:, 1::2], truth[:, 1::2]
    paid = reward[:, 1::2]
    assert (reward[:, ::2] == 0).all()
    chosen = np.take_along_axis(chance, choice[..., None] - 1, 2)[..., 0]
    edges = np.quantile(chosen, np.linspace(0, 1, 9))
    for low, high in pairwise(edges):
        here = (chosen >= low) & (chosen <= high)
        assert paid[here].mean() == pytest.approx(chosen[here].mean(), abs=0.02)
    p0 = np.asarray(out[3].p0)[:, 0]
    waited = np.zeros((SESSIONS, 2))
    for t in range(30):
        np.testing.assert_allclose(chance[:, t], 1 - (1 - p0) ** (waited + 1), atol=1e-5)
        waited += 1
        waited[np.arange(SESSIONS), choice[:, t] - 1] = 0
    np.testing.assert_allclose(p0.sum(axis=1), 0.5, rtol=1e-6)


def test_sessions_have_50_to_100_trials():
    out = played(TASK, TASK.params(), at_random, 204, 3000)
    trials = (~np.asarray(out[2])).sum(axis=1) / 2
    assert trials.min() == 50 and trials.max() == 100
    assert trials.mean() == pytest.approx(75, abs=3 * np.sqrt((51**2 - 1) / 12 / 3000))
    over = np.asarray(out[2])
    assert (np.diff(over.astype(int), axis=1) >= 0).all()  # once over, always over


def test_held_out_base_chances_are_never_met():
    task = Matching(held_out=True)
    state = jax.vmap(lambda key: task.reset(key, task.params())[0])(jax.random.split(jax.random.key(1), 6000))
    left = np.asarray(state.p0)[:, 0]
    counts, _ = np.histogram(left, [0, 0.1, 0.2, 0.3, 0.4, 0.5])
    assert counts[1] == counts[3] == 0
    np.testing.assert_allclose(counts[[0, 2, 4]] / 6000, 1 / 3, atol=0.02)


def test_one_base_chance_can_be_asked_for():
    params = Params(jnp.asarray([0.45]), jnp.asarray([0.45]))
    state, _ = TASK.reset(jax.random.key(0), params)
    np.testing.assert_allclose(state.p0, [0.45, 0.05], rtol=1e-6)


def test_random_and_alternating_play_earn_their_closed_forms():
    """At p0 = (.4, .1) in the long run: random earns 2p/(1+p) an arm, halved; alternation 1 - (1-p)^2, halved."""
    params = Params(jnp.asarray([0.4]), jnp.asarray([0.4]), trials_low=500, trials_high=500)
    for policy, expected in (
        (at_random, 0.4 / 1.4 + 0.1 / 1.1),
        (alternating, (1 - 0.6**2 + 1 - 0.9**2) / 2),
    ):
        reward = np.asarray(played(TASK, params, policy, 400, 500)[0])[:, 1::2]
        assert reward[:, 20:].mean() == pytest.approx(expected, abs=4 * 0.5 / np.sqrt(500 * 180))


def test_what_a_step_does_not_accept_costs_one_and_changes_no_arm():
    params = TASK.params()
    state, _ = TASK.reset(jax.random.key(0), params)
    key = jax.random.key(1)
    state, outcome = TASK.step(key, params, state, jnp.asarray(1))  # left at fixation
    assert float(outcome.reward) == -1 and int(outcome.obs) == 1 and float(outcome.discount) == 1
    before = state
    state, outcome = TASK.step(key, params, state, jnp.asarray(0))  # centre at the choice
    assert float(outcome.reward) == -1 and float(outcome.discount) == 0
    assert state.waited.tolist() == before.waited.tolist()
    assert int(state.trials_left) == int(before.trials_left) - 1


def test_blocks_bait_as_stated():
    """Random play; in a block the chosen arm pays with 1 - its chance of being empty."""
    reward, action, _, truth = played(
        BLOCKS, BLOCKS.params(), lambda key, *_: jax.random.randint(key, (), 0, 2), 200, 500
    )
    reward, action, chance = np.asarray(reward), np.asarray(action), np.asarray(truth.p_reward)
    chosen = np.take_along_axis(chance, action[..., None], 2)[..., 0]
    assert reward.mean() == pytest.approx(chosen.mean(), abs=0.01)
    # right after a choice of the same arm the chance is the block's own: .4, .1 or .05
    again = action[:, 1:] == action[:, :-1]
    own = np.round(chosen[:, 1:][again].astype(float), 3)
    assert set(np.unique(own)) == {0.05, 0.1, 0.4}
    high = np.argmax(chance[:, 1:], axis=2)[again] == action[:, 1:][again]
    assert np.mean(own[high] == 0.4) > 0.99
