"""Trust follows the smaller error."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.ops.reliability import error_trace, trust


def test_trust_is_the_share_of_reliability():
    # 0.1^-2 / (0.1^-2 + 0.2^-2) = 4 / 5
    assert float(trust(jnp.asarray(0.1), jnp.asarray(0.2), 2.0)) == pytest.approx(0.8)
    assert float(trust(jnp.asarray(0.3), jnp.asarray(0.3), 7.0)) == pytest.approx(0.5)
    assert float(trust(jnp.asarray(0.1), jnp.asarray(9.0), 0.0, np.log(3.0))) == pytest.approx(0.75)


def test_a_perfect_system_is_trusted_and_its_gradient_finite():
    value, slope = jax.value_and_grad(lambda e: trust(e, jnp.asarray(0.2), 4.0))(jnp.asarray(0.0))
    assert value > 0.999 and np.isfinite(slope)


def test_errors_are_squared_and_forgotten():
    trace = error_trace(jnp.asarray(0.25), jnp.asarray(-2.0), 0.1)
    assert float(trace) == pytest.approx(0.25 + 0.1 * (4 - 0.25))
