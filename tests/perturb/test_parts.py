"""Named parts: the same lesions, drugs and doses on circuits, delta-rule learners and networks."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.core.catalogue import load
from neurorl.core.errors import BadValue, DoesNotFit
from neurorl.core.types import Record
from neurorl.loop import replay, run, simulate_many
from neurorl.perturb import (
    dopamine_at_choice,
    dopamine_at_learning,
    dopaminergic,
    doses,
    freeze_part,
    lesion,
    lesion_part,
    named_units,
)
from neurorl.testing import check_agent

WHAT_WHERE = load("task", "what_where_reversal")
TWO_STEP = load("task", "two_step")
BANDIT = load("task", "bandit")
RISK = load("task", "risk")


@pytest.fixture(scope="module")
def circuit():
    agent = load("agent", "object_action").for_spaces(WHAT_WHERE.spaces)
    return agent, agent.params()


@pytest.fixture(scope="module")
def network():
    agent = load("agent", "lstm").for_spaces(TWO_STEP.spaces, hidden=6)
    return agent, agent.params(jax.random.key(1))


def played(agent, params, task, n=40):
    return run(jax.random.key(0), agent, params, task, task.params(), n)


def led(agent, params, record):
    return replay(jax.random.key(0), agent, params, record)


def test_a_change_is_a_number_among_the_parameters(circuit):
    agent, whole = circuit
    lesioned = lesion_part(agent, whole, "ventral_striatum", gain=0.4)
    assert float(lesioned.parts["ventral_striatum"].gain) == pytest.approx(0.4)
    assert float(lesioned.parts["dorsal_striatum"].gain) == 1 and float(whole.parts["ventral_striatum"].gain) == 1
    assert float(freeze_part(agent, whole, "dorsal_striatum").parts["dorsal_striatum"].plastic) == 0
    assert float(dopamine_at_learning(agent, whole, 2.0).parts["dopamine"].gain) == 2


def test_frozen_parts_keep_their_values_and_go_on_speaking(circuit):
    agent, whole = circuit
    record = Record.of(played(agent, whole, WHAT_WHERE))
    out = led(agent, freeze_part(agent, whole, "ventral_striatum"), record)
    plain = led(agent, whole, record)
    np.testing.assert_array_equal(out.latents.objects, np.full((40, 2), 0.5))
    np.testing.assert_array_equal(out.latents.actions, plain.latents.actions)
    assert not np.allclose(out.log_prob, plain.log_prob)


def test_without_dopamine_nothing_is_learned_anywhere(circuit):
    agent, whole = circuit
    out = played(agent, dopamine_at_learning(agent, whole, 0.0), WHAT_WHERE)
    np.testing.assert_array_equal(out.latents.objects, np.full((40, 2), 0.5))
    np.testing.assert_array_equal(out.latents.actions, np.full((40, 2), 0.5))
    assert np.abs(out.latents.rpe_object).max() == 0.5  # the error itself is still there


def test_doses_share_their_seeds_and_the_dose_of_no_effect_is_the_control(circuit):
    agent, whole = circuit
    curve = doses(lambda gain: lesion_part(agent, whole, "ventral_striatum", gain=gain), (1.0, 0.5, 0.0))
    many = simulate_many(
        jax.random.key(3), agent, curve, WHAT_WHERE, 30, subjects=3, sessions=4, stacked=True, matched=True
    )
    choices = np.asarray(many.action).reshape(3, 4, 30)
    alone = simulate_many(jax.random.key(3), agent, whole, WHAT_WHERE, 30, subjects=1, sessions=4)
    np.testing.assert_array_equal(choices[0], alone.action)
    np.testing.assert_array_equal(choices[:, :, 0], np.broadcast_to(choices[0, :, 0], (3, 4)))
    assert not np.array_equal(choices[0], choices[2])


def test_stacked_parameters_are_lesioned_at_once(circuit):
    agent, whole = circuit
    stacked = jax.tree.map(lambda leaf: jnp.broadcast_to(leaf, (3, *leaf.shape)), whole)
    np.testing.assert_allclose(lesion_part(agent, stacked, "dopamine", gain=0.2).parts["dopamine"].gain, [0.2] * 3)
    each = lesion_part(agent, stacked, "dopamine", gain=jnp.array([0.0, 0.5, 1.0]))
    np.testing.assert_allclose(each.parts["dopamine"].gain, [0, 0.5, 1])


def test_what_cannot_be_lesioned_is_said_in_a_sentence(circuit, network):
    agent, whole = circuit
    with pytest.raises(BadValue, match="no part 'amygdala'; its parts are ventral_striatum, dorsal_striatum, dopamine"):
        lesion_part(agent, whole, "amygdala")
    with pytest.raises(BadValue, match="negative"):
        lesion_part(agent, whole, "dopamine", gain=-1.0)
    with pytest.raises(DoesNotFit, match="no named parts"):
        lesion_part(network[0], network[1], "h")
    with pytest.raises(DoesNotFit, match="no pathways"):
        dopamine_at_choice(agent, whole, 0.5)


def test_named_units_are_parts_of_a_network(network):
    agent, params = network
    named = named_units(agent, {"front": [0, 1], "back": range(2, 6)})
    whole = named.around(params)
    plain = played(agent, params, TWO_STEP)
    np.testing.assert_array_equal(played(named, whole, TWO_STEP).action, plain.action)
    silent = played(named, lesion_part(named, whole, "front"), TWO_STEP)
    by_units = played(lesion(agent, [0, 1]), params, TWO_STEP)
    np.testing.assert_allclose(silent.latents.h, by_units.latents.h, atol=1e-6)
    half = played(named, lesion_part(named, whole, "front", gain=0.5), TWO_STEP, n=1)
    np.testing.assert_allclose(half.latents.h[0, :2], 0.5 * plain.latents.h[0, :2], rtol=1e-6)
    with pytest.raises(BadValue, match="no unit 6"):
        named_units(agent, {"front": [6]})
    with pytest.raises(DoesNotFit, match="no hidden units"):
        named_units(load("agent", "rescorla_wagner").for_spaces(BANDIT.spaces), {"front": [0]})


def test_frozen_units_do_not_train(network):
    agent, params = network
    named = named_units(agent, {"front": [0, 1]})
    record = Record.of(played(agent, params, TWO_STEP))

    def score(inner, plastic):
        held = freeze_part(named, named.around(inner), "front", plastic=plastic)
        return led(named, held, record).log_prob.sum()

    gradient = jax.jit(jax.grad(score))
    bias = np.asarray(gradient(params, 0.0).bias).reshape(4, 6)  # of the four gates of each unit
    np.testing.assert_array_equal(bias[:, :2], np.zeros((4, 2)))
    assert (bias[:, 2:] != 0).all() and (np.asarray(gradient(params, 1.0).bias) != 0).all()


@pytest.mark.parametrize("name", ["rescorla_wagner", "q_learning", "risk_sensitive_td", "income_learner"])
def test_dopamine_of_a_learner_is_a_gain_of_its_error(name):
    agent = load("agent", name).for_spaces(BANDIT.spaces)
    named = dopaminergic(agent)
    record = Record.of(played(agent, agent.params(), BANDIT))
    plain = led(agent, agent.params(), record)
    np.testing.assert_allclose(led(named, named.params(), record).log_prob, plain.log_prob, rtol=1e-6)
    half = led(named, dopamine_at_learning(named, named.params(), 0.5), record)
    first = int(np.flatnonzero(np.asarray(plain.latents.rpe))[0])
    assert float(half.latents.rpe[first]) == pytest.approx(0.5 * float(plain.latents.rpe[first]))
    if name == "rescorla_wagner":  # half the dopamine is half the learning rate
        slow = led(agent, replace(agent.params(), alpha=agent.params().alpha / 2), record)
        np.testing.assert_allclose(half.log_prob, slow.log_prob, rtol=1e-5)


def test_a_network_that_hears_of_errors_hears_multiplied_ones():
    agent = load("agent", "dual_lstm").for_spaces(RISK.spaces, hidden=6)
    params = agent.params(jax.random.key(2))
    named = dopaminergic(agent)
    record = Record.of(played(agent, params, RISK))
    plain = led(agent, params, record)
    np.testing.assert_allclose(led(named, named.around(params), record).log_prob, plain.log_prob, atol=1e-5)
    double = led(named, dopamine_at_learning(named, named.around(params), 2.0), record)
    np.testing.assert_allclose(double.latents.value, plain.latents.value, atol=1e-6)  # the critic hears rewards
    np.testing.assert_allclose(double.latents.told, 2 * plain.latents.told, atol=1e-6)


@pytest.mark.parametrize("name", ["random_choice", "thompson", "lstm"])
def test_who_learns_from_no_error_has_no_dopamine(name):
    agent = load("agent", name).for_spaces(BANDIT.spaces)
    with pytest.raises(DoesNotFit, match="does not learn from a prediction error"):
        dopaminergic(agent)


def test_perturbed_agents_keep_the_laws(network):
    agent = named_units(network[0], {"front": [0, 1]})
    check_agent(agent, TWO_STEP).raise_if_broken()
    learner = dopaminergic(load("agent", "q_learning").for_spaces(BANDIT.spaces))
    check_agent(learner, BANDIT).raise_if_broken()
