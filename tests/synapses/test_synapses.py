"""Synapses of the catalogue against closed forms: memory of a chain, rounding, mismatch, noise, optimisers."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from scipy.linalg import expm

from neurorl.core.catalogue import load_synapse
from neurorl.core.errors import BadValue

BennaFusi, Bits, Mismatch, Noisy, Optimised = (
    load_synapse(name) for name in ("benna_fusi", "bits", "mismatch", "noisy", "optimised")
)
N = 4000


def written(synapse, changes, weight=0.0, key=None):
    """What is read after each of the changes [t, ...]."""
    state = synapse.init(jax.random.key(0) if key is None else key, jnp.full(changes.shape[1:], weight))

    def one(state, change):
        state = synapse.write(state, change)
        return state, synapse.read(state)

    return np.asarray(jax.jit(lambda state: jax.lax.scan(one, state, changes)[1])(state))


def impulse(n):
    return jnp.zeros(n).at[0].set(1.0)


@pytest.fixture(scope="module")
def forgetting():
    """What is left of one change of 1 in chains of eight variables, of one variable with the same leak, and of one
    without: t = 1, 2, ..., N."""
    return {
        "chain": written(BennaFusi(8), impulse(N)),
        "leaky": written(BennaFusi(8, leak=True), impulse(N)),
        "single": written(BennaFusi(1, leak=True), impulse(N)),
    }


def test_a_chain_forgets_as_a_power_of_time_and_a_single_variable_exponentially(forgetting):
    t = np.arange(1, N + 1)
    # u_1 loses g / 2 = 1/16 of itself a write where nothing flows back.
    assert forgetting["single"] == pytest.approx(np.exp(-t / 16), rel=1e-3, abs=1e-12)
    far = (t > 20) & (t < 4000)
    slope = np.polyfit(np.log(t[far]), np.log(forgetting["leaky"][far]), 1)[0]
    assert slope == pytest.approx(-0.5, abs=0.02)
    assert (forgetting["chain"][200:] > 1e3 * np.exp(-t[200:] / 16)).all()


def test_a_chain_equals_its_differential_equation_solved_at_once(forgetting):
    """C du/dt = K u written down by hand for n = 8, g = 1/8."""
    capacity = 2.0 ** np.arange(8)
    k = np.zeros((8, 8))
    for i in range(7):
        flow = 2.0 ** -(i + 1) / 8
        k[i, i] -= flow
        k[i + 1, i + 1] -= flow
        k[i, i + 1] += flow
        k[i + 1, i] += flow
    for t in (1, 7, 400):
        assert forgetting["chain"][t - 1] == pytest.approx(expm(k / capacity[:, None] * t)[0, 0], rel=2e-4)


def test_without_a_leak_the_sum_of_what_is_held_is_what_was_written():
    chain = BennaFusi(5)
    state = chain.init(jax.random.key(0), jnp.asarray(0.3))
    for change in (0.2, -0.7, 0.4):
        state = chain.write(state, jnp.asarray(change))
    held = np.sum(chain.capacities * np.asarray(state))
    assert held == pytest.approx(0.3 * chain.capacities.sum() + 0.2 - 0.7 + 0.4, rel=1e-5)


def test_stochastic_rounding_is_right_on_average_and_nearest_rounding_stalls():
    """100 changes of a tenth of a level, from 0.2."""
    d = 2 / (2**6 - 1)
    changes = jnp.full((100, N), 0.1 * d)
    start = -1 + 38 * d  # a level
    drawn = written(Bits(6), changes, start)
    # Each write moves a weight by one level with probability .1: 100 draws have mean 10 and variance 9.
    levels = np.round((drawn[-1] - start) / d)
    assert levels.mean() == pytest.approx(10, abs=4 * 3 / np.sqrt(N))
    assert levels.var() == pytest.approx(9, rel=4 * np.sqrt(2 / N))
    assert written(Bits(6, rounding="nearest"), changes[:, :2], start) == pytest.approx(start, abs=1e-6)
    shadow = written(Bits(6, rounding="shadow"), changes[:, :2], start)
    assert shadow[-1] == pytest.approx(start + 10 * d, abs=1e-5)
    assert shadow[3] == pytest.approx(start, abs=1e-6) and shadow[5] == pytest.approx(start + d, abs=1e-5)


def test_bits_by_hand():
    """Two bits from -1 to 1: levels -1, -1/3, 1/3, 1."""
    two = Bits(2, rounding="nearest")
    weights = jnp.array([-3.0, -0.6, 0.1, 0.7])
    state = two.init(jax.random.key(0), weights)
    assert np.asarray(two.read(state)) == pytest.approx([-1, -1 / 3, 1 / 3, 1], abs=1e-6)
    after = two.write(state, jnp.array([5.0, -0.3, 0.4, -0.3]))
    assert np.asarray(two.read(after)) == pytest.approx([1, -1 / 3, 1, 1], abs=1e-6)
    own = Bits(2, span=None, rounding="nearest")
    assert np.asarray(own.read(own.init(jax.random.key(0), weights))) == pytest.approx([-3, -1, 1, 1], abs=1e-6)
    zeros = own.write(own.init(jax.random.key(0), jnp.zeros(2)), jnp.array([2.0, -2.0]))
    assert np.asarray(own.read(zeros)) == pytest.approx([1, -1], abs=1e-6)


def test_levels_of_sixteen_bits_are_kept_exactly():
    fine = Bits(16)
    state = fine.init(jax.random.key(0), jnp.linspace(-1, 1, 500))
    after = state
    for _ in range(20):
        after = fine.write(after, jnp.zeros(500))
    assert np.array_equal(state.held, after.held)


def test_mismatch_is_fixed_and_scales_changes():
    device = Mismatch(0.4)
    state = device.init(jax.random.key(1), jnp.ones(N))
    factors = np.asarray(device.read(state))
    assert factors.mean() == pytest.approx(1, abs=4 * 0.4 / np.sqrt(N))
    assert factors.std() == pytest.approx(0.4, rel=4 / np.sqrt(2 * N))
    after = device.read(device.write(state, jnp.full(N, 0.5)))
    assert np.asarray(after) == pytest.approx(1.5 * factors, rel=1e-5)
    named = Mismatch(0.4, device=3)
    assert not named.draws and device.draws
    one, other = (named.read(named.init(jax.random.key(k), jnp.ones(5))) for k in (0, 1))
    assert np.array_equal(one, other)


def test_mismatch_around_bits_has_levels_of_its_own_in_every_synapse():
    made = Mismatch(0.4, Bits(2))
    state = made.init(jax.random.key(1), jnp.zeros(200))
    read = np.abs(np.asarray(made.read(state)))
    assert read == pytest.approx(np.abs(np.asarray(state.factors)) / 3, rel=1e-5)
    assert not made.differentiable and made.limits == (-1, 1)


def test_noise_is_drawn_anew_at_every_write_and_never_between_reads():
    noisy = Noisy(reading=0.1, writing=0.5)
    state = noisy.init(jax.random.key(0), jnp.zeros(N))
    first = np.asarray(noisy.read(state))
    assert np.array_equal(first, noisy.read(state))
    assert first.std() == pytest.approx(0.1, rel=4 / np.sqrt(2 * N))
    after = noisy.write(state, jnp.full(N, 2.0))
    assert np.asarray(after.inner).std() == pytest.approx(1.0, rel=4 / np.sqrt(2 * N))
    assert abs(np.corrcoef(first, np.asarray(noisy.read(after)))[0, 1]) < 4 / np.sqrt(N)
    assert np.array_equal(noisy.write(state, jnp.zeros(N)).inner, state.inner)


def test_an_optimiser_as_a_synapse_is_the_optimiser():
    changes = jnp.array([[1.0, -2.0], [0.5, 0.1], [0.0, 3.0]])
    tree, memory = jnp.zeros(2), optax.adam(0.1).init(jnp.zeros(2))
    expected = []
    for change in changes:
        update, memory = optax.adam(0.1).update(-change, memory, tree)
        tree = tree + update
        expected.append(tree)
    assert written(Optimised("adam", 0.1), changes) == pytest.approx(np.array(expected), abs=1e-6)
    assert written(Optimised(own=optax.adam(0.1)), changes) == pytest.approx(np.array(expected), abs=1e-6)
    assert written(Optimised(), changes) == pytest.approx(np.cumsum(np.asarray(changes), axis=0), abs=1e-6)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: BennaFusi(0), "n is 0"),
        (lambda: BennaFusi(3, g=-1.0), "g is -1"),
        (lambda: Bits(0), "bits is 0"),
        (lambda: Bits(6, span=0.0), "span is 0"),
        (lambda: Bits(6, rounding="up"), "rounding is 'up'"),
        (lambda: Mismatch(-0.1), "sd is -0.1"),
        (lambda: Noisy(-0.1), "reading is -0.1"),
        (lambda: Optimised("adagrad"), "one of sgd, momentum"),
    ],
)
def test_settings_that_make_no_sense_are_sentences(wrong, said):
    with pytest.raises(BadValue, match=said):
        wrong()
