"""The recurrent cells against plain numpy, written gate by gate from the papers' equations."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.ops import cells

N_IN, N, STEPS = 3, 4, 5


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def draw(rng, *shape):
    return rng.normal(size=shape)


def test_lstm(rng):
    gates = {g: (draw(rng, N_IN, N), draw(rng, N, N), draw(rng, N)) for g in "ifoc"}
    xs, h, c = draw(rng, STEPS, N_IN), draw(rng, N), draw(rng, N)
    weight = np.concatenate([np.concatenate([gates[g][0], gates[g][1]]) for g in "ifoc"], axis=1)
    bias = np.concatenate([gates[g][2] for g in "ifoc"])
    with jax.enable_x64(True):
        h_ours, c_ours = jnp.asarray(h), jnp.asarray(c)
        for x in xs:
            h_ours, c_ours = cells.lstm(jnp.asarray(weight), jnp.asarray(bias), jnp.asarray(x), h_ours, c_ours)
            i, f, o, g = (x @ gates[k][0] + h @ gates[k][1] + gates[k][2] for k in "ifoc")
            c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
            h = sigmoid(o) * np.tanh(c)
            np.testing.assert_allclose(h_ours, h, atol=1e-12)
            np.testing.assert_allclose(c_ours, c, atol=1e-12)


def test_gru(rng):
    (wz, uz, bz), (wr, ur, br), (wc, uc, bc) = ((draw(rng, N_IN, N), draw(rng, N, N), draw(rng, N)) for _ in range(3))
    xs, h = draw(rng, STEPS, N_IN), draw(rng, N)
    weight = np.concatenate([np.concatenate([wz, uz]), np.concatenate([wr, ur])], axis=1)
    with jax.enable_x64(True):
        weights = [jnp.asarray(w) for w in (weight, np.concatenate([bz, br]), np.concatenate([wc, uc]), bc)]
        ours = jnp.asarray(h)
        for x in xs:
            ours = cells.gru(*weights, jnp.asarray(x), ours)
            z, r = sigmoid(x @ wz + h @ uz + bz), sigmoid(x @ wr + h @ ur + br)
            h = (1 - z) * h + z * np.tanh(x @ wc + (r * h) @ uc + bc)
            np.testing.assert_allclose(ours, h, atol=1e-12)


def test_vanilla(rng):
    w, u, b = draw(rng, N_IN, N), draw(rng, N, N), draw(rng, N)
    xs, h = draw(rng, STEPS, N_IN), draw(rng, N)
    with jax.enable_x64(True):
        ours = jnp.asarray(h)
        for x in xs:
            ours = cells.vanilla(jnp.asarray(np.concatenate([w, u])), jnp.asarray(b), jnp.asarray(x), ours)
            h = np.tanh(x @ w + h @ u + b)
            np.testing.assert_allclose(ours, h, atol=1e-12)
