"""The frontal-striatal loop beside Rescorla-Wagner, its neurons, its lesions."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.core.catalogue import load
from neurorl.core.types import Record
from neurorl.loop import replay, run
from neurorl.ops.dopamine import firing_rate, taught_error
from neurorl.perturb import dopamine_at_learning, freeze_part, lesion_part

TASK = load("task", "bandit")
LOOP = load("agent", "striatal_loop").for_spaces(TASK.spaces)
LINEAR = replace(LOOP, linear=True)


@pytest.fixture(scope="module", autouse=True)
def double():
    with jax.enable_x64(True):
        yield


@pytest.fixture(scope="module")
def record(double):
    return Record.of(run(jax.random.key(0), LOOP, LOOP.params(), TASK, TASK.params(), 200))


def led(agent, params, record):
    return replay(jax.random.key(0), agent, params, record)


def weights(out):
    return np.asarray(out.latents.striatum)


def test_with_linear_dopamine_it_is_rescorla_wagner(record):
    plain = load("agent", "rescorla_wagner").for_spaces(TASK.spaces)
    one, other = led(LINEAR, LINEAR.params(), record), led(plain, plain.params(), record)
    np.testing.assert_allclose(one.latents.striatum, other.latents.q, atol=1e-12, rtol=0)
    np.testing.assert_allclose(one.log_prob, other.log_prob, atol=1e-12, rtol=0)
    assert np.abs(weights(led(LOOP, LOOP.params(), record)) - other.latents.q).max() > 0.05  # the floor matters


def test_a_saturated_dip_by_hand():
    # w = .8, alpha = .5, no reward: rpe = -.8, 5 - 16 < 0, so DA = 0 and the synapse learns of -.25
    rate = firing_rate(jnp.asarray(-0.8))
    assert float(rate) == 0 and float(taught_error(rate)) == -0.25
    assert float(firing_rate(jnp.asarray(0.4))) == 13


def test_neurons_follow_the_error_of_the_chosen_option_only(record):
    out = led(LOOP, LOOP.params(), record)
    change = np.diff(weights(out), axis=0)
    chosen = np.asarray(out.action)[:-1]
    rpe = np.asarray(out.latents.rpe)[:-1]
    rows = np.arange(len(chosen))
    assert (np.sign(change[rows, chosen]) == np.sign(rpe)).all() and (rpe != 0).all()
    assert (change[rows, 1 - chosen] == 0).all()
    assert (np.asarray(out.latents.dopamine) >= 0).all()


def test_without_dopamine_synapses_stay_and_choices_follow_them(record):
    trained = led(LOOP, LOOP.params(), record)
    start = replace(LOOP, initial=0.0)
    for params in (
        lesion_part(start, start.params(), "dopamine"),
        dopamine_at_learning(start, start.params(), 0.0),
        freeze_part(start, start.params(), "striatum"),
    ):
        out = led(start, params, record)
        assert (weights(out) == 0).all() and np.allclose(out.log_prob, np.log(0.5))
    # Blocked after learning: `act` reads the old synapses.
    state = LOOP.init(jax.random.key(0), LOOP.params())
    state = type(state)(jnp.asarray(weights(trained)[-1]))
    blocked = dopamine_at_learning(LOOP, LOOP.params(), 0.0)
    _, policy = LOOP.act(blocked, state, jnp.asarray(0))
    _, before = LOOP.act(LOOP.params(), state, jnp.asarray(0))
    assert float(policy.log_prob(0)) == float(before.log_prob(0)) != pytest.approx(np.log(0.5))


def test_half_the_dopamine_is_half_the_plasticity(record):
    half = led(LOOP, dopamine_at_learning(LOOP, LOOP.params(), 0.5), record)
    slow = led(LOOP, replace(LOOP.params(), alpha=LOOP.params().alpha / 2), record)
    np.testing.assert_allclose(weights(half), weights(slow), atol=1e-12)
    np.testing.assert_allclose(half.latents.dopamine[0], 0.5 * firing_rate(half.latents.rpe[0]))
