r"""What single units code: partial correlations and multiple regressions of hidden activity on variables of the task.

For a unit h, a variable x_k and all other variables Z (with an intercept), let h' and x' be what a linear regression
on Z leaves of each. Then

    r_k = <h', x'> / (|h'| |x'|),    slope_k = <h', x'> / |x'|^2,    t_k = r_k sqrt(d / (1 - r_k^2)),

with d = n - 2 - (number of other variables). r is the partial correlation; slope and t are exactly those of the
multiple regression of h on all variables (Frisch & Waugh 1933). So one table answers both questions: how much of a
unit goes with a variable and with nothing else (Wang et al. 2018, Fig. 2e), and in how many units the slope differs
from zero (Supp. Fig. 5). Spearman's form replaces units and variables by their ranks first.

Example:
    h, variables = observations(rec.latent_h.sel(step=0), {"last_action": a, "last_reward": r, "value": v})
    table = unit_coding(h, variables, method="spearman")
    share_of_units(table)
"""

from collections.abc import Mapping
from typing import Literal

import numpy as np
import pandas as pd
import xarray as xr
from scipy.stats import rankdata
from scipy.stats import t as student

from neurorl.analysis.over_units import Unit, columns_of, require_columns
from neurorl.core.errors import BadData

_NEGLIGIBLE = 1e-10  # of a variance: less is rounding, so nothing is left to correlate


def observations(
    activity: xr.DataArray, variables: Mapping[str, xr.DataArray], unit_dim: str | None = None
) -> tuple[np.ndarray, pd.DataFrame]:
    """Labelled arrays as plain ones: one row an observation.

    Args:
        activity: hidden units, with one dimension of units and any others (replica, session, trial, step).
        variables: name -> array with some of these other dimensions; it is repeated along those it lacks.
        unit_dim: name of the dimension of units; by default the one whose name is `unit` or ends in `_unit`.

    Returns:
        Activity [n, n_units] and variables (n rows). Observations with a missing number anywhere are left out.
    """
    named = [str(d) for d in activity.dims if d == "unit" or str(d).endswith("_unit")]
    if unit_dim is None and len(named) != 1:
        raise BadData(
            f"Unit coding needs activity with one dimension of units; got {', '.join(map(str, activity.dims))}. "
            "Say which it is (unit_dim) or rename it to `unit`."
        )
    unit = unit_dim or named[0]
    others = [d for d in activity.dims if d != unit]
    flat = activity.transpose(*others, unit).to_numpy().reshape(-1, activity.sizes[unit]).astype(float)
    like = activity.isel({unit: 0}, drop=True)
    columns = {}
    for name, values in variables.items():
        spread, _ = xr.broadcast(values.astype(float), like)
        columns[name] = spread.transpose(*others).to_numpy().ravel()
    table = pd.DataFrame(columns)
    if len(table) != len(flat):
        raise BadData(
            f"The variables have {len(table)} values but the units {len(flat)} observations; a variable may only have "
            f"the dimensions {', '.join(map(str, others))}."
        )
    there = np.isfinite(flat).all(axis=1) & np.isfinite(table.to_numpy()).all(axis=1)
    return flat[there], table.loc[there, :].reset_index(drop=True)


def unit_coding(
    activity: np.ndarray, variables: pd.DataFrame, *, method: Literal["pearson", "spearman"] = "pearson"
) -> pd.DataFrame:
    """How much each unit goes with each variable when all other variables are held fixed.

    Args:
        activity: [n, n_units], no missing numbers.
        variables: n rows; covariates are simply further columns.
        method: "pearson", or "spearman" for partial rank correlations (slopes are then in ranks).

    Returns:
        Columns unit (0, 1, ...), variable, r, slope (activity per unit of the variable), t, p (two-tailed), n: one row
        a unit and variable. A unit or variable that does not change, or that the other variables fix, has NaN.
    """
    h, x = np.asarray(activity, float), variables.to_numpy(float)
    if h.ndim != 2 or len(h) != len(x) or not (np.isfinite(h).all() and np.isfinite(x).all()):
        raise BadData(
            "Unit coding needs activity [n, units] and n rows of variables, all finite; got activity of shape "
            f"{h.shape} and {len(x)} rows. Leave out steps that did not happen (`observations` does)."
        )
    n, k = x.shape
    freedom = n - 1 - k
    if freedom < 1:
        raise BadData(f"Unit coding with {k} variables needs at least {k + 2} observations; got {n}.")
    if method == "spearman":
        h, x = rankdata(h, axis=0), rankdata(x, axis=0)
    h, x = h - h.mean(axis=0), x - x.mean(axis=0)
    parts = []
    for i, name in enumerate(variables.columns):
        r, slope = _partial(h, x[:, i], np.delete(x, i, axis=1))
        with np.errstate(divide="ignore"):
            t = r * np.sqrt(freedom / np.maximum(1 - r**2, 0.0))
        p = 2 * student.sf(np.abs(t), freedom)
        parts.append(
            pd.DataFrame({"unit": np.arange(h.shape[1]), "variable": name, "r": r, "slope": slope, "t": t, "p": p})
        )
    return pd.concat(parts, ignore_index=True).assign(n=n)


def share_of_units(table: pd.DataFrame, by: Unit = (), *, alpha: float = 0.05, bonferroni: bool = True) -> pd.DataFrame:
    """The share of units whose slope differs from zero.

    Args:
        table: from `unit_coding`, possibly several with further columns `by` (a replica, a trial).
        by: further columns to keep apart.
        alpha: two-tailed level.
        bonferroni: whether the level is divided by the number of units.

    Returns:
        Columns `by`, variable, share, n_units, level (what p was compared with). A unit without a p does not count as
        coding.
    """
    keep = [*columns_of(by), "variable"]
    require_columns(table, [*keep, "p"], "A share of units")
    grouped = table.groupby(keep, sort=False)["p"]
    n_units = grouped.size()
    level = alpha / n_units if bonferroni else alpha + 0.0 * n_units
    coding = table["p"].to_numpy() < level.reindex(
        pd.MultiIndex.from_frame(table.loc[:, keep]) if by else table["variable"]
    )
    share = table.assign(share=np.asarray(coding, float)).groupby(keep, sort=False)["share"].mean()
    return pd.DataFrame({"share": share, "n_units": n_units, "level": level}).reset_index()


def _partial(h: np.ndarray, x: np.ndarray, others: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Partial correlation and slope of every column of h [n, units] with x [n], given `others` [n, k]; all centred."""
    before_h, before_x = (h**2).sum(axis=0), float(x @ x)
    if others.shape[1]:
        basis, size, _ = np.linalg.svd(others / np.maximum(np.abs(others).max(axis=0), 1e-300), full_matrices=False)
        basis = basis[:, size > _NEGLIGIBLE**0.5 * max(size.max(), 1e-300)]
        h, x = h - basis @ (basis.T @ h), x - basis @ (basis.T @ x)
    left_h, left_x = (h**2).sum(axis=0), float(x @ x)
    known = (left_h > _NEGLIGIBLE * before_h) & (left_x > _NEGLIGIBLE * before_x)
    safe_h, safe_x = np.where(known, left_h, 1.0), left_x if left_x > 0 else 1.0
    product = x @ h
    r = np.where(known, np.clip(product / np.sqrt(safe_h * safe_x), -1.0, 1.0), np.nan)
    return r, np.where(known, product / safe_x, np.nan)
