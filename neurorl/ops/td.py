"""Temporal differences: the prediction error over time, and traces that carry it back."""

from jaxtyping import Array, Float


def td_error(
    v_tm1: Float[Array, ""],
    r_t: Float[Array, ""],
    discount_t: Float[Array, ""],
    v_t: Float[Array, ""],
    stim_t: Float[Array, ""] | float = 0.0,
) -> Float[Array, ""]:
    """delta_t = r_t + discount_t v(s_t) - v(s_{t-1}) + stim_t (Neftci & Averbeck 2019, eqs. 2-3).

    Args:
        v_tm1, v_t: values of the state left and the state entered, reward units.
        r_t: reward on the way, reward units.
        discount_t: weight of the value of s_t; 0 where a trial ends.
        stim_t: dopamine stimulation, reward units.
    """
    return r_t + stim_t + discount_t * v_t - v_tm1


def td_lambda(
    weights: Float[Array, " n"],
    trace: Float[Array, " n"],
    x_tm1: Float[Array, " n"],
    r_t: Float[Array, ""],
    discount_t: Float[Array, ""],
    x_t: Float[Array, " n"],
    alpha: Float[Array, ""],
    lam: Float[Array, ""],
    stim_t: Float[Array, ""] | float = 0.0,
) -> tuple[Float[Array, " n"], Float[Array, " n"], Float[Array, ""]]:
    """One online step of linear TD(lambda) with an accumulating trace.

    With v(s) = w . x(s): e <- e + x(s_{t-1}); w <- w + alpha delta_t e; e <- discount_t lambda e. The
    trace decays on the way into s_t, so that a discount of 0 clears it. Sutton 1988; Sutton & Barto
    2018, sec. 12.2.

    Returns:
        weights, trace for the next step, and delta_t in reward units.
    """
    rpe = td_error(weights @ x_tm1, r_t, discount_t, weights @ x_t, stim_t)
    trace = trace + x_tm1
    return weights + alpha * rpe * trace, discount_t * lam * trace, rpe
