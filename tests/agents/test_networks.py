"""The recurrent actor-critics, led through a recorded session beside the same network in plain numpy."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.agents import gru, lstm, vanilla_rnn
from neurorl.core.errors import DoesNotFit
from neurorl.core.spaces import Box, Discrete, Spaces
from neurorl.core.types import Record
from neurorl.loop import replay
from neurorl.ops.encoding import encode, encoded_size

STEPS, HIDDEN = 6, 5
CUES = Spaces(Discrete(("circle", "square")), Discrete(("a", "b", "c")), (0.0, 1.0))
VECTORS = Spaces(Box((2,)), Discrete(("a", "b", "c")), (0.0, 1.0))
NETWORKS = [lstm.AGENT, gru.AGENT, vanilla_rnn.AGENT]
SEED = jax.random.key(0)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm_step(p, x, h, c):
    i, f, o, g = np.split(np.r_[x, h] @ p.weight + p.bias, 4)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


def gru_step(p, x, h, c):
    z, r = np.split(sigmoid(np.r_[x, h] @ p.weight + p.bias), 2)
    return (1 - z) * h + z * np.tanh(np.r_[x, r * h] @ p.weight_candidate + p.bias_candidate), c


def vanilla_step(p, x, h, c):
    return np.tanh(np.r_[x, h] @ p.weight + p.bias), c


@pytest.fixture(scope="module")
def record():
    rng = np.random.default_rng(0)
    obs, action = rng.integers(0, 2, STEPS), rng.integers(0, 3, STEPS)
    none, every = np.zeros(STEPS), np.ones(STEPS, bool)
    return Record(*map(jnp.asarray, (obs, action, rng.random(STEPS), none, none, np.roll(obs, -1), every, every)))


@pytest.fixture(scope="module", params=NETWORKS, ids=lambda agent: agent.__name__)
def network(request):
    """A small network whose every weight, biases and initial state included, is away from zero."""
    agent = request.param.for_spaces(CUES, hidden=HIDDEN)
    params = agent.params(SEED)
    rng = np.random.default_rng(1)
    return agent, jax.tree.map(lambda w: w + jnp.asarray(rng.normal(size=w.shape), w.dtype), params)


def test_scores_values_and_units_equal_plain_numpy(network, record):
    agent, params = network
    ours = replay(SEED, agent, params, record)
    p = jax.tree.map(lambda w: np.asarray(w, float), params)
    step = {"LSTM": lstm_step, "GRU": gru_step, "VanillaRNN": vanilla_step}[type(agent).__name__]
    h, c = p.h0, getattr(p, "c0", None)
    last_action, last_reward = np.zeros(3), 0.0
    for t in range(STEPS):
        x = np.r_[np.eye(2)[record.obs[t]], last_action, last_reward]
        h, c = step(p, x, h, c)
        out = h @ p.heads + p.heads_bias
        logits, value = out[:3], out[3]
        log_p = logits - np.log(np.exp(logits).sum())
        np.testing.assert_allclose(ours.log_prob[t], log_p[record.action[t]], atol=1e-5)
        np.testing.assert_allclose(ours.latents.value[t], value, atol=1e-5)
        np.testing.assert_allclose(ours.latents.h[t], h, atol=1e-5)
        last_action, last_reward = np.eye(3)[record.action[t]], float(record.reward[t])


def test_every_weight_is_learned_the_initial_state_too(network, record):
    agent, params = network

    def loss(params):
        played = replay(SEED, agent, params, record)
        return jnp.square(played.latents.value).sum() - played.log_prob.sum()

    gradient = jax.jit(jax.grad(loss))(params)
    for leaf in jax.tree.leaves(gradient):
        assert np.isfinite(leaf).all() and np.abs(leaf).max() > 1e-6


@pytest.mark.parametrize("agent_class", NETWORKS)
def test_initial_weights_are_drawn_as_stated(agent_class):
    agent = agent_class.for_spaces(CUES)
    params = agent.params(SEED)
    bound = agent.scale / 48**0.5
    weight = np.asarray(params.weight)
    assert weight.shape[0] == encoded_size(CUES) + 48
    assert 0.99 * bound < np.abs(weight).max() <= bound
    assert weight.std() == pytest.approx(bound / 3**0.5, rel=0.05)  # of a uniform distribution
    assert np.asarray(params.heads).std() == pytest.approx(48**-0.5, rel=0.2)
    assert (params.h0 == 0).all() and (params.heads_bias == 0).all()
    assert not eqx.tree_equal(params, agent.params(jax.random.key(1)))
    assert eqx.tree_equal(params, agent.params(SEED))


def test_fresh_gates_remember():
    forget = lstm.AGENT.for_spaces(CUES, hidden=HIDDEN).params(SEED).bias.reshape(4, HIDDEN)
    np.testing.assert_array_equal(forget[:, 0], [0, 1, 0, 0])  # gates i, f, o, candidate
    renew = gru.AGENT.for_spaces(CUES, hidden=HIDDEN).params(SEED).bias.reshape(2, HIDDEN)
    np.testing.assert_array_equal(renew[:, 0], [-1, 0])  # update gate, reset gate


def test_the_plain_network_starts_at_the_edge_of_chaos():
    recurrent = vanilla_rnn.AGENT.for_spaces(CUES, hidden=100).params(SEED).weight[-100:]
    assert np.abs(np.linalg.eigvals(np.asarray(recurrent))).max() == pytest.approx(1.0, abs=0.15)


def test_codes_become_one_hot_and_vectors_pass_through():
    last = jnp.array([0.0, 1.0, 0.0])
    np.testing.assert_allclose(encode(CUES, jnp.asarray(1), last, jnp.asarray(0.5)), [0, 1, 0, 1, 0, 0.5])
    seen = jnp.array([0.25, -2.0])
    np.testing.assert_allclose(encode(VECTORS, seen, last, jnp.asarray(0.5)), [0.25, -2.0, 0, 1, 0, 0.5])
    assert encoded_size(CUES) == encoded_size(VECTORS) == 6


@pytest.mark.parametrize("agent_class", NETWORKS)
def test_images_and_continuous_actions_are_refused(agent_class):
    with pytest.raises(DoesNotFit, match="shape \\(8, 8, 3\\)"):
        agent_class.for_spaces(Spaces(Box((8, 8, 3)), Discrete(("a", "b")), (0.0, 1.0)))
    with pytest.raises(DoesNotFit, match="real numbers"):
        agent_class.for_spaces(Spaces(Box((2,)), Box((1,)), (0.0, 1.0)))
