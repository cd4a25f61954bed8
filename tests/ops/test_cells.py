"""The recurrent cells against plain numpy, written gate by gate from the papers' equations."""

from functools import partial

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


def plain_lstm(weight, bias, x, h, c):
    i, f, o, g = jnp.split(jnp.concatenate([x, h]) @ weight + bias, 4)
    c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
    return jax.nn.sigmoid(o) * jnp.tanh(c), c


def plain_gru(weight, bias, weight_candidate, bias_candidate, x, h):
    z, r = jnp.split(jax.nn.sigmoid(jnp.concatenate([x, h]) @ weight + bias), 2)
    return (1 - z) * h + z * jnp.tanh(jnp.concatenate([x, r * h]) @ weight_candidate + bias_candidate)


CELLS = {  # cell, the same by plain differentiation, shapes of the weights, number of states
    "lstm": (cells.lstm, plain_lstm, ((N_IN + N, 4 * N), (4 * N,)), 2),
    "gru": (cells.gru, plain_gru, ((N_IN + N, 2 * N), (2 * N,), (N_IN + N, N), (N,)), 1),
}


def through_time(cell, xs, weights, states):
    """A number that depends on every state of four sequences of `STEPS` steps."""

    def step(states, x):
        after = cell(*weights, x, *states)
        after = after if isinstance(after, tuple) else (after,)
        return after, sum(jnp.sin(2 * s).sum() for s in after)

    return jax.vmap(lambda x: jax.lax.scan(step, states, x)[1].sum())(xs).sum()


@pytest.mark.parametrize("name", CELLS)
def test_derivatives_are_those_of_plain_differentiation(rng, name):
    """Reverse mode, forward mode, and second derivatives by forward over reverse mode."""
    cell, plain, shapes, n_states = CELLS[name]

    @partial(jax.jit, static_argnums=0)
    def derivatives(f, xs, weights, states):
        gradient = jax.grad(lambda *a: through_time(f, *a), argnums=(0, 1, 2))
        return gradient(xs, weights, states), jax.jacfwd(gradient, argnums=2)(xs, weights, states)

    with jax.enable_x64(True):
        weights = tuple(jnp.asarray(draw(rng, *shape)) for shape in shapes)
        states = tuple(jnp.asarray(draw(rng, N)) for _ in range(n_states))
        xs = jnp.asarray(draw(rng, 2, STEPS, N_IN))
        ours, theirs = (derivatives(f, xs, weights, states) for f in (cell, plain))
        for a, b in zip(jax.tree.leaves(ours), jax.tree.leaves(theirs), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("name", CELLS)
def test_fewer_numbers_are_kept_for_the_backward_pass(rng, name):
    """What makes training fast: plain differentiation keeps at least a quarter more."""
    cell, plain, shapes, n_states = CELLS[name]
    weights = tuple(jnp.asarray(draw(rng, *shape)) for shape in shapes)
    states = tuple(jnp.asarray(draw(rng, N)) for _ in range(n_states))
    xs = jnp.asarray(draw(rng, 1, 50, N_IN))

    def kept(f):
        return sum(
            np.size(leaf) for leaf in jax.tree.leaves(jax.vjp(lambda w: through_time(f, xs, w, states), weights)[1])
        )

    assert 1.25 * kept(cell) < kept(plain)
