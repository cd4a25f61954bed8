"""Actor and critic that meet in the prediction error alone, beside the same networks in plain numpy."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.agents.dual_lstm import AGENT
from neurorl.core.errors import BadValue
from neurorl.core.spaces import Discrete, Spaces
from neurorl.core.types import Record
from neurorl.loop import replay

STEPS, HIDDEN, GAMMA = 6, 5, 0.8
CUES = Spaces(Discrete(("circle", "square")), Discrete(("a", "b", "c")), (-1.0, 4.0))
AGENTS = {
    kind: AGENT.for_spaces(CUES, hidden=HIDDEN, discount=GAMMA, feedback=kind) for kind in ("rpe", "reward", "none")
}
RPE = AGENTS["rpe"]
SEED = jax.random.key(0)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def step(p, x, h, c):
    i, f, o, g = np.split(np.r_[x, h] @ p.weight + p.bias, 4)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


@pytest.fixture(scope="module")
def record():
    rng = np.random.default_rng(0)
    obs, action = rng.integers(0, 2, STEPS), rng.integers(0, 3, STEPS)
    reward, stim, every = rng.normal(size=STEPS), rng.normal(size=STEPS), np.ones(STEPS, bool)
    return Record(*map(jnp.asarray, (obs, action, reward, np.ones(STEPS), stim, np.roll(obs, -1), every, every)))


@pytest.fixture(scope="module")
def params():
    """Weights all away from zero, biases and initial states included."""
    rng = np.random.default_rng(1)
    return jax.tree.map(lambda w: w + jnp.asarray(rng.normal(size=w.shape), w.dtype), RPE.params(SEED))


@jax.jit
def played(params, record):
    return {kind: replay(SEED, agent, params, record) for kind, agent in AGENTS.items()}


@jax.jit
def gradients(params, record):
    """Of the actor's score and of the critic's values, each with respect to all weights."""
    return (
        jax.grad(lambda p: replay(SEED, RPE, p, record).log_prob.sum())(params),
        jax.grad(lambda p: jnp.square(replay(SEED, RPE, p, record).latents.value).sum())(params),
    )


def by_hand(params, record, kind):
    p = jax.tree.map(lambda w: np.asarray(w, float), params)
    h, c, ch, cc = p.actor.h0, p.actor.c0, p.critic.h0, p.critic.c0
    action, reward, stim, value = np.zeros(3), 0.0, 0.0, 0.0
    out = []
    for t in range(STEPS):
        seen = np.eye(2)[record.obs[t]]
        ch, cc = step(p.critic, np.r_[seen, action, reward], ch, cc)
        new = (ch @ p.critic.head + p.critic.head_bias)[0]
        delta = reward + GAMMA * new - value + stim if t else 0.0
        told, value = {"rpe": delta, "reward": reward, "none": 0.0}[kind], new
        h, c = step(p.actor, np.r_[seen, action, told], h, c)
        logits = h @ p.actor.head + p.actor.head_bias
        log_p = logits - np.log(np.exp(logits).sum())
        out.append((log_p[record.action[t]], value, told, h, ch))
        action = np.eye(3)[record.action[t]]
        reward, stim = float(record.reward[t]), float(record.stim[t])
    return map(np.array, zip(*out, strict=True))


@pytest.mark.parametrize("kind", AGENTS)
def test_scores_values_errors_and_units_equal_plain_numpy(params, record, kind):
    ours = played(params, record)[kind]
    log_prob, value, told, h, critic_h = by_hand(params, record, kind)
    np.testing.assert_allclose(ours.log_prob, log_prob, atol=2e-5)
    np.testing.assert_allclose(ours.latents.value, value, atol=2e-5)
    np.testing.assert_allclose(ours.latents.told, told, atol=2e-5)
    np.testing.assert_allclose(ours.latents.h, h, atol=2e-5)
    np.testing.assert_allclose(ours.latents.critic_h, critic_h, atol=2e-5)


def test_stimulation_reaches_the_actor_a_step_later_and_never_the_critic(params, record):
    other = dataclasses.replace(record, stim=record.stim.at[2].add(1.5))
    before, after = played(params, record), played(params, other)
    np.testing.assert_allclose(after["rpe"].latents.told - before["rpe"].latents.told, [0, 0, 0, 1.5, 0, 0], atol=1e-6)
    np.testing.assert_array_equal(after["rpe"].latents.critic_h, before["rpe"].latents.critic_h)
    np.testing.assert_array_equal(after["rpe"].log_prob[:3], before["rpe"].log_prob[:3])
    assert (np.abs(after["rpe"].log_prob - before["rpe"].log_prob)[3:] > 1e-6).all()
    for kind in ("reward", "none"):
        np.testing.assert_array_equal(after[kind].log_prob, before[kind].log_prob)


def test_no_gradient_flows_through_the_prediction_error(params, record):
    """The actor's score depends on the critic's weights, through delta, but its gradient does not see that."""
    of_actor, of_critic = gradients(params, record)
    nudged = dataclasses.replace(params, critic=jax.tree.map(lambda w: w + 0.01, params.critic))
    assert abs(played(nudged, record)["rpe"].log_prob.sum() - played(params, record)["rpe"].log_prob.sum()) > 1e-4
    assert all((np.asarray(leaf) == 0).all() for leaf in jax.tree.leaves(of_actor.critic))
    assert all((np.asarray(leaf) == 0).all() for leaf in jax.tree.leaves(of_critic.actor))
    for leaf in jax.tree.leaves((of_actor.actor, of_critic.critic)):
        assert np.isfinite(leaf).all() and np.abs(leaf).max() > 1e-6


def test_the_actors_gradient_equals_finite_differences(params, record):
    """In a random direction of the actor's weights, which delta does not depend on."""
    rng = np.random.default_rng(2)
    direction = jax.tree.map(lambda w: jnp.asarray(rng.normal(size=w.shape), w.dtype), params.actor)
    of_actor, _ = gradients(params, record)
    slope = sum(jnp.vdot(g, d) for g, d in zip(*map(jax.tree.leaves, (of_actor.actor, direction)), strict=True))

    def score(eps):
        moved = jax.tree.map(lambda w, d: w + eps * d, params.actor, direction)
        return float(played(dataclasses.replace(params, actor=moved), record)["rpe"].log_prob.sum())

    eps = 1e-3
    assert (score(eps) - score(-eps)) / (2 * eps) == pytest.approx(float(slope), rel=2e-2)


def test_bad_settings_are_refused():
    with pytest.raises(BadValue, match="dopamine"):
        AGENT.for_spaces(CUES, feedback="dopamine")
    with pytest.raises(BadValue, match="discount"):
        AGENT.for_spaces(CUES, discount=1.5)
