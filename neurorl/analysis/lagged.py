"""Miller's lagged regression: what the last trials, each of one of four types, do to the next choice.

logit P(right_t) = b_0 + sum_{lag=1..5} sum_type b_{type,lag} x_{type,t-lag}: the type is common or uncommon (C, U)
and rewarded or unrewarded (R, U) and x is +1 if the trial `lag` ago was of that type with a right choice, -1
with a left choice, 0 if it was of another type (Miller et al. 2017; Wang et al. 2018, Fig. 5d,e). With sums over lags,

    model-based index = CR - CU + UU - UR,    model-free index = CR - CU - UU + UR.

As in Miller's analysis, lags count complete trials (aborted ones are taken out) and trials before the session's
first are 0.
"""

from typing import Any

import numpy as np
import pandas as pd

from neurorl.analysis.logistic import PRIOR_SD, LogisticFit, logistic, with_infinite
from neurorl.analysis.over_units import Unit, columns_of, groups, over_units, require_columns
from neurorl.analysis.rewarded import rewarded

TYPES = ((True, 1), (True, 0), (False, 1), (False, 0))  # (common, reward): CR, CU, UR, UU
_MB = {(True, 1): 1, (True, 0): -1, (False, 1): -1, (False, 0): 1}
_MF = {(True, 1): 1, (True, 0): -1, (False, 1): 1, (False, 0): -1}


def lagged_design(trials: pd.DataFrame, n_lags: int = 5) -> np.ndarray:
    """The regressors, [n_trials, 4, n_lags]: trial types in the order of `TYPES`, lag 1 first.

    Args:
        trials: one row a complete trial, in order (`two_stage_trials`).
        n_lags: how many trials back.
    """
    require_columns(trials, ["subject", "session", "choice1", "common", "reward"], "The lagged regression")
    side = 2.0 * trials["choice1"].to_numpy() - 1
    common = trials["common"].to_numpy(bool)
    reward = rewarded(trials["reward"].to_numpy(), what="The lagged regression")
    happened = np.stack([np.where((common == c) & (reward == r), side, 0.0) for c, r in TYPES], axis=1)
    session = trials.groupby(["subject", "session"], sort=False).ngroup().to_numpy()
    design = np.zeros((len(trials), len(TYPES), n_lags))
    for lag in range(1, n_lags + 1):
        same = session[lag:] == session[:-lag]
        design[lag:, :, lag - 1] = np.where(same[:, None], happened[:-lag], 0.0)
    return design


def lagged_regression(
    trials: pd.DataFrame, unit: Unit = "subject", *, n_lags: int = 5, prior_sd: float | None = PRIOR_SD
) -> pd.DataFrame:
    """The lagged regression of each unit.

    Args:
        trials: one row a complete trial, in order.
        unit: columns that name a unit; () pools all trials.
        n_lags: how many trials back.
        prior_sd: of the weak prior that keeps short sessions finite; None for maximum likelihood.

    Returns:
        Columns `unit`, common, reward, lag, weight (log-odds), se, infinite, separated: 4 n_lags rows a unit, without
        the intercept. `separated`: the regressors separate the unit's choices; `infinite`: this weight has no finite
        maximum-likelihood estimate, so its size is the prior's and must not be read as an estimate.
    """
    design = lagged_design(trials, n_lags)
    right = trials["choice1"].to_numpy()
    row = np.arange(len(trials))
    parts = []
    for who, rows in groups(trials.assign(_row=row), unit):
        at = rows["_row"].to_numpy()
        fit = logistic(design[at].reshape(len(at), -1), right[at], prior_sd=prior_sd)
        parts.append(_tidy(fit, n_lags).assign(**who))
    out = pd.concat(parts, ignore_index=True)
    return out.loc[:, [*columns_of(unit), "common", "reward", "lag", "weight", "se", "infinite", "separated"]]


def lagged_indices(weights: pd.DataFrame, unit: Unit = "subject") -> pd.DataFrame:
    """Model-based and model-free index of each unit: columns `unit`, mb, mf (sums of log-odds), separated."""
    rows = []
    for who, part in groups(weights, unit):
        kind = list(zip(part["common"].astype(bool), part["reward"].astype(int), strict=True))
        weight = part["weight"].to_numpy()
        rows.append({**who, "mb": weight @ [_MB[k] for k in kind], "mf": weight @ [_MF[k] for k in kind]})
        rows[-1]["separated"] = bool(part["separated"].any())
    return pd.DataFrame(rows)


def lagged_summary(weights: pd.DataFrame, by: Unit = ()) -> pd.DataFrame:
    """Mean weight over units with Student's 95 % interval.

    Returns:
        Columns `by`, common, reward, lag, mean, low, high, n_units, n_infinite (units in which the prior alone sets the
        size of the weight).
    """
    kinds = [*columns_of(by), "common", "reward", "lag"]
    return with_infinite(over_units(weights, "weight", kinds), weights, kinds)


def indices_summary(indices: pd.DataFrame, by: Unit = ()) -> pd.DataFrame:
    """Mean indices over units with Student's 95 % interval.

    Returns:
        Columns `by`, index ("mb", "mf"), mean, low, high, n_units, n_separated (units whose index depends on the
        prior).
    """
    by = columns_of(by)
    by_group: Any = indices.groupby(by, sort=False)["separated"].sum() if by else None
    parts = []
    for name in ("mb", "mf"):
        part = over_units(indices, name, by).assign(index=name)
        if by_group is None:
            part["n_separated"] = int(np.sum(indices["separated"].to_numpy(bool)))
        else:
            part = part.merge(by_group.rename("n_separated").reset_index(), on=by, how="left")
        parts.append(part)
    columns = [*by, "index", "mean", "low", "high", "n_units", "n_separated"]
    return pd.concat(parts, ignore_index=True).loc[:, columns]


def _tidy(fit: LogisticFit, n_lags: int) -> pd.DataFrame:
    kinds = [(common, reward, lag) for common, reward in TYPES for lag in range(1, n_lags + 1)]
    table = pd.DataFrame(kinds, columns=["common", "reward", "lag"])
    return table.assign(weight=fit.weights[1:], se=fit.se[1:], infinite=fit.infinite[1:], separated=fit.separated)
