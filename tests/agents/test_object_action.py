"""The two striatal systems by hand, and the shape of their double dissociation."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.core.catalogue import load
from neurorl.core.errors import DoesNotFit
from neurorl.core.types import Record
from neurorl.loop import replay, simulate_many
from neurorl.perturb import lesion_part
from neurorl.tasks.what_where_reversal import Params as Blocks

TASK = load("task", "what_where_reversal")
AGENT = load("agent", "object_action").for_spaces(TASK.spaces)


def led(choices, rewards, obs, params):
    n = len(choices)
    obs, ones = jnp.asarray(obs, jnp.int32), jnp.ones(n, bool)
    record = Record(
        obs=obs,
        action=jnp.asarray(choices, jnp.int32),
        reward=jnp.asarray(rewards, float),
        discount=jnp.zeros(n),
        stim=jnp.zeros(n),
        next_obs=jnp.append(obs[1:], obs[-1]),
        valid=ones,
        scored=ones,
    )
    return replay(jax.random.key(0), AGENT, params, record)


def test_two_trials_by_hand():
    """circle_left is code 0: picture 0 lies left. Left is answer 0."""
    with jax.enable_x64(True):
        params = type(AGENT.params())(alpha_pos=0.5, alpha_neg=0.2, beta=2.0, eta=2.0, rate=0.5, bias=0.3)
        params = lesion_part(AGENT, params, "ventral_striatum", gain=0.4)
        # trial 1: circle left, choose left (picture 0), paid; trial 2: circle right, choose left (picture 1), unpaid.
        out = led([0, 0, 1], [1, 0, 0], [0, 1, 1], params)
    np.testing.assert_allclose(out.latents.rpe_object[:2], [0.5, -0.5])
    np.testing.assert_allclose(out.latents.rpe_action[:2], [0.5, -0.75])
    np.testing.assert_allclose(out.latents.objects[1:], [[0.75, 0.5], [0.75, 0.4]])
    np.testing.assert_allclose(out.latents.actions[1:], [[0.75, 0.5], [0.6, 0.5]])
    # errors: both 0.25 until trial 2, then .25 and (.25 + .5625) / 2
    omega = 1 / (1 + np.exp(-(2.0 * np.log((0.25 + 0.5625) / 2 / 0.25) + 0.3)))
    np.testing.assert_allclose(out.latents.omega, [1 / (1 + np.exp(-0.3))] * 2 + [omega])
    # trial 3: circle right, so picture 1 lies left
    left = omega * 0.4 * 0.4 + (1 - omega) * 0.6
    right = omega * 0.4 * 0.75 + (1 - omega) * 0.5
    assert float(out.log_prob[2]) == pytest.approx(-np.log(1 + np.exp(2.0 * (left - right))), abs=1e-12)


def accuracy(params, what, n=300):
    blocks = Blocks(p_good=jnp.array([0.8]), p_what=float(what))
    out = simulate_many(jax.random.key(5), AGENT, params, TASK, 80, subjects=1, sessions=n, task_params=blocks)
    return float((out.action == out.truth.best).mean())


@pytest.mark.parametrize(("part", "what"), [("ventral_striatum", True), ("dorsal_striatum", False)])
def test_each_striatum_serves_its_own_blocks(part, what):
    whole, lesioned = AGENT.params(), lesion_part(AGENT, AGENT.params(), part, gain=0.4)
    assert accuracy(whole, what) - accuracy(lesioned, what) >= 0.05  # Neftci & Averbeck 2019, B3
    assert abs(accuracy(whole, not what) - accuracy(lesioned, not what)) < 0.03
    assert accuracy(lesioned, what) > 0.6


def test_a_total_lesion_leaves_chance():
    assert accuracy(lesion_part(AGENT, AGENT.params(), "ventral_striatum"), True) == pytest.approx(0.5, abs=0.01)


def test_it_needs_pictures_that_change_sides():
    with pytest.raises(DoesNotFit, match="circle_left and circle_right"):
        load("agent", "object_action").for_spaces(load("task", "bandit").spaces)
