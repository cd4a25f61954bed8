"""Fast amygdala and slow striatum by hand, beside Rescorla-Wagner, and under lesions."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.core.catalogue import load
from neurorl.core.types import Record
from neurorl.loop import replay, run
from neurorl.perturb import dopamine_at_learning, freeze_part, lesion_part

TASK = load("task", "reversal")
AGENT = load("agent", "fast_slow").for_spaces(TASK.spaces)
PLAIN = replace(load("agent", "rescorla_wagner").for_spaces(TASK.spaces), initial=0.5)


@pytest.fixture(scope="module", autouse=True)
def double():
    with jax.enable_x64(True):
        yield


@pytest.fixture(scope="module")
def record(double):
    return Record.of(run(jax.random.key(1), AGENT, AGENT.params(), TASK, TASK.params(), 100))


def led(agent, params, record):
    return replay(jax.random.key(0), agent, params, record)


def test_two_trials_by_hand():
    n, zeros = 3, jnp.zeros(3)
    ones = jnp.ones(n, bool)
    record = Record(
        jnp.zeros(n, int), jnp.array([0, 0, 0]), jnp.array([1.0, 0, 0]), zeros, zeros, jnp.zeros(n, int), ones, ones
    )
    params = type(AGENT.params())(alpha_fast=0.8, alpha_slow=0.2, beta=5.0, eta=2.0, rate=0.5)
    out = led(AGENT, lesion_part(AGENT, params, "amygdala", gain=0.5), record)
    np.testing.assert_allclose(out.latents.fast[:, 0], [0.5, 0.9, 0.18])
    np.testing.assert_allclose(out.latents.slow[:, 0], [0.5, 0.6, 0.48])
    fast, slow = (0.25 + 0.9**2) / 2, (0.25 + 0.6**2) / 2  # errors .5 and then .9, .6
    pi = fast**-2 / (fast**-2 + slow**-2)
    np.testing.assert_allclose(out.latents.pi, [0.5, 0.5, pi])
    difference = 0.5 * pi * (0.18 - 0.5) + (1 - pi) * (0.48 - 0.5)
    assert float(out.log_prob[2]) == pytest.approx(-np.log(1 + np.exp(-5 * difference)), abs=1e-12)


@pytest.mark.parametrize(("part", "alpha"), [("ventral_striatum", "alpha_fast"), ("amygdala", "alpha_slow")])
def test_alone_and_renormalised_each_is_rescorla_wagner(record, part, alpha):
    agent = replace(AGENT, renormalised=True)
    params = lesion_part(agent, agent.params(), part)
    alone = replace(PLAIN.params(), alpha=getattr(params, alpha), beta=params.beta)
    np.testing.assert_allclose(led(agent, params, record).log_prob, led(PLAIN, alone, record).log_prob, atol=1e-9)


def test_an_additive_read_out_grows_quieter_with_a_lesion(record):
    out = led(AGENT, lesion_part(AGENT, AGENT.params(), "amygdala"), record)
    value = (1 - out.latents.pi)[:, None] * out.latents.slow
    expected = jax.nn.log_softmax(6.0 * value)[np.arange(100), record.action]
    np.testing.assert_allclose(out.log_prob, expected, atol=1e-12)


def test_dopamine_teaches_the_striatum_alone(record):
    out = led(AGENT, dopamine_at_learning(AGENT, AGENT.params(), 0.0), record)
    assert (out.latents.slow == 0.5).all()
    np.testing.assert_array_equal(out.latents.fast, led(AGENT, AGENT.params(), record).latents.fast)
    frozen = led(AGENT, freeze_part(AGENT, AGENT.params(), "amygdala"), record)
    assert (frozen.latents.fast == 0.5).all() and (frozen.latents.slow != 0.5).any()
