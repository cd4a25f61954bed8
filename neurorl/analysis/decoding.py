r"""What hidden activity says about a variable: linear decoding, cross-validated over sessions.

Whole sessions are held out, since the steps of one session resemble each other. With z the units, centred and scaled by
their standard deviation s over the training sessions, and a ridge L relative to these variances,

    regression:      y = b + w z,   w = (Z'Z/n + L)^-1 Z'y/n;
    classification:  argmax_c  z' S^-1 m_c - m_c' S^-1 m_c / 2 + log(n_c/n),   S = within-class covariance + L

(ridge regression; Fisher's linear discriminant with class means m_c; Hastie et al. 2009, 3.4.1 and 4.3). The tiny
default ridge only keeps units that hardly move from mattering.

Example:
    decoded = decode(rec.latent_h, rec.truth_volatile, kind="classification")
    decoding_scores(decoded, by="step")
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
import xarray as xr

from neurorl.analysis.over_units import Unit, columns_of
from neurorl.core.errors import BadData, BadValue

Kind = Literal["regression", "classification"]


def decode(
    activity: xr.DataArray,
    target: xr.DataArray,
    *,
    kind: Kind = "regression",
    apart: str | Sequence[str] = (),
    folds: int = 10,
    ridge: float = 1e-6,
    unit_dim: str | None = None,
) -> xr.Dataset:
    """Predict a variable from hidden units in sessions that the decoder was not fitted to.

    Args:
        activity: hidden units: dimension `session`, one of units, and any others (replica, trial, step).
        target: the variable, a number or the code of a class, with some of these dimensions; it is repeated along those
            it lacks.
        kind: "regression" or "classification".
        apart: dimensions along which decoders are fitted apart, such as "step" for a decoder of each moment. Replicas
            always are, since they have units of their own; all other dimensions are pooled.
        folds: groups of sessions held out in turn (session i is in group i mod `folds`); at most one a session.
        ridge: penalty on the weights of standardised units, at least 0.
        unit_dim: the dimension of units; by default the one named `unit` or ending in `_unit`.

    Returns:
        `prediction` and `target`, with all dimensions of the activity but that of units, and the attribute `kind`.
        Where a number is missing in activity or target, both are NaN and nothing is fitted.
    """
    unit = _unit_dim(activity, unit_dim)
    if kind not in ("regression", "classification"):
        raise BadValue(f"kind is '{kind}', but must be regression or classification.")
    if not ridge >= 0:
        raise BadValue(f"ridge is {ridge:g}, but must be at least 0.")
    others = [str(d) for d in activity.dims if d != unit]
    pooled = [d for d in others if d not in ("replica", *_named(apart, others))]
    if "session" not in pooled:
        raise BadData(
            f"Decoding holds out whole sessions and needs a dimension `session`; got {', '.join(others)}. "
            "Make a recording of several sessions."
        )
    kept = [d for d in others if d not in pooled]
    like = activity.isel({unit: 0}, drop=True)
    extra = [str(d) for d in target.dims if d not in others]
    if extra:
        raise BadData(f"The variable to decode has the dimension {', '.join(extra)}, which the activity lacks.")
    wanted = target.astype(float).broadcast_like(like).transpose(*kept, *pooled)
    x = activity.astype(float).transpose(*kept, *pooled, unit)
    n_apart = int(np.prod([x.sizes[d] for d in kept], dtype=int))
    xs = x.to_numpy().reshape(n_apart, -1, x.sizes[unit])
    ys = wanted.to_numpy().reshape(n_apart, -1)
    shape = [x.sizes[d] for d in pooled]
    place = np.indices(shape)[pooled.index("session")].ravel()
    n_folds = min(folds, x.sizes["session"])
    if n_folds < 2:
        raise BadData(f"Cross-validation needs at least 2 sessions and 2 folds; got {x.sizes['session']} and {folds}.")
    predicted = np.full(ys.shape, np.nan)
    there = np.isfinite(xs).all(axis=2) & np.isfinite(ys)
    for i in range(n_apart):
        ok = there[i]
        predicted[i, ok] = _held_out(xs[i, ok], ys[i, ok], place[ok] % n_folds, kind, ridge)
    values = predicted.reshape(wanted.shape)
    wanted = wanted.where(np.isfinite(values))
    result = xr.Dataset({"prediction": (wanted.dims, values), "target": wanted}, attrs={"kind": kind})
    return result.transpose(*others)


def decoding_scores(decoded: xr.Dataset, by: Unit = ()) -> pd.DataFrame:
    """How good the held-out predictions are, one row a group.

    Args:
        decoded: from `decode`.
        by: dimensions or coordinates whose values are scored apart, such as "replica" or ("replica", "step").

    Returns:
        Columns `by`, n (observations), and for a regression r2 (1 - squared error / variance; below 0 if worse than
        the mean), r (Pearson's) and rmse; for a classification accuracy, chance (share of the commonest class) and
        balanced (mean over classes of the share predicted right).
    """
    by = columns_of(by)
    unknown = [name for name in by if name not in decoded.dims and name not in decoded.coords]
    if unknown:
        raise BadData(
            f"There is no dimension {', '.join(unknown)} here; there are {', '.join(map(str, decoded.dims))}."
        )
    table = decoded.to_dataframe().reset_index().dropna(subset=["prediction", "target"])
    score = _regression_score if decoded.attrs.get("kind") != "classification" else _classification_score
    if not by:
        return pd.DataFrame([score(table)])
    rows = [
        dict(zip(by, key if isinstance(key, tuple) else (key,), strict=True)) | score(part)
        for key, part in table.groupby(by, sort=False)
    ]
    return pd.DataFrame(rows)


def _regression_score(table: pd.DataFrame) -> dict[str, float]:
    y, p = table["target"].to_numpy(float), table["prediction"].to_numpy(float)
    error, spread = float(np.sum((y - p) ** 2)), float(np.sum((y - y.mean()) ** 2))
    varies = spread > 0 and float(p.std()) > 0
    return {
        "n": len(y),
        "r2": 1 - error / spread if spread > 0 else np.nan,
        "r": float(np.corrcoef(y, p)[0, 1]) if varies else np.nan,
        "rmse": float(np.sqrt(error / len(y))),
    }


def _classification_score(table: pd.DataFrame) -> dict[str, float]:
    target = table["target"].to_numpy(float)
    right = target == table["prediction"].to_numpy(float)
    classes, place, count = np.unique(target, return_inverse=True, return_counts=True)
    hits = np.bincount(place, weights=right, minlength=len(classes))
    return {
        "n": len(right),
        "accuracy": float(right.mean()),
        "chance": float(count.max() / len(right)),
        "balanced": float((hits / count).mean()),
    }


def _held_out(x: np.ndarray, y: np.ndarray, fold: np.ndarray, kind: Kind, ridge: float) -> np.ndarray:
    """Predictions for every row from decoders fitted to the other folds."""
    x = x - x.mean(axis=0)  # for the arithmetic's sake; decoders have an intercept of their own
    classes = np.unique(y)
    if kind == "classification":
        if len(classes) < 2:
            raise BadData("Classification needs at least two classes; the variable always has the same value here.")
        columns = (y[:, None] == classes).astype(float)
    else:
        columns = y[:, None] - y.mean()
    out = np.full(len(y), np.nan)
    for k in np.unique(fold):
        train, test = fold != k, fold == k
        if train.sum() < 2:
            raise BadData("Too few observations outside a fold to fit a decoder; record more sessions.")
        if kind == "classification":
            out[test] = classes[_discriminant(x[train], columns[train], x[test], ridge)]
        else:
            out[test] = _ridge(x[train], columns[train, 0], x[test], ridge) + y.mean()
    return out


def _ridge(x: np.ndarray, y: np.ndarray, new: np.ndarray, ridge: float) -> np.ndarray:
    mean, scale = x.mean(axis=0), _scale(x)
    z = (x - mean) / scale
    w = np.linalg.lstsq(z.T @ z / len(z) + ridge * np.eye(z.shape[1]), z.T @ (y - y.mean()) / len(z), rcond=None)[0]
    return y.mean() + (new - mean) / scale @ w


def _discriminant(x: np.ndarray, member: np.ndarray, new: np.ndarray, ridge: float) -> np.ndarray:
    """Index of the likeliest class of each new row; a class without training rows is never chosen."""
    mean, scale = x.mean(axis=0), _scale(x)
    z = (x - mean) / scale
    n = member.sum(axis=0)
    centres = member.T @ z / np.maximum(n, 1)[:, None]
    within = z - member @ centres
    covariance = within.T @ within / len(z) + ridge * np.eye(z.shape[1])
    w = np.linalg.lstsq(covariance, centres.T, rcond=None)[0]
    with np.errstate(divide="ignore"):
        prior = np.log(n / n.sum())
    scores = (new - mean) / scale @ w - 0.5 * np.sum(centres * w.T, axis=1) + prior
    return scores.argmax(axis=1)


def _scale(x: np.ndarray) -> np.ndarray:
    sd = x.std(axis=0)
    return np.where(sd > 1e-12, sd, 1.0)


def _named(apart: str | Sequence[str], others: list[str]) -> list[str]:
    names = [apart] if isinstance(apart, str) else list(apart)
    unknown = [name for name in names if name not in others]
    if unknown:
        raise BadData(f"There is no dimension {', '.join(unknown)} to decode along; there are {', '.join(others)}.")
    return names


def _unit_dim(activity: xr.DataArray, unit_dim: str | None) -> str:
    named = [str(d) for d in activity.dims if d == "unit" or str(d).endswith("_unit")]
    if unit_dim is None and len(named) != 1:
        raise BadData(
            f"Decoding needs activity with one dimension of units; got {', '.join(map(str, activity.dims))}. "
            "Say which it is (unit_dim) or rename it to `unit`."
        )
    unit = unit_dim or named[0]
    if unit not in activity.dims:
        raise BadData(f"There is no dimension {unit} here; there are {', '.join(map(str, activity.dims))}.")
    return unit
