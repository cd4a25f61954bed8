"""The hierarchical Gaussian filter for yes/no events, three levels (Mathys et al. 2011, 2014).

x1 happens or not with probability s(x2), s the logistic function; x2 walks at random with variance
exp(kappa x3 + omega2); x3, the log-volatility, with variance exp(omega3). Beliefs about x2 and x3 are Gaussian with
means mu and precisions pi (inverse variances), and follow from each event u in closed form:

    mu1^ = s(mu2);                    delta1 = u - mu1^
    v = exp(kappa mu3 + omega2);      pi2^ = 1 / (1 / pi2 + v)
    pi2 <- pi2^ + mu1^ (1 - mu1^);    mu2 <- mu2 + delta1 / pi2
    pi3^ = 1 / (1 / pi3 + exp(omega3));   w = v pi2^;   delta2 = (1 / pi2 + (mu2 - mu2^)^2) pi2^ - 1
    pi3 <- pi3^ + kappa^2 / 2 w (w + (2 w - 1) delta2);    mu3 <- mu3 + kappa / 2 w delta2 / pi3

so that the learning rate of mu2 is 1 / pi2: high where volatility is believed to be high. The precision of x3 can
become negative where the approximation fails; there it is kept at its predicted value.
"""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float


class Belief(eqx.Module):
    """Means and precisions of x2 and x3."""

    mu2: Float[Array, ""]
    pi2: Float[Array, ""]
    mu3: Float[Array, ""]
    pi3: Float[Array, ""]


def predicted(belief: Belief) -> Float[Array, ""]:
    """Probability of the event on this trial."""
    return jax.nn.sigmoid(belief.mu2)


def after_event(belief: Belief, u: Float[Array, ""], omega2: Any, omega3: Any, kappa: Any = 1.0) -> Belief:
    """The belief after the event happened (u = 1) or not (0)."""
    p = predicted(belief)
    v = jnp.exp(kappa * belief.mu3 + omega2)
    pi2_hat = 1.0 / (1.0 / belief.pi2 + v)
    pi2 = pi2_hat + p * (1.0 - p)
    mu2 = belief.mu2 + (u - p) / pi2
    pi3_hat = 1.0 / (1.0 / belief.pi3 + jnp.exp(omega3))
    w = v * pi2_hat
    delta2 = (1.0 / pi2 + (mu2 - belief.mu2) ** 2) * pi2_hat - 1.0
    pi3 = pi3_hat + 0.5 * kappa**2 * w * (w + (2.0 * w - 1.0) * delta2)
    pi3 = jnp.where(pi3 > 0.0, pi3, pi3_hat)
    return Belief(mu2, pi2, belief.mu3 + 0.5 * kappa * w * delta2 / pi3, pi3)
