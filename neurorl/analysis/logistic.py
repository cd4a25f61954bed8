r"""Logistic regression by Newton's method, and the regression of staying on reward and transition.

log p(y | x, w) = sum_i y_i eta_i - log(1 + exp eta_i) with eta = w_0 + x w. Newton's step solves
(X' P X + L) dw = X'(y - p) - L w, with P = diag p(1-p) and L the precision of a Gaussian prior (0 for maximum
likelihood); standard errors are the root diagonal of (X' P X + L)^-1 (McCullagh & Nelder 1989, ch. 4).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from neurorl.analysis.over_units import Unit, columns_of, groups, over_units
from neurorl.analysis.rewarded import rewarded
from neurorl.analysis.separation import infinite_weights
from neurorl.analysis.stay import stay_pairs
from neurorl.core.errors import BadData

PRIOR_SD = 2.5  # weak on the log-odds scale; only matters for a unit with few trials
_INTERCEPT_SD = 4.0  # times the prior's: a unit that always answers the same keeps a finite intercept
_ETA_MAX = 25.0  # log-odds; beyond it p(1-p) < 2e-11, which only separated data ask for


@dataclass(frozen=True)
class LogisticFit:
    """A fitted logistic regression; all numbers are finite.

    Attributes:
        names: "intercept", then the regressors.
        weights, se: log-odds per unit of the regressor, and standard errors, [k + 1].
        log_lik: log-likelihood, nats.
        n: observations.
        infinite: [k + 1] weights without a finite maximum-likelihood estimate, because the regressors separate the
            answers: their size here is that of the prior, not of the data.
        note: empty, or a sentence about separated or collinear regressors.
    """

    names: tuple[str, ...]
    weights: np.ndarray
    se: np.ndarray
    log_lik: float
    n: int
    infinite: np.ndarray
    note: str = ""

    @property
    def separated(self) -> bool:
        """Whether the regressors separate the answers, completely or in part."""
        return bool(self.infinite.any())

    def table(self) -> pd.DataFrame:
        """One row a weight: name, weight, se, the 95 % interval weight -+ 1.96 se (low, high), and infinite."""
        half = 1.959963984540054 * self.se
        return pd.DataFrame(
            {
                "name": self.names,
                "weight": self.weights,
                "se": self.se,
                "low": self.weights - half,
                "high": self.weights + half,
                "infinite": self.infinite,
            }
        )


def logistic(x: np.ndarray, y: np.ndarray, names: Sequence[str] = (), *, prior_sd: float | None = None) -> LogisticFit:
    """Fit log-odds of `y` as an intercept plus `x` times weights.

    Where the maximum of the likelihood does not exist, because the regressors separate the answers or are
    collinear, a fit without a prior falls back on the prior with `PRIOR_SD`. With and without a prior, `infinite` marks
    the weights whose size the data do not determine, and `note` says so.

    Args:
        x: regressors, [n, k].
        y: 0 or 1, [n].
        names: of the regressors, [k].
        prior_sd: standard deviation of a Gaussian prior at 0 on the weights (four times that on the
            intercept); None for maximum likelihood.
    """
    x, y = np.asarray(x, float), np.asarray(y, float)
    names = ("intercept", *(names or [f"x{i}" for i in range(x.shape[1])]))
    if len(y) == 0 or not np.isfinite(x).all() or not np.isin(y, (0.0, 1.0)).all():
        raise BadData(
            f"A logistic regression needs at least one row, finite regressors and answers of 0 or 1; "
            f"got {len(y)} rows, {int((~np.isfinite(x)).sum())} regressors that are not finite and "
            f"{int((~np.isin(y, (0.0, 1.0))).sum())} other answers. Drop or mend these rows first."
        )
    design = np.column_stack([np.ones(len(y)), x])
    likeliest = _newton(design, y, None)
    infinite = np.zeros(design.shape[1], bool) if likeliest is not None else infinite_weights(design, y)
    fit = likeliest if prior_sd is None else _newton(design, y, prior_sd)
    note = _note(names, infinite, len(y), prior_sd) if fit is None or infinite.any() else ""
    if fit is None:
        fit = _newton(design, y, PRIOR_SD)
    if fit is None:
        raise BadData("A logistic regression did not converge even with a prior; rescale its regressors to about 1.")
    weights, se, log_lik = fit
    return LogisticFit(names, weights, se, log_lik, len(y), infinite, note)


def _note(names: Sequence[str], infinite: np.ndarray, n: int, prior_sd: float | None) -> str:
    """Why the weights are not maximum-likelihood estimates."""
    fallback = f" A Gaussian prior with standard deviation {PRIOR_SD:g} was put on the weights."
    if not infinite.any():
        return f"The likelihood of these {n} rows has no maximum: regressors are collinear.{fallback}"
    which = ", ".join(name for name, is_infinite in zip(names, infinite, strict=True) if is_infinite)
    said = f"The likelihood of these {n} rows has no maximum: the regressors separate the answers ({which})."
    return said + (fallback if prior_sd is None else " The prior alone determines the size of these weights.")


def stay_regression(trials: pd.DataFrame, *, prior_sd: float | None = None, across_missed: bool = False) -> LogisticFit:
    """Pooled regression of staying on the last trial's reward and transition, each coded +-0.5.

    logit P(stay) = b_0 + b_r R + b_t T + b_rt 2 R T, with R, T = +-0.5: the interaction's regressor is +-0.5
    too, so every weight is a difference of log-odds between halves of the design (Daw et al. 2011). Pairs of trials on
    either side of a missed one are left out unless `across_missed` (`stay_pairs`).
    """
    return _stay_fit(stay_pairs(trials, across_missed=across_missed), prior_sd)


def stay_regression_by_unit(
    trials: pd.DataFrame, unit: Unit = "subject", *, prior_sd: float = PRIOR_SD, across_missed: bool = False
) -> pd.DataFrame:
    """`stay_regression` for each unit, with a weak prior.

    Returns:
        One row a unit and weight: `unit`, name, weight, se, infinite (the unit's choices are separated and the size of
        this weight is the prior's).
    """
    parts = [
        _stay_fit(rows, prior_sd).table().drop(columns=["low", "high"]).assign(**who)
        for who, rows in groups(stay_pairs(trials, across_missed=across_missed), unit)
    ]
    return pd.concat(parts, ignore_index=True).loc[:, [*columns_of(unit), "name", "weight", "se", "infinite"]]


def weights_summary(by_unit: pd.DataFrame, by: Unit = ()) -> pd.DataFrame:
    """Mean weight over units with Student's 95 % interval.

    Returns:
        Columns `by`, name, mean, low, high, n_units, n_infinite (units in which the prior alone sets the size).
    """
    return with_infinite(over_units(by_unit, "weight", [*columns_of(by), "name"]), by_unit, [*columns_of(by), "name"])


def with_infinite(summary: pd.DataFrame, by_unit: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """A summary of weights with the column n_infinite: units whose weight has no finite estimate."""
    counts: Any = by_unit.groupby(list(by), sort=False)["infinite"].sum()
    return summary.merge(counts.rename("n_infinite").reset_index(), on=list(by), how="left")


def _stay_fit(pairs: pd.DataFrame, prior_sd: float | None) -> LogisticFit:
    reward = rewarded(pairs["reward"].to_numpy(), what="The regression of staying") - 0.5
    transition = pairs["common"].to_numpy() - 0.5
    x = np.column_stack([reward, transition, 2 * reward * transition])
    return logistic(x, pairs["stay"].to_numpy(), ("reward", "transition", "interaction"), prior_sd=prior_sd)


def _newton(design: np.ndarray, y: np.ndarray, prior_sd: float | None) -> tuple[np.ndarray, np.ndarray, float] | None:
    """Weights, standard errors and log-likelihood at the maximum, or None where there is none."""
    k = design.shape[1]
    precision = np.zeros(k)
    if prior_sd is not None:
        precision[:] = prior_sd**-2
        precision[0] /= _INTERCEPT_SD**2
    elif np.linalg.matrix_rank(design.T @ design) < k:
        return None

    def log_likelihood(eta: np.ndarray) -> float:
        return -float(np.logaddexp(0.0, np.where(y > 0, -eta, eta)).sum())

    def objective(w: np.ndarray) -> float:
        return log_likelihood(design @ w) - 0.5 * float(precision @ w**2)

    weights = np.zeros(k)
    best = objective(weights)
    for _ in range(100):
        eta = design @ weights
        if np.abs(eta).max() > _ETA_MAX and prior_sd is None:
            return None
        p = 1 / (1 + np.exp(-eta))
        information = design.T @ (design * (p * (1 - p))[:, None]) + np.diag(precision)
        step = np.linalg.solve(information, design.T @ (y - p) - precision * weights)
        if np.abs(design @ step).max() < 1e-9:
            return weights, np.sqrt(np.diag(np.linalg.inv(information))), log_likelihood(eta)
        size = 1.0
        while size > 1e-6 and (now := objective(weights + size * step)) < best - 1e-10 * (1 + abs(best)):
            size /= 2  # a full step can overshoot; rounding alone must not halve it
        weights, best = weights + size * step, now
    return None
