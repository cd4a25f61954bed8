"""Dynamic programming on a Markov decision process: values with a deadline and without.

    u_t(s) = max_a [ r(s, a) + gamma sum_j p(j | s, a) u_{t+1}(j) ]       (Bellman 1957; Neftci & Averbeck 2019, eq. 4)

A row of p that sums to less than 1 is one in which the trial may end: what is missing is the chance that it does.
Everything takes NumPy or JAX arrays where it says `Array`, NumPy otherwise.
"""

from typing import TypeVar

import numpy as np
from jaxtyping import Array, Bool, Float

from neurorl.core.errors import BadValue

A = TypeVar("A", np.ndarray, Array)  # of NumPy or of JAX


def look_ahead(p: A, r: A, gamma: A | float, value: A) -> A:
    """Q(s, a) = r(s, a) + gamma sum_j p(j | s, a) value(j), reward units.

    Args:
        p: probabilities of what comes next [n, n_actions, n].
        r: expected reward [n, n_actions].
        gamma: discount of one step.
        value: of each state [n].
    """
    return r + gamma * (p @ value)


def finite_horizon(
    p: Float[np.ndarray, "n a n"], r: Float[np.ndarray, "n a"], gamma: float, horizon: int
) -> Float[np.ndarray, "horizon+1 n"]:
    """What is best to earn with k = 0, ..., horizon steps left; u_t of the equation above is row horizon - t."""
    values = [np.zeros(len(r))]
    for _ in range(horizon):
        values.append(look_ahead(p, r, gamma, values[-1]).max(axis=1))
    return np.stack(values)


def value_iteration(
    p: Float[np.ndarray, "n a n"], r: Float[np.ndarray, "n a"], gamma: float, tolerance: float = 1e-10
) -> Float[np.ndarray, " n"]:
    """Optimal values without a deadline, to within `tolerance` (reward units)."""
    if not 0 <= gamma < 1:
        raise BadValue(f"gamma is {gamma:g}, but must be at least 0 and below 1 for values without a deadline.")
    value = np.zeros(len(r))
    while True:
        better = look_ahead(p, r, gamma, value).max(axis=1)
        # A backup shrinks the distance to the fixed point by gamma, which bounds what is left of it.
        if np.abs(better - value).max() * gamma <= tolerance * (1 - gamma):
            return better
        value = better


def policy_value(
    p: Float[np.ndarray, "n a n"], r: Float[np.ndarray, "n a"], gamma: float, policy: Float[np.ndarray, "n a"]
) -> Float[np.ndarray, " n"]:
    """Values of a policy pi(a | s): v = (I - gamma P_pi)^-1 r_pi."""
    walk = np.einsum("sa,saj->sj", policy, p)
    return np.linalg.solve(np.eye(len(r)) - gamma * walk, np.sum(policy * r, axis=1))


def policy_iteration(
    p: Float[np.ndarray, "n a n"], r: Float[np.ndarray, "n a"], gamma: float
) -> tuple[Float[np.ndarray, " n"], int]:
    """Optimal values by policies that improve until none is better (Howard 1960).

    Returns:
        the values, and how many policies were evaluated.
    """
    policy = np.zeros(len(r), int)
    evaluated = 0
    while True:
        value = policy_value(p, r, gamma, np.eye(r.shape[1])[policy])
        evaluated += 1
        q = look_ahead(p, r, gamma, value)
        # Keep the old answer where it is as good, or equally good policies take turns for ever.
        kept = np.take_along_axis(q, policy[:, None], axis=1)[:, 0] >= q.max(axis=1) - 1e-9
        if kept.all():
            return value, evaluated
        policy = np.where(kept, policy, q.argmax(axis=1))


def best(q: Float[np.ndarray, "n a"], tolerance: float = 1e-9) -> Bool[np.ndarray, "n a"]:
    """Which answers are best in each state; several where they are equally good."""
    return q >= q.max(axis=-1, keepdims=True) - tolerance
