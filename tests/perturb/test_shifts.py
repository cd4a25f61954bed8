"""Shifts as parameters do what `shift` does, for every draw in one program."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.agents.lstm import LSTM
from neurorl.core.errors import BadValue, DoesNotFit
from neurorl.loop import run, simulate_many
from neurorl.ops.arms import arm_spaces
from neurorl.perturb import shift
from neurorl.perturb.shifts import Params, shifts
from neurorl.tasks.bandit import TASK

AGENT = LSTM.for_spaces(arm_spaces(2), hidden=5)


@pytest.mark.parametrize("part", ["h", "c"])
def test_one_draw_equals_shift(part):
    params = AGENT.params()
    fixed = run(
        jax.random.key(1), shift(AGENT, [1, 3], -0.3, start=4, stop=9, part=part), params, TASK, TASK.params(), 12
    )
    amounts = jnp.zeros(5).at[jnp.array([1, 3])].set(-0.3)
    free = shifts(AGENT, start=4, stop=9, part=part)
    ours = run(jax.random.key(1), free, Params(params, amounts), TASK, TASK.params(), 12)
    np.testing.assert_allclose(ours.latents.h, fixed.latents.h, atol=1e-6)
    np.testing.assert_allclose(ours.log_prob, fixed.log_prob, atol=1e-6)


def test_many_draws_are_one_program():
    amounts = jnp.stack([jnp.zeros(5), jnp.full(5, 0.5)])
    params = jax.tree.map(lambda leaf: jnp.stack([leaf, leaf]), AGENT.params())
    played = simulate_many(
        jax.random.key(0), shifts(AGENT, start=3), Params(params, amounts), TASK, 6, subjects=2, stacked=True
    )
    assert np.isfinite(played.log_prob).all()
    # the networks do not differ before the shift begins, apart from what their own draws brought
    np.testing.assert_allclose(played.latents.h[0, 0], played.latents.h[1, 0], atol=1e-6)
    assert np.abs(played.latents.h[0, 3] - played.latents.h[1, 3]).min() > 0.05


def test_wrong_input_gets_a_sentence():
    with pytest.raises(DoesNotFit, match="no units called 'z'"):
        shifts(AGENT, part="z")
    with pytest.raises(BadValue, match="does nothing"):
        shifts(AGENT, start=5, stop=5)
