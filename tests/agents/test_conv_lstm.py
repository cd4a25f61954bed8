"""The network that sees: shapes, the two ways of convolving, what it fits."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.agents.conv_lstm import ConvLSTM
from neurorl.core.errors import DoesNotFit
from neurorl.core.spaces import Box, Discrete, Spaces


def spaces(height=24, width=48):
    return Spaces(obs=Box((height, width, 3), 0.0, 1.0), action=Discrete(("a", "b", "c")), reward=(-1.0, 1.0))


def test_starts_at_zero_and_says_a_policy_over_the_actions(key):
    agent = ConvLSTM.for_spaces(spaces())
    params = agent.params(key)
    state = agent.init(key, params)
    assert not state.h.any() and not state.c.any()
    state, policy = agent.act(params, state, jnp.full((24, 48, 3), 0.3))
    assert state.h.any() and policy.logits.shape == (3,)


def test_features_are_those_of_plain_convolutions(key):
    agent = ConvLSTM.for_spaces(spaces())
    params = agent.params(key)
    image = jax.random.uniform(key, (24, 48, 3))
    y = image[None] - 0.5
    for kernel, bias, stride in ((params.kernel1, params.bias1, 4), (params.kernel2, params.bias2, 2)):
        y = jax.lax.conv_general_dilated(
            y, kernel, (stride, stride), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC")
        )
        y = jax.nn.relu(y + bias)
    expected = jax.nn.relu(y.reshape(-1) @ params.linear + params.linear_bias)
    np.testing.assert_allclose(agent.see(params, image), expected, rtol=1e-4, atol=1e-5)


def test_computing_again_changes_no_gradient(key):
    agent = ConvLSTM.for_spaces(spaces())
    params = agent.params(key)
    state, image = agent.init(key, params), jax.random.uniform(key, (24, 48, 3))
    gradients = []
    for recompute in (False, True):
        made = dataclasses.replace(agent, recompute=recompute)
        gradients.append(jax.grad(lambda p, made=made: made.act(p, state, image)[0].value)(params))
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6), *gradients)


def test_large_images_get_the_kernels_of_the_atari_networks():
    assert ConvLSTM.for_spaces(spaces()).grid == (2, 5)
    large = ConvLSTM.for_spaces(spaces(84, 84))
    assert large.kernels == (8, 4) and large.grid == (9, 9) and large.recompute
    assert ConvLSTM.paper(spaces(84, 84)).hidden == 256


def test_what_does_not_fit_is_said():
    with pytest.raises(DoesNotFit, match="reads images"):
        ConvLSTM.for_spaces(Spaces(obs=Discrete(("a",)), action=Discrete(("a", "b")), reward=(0.0, 1.0)))
    with pytest.raises(DoesNotFit, match="too small"):
        ConvLSTM.for_spaces(spaces(8, 8))
