"""What past choices and past rewards do to the next choice (Lau & Glimcher 2005; Wang et al. 2018, Fig. 2c,f).

    logit P(right_t) = b_0 + sum_{j=1..n} alpha_j (R_right - R_left)_{t-j} + sum_{j=1..n} beta_j C_{t-j}

R is 1 where a choice of this side was rewarded. The choice C is coded in one of two ways: "binary" is 1 for right and
0 for left, as in the published figure; "signed" is C_right - C_left, +1 or -1, as Lau & Glimcher write it. Both are the
same model: beta is twice as large with binary coding. Lags count trials with a choice: others are taken out.
"""

from typing import Literal

import numpy as np
import pandas as pd

from neurorl.analysis.logistic import logistic, with_infinite
from neurorl.analysis.over_units import Unit, columns_of, groups, over_units, require_columns

Coding = Literal["binary", "signed"]


def history_design(trials: pd.DataFrame, n_lags: int = 15, coding: Coding = "binary") -> np.ndarray:
    """The regressors, [n_trials, 2, n_lags]: rewards, then choices, lag 1 first; NaN before a session's first trial.

    Args:
        trials: one row a trial in order (`sided_trials`), all of each session: the first ones are history of the next.
        n_lags: how many trials back.
        coding: of the choices.
    """
    require_columns(trials, ["subject", "session", "choice", "reward"], "The history regression")
    side = 2.0 * trials["choice"].to_numpy() - 1
    happened = np.stack([side * trials["reward"].to_numpy(), (side + 1) / 2 if coding == "binary" else side], axis=1)
    session = trials.groupby(["subject", "session"], sort=False).ngroup().to_numpy()
    design = np.full((len(trials), 2, n_lags), np.nan)
    for lag in range(1, n_lags + 1):
        there = session[lag:] == session[:-lag]
        design[lag:, :, lag - 1] = np.where(there[:, None], happened[:-lag], np.nan)
    return design


def history_regression(
    trials: pd.DataFrame,
    unit: Unit = "subject",
    *,
    rows: np.ndarray | None = None,
    n_lags: int = 15,
    coding: Coding = "binary",
    prior_sd: float | None = None,
) -> pd.DataFrame:
    """The regression of each unit, over trials that have a history of `n_lags` trials.

    Args:
        trials: see `history_design`.
        unit: columns that name a unit; () pools all trials.
        rows: which trials are to be explained, [n_trials]; by default all. The others still count as history.
        n_lags, coding: see `history_design`.
        prior_sd: of a Gaussian prior on the weights; None for maximum likelihood.

    Returns:
        Columns `unit`, effect ("reward", "choice"), lag, weight (log-odds), se, infinite (the unit's choices are
        separated, and the size of this weight is a prior's), n (trials explained): 2 n_lags rows a unit, without the
        intercept.
    """
    design = history_design(trials, n_lags, coding)
    keep = np.isfinite(design).all(axis=(1, 2)) & (True if rows is None else rows)
    right, at = trials["choice"].to_numpy(), np.arange(len(trials))
    parts = []
    for who, part in groups(trials.assign(_row=at).loc[keep, :], unit):
        i = part["_row"].to_numpy()
        fit = logistic(design[i].reshape(len(i), -1), right[i], prior_sd=prior_sd)
        kinds = [(effect, lag) for effect in ("reward", "choice") for lag in range(1, n_lags + 1)]
        table = pd.DataFrame(kinds, columns=["effect", "lag"])
        table = table.assign(weight=fit.weights[1:], se=fit.se[1:], infinite=fit.infinite[1:], n=fit.n)
        parts.append(table.assign(**who))
    out = pd.concat(parts, ignore_index=True)
    return out.loc[:, [*columns_of(unit), "effect", "lag", "weight", "se", "infinite", "n"]]


def history_summary(weights: pd.DataFrame, by: Unit = ()) -> pd.DataFrame:
    """Mean weight over units with Student's 95 % interval.

    Returns:
        Columns `by`, effect, lag, mean, low, high, n_units, n_infinite (units in which a prior sets the size).
    """
    kinds = [*columns_of(by), "effect", "lag"]
    return with_infinite(over_units(weights, "weight", kinds), weights, kinds)
