"""Returns: what a step was worth, counted from the rewards that followed. Time first, single stream.

`reward[t]` and `discount[t]` belong to the step from s_t to s_{t+1}; a discount of 0 ends the sum there.
`value[t]` is V(s_t), and `bootstrap` is V of the state after the last step.
"""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

Scalar = Float[Array, ""] | float
Discount = Float[Array, " t"] | Float[Array, ""] | float


def discounted_returns(reward: Float[Array, " t"], discount: Discount, bootstrap: Scalar = 0.0) -> Float[Array, " t"]:
    """R_t = r_t + discount_t R_{t+1}, with R_T = bootstrap (Sutton & Barto 2018, eq. 3.9)."""
    return _from_the_end(reward, jnp.broadcast_to(discount, reward.shape), bootstrap)


def n_step_returns(
    reward: Float[Array, " t"], value: Float[Array, " t"], discount: Discount, n: int, bootstrap: Scalar = 0.0
) -> Float[Array, " t"]:
    """R_t = r_t + ... + discount^{n-1} r_{t+n-1} + discount^n V(s_{t+n}); cut at the end of the session.

    Sutton & Barto 2018, eq. 7.1. One scan over the n steps: the k-step return is one reward before
    the (k-1)-step return of the next state.
    """
    discount = jnp.broadcast_to(discount, reward.shape)
    end = jnp.asarray(bootstrap, reward.dtype)[None]

    def longer(returns: Float[Array, " t"], _: None) -> tuple[Float[Array, " t"], None]:
        return reward + discount * jnp.concatenate([returns[1:], end]), None

    return jax.lax.scan(longer, jnp.asarray(value, reward.dtype), None, length=n)[0]


def lambda_returns(
    reward: Float[Array, " t"],
    value: Float[Array, " t"],
    discount: Discount,
    lam: Scalar,
    bootstrap: Scalar = 0.0,
) -> Float[Array, " t"]:
    """R_t = r_t + discount_t [(1 - lambda) V(s_{t+1}) + lambda R_{t+1}], R_T = bootstrap.

    Sutton & Barto 2018, eq. 12.18. lambda = 0 is the one-step target, lambda = 1 the discounted return.
    """
    discount = jnp.broadcast_to(discount, reward.shape)
    next_value = _next(value, bootstrap)
    return _from_the_end(reward + discount * (1 - lam) * next_value, discount * lam, bootstrap)


def gae(
    reward: Float[Array, " t"],
    value: Float[Array, " t"],
    discount: Discount,
    lam: Scalar,
    bootstrap: Scalar = 0.0,
) -> Float[Array, " t"]:
    """Generalised advantage A_t = delta_t + discount_t lambda A_{t+1}; equals `lambda_returns` - value.

    delta_t = r_t + discount_t V(s_{t+1}) - V(s_t). Schulman et al. 2016, eq. 16.
    """
    discount = jnp.broadcast_to(discount, reward.shape)
    delta = reward + discount * _next(value, bootstrap) - value
    return _from_the_end(delta, discount * lam, 0.0)


def v_trace(
    reward: Float[Array, " t"],
    value: Float[Array, " t"],
    discount: Discount,
    log_rho: Float[Array, " t"],
    bootstrap: Scalar = 0.0,
    *,
    clip_rho: float = 1.0,
    clip_c: float = 1.0,
) -> tuple[Float[Array, " t"], Float[Array, " t"]]:
    """V-trace targets and advantages, for steps that another policy took.

    v_t = V(s_t) + rho_t delta_t + discount_t c_t [v_{t+1} - V(s_{t+1})], with delta_t = r_t + discount_t V(s_{t+1}) -
    V(s_t), rho_t = min(clip_rho, pi/mu) and c_t = min(clip_c, pi/mu) (Espeholt et al. 2018, remark 1 and eq. 1). The
    advantage is rho_t [r_t + discount_t v_{t+1} - V(s_t)] (their section 4.2). Where both policies are the same, v_t is
    the discounted return to the end of the stretch.

    Args:
        log_rho: log of pi(a_t)/mu(a_t), the policy that learns over the one that acted.
        clip_rho: determines to whose values the targets lead: with infinity to those of pi.
        clip_c: determines how fast.

    Returns:
        targets v_t, and advantages of the actions.
    """
    discount = jnp.broadcast_to(discount, reward.shape)
    ratio = jnp.exp(log_rho)
    rho, c = jnp.minimum(ratio, clip_rho), jnp.minimum(ratio, clip_c)
    surprise = rho * (reward + discount * _next(value, bootstrap) - value)
    target = value + _from_the_end(surprise, discount * c, 0.0)
    return target, rho * (reward + discount * _next(target, bootstrap) - value)


def _next(value: Float[Array, " t"], bootstrap: Scalar) -> Float[Array, " t"]:
    return jnp.concatenate([value[1:], jnp.asarray(bootstrap, value.dtype)[None]])


def _from_the_end(gain: Float[Array, " t"], weight: Float[Array, " t"], last: Scalar) -> Float[Array, " t"]:
    """y_t = gain_t + weight_t y_{t+1}, with y_T = last: the one scan behind every return."""

    def back(y: Float[Array, ""], row: tuple[Array, Array]) -> tuple[Float[Array, ""], Float[Array, ""]]:
        y = row[0] + row[1] * y
        return y, y

    start = jnp.asarray(last, jnp.result_type(gain, weight))
    return jax.lax.scan(back, start, (gain, weight), reverse=True)[1]
