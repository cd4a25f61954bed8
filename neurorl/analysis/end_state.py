"""Where hidden activity has come to at the end of a session, and what that says of the session's parameters.

Sessions of a bandit differ in their reward probabilities alone. After many trials the activity of a network that has
learned to learn should be a function of what it found out: for arms that are tied, points on a curve, ordered by the
one unknown probability; for independent arms, something richer (Wang et al. 2018, Fig. 1f, Supp. Fig. 2).
"""

import numpy as np
import pandas as pd
import xarray as xr
from jaxtyping import Float
from scipy.stats import spearmanr

from neurorl.analysis.units import principal_components
from neurorl.core.errors import BadData


def plane(activity: xr.DataArray) -> tuple[Float[np.ndarray, "sessions steps 2"], Float[np.ndarray, "2"]]:
    """Scores on the first two principal components over all steps of all sessions, and their shares of variance.

    Args:
        activity: dimensions session, step and one of units.
    """
    components = principal_components(activity, 2)
    return components["score"].transpose("session", "step", "component").to_numpy(), components["share"].to_numpy()


def off_curve(points: Float[np.ndarray, "sessions 2"]) -> float:
    """How far points in a plane are from lying on a curve: 0 on a parabola over the first axis, 1 for a round cloud.

    The second coordinate is fitted by a quadratic in the first. What is left of its variance is compared with that of
    the narrower direction which the cloud would have without any curve, half of the variance in the plane.
    """
    _require(points)
    x, y = points.T
    left = y - np.polynomial.Polynomial.fit(x, y, 2)(x)
    return float(2.0 * left.var() / (x.var() + y.var()))


def explained_by(
    activity: Float[np.ndarray, "sessions units"], variable: Float[np.ndarray, " sessions"], degree: int = 3
) -> float:
    """Share of the variance of all units over sessions that a polynomial of one variable explains (R squared)."""
    _require(activity)
    design = np.vander((variable - variable.mean()) / variable.std(), degree + 1)
    left = activity - design @ np.linalg.lstsq(design, activity, rcond=None)[0]
    return float(1.0 - np.sum(left**2) / np.sum((activity - activity.mean(axis=0)) ** 2))


def end_state(activity: xr.DataArray, parameters: pd.DataFrame) -> pd.DataFrame:
    """What the activity at the last step of each session encodes; one row.

    Args:
        activity: dimensions session, step and one of units.
        parameters: one row a session, one column a number that may be encoded (p_left, p_right, ...).

    Returns:
        columns share_1, share_2 (of the variance over all steps), off_curve (of the last step's points in that
        plane), and for each parameter `spearman_NAME` (of its absolute rank correlation with the first component) and
        `explained_NAME` (of the variance of all units).
    """
    score, share = plane(activity)
    unit = next(name for name in activity.dims if name not in ("session", "step"))
    last = activity.isel(step=-1).transpose("session", unit).to_numpy().astype(float)
    if len(parameters) != len(last):
        raise BadData(f"There are {len(last)} sessions of activity, but parameters of {len(parameters)}.")
    row = {"share_1": share[0], "share_2": share[1], "off_curve": off_curve(score[:, -1])}
    for name in parameters.columns:
        values = parameters[name].to_numpy(float)
        row[f"spearman_{name}"] = abs(float(spearmanr(score[:, -1, 0], values)[0]))  # type: ignore[arg-type]
        row[f"explained_{name}"] = explained_by(last, values)
    return pd.DataFrame([row])


def _require(points: np.ndarray) -> None:
    if len(points) < 5:
        raise BadData(f"The shape of a cloud needs at least five sessions; got {len(points)}.")
