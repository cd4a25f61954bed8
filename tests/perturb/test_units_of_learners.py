"""Hidden units of a learner, by name: shifted, held, lesioned, named as parts, in one body and in several."""

import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.agents.dqn import DQN
from neurorl.core.errors import BadValue, DoesNotFit
from neurorl.loop import Parallel, learn, run
from neurorl.perturb import clamp, lesion, lesion_part, named_units, shift
from neurorl.perturb.shifts import shifts
from neurorl.tasks.catch import Catch
from neurorl.testing.compiled import compiled

TASK = Catch(rows=4, columns=3)
AGENT = DQN(TASK.spaces, hidden=6, capacity=0)
PARAMS = AGENT.params(jax.random.key(1))


@functools.lru_cache
def played(agent, params=None, steps=12):
    params = PARAMS if params is None else params
    return compiled(lambda key: run(key, agent, params, TASK, TASK.params(), steps))(jax.random.key(0)).latents


def test_each_group_has_its_name():
    assert AGENT.groups() == {"hidden1": 6, "hidden2": 6}


def test_a_lesion_of_the_first_layer_reaches_the_second_and_the_values_at_the_same_step():
    silent = played(lesion(AGENT, range(6), part="hidden1"))
    assert not np.asarray(silent.hidden1).any()
    second = np.maximum(np.asarray(PARAMS.layers[1].bias), 0.0)
    np.testing.assert_allclose(silent.hidden2[0], second, atol=1e-6)
    values = second @ np.asarray(PARAMS.layers[2].weight) + np.asarray(PARAMS.layers[2].bias)
    np.testing.assert_allclose(silent.q[0], values, atol=1e-6)


def test_units_are_shifted_and_held_from_step_to_step():
    changed = shift(clamp(AGENT, 2, 0.5, start=3, stop=8, part="hidden2"), 1, -0.3, start=5, part="hidden2")
    units, plain = np.asarray(played(changed).hidden2), np.asarray(played(AGENT).hidden2)
    np.testing.assert_array_equal(units[:3], plain[:3])
    np.testing.assert_allclose(units[3:8, 2], 0.5)
    assert (units[8:, 2] != 0.5).all() and (units[:5, 1] >= 0).all() and (units[5:, 1] >= -0.3).all()


def test_a_perturbed_learner_is_a_learner_and_has_bodies():
    agent = lesion(AGENT, (0, 3), part="hidden2")
    _, t = compiled(lambda key: learn(key, agent, PARAMS, TASK, TASK.params(), 6, Parallel(2)))(jax.random.key(0))
    assert t.latents.hidden2.shape == (6, 2, 6)
    assert not np.asarray(t.latents.hidden2)[..., [0, 3]].any() and np.asarray(t.latents.hidden2).any()


def test_gains_and_shifts_among_the_parameters_do_the_same():
    agent = named_units(AGENT, {"some": (0, 3)}, group="hidden1")
    gone = lesion_part(agent, agent.around(PARAMS), "some")
    expected = played(lesion(AGENT, (0, 3), part="hidden1"))
    np.testing.assert_allclose(run_with(agent, gone).q, expected.q, atol=1e-6)
    moved = shifts(AGENT, part="hidden1")
    params = type(moved.params())(PARAMS, jnp.zeros(6).at[2].set(0.4))
    np.testing.assert_allclose(run_with(moved, params).q, played(shift(AGENT, 2, 0.4, part="hidden1")).q, atol=1e-6)


def run_with(agent, params):
    return compiled(lambda key: run(key, agent, params, TASK, TASK.params(), 12))(jax.random.key(0)).latents


def test_a_group_or_a_unit_that_is_not_there_is_a_sentence():
    with pytest.raises(DoesNotFit, match="no units called 'h'; it has hidden1, hidden2"):
        lesion(AGENT, 0)
    with pytest.raises(BadValue, match="no unit 6; its 6 units are counted from 0 to 5"):
        lesion(AGENT, 6, part="hidden1")
