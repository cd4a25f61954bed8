import jax.numpy as jnp
import numpy as np

from neurorl.ops.kernels import choice_kernel, choice_trace

LEFT, RIGHT = jnp.array([1.0, 0.0]), jnp.array([0.0, 1.0])


def test_the_choice_kernel_by_hand():
    kernel = choice_kernel(jnp.zeros(2), LEFT, 0.5)
    np.testing.assert_allclose(kernel, [0.5, 0.0])
    np.testing.assert_allclose(choice_kernel(kernel, RIGHT, 0.5), [0.25, 0.5])


def test_at_rate_one_only_the_last_choice_counts():
    np.testing.assert_array_equal(choice_kernel(jnp.array([0.3, 0.9]), LEFT, 1.0), LEFT)


def test_the_choice_trace_adds_up_and_decays():
    trace = choice_trace(choice_trace(choice_trace(jnp.zeros(2), LEFT, 0.5), LEFT, 0.5), RIGHT, 0.5)
    np.testing.assert_allclose(trace, [0.75, 1.0])
