"""The successor representation: how often each state will be visited, by where one is now."""

import numpy as np
from jaxtyping import Array, Float

from neurorl.core.errors import BadValue


def random_walk(successors: tuple[tuple[int, ...], ...]) -> Float[np.ndarray, "n n"]:
    """Transition probabilities T(s, s') of a walk that takes every way out of a state equally often."""
    n = len(successors)
    out = np.zeros((n, n))
    for state, ways in enumerate(successors):
        np.add.at(out[state], list(ways), 1 / len(ways))
    return out


def successor_representation(transitions: Float[np.ndarray, "n n"], discount: float) -> Float[np.ndarray, "n n"]:
    """M(s, s') = E sum_k discount^k 1[s_k = s'] from s_0 = s, so M = (I - discount T)^-1 (Dayan 1993, eq. 3).

    The value of a state under any payments r is then M r: payments may change without new learning, but the policy
    that M was learned under stays.

    Args:
        transitions: T, one row a state.
        discount: of one step, below 1.
    """
    if not 0 <= discount < 1:
        raise BadValue(
            f"discount is {discount:g}, but must be at least 0 and below 1 for the visits of an infinite horizon."
        )
    return np.linalg.inv(np.eye(len(transitions)) - discount * transitions)


def finite_representations(transitions: Float[np.ndarray, "n n"], horizon: int) -> Float[np.ndarray, "horizon n n"]:
    """Visits within the next k = 1, ..., horizon steps, the present state included: M_k = sum_{j<k} T^j."""
    powers = [np.eye(len(transitions))]
    for _ in range(horizon - 1):
        powers.append(powers[-1] @ transitions)
    return np.cumsum(powers, axis=0)


def successor_td(
    row: Float[Array, " n"],
    here: Float[Array, " n"],
    next_row: Float[Array, " n"],
    discount: Float[Array, ""],
    alpha: Float[Array, ""],
) -> Float[Array, " n"]:
    """One step of learning M by temporal differences: M(x, .) += alpha [1(x, .) + discount M(x', .) - M(x, .)].

    Dayan 1993, eq. 8; over pairs x of state and answer as in Russek et al. 2017.

    Args:
        row: M(x, .) of what was left.
        here: one-hot of x.
        next_row: M(x', .) of what was entered.
        discount: of one step; 0 where the trial ended.
        alpha: learning rate.
    """
    return row + alpha * (here + discount * next_row - row)
