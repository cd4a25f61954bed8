"""A circuit assembled from its graph is the agent it should be, and lesions of its nodes do what the graph says."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.core.catalogue import load
from neurorl.core.types import Record
from neurorl.loop import replay, run
from neurorl.ops.frontal_striatal import FRONTAL_STRIATAL
from neurorl.perturb import dopamine_at_learning, freeze_part, lesion_part

TASK = load("task", "what_where_reversal")
WHOLE = load("agent", "frontal_striatal").for_spaces(TASK.spaces)
NO_AMYGDALA = replace(WHOLE, circuit=FRONTAL_STRIATAL.without("amygdala"))
DORSAL = tuple(node.name for node in FRONTAL_STRIATAL.having(group="dorsal"))
NO_DORSAL = replace(WHOLE, circuit=FRONTAL_STRIATAL.without(*DORSAL))


@pytest.fixture(scope="module", autouse=True)
def double():
    with jax.enable_x64(True):
        yield


@pytest.fixture(scope="module")
def record(double):
    return Record.of(run(jax.random.key(1), WHOLE, WHOLE.params(), TASK, TASK.params(), 80))


def led(agent, params, record):
    return replay(jax.random.key(0), agent, params, record)


def test_without_an_amygdala_it_is_the_object_and_action_learner(record):
    other = load("agent", "object_action").for_spaces(TASK.spaces)
    values = dict(alpha_pos=0.4, alpha_neg=0.25, beta=7.0, eta=3.0, rate=0.2, bias=0.4)
    one, two = NO_AMYGDALA.params(), replace(other.params(), **{k: jnp.asarray(v) for k, v in values.items()})
    one = replace(one, **{k: jnp.asarray(v) for k, v in values.items()})
    for lesion in (None, "ventral_striatum", "dorsal_striatum", "dopamine"):
        a = one if lesion is None else lesion_part(NO_AMYGDALA, one, lesion, gain=0.4)
        b = two if lesion is None else lesion_part(other, two, lesion, gain=0.4)
        mine, theirs = led(NO_AMYGDALA, a, record), led(other, b, record)
        np.testing.assert_allclose(mine.log_prob, theirs.log_prob, atol=1e-12, rtol=0)
        np.testing.assert_allclose(mine.latents.omega[:, 0], theirs.latents.omega, atol=1e-12, rtol=0)


def test_without_the_dorsal_loop_it_is_fast_and_slow(record):
    other = load("agent", "fast_slow").for_spaces(TASK.spaces)
    theirs = other.params()
    mine = replace(NO_DORSAL.params(), alpha_pos=theirs.alpha_slow, alpha_neg=theirs.alpha_slow, beta=theirs.beta)
    for lesion in (None, "ventral_striatum", "amygdala"):
        a = mine if lesion is None else lesion_part(NO_DORSAL, mine, lesion, gain=0.0)
        b = theirs if lesion is None else lesion_part(other, theirs, lesion, gain=0.0)
        one, two = led(NO_DORSAL, a, record), led(other, b, record)
        np.testing.assert_allclose(one.log_prob, two.log_prob, atol=1e-12, rtol=0)


def test_a_sealed_circuit_at_no_mixing_and_a_whole_one_at_any(record):
    plain = led(WHOLE, WHOLE.params(), record).log_prob
    mixed = led(WHOLE, replace(WHOLE.params(), mixing=jnp.asarray(0.3)), record).log_prob
    np.testing.assert_allclose(plain, mixed, atol=1e-12)
    half = lesion_part(NO_AMYGDALA, NO_AMYGDALA.params(), "ventral_striatum", gain=0.4)
    other = replace(half, mixing=jnp.asarray(0.3))
    by_hand = lesion_part(NO_AMYGDALA, NO_AMYGDALA.params(), "ventral_striatum", gain=0.85 * 0.4 + 0.15)
    by_hand = lesion_part(NO_AMYGDALA, by_hand, "dorsal_striatum", gain=0.15 * 0.4 + 0.85)
    one, two = (led(NO_AMYGDALA, p, record).log_prob for p in (other, by_hand))
    np.testing.assert_allclose(one, two, atol=1e-12)


def test_lesions_of_nodes_do_what_the_graph_says(record):
    plain = led(WHOLE, WHOLE.params(), record)
    same = led(WHOLE, lesion_part(WHOLE, WHOLE.params(), "hippocampus"), record)
    np.testing.assert_array_equal(same.log_prob, plain.log_prob)
    for node in ("ventral_gpi", "ventral_thalamus"):  # the same loop is cut
        cut = led(WHOLE, lesion_part(WHOLE, WHOLE.params(), node), record)
        striatum = led(WHOLE, lesion_part(WHOLE, WHOLE.params(), "ventral_striatum"), record)
        np.testing.assert_allclose(cut.log_prob, striatum.log_prob, atol=1e-12)
        np.testing.assert_array_equal(cut.latents.values, plain.latents.values)  # and goes on learning
    silent = lesion_part(WHOLE, lesion_part(WHOLE, WHOLE.params(), "orbitofrontal"), "lateral_prefrontal")
    np.testing.assert_allclose(led(WHOLE, silent, record).log_prob, np.log(0.5))
    blocked = led(WHOLE, dopamine_at_learning(WHOLE, WHOLE.params(), 0.0), record)
    names = [learner.name for learner in WHOLE.learners]
    moved = dict(zip(names, (np.asarray(blocked.latents.values) != 0.5).any(axis=(0, 2)), strict=True))
    assert moved == {"ventral_striatum": False, "dorsal_striatum": False, "amygdala": True}
    frozen = led(WHOLE, freeze_part(WHOLE, WHOLE.params(), "amygdala"), record)
    assert (frozen.latents.values[:, names.index("amygdala")] == 0.5).all()
