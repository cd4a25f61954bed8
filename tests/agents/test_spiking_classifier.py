"""A spiking classifier with local errors: its update is a gradient, it is local, and it learns."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl import load_agent, load_task
from neurorl.core.errors import DoesNotFit
from neurorl.core.stream import stream
from neurorl.core.units import untouched
from neurorl.loop import From, Parallel, carried, frozen, learn, run
from neurorl.ops.dense import Layer, dense
from neurorl.ops.local_errors import Neurons, local_error, membrane, spikes, surrogate, three_factors
from neurorl.perturb import lesion
from neurorl.tasks.spike_patterns import SpikePatterns

EASY = SpikePatterns(classes=4, inputs=20, steps=40, examples=80)
SMALL = replace(load_agent("spiking_classifier").for_spaces(EASY.spaces), hidden=30)


@jax.custom_jvp
def fired(u):
    return spikes(u)


@fired.defjvp
def _(primals, tangents):
    return spikes(primals[0]), surrogate(primals[0]) * tangents[0]


def test_the_three_factors_are_the_gradient():
    with jax.enable_x64(True):
        rng = np.random.default_rng(0)
        layer = Layer(jnp.asarray(rng.normal(size=(7, 5))), jnp.asarray(rng.normal(size=5)))
        readout = Layer(jnp.asarray(rng.normal(size=(5, 3))), jnp.asarray(rng.normal(size=3)))
        before = Neurons(*(jnp.asarray(rng.random(n)) for n in (7, 7, 5, 5, 5)))
        s_in, target = jnp.asarray(rng.integers(0, 2, 7) * 1.0), jnp.asarray([0.0, 1.0, 0.0])

        def loss(layer):
            y = dense(readout, fired(membrane(layer, before, s_in, 10.0)[3]))
            return 0.5 * jnp.sum((y - target) ** 2)

        _, p, _, u = membrane(layer, before, s_in, 10.0)
        error, y = local_error(readout, spikes(u), target)
        expected = jax.grad(loss)(layer)
        made = three_factors(p[None], surrogate(u)[None], error[None])
        np.testing.assert_allclose(made.weight, expected.weight, atol=4e-9)
        np.testing.assert_allclose(made.bias, expected.bias, atol=4e-9)
        assert y.shape == (3,)


def test_one_neuron_by_hand():
    layer = Layer(jnp.asarray([[2.0]]), jnp.asarray([-0.1]))
    neuron, u = Neurons.at_rest(layer), []
    for s_in in (1.0, 0.0, 0.0):
        q, p, r, now = membrane(layer, neuron, jnp.asarray([s_in]), 10.0)
        neuron = Neurons(q, p, r, now, spikes(now))
        u.append(float(now[0]))
    q1 = 0.08 * 10
    p2 = 0.03 * q1
    p3 = 0.97 * p2 + 0.03 * 0.92 * q1
    np.testing.assert_allclose(u, [-0.1, 2 * p2 - 0.1, 2 * p3 - 0.1], rtol=1e-5)
    assert neuron.s[0] == 0 and 2 * p3 > 0.09
    fire = replace(neuron, s=jnp.ones(1))
    np.testing.assert_allclose(membrane(layer, fire, jnp.zeros(1), 10.0)[2], -0.35, rtol=1e-6)


@pytest.fixture(scope="module")
def learned():
    params = SMALL.params(jax.random.key(1))

    @jax.jit
    def train(key):
        state, t = learn(key, SMALL, params, EASY, EASY.params(), 40 * 25, Parallel(20))
        return state.learner, (t.latents.readout1, t.latents.readout2)

    return params, *train(jax.random.key(0))


def test_a_small_one_learns_in_both_layers_and_a_lesion_undoes_it(learned):
    params, learner, _ = learned
    fresh = replace(EASY, draw=1, examples=60)
    tested = frozen(carried(SMALL))

    def accuracy(agent, learner):
        t = learn(jax.random.key(2), agent, From(params, learner), fresh, fresh.params(), 40 * 3, Parallel(20))[1]
        last = t.discount == 0
        return [float((jnp.argmax(r, -1) == t.feedback)[last].mean()) for r in (t.latents.readout1, t.latents.readout2)]

    before = SMALL.begin(jax.random.key(0), params)[0]
    assert min(accuracy(tested, learner)) > 0.9 > 0.6 > max(accuracy(tested, before))
    silent = lesion(tested, range(30), part="membrane1")
    assert accuracy(silent, learner)[0] < 0.6


def test_errors_do_not_pass_from_layer_to_layer(learned):
    """Another second layer, another second read-out: the changes of the first layer are the same to the last bit."""
    params, learner, _ = learned
    _, actor = SMALL.begin(jax.random.key(0), params)

    def change(params, learner):
        obs = (jnp.arange(20) % 3 == 0) * 1.0
        at, _ = SMALL.perceive(params, SMALL.weights(learner), actor, obs, untouched)
        at, _ = SMALL.perceive(params, SMALL.weights(learner), at, obs, untouched)
        errors = [local_error(g, n.s, jnp.eye(4)[1])[0] for g, n in zip(params.readouts, at.neurons, strict=True)]
        return [
            three_factors(n.p[None], surrogate(n.u)[None], e[None]) for n, e in zip(at.neurons, errors, strict=True)
        ]

    shifted = jax.tree.map(lambda leaf: leaf + 1.0, (learner.synapses[1], params.readouts[1]))
    other = replace(learner, synapses=(learner.synapses[0], shifted[0]))
    elsewhere = replace(params, readouts=(params.readouts[0], shifted[1]))
    a, b = change(params, learner), change(elsewhere, other)
    np.testing.assert_array_equal(a[0].weight, b[0].weight)
    assert (a[1].weight != b[1].weight).any()


def test_what_is_not_shown_is_not_learned():
    hidden = stream(np.zeros((2, 3, 20)) + 1.0, tuple(EASY.spaces.action.labels), feedback=[-1, -1], in_time=True)
    params = SMALL.params()
    agent = replace(SMALL, spaces=hidden.spaces)
    state, _ = learn(jax.random.key(0), agent, params, hidden, hidden.params(), 6)
    np.testing.assert_array_equal(state.learner.synapses[0].weight, params.layers[0].weight)


def test_membranes_are_units_and_start_each_trial_at_rest():
    assert SMALL.groups() == {"membrane1": 30, "membrane2": 30}
    silent = lesion(frozen(SMALL), [0, 3], part="membrane1")
    t = run(jax.random.key(0), silent, SMALL.params(), EASY, EASY.params(), 41)
    assert (t.latents.membrane1[:, [0, 3]] == 0).all() and (t.latents.spikes1[:, [0, 3]] == 0).all()
    assert np.isin(t.latents.spikes1, (0, 1)).all() and t.latents.spikes1.any()
    np.testing.assert_array_equal(t.latents.membrane1[40], t.latents.membrane1[0])  # inputs act from the next step on
    assert (t.latents.membrane1[39] != t.latents.membrane1[0]).any()


def test_a_task_without_the_right_answer_is_refused():
    with pytest.raises(DoesNotFit, match="such as spike_patterns"):
        load_agent("spiking_classifier").for_spaces(load_task("bandit").spaces)


@pytest.mark.slow
def test_the_easy_patterns_are_learned_within_twenty_batches():
    task = SpikePatterns()
    agent = load_agent("spiking_classifier").for_spaces(task.spaces)
    params = agent.params(jax.random.key(1))

    @jax.jit
    def train(key):
        return learn(key, agent, params, task, task.params(), 100 * 20, Parallel(50))[0].learner

    @jax.jit
    def accuracy(learner):
        fresh = replace(task, draw=1, examples=500)
        parameters = From(params, learner)
        t = learn(jax.random.key(2), frozen(carried(agent)), parameters, fresh, fresh.params(), 1000, Parallel(50))[1]
        right = [jnp.argmax(r, -1) == t.feedback for r in (t.latents.readout1, t.latents.readout2)]
        return [r[99::100].mean() for r in right]

    assert min(accuracy(train(jax.random.key(0)))) >= 0.98
    assert max(accuracy(agent.begin(jax.random.key(0), params)[0])) < 0.3
