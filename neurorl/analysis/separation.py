"""Does a logistic regression have a maximum-likelihood estimate? Separation, found by a linear programme.

With answers s_i = +-1 and regressors x_i (a constant included), the data are separated where some direction b != 0 has
s_i x_i b >= 0 in every row, with at least one inequality strict. Along b the likelihood rises for ever, so the weights
that b moves have no finite estimate (Albert & Anderson 1984). The programme maximises sum_i s_i x_i b over
-1 <= b <= 1 under these inequalities; weights that are not 0 at its solution have infinite estimates (Konis 2007).
Where all inequalities can be strict at once (complete separation), no weight is determined.
"""

import numpy as np
from scipy.optimize import linprog

_ZERO = 1e-7  # solutions of the programme lie at corners of [-1, 1]; smaller entries are rounding


def infinite_weights(design: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Which weights have no finite maximum-likelihood estimate.

    Args:
        design: regressors with the column of ones, [n, k].
        y: answers, 0 or 1, [n].

    Returns:
        [k] booleans: the estimate is infinite or, beside others that are, not unique. All False where the data are not
        separated; collinear columns alone do not count.
    """
    signed = np.unique(np.where(np.asarray(y) > 0, 1.0, -1.0)[:, None] * np.asarray(design, float), axis=0)
    scale = np.maximum(np.abs(signed).max(axis=0), 1e-300)  # each regressor in its own units
    signed = signed / scale
    solved = linprog(-signed.sum(axis=0), A_ub=-signed, b_ub=np.zeros(len(signed)), bounds=(-1.0, 1.0), method="highs")
    direction = np.zeros(signed.shape[1]) if solved.x is None else solved.x
    if not (signed @ direction > _ZERO).any():
        return np.zeros(signed.shape[1], bool)
    return np.ones(signed.shape[1], bool) if _completely(signed) else np.abs(direction) > _ZERO


def _completely(signed: np.ndarray) -> bool:
    """Whether one direction has every row strictly on its side: the largest margin t with signed b >= t is positive."""
    n, k = signed.shape
    solved = linprog(
        np.append(np.zeros(k), -1.0),
        A_ub=np.column_stack([-signed, np.ones(n)]),
        b_ub=np.zeros(n),
        bounds=[*[(-1.0, 1.0)] * k, (0.0, 1.0)],
        method="highs",
    )
    return solved.x is not None and solved.x[-1] > _ZERO
