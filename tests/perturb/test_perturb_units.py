"""Units shifted, held and silenced, and dopamine stimulation, on any network and task."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.core.catalogue import load
from neurorl.core.errors import BadValue, DoesNotFit
from neurorl.loop import run
from neurorl.perturb import clamp, lesion, shift, stimulated

TASK = load("task", "two_step")
STEPS = 24


@pytest.fixture(scope="module", params=["lstm", "gru", "vanilla_rnn"])
def network(request):
    agent = load("agent", request.param).for_spaces(TASK.spaces, hidden=6)
    return agent, agent.params(jax.random.key(1))


def played(agent, params, task=TASK):
    return run(jax.random.key(0), agent, params, task, task.params(), STEPS)


def test_nothing_changes_before_the_start_and_the_shift_is_what_was_asked(network):
    agent, params = network
    plain, changed = played(agent, params), played(shift(agent, (1, 4), -0.3, start=10), params)
    h, h_changed = np.asarray(plain.latents.h), np.asarray(changed.latents.h)
    np.testing.assert_array_equal(h[:10], h_changed[:10])
    np.testing.assert_allclose(h_changed[10] - h[10], [0, -0.3, 0, 0, -0.3, 0], atol=1e-6)
    # The heads read the shifted units at the same step.
    value = plain.latents.value[10] - 0.3 * (params.heads[1, -1] + params.heads[4, -1])
    assert float(changed.latents.value[10]) == pytest.approx(float(value), abs=1e-5)


def test_units_are_held_until_the_stop(network):
    agent, params = network
    h = np.asarray(played(clamp(agent, 2, 0.5, start=3, stop=8), params).latents.h)
    np.testing.assert_allclose(h[3:8, 2], 0.5)
    assert not np.isclose(h[8, 2], 0.5)
    assert (np.asarray(played(lesion(agent, [0, 5]), params).latents.h)[:, [0, 5]] == 0).all()


def test_perturbations_add_up(network):
    agent, params = network
    both = shift(lesion(agent, 0), 1, 0.2, start=STEPS - 1)
    h, alone = played(both, params).latents.h, played(lesion(agent, 0), params).latents.h
    np.testing.assert_allclose(np.asarray(h[-1] - alone[-1]), [0, 0.2, 0, 0, 0, 0], atol=1e-6)


def test_the_cell_state_of_an_lstm_can_be_shifted():
    agent = load("agent", "lstm").for_spaces(TASK.spaces, hidden=6)
    params = agent.params(jax.random.key(1))
    # The gates have been passed already: h changes one step later, through the recurrence.
    h, plain = played(shift(agent, 0, 1.0, start=5, part="c"), params).latents.h, played(agent, params).latents.h
    np.testing.assert_array_equal(h[:6], plain[:6])
    assert not np.allclose(h[6], plain[6])


def test_wrong_units_get_a_sentence(network):
    agent, _ = network
    with pytest.raises(BadValue, match="no unit 6, 9; its 6 units are counted from 0 to 5"):
        shift(agent, (0, 6, 9), 1.0)
    with pytest.raises(BadValue, match="which units"):
        lesion(agent, ())
    with pytest.raises(DoesNotFit, match="no units called 'q'; it has"):
        shift(agent, 0, 1.0, part="q")
    with pytest.raises(BadValue, match="does nothing"):
        shift(agent, 0, 1.0, start=5, stop=5)
    with pytest.raises(DoesNotFit, match="no hidden units"):
        shift(load("agent", "model_free").for_spaces(TASK.spaces), 0, 1.0)


def paid(obs, action, outcome):
    return -4.0 * (outcome.reward > 0)


def test_stimulation_reaches_the_prediction_error_and_not_the_reward():
    agent = load("agent", "model_free").for_spaces(TASK.spaces)
    task = stimulated(TASK, paid)
    plain, blocked = played(agent, agent.params()), played(agent, agent.params(), task)
    stim = np.asarray(blocked.stim)
    np.testing.assert_array_equal(stim, np.where(np.asarray(blocked.reward) > 0, -4.0, 0.0))
    first = int(np.flatnonzero(stim)[0])
    np.testing.assert_array_equal(plain.reward[: first + 1], blocked.reward[: first + 1])
    assert float(blocked.latents.rpe[first] - plain.latents.rpe[first]) == pytest.approx(-4.0, abs=1e-5)
    assert task.card is TASK.card and not task.ends and jnp.shape(blocked.stim) == (STEPS,)
