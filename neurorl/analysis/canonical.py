r"""Canonical correlations: how strongly a population of units goes with a variable of the task.

For activity H and a variable Y (a number, or a category as one-hot columns), the first canonical correlation is the
largest correlation of a weighting of the units with a weighting of the columns of Y (Hotelling 1936),

    r_1 = max_{u, w} corr(H u, Y w),

and for one column the multiple correlation. With centred H = U S V^T and Y = U' S' V'^T, correlations are the singular
values of U^T U'. Two means against over-fit: H is reduced to its first principal components (and, if wanted, ridged),
and weights found in all folds but one are judged in that one (`held_out`). Categories that occur in a handful of
sessions make the correlation in the sample large whatever the units do, so it is the held-out one to believe.

Wang et al. 2018, Supp. Fig. 7d: hidden units against actions and states at each step, what the last action explains
regressed out of the units first.

Example:
    table = canonical_by_step(rec.latent_h, {"goal": goal, "action 3": action[:, 7]}, given={"last action": last})
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from neurorl.core.errors import BadData, BadValue

_NEGLIGIBLE = 1e-10  # of a variance: less is rounding


@dataclass(frozen=True)
class Canonical:
    """Weights and correlations of one canonical analysis.

    Attributes:
        correlations: [k], from the largest.
        weights_x [n_x, k], weights_y [n_y, k]: of the centred columns; each pair of projections has unit variance.
        mean_x, mean_y: what was taken off.
    """

    correlations: np.ndarray
    weights_x: np.ndarray
    weights_y: np.ndarray
    mean_x: np.ndarray
    mean_y: np.ndarray


def canonical(x: np.ndarray, y: np.ndarray, *, components: int | None = None, ridge: float = 0.0) -> Canonical:
    """Canonical correlation analysis of x [n, n_x] and y [n, n_y] by singular value decomposition.

    Args:
        x, y: no missing numbers; columns that do not change or repeat others do no harm.
        components: principal components of x that are kept; None for all.
        ridge: added to the variances of the components of x, as a share of their mean variance.
    """
    x, y = _matrix(x), _matrix(y)
    if len(x) != len(y) or len(x) < 3:
        raise BadData(
            "Canonical correlations need two tables with the same number of rows, at least 3; got "
            f"{len(x)} and {len(y)}."
        )
    if ridge < 0 or (components is not None and components < 1):
        raise BadValue(f"components is {components} and ridge is {ridge:g}, but they must be at least 1 and 0.")
    return _paired(_White(x, components, ridge), y)


def held_out(
    x: np.ndarray,
    y: np.ndarray,
    *,
    given: np.ndarray | None = None,
    folds: int = 5,
    components: int | None = None,
    ridge: float = 0.0,
    seed: int = 0,
) -> float:
    """The first canonical correlation, found in all folds but one and judged in that one; mean over folds.

    Folds are random and equally large. Where a fold's projection does not vary it counts as 0. What `given` [n, k]
    explains of x is taken off by a regression found in the same folds: one over all rows would leave the fold that
    judges with the opposite of what the others have.
    """
    return _held_out(_folds(_matrix(x), given, folds, components, ridge, seed), _matrix(y))


def without(x: np.ndarray, given: np.ndarray, learn: np.ndarray | None = None) -> np.ndarray:
    """What a linear regression on `given` [n, k] (and a constant) leaves of each column of x [n, n_x].

    `learn` [n] marks the rows that the regression is found on; all by default.
    """
    x, given = _matrix(x), _matrix(given)
    rows = np.ones(len(x), bool) if learn is None else learn
    x, given = x - x[rows].mean(axis=0), given - given[rows].mean(axis=0)
    basis, back = _whitened(given[rows], None, 0.0)
    return x - given @ (back @ (basis.T @ x[rows]))


def one_hot(codes: np.ndarray) -> np.ndarray:
    """Columns of a category, one for each code that occurs but the first."""
    codes = np.asarray(codes)
    return (codes[:, None] == np.unique(codes)[None, 1:]).astype(float)


def canonical_by_step(
    activity: xr.DataArray,
    variables: Mapping[str, np.ndarray],
    *,
    given: Mapping[str, np.ndarray] | None = None,
    components: int | None = 20,
    ridge: float = 0.0,
    folds: int = 5,
    seed: int = 0,
) -> pd.DataFrame:
    """First canonical correlation of hidden units with categorical variables, step by step.

    Args:
        activity: dimensions session, step and one of units under any name; for a recording,
            `recording.latent_h`. All its numbers must be there.
        variables: name -> codes, one a session [n_sessions] or one a session and step [n_sessions, n_steps].
        given: further such codes, which are regressed out of the units first (all that they explain is taken off).
        components, ridge: see `canonical`.
        folds, seed: see `held_out`.

    Returns:
        Columns variable, step, r (held out), r_sample (not held out, hence too large), n (sessions). A variable with
        one code only has NaN.
    """
    unit = [d for d in activity.dims if d not in ("session", "step")]
    if len(unit) != 1 or activity.ndim != 3:
        raise BadData(
            "Canonical correlations by step need activity with the dimensions session, step and one of units; got "
            f"{', '.join(map(str, activity.dims))}. Select a replica or a trial first."
        )
    h = activity.transpose("session", "step", unit[0]).to_numpy().astype(float)
    n, n_steps = h.shape[:2]
    spread = {name: _by_step(name, codes, n, n_steps) for name, codes in variables.items()}
    covariates = [_by_step(name, codes, n, n_steps) for name, codes in (given or {}).items()]
    rows = []
    for t, step in enumerate(activity["step"].to_numpy() if "step" in activity.coords else range(n_steps)):
        x = h[:, t]
        known = np.concatenate([np.zeros((n, 0)), *(one_hot(codes[:, t]) for codes in covariates)], axis=1)
        left = _White(without(x, known), components, ridge)
        parts = _folds(x, known, folds, components, ridge, seed)
        for name, codes in spread.items():
            y = one_hot(codes[:, t])
            r = r_sample = np.nan
            if y.shape[1]:
                r = _held_out(parts, y)
                r_sample = float(_paired(left, y).correlations.max(initial=0.0))
            rows.append({"variable": name, "step": int(step), "r": r, "r_sample": r_sample, "n": n})
    return pd.DataFrame(rows)


class _White:
    """Columns of unit length that span the first components of x, and the weights that make them of centred x."""

    def __init__(self, x: np.ndarray, components: int | None, ridge: float) -> None:
        self.mean = x.mean(axis=0)
        self.columns, self.weights = _whitened(x - self.mean, components, ridge)


def _paired(x: _White, y: np.ndarray) -> Canonical:
    of_y = _White(y, None, 0.0)
    a, r, b = np.linalg.svd(x.columns.T @ of_y.columns, full_matrices=False)
    scale = np.sqrt(len(y) - 1)
    return Canonical(np.clip(r, 0.0, 1.0), scale * x.weights @ a, scale * of_y.weights @ b.T, x.mean, of_y.mean)


@dataclass(frozen=True)
class _Fold:
    """One fold: which rows judge, x with the covariates taken off, and its components in the other rows."""

    own: np.ndarray
    left: np.ndarray
    others: _White


def _folds(
    x: np.ndarray, given: np.ndarray | None, folds: int, components: int | None, ridge: float, seed: int
) -> list[_Fold]:
    if not 2 <= folds <= len(x):
        raise BadValue(f"The number of folds is {folds}, but must lie between 2 and {len(x)}, the number of rows.")
    fold = np.random.default_rng(seed).permutation(len(x)) % folds
    out = []
    for i in range(folds):
        own = fold == i
        left = x if given is None else without(x, given, learn=~own)
        out.append(_Fold(own, left, _White(left[~own], components, ridge)))
    return out


def _held_out(folds: list[_Fold], y: np.ndarray) -> float:
    found = []
    for fold in folds:
        fit = _paired(fold.others, y[~fold.own])
        if not len(fit.correlations):
            found.append(0.0)
            continue
        u = (fold.left[fold.own] - fit.mean_x) @ fit.weights_x[:, 0]
        w = (y[fold.own] - fit.mean_y) @ fit.weights_y[:, 0]
        spread = u.std() * w.std()
        found.append(float(np.mean((u - u.mean()) * (w - w.mean())) / spread) if spread > _NEGLIGIBLE else 0.0)
    return float(np.mean(found))


def _by_step(name: str, codes: np.ndarray, n: int, n_steps: int) -> np.ndarray:
    codes = np.asarray(codes)
    if codes.shape == (n,):
        return np.repeat(codes[:, None], n_steps, axis=1)
    if codes.shape != (n, n_steps):
        raise BadData(
            f"The variable '{name}' has shape {codes.shape}; one code a session is ({n},), one a step ({n}, {n_steps})."
        )
    return codes


def _matrix(values: np.ndarray) -> np.ndarray:
    values = np.asarray(values, float)
    values = values[:, None] if values.ndim == 1 else values
    if values.ndim != 2 or not np.isfinite(values).all():
        raise BadData(
            f"Canonical correlations need finite tables [n, columns]; got shape {values.shape}. Leave out steps that "
            "did not happen."
        )
    return values


def _whitened(x: np.ndarray, components: int | None, ridge: float) -> tuple[np.ndarray, np.ndarray]:
    """Columns of unit length that span the first components of centred x, and the weights that make them from x."""
    u, s, v = np.linalg.svd(x, full_matrices=False)
    keep = s > _NEGLIGIBLE**0.5 * max(float(s.max(initial=0.0)), 1e-300)
    u, s, v = u[:, keep][:, :components], s[keep][:components], v[keep][:components]
    longer = np.sqrt(s**2 + ridge * np.mean(s**2)) if len(s) else s
    return u * (s / longer), v.T / longer
