"""Two populations that excite themselves and inhibit each other: the reduced attractor network of Wong & Wang 2006.

    dS_i/dt = -S_i / tau + (1 - S_i) gamma H(x_i),    x_i = J_self S_i - J_cross S_j + I_0 + I_i
    H(x) = (a x - b) / (1 - exp(-d (a x - b)))        firing rate, Hz

S is the share of open NMDA channels, x a current in nA. Without input the network rests, or holds one of two states in
which one population fires at about 20 Hz and the other hardly at all; a basin of attraction belongs to each. The
constants are those of the reduced two-variable model, recalled; the study hidden_states compares its behaviour.
"""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

TAU, GAMMA = 0.1, 0.641  # s; pure
A, B, D = 270.0, 108.0, 0.154  # Hz/nA, Hz, s
J_SELF, J_CROSS, I_0 = 0.2609, 0.0497, 0.3255  # nA
J_EXTERNAL, STIMULUS = 5.2e-4, 30.0  # nA/Hz, Hz: input of one population at coherence 0
NOISE, TAU_NOISE = 0.02, 0.002  # nA, s
REST = 0.1  # S of both populations at rest, about

Scalar = float | Float[Array, ""]


def drive(s: Float[Array, "... 2"], external: Float[Array, "... 2"], j_self: Scalar, j_cross: Scalar) -> Array:
    """How far the current of each population lies above the threshold b/a, nA."""
    return j_self * s - j_cross * s[..., ::-1] + (I_0 - B / A) + external


def rate(above: Float[Array, "..."]) -> Float[Array, "..."]:
    """Firing rate H, Hz, of a current so far above threshold, nA; 1/d at the removable singularity."""
    y = A * above
    small = jnp.abs(D * y) < 1e-3
    safe = jnp.where(small, 1.0, y)
    return jnp.where(small, 1.0 / D + y / 2.0, safe / (-jnp.expm1(-D * safe)))


def drift(
    s: Float[Array, "... 2"], external: Float[Array, "... 2"], j_self: Scalar = J_SELF, j_cross: Scalar = J_CROSS
) -> Float[Array, "... 2"]:
    """dS/dt, a second."""
    return -s / TAU + (1.0 - s) * GAMMA * rate(drive(s, external, j_self, j_cross))


def settle(
    s: Float[Array, "2"],
    external: Float[Array, "2"],
    seconds: float,
    dt: float,
    j_self: Scalar = J_SELF,
    j_cross: Scalar = J_CROSS,
) -> Float[Array, "2"]:
    """S after so long under a constant input, without noise (fourth-order Runge-Kutta; dt up to 25 ms)."""

    def body(at: Array, _: None) -> tuple[Array, None]:
        k1 = drift(at, external, j_self, j_cross)
        k2 = drift(at + 0.5 * dt * k1, external, j_self, j_cross)
        k3 = drift(at + 0.5 * dt * k2, external, j_self, j_cross)
        k4 = drift(at + dt * k3, external, j_self, j_cross)
        return at + dt / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4), None

    return jax.lax.scan(body, s, None, length=round(seconds / dt))[0]


def in_noise(
    s: Float[Array, "... 2"],
    external: Float[Array, "... 2"],
    normals: Float[Array, "t ... 2"],
    dt: float,
    j_self: Scalar = J_SELF,
    j_cross: Scalar = J_CROSS,
) -> tuple[Float[Array, "... 2"], Float[Array, "t ... 2"]]:
    """S after a run in noise, and its course.

    The noise current of sd 0.02 nA is correlated over 2 ms, which is short beside a step: each step has an independent
    draw of the same integrated strength, sd NOISE sqrt(TAU_NOISE / dt).

    Args:
        normals: standard normal numbers, one a step and population.
    """
    size = NOISE * (TAU_NOISE / dt) ** 0.5

    def body(at: Array, draw: Array) -> tuple[Array, Array]:
        after = at + dt * drift(at, external + size * draw, j_self, j_cross)
        return after, after

    return jax.lax.scan(body, s, normals)


def motion(coherence: Float[Array, ""]) -> Float[Array, "2"]:
    """Input of both populations, nA, from moving dots of this coherence, -1 .. 1; above 0 it favours the first."""
    return J_EXTERNAL * STIMULUS * (1.0 + jnp.stack([coherence, -coherence]))
