"""The loop's readings agree with each other and with sums done by hand."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.agents.rescorla_wagner import AGENT as RescorlaWagner
from neurorl.core.params import replace
from neurorl.core.types import Record
from neurorl.loop import log_likelihood, replay, run
from neurorl.tasks.bandit import TASK

AGENT = RescorlaWagner.for_spaces(TASK.spaces)
PARAMS = replace(AGENT.params(), alpha=0.5, beta=2.0)
KEY = jax.random.key(0)


def record(actions, rewards, valid=None, scored=None):
    n = len(actions)
    ones, zeros = jnp.ones(n, bool), jnp.zeros(n, jnp.int32)
    return Record(
        obs=zeros,
        action=jnp.asarray(actions, jnp.int32),
        reward=jnp.asarray(rewards, float),
        discount=jnp.zeros(n),
        stim=jnp.zeros(n),
        next_obs=zeros,
        valid=ones if valid is None else jnp.asarray(valid),
        scored=ones if scored is None else jnp.asarray(scored),
    )


def test_a_likelihood_by_hand():
    q = np.zeros(2)
    expected = 0.0
    played = record([0, 1, 0], [1.0, 0.0, 1.0])
    q[:] = np.asarray(jax.tree.leaves(AGENT.init(KEY, PARAMS))[0]).ravel()[:2]
    for action, reward in ((0, 1.0), (1, 0.0), (0, 1.0)):
        p = np.exp(2 * q) / np.exp(2 * q).sum()
        expected += np.log(p[action])
        q[action] += 0.5 * (reward - q[action])
    assert float(log_likelihood(KEY, AGENT, PARAMS, played)) == pytest.approx(expected, abs=1e-5)


def test_steps_that_did_not_happen_leave_no_trace():
    with_gap = record([0, -1, 1, 0], [1.0, np.nan, 0.0, 1.0], valid=[True, False, True, True])
    without = record([0, 1, 0], [1.0, 0.0, 1.0])
    a, b = replay(KEY, AGENT, PARAMS, with_gap), replay(KEY, AGENT, PARAMS, without)
    np.testing.assert_allclose(np.asarray(a.log_prob)[[0, 2, 3]], b.log_prob, atol=1e-6)
    assert float(a.log_prob[1]) == 0.0
    gradient = jax.grad(lambda p: log_likelihood(KEY, AGENT, p, with_gap))(PARAMS)
    assert all(np.isfinite(np.asarray(leaf)).all() for leaf in jax.tree.leaves(gradient))


def test_steps_that_were_not_choices_are_learned_from_but_not_scored():
    free = record([0, 0, 1], [1.0, 1.0, 0.0])
    forced_first = record([0, 0, 1], [1.0, 1.0, 0.0], scored=[False, True, True])
    a, b = replay(KEY, AGENT, PARAMS, free), replay(KEY, AGENT, PARAMS, forced_first)
    assert float(b.log_prob[0]) == 0.0
    np.testing.assert_array_equal(a.log_prob[1:], b.log_prob[1:])


def test_replaying_a_simulation_gives_back_scores_and_latents():
    played = jax.jit(lambda k: run(k, AGENT, PARAMS, TASK, TASK.params(), 30))(jax.random.key(4))
    again = jax.jit(lambda r: replay(KEY, AGENT, PARAMS, r))(Record.of(played))
    np.testing.assert_allclose(played.log_prob, again.log_prob, atol=1e-6)
    for a, b in zip(jax.tree.leaves(played.latents), jax.tree.leaves(again.latents), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)
