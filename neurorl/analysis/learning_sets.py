"""Learning sets (Harlow 1949): accuracy by the number of the trial, and how it changes over training.

A learner that has learned to learn is at chance on the first trial with two new objects and correct from the second on.
Training is divided as in Wang et al. 2018 (simulation 5): two change points of the learning curve, where it leaves
chance and where it nears the ceiling, and six stages between them.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from neurorl.analysis.over_units import Unit, columns_of, groups, over_units, require_columns
from neurorl.core.errors import BadValue

STAGES = ("1st", "2nd", "3rd", "4th", "5th", "6th", "final")


def accuracy_by_trial(trials: pd.DataFrame, unit: Unit = "replica") -> pd.DataFrame:
    """Share of correct choices of each unit on each trial of a session.

    Args:
        trials: one row a decided trial, columns `unit`, trial (from 0) and correct.
        unit: columns that name a unit; () pools all.

    Returns:
        Columns `unit`, trial (from 1, as papers count), accuracy (0 to 1), n_sessions.
    """
    by = [*columns_of(unit), "trial"]
    require_columns(trials, [*by, "correct"], "Accuracy by trial")
    grouped = trials.assign(correct=trials["correct"].astype(float)).groupby(by, sort=True)["correct"]
    out = grouped.agg(["mean", "count"]).reset_index()
    out = out.rename(columns={"mean": "accuracy", "count": "n_sessions"})
    return out.assign(trial=out["trial"] + 1)


def accuracy_summary(accuracy: pd.DataFrame, by: Unit = ()) -> pd.DataFrame:
    """Mean accuracy on each trial over units with Student's 95 % interval, cut at 0 and 1.

    Returns:
        Columns `by`, trial, mean, low, high, n_units.
    """
    out = over_units(accuracy, "accuracy", [*columns_of(by), "trial"])
    out[["low", "high"]] = out[["low", "high"]].clip(0.0, 1.0)
    return out


def performance(reward: np.ndarray, *, chance: float, optimum: float) -> np.ndarray:
    """Reward of sessions on the scale of the paper: 50 for random choice, 100 for the optimum.

    Values below 50 mean that trials are not finished.

    Args:
        reward: mean reward of a session, reward units.
        chance: that of random choice with all trials finished.
        optimum: that of chance on the first trial and correct choices on all others.
    """
    if not optimum > chance:
        raise BadValue(f"The optimum ({optimum:g}) must be above chance ({chance:g}).")
    return 50 + 50 * (np.asarray(reward, float) - chance) / (optimum - chance)


def change_points(
    curve: pd.DataFrame, *, above: float = 55.0, near: float = 95.0, window: int = 5
) -> tuple[float | None, float | None]:
    """Where the learning curve of one unit leaves chance for good, and where it first nears the ceiling.

    Args:
        curve: columns sessions and performance (50 chance, 100 optimum), one row a measurement, in order.
        above: a curve has left chance where its running mean stays above this from then on.
        near: it is near the ceiling where its running mean reaches this.
        window: measurements in the running mean.

    Returns:
        sessions at both points; None where there is none.
    """
    require_columns(curve, ["sessions", "performance"], "Change points")
    sessions = curve["sessions"].to_numpy(float)
    smooth = running_mean(curve["performance"].to_numpy(float), window)
    reached = np.flatnonzero(smooth >= near)
    end = reached[0] if len(reached) else len(smooth) - 1
    low = np.flatnonzero(smooth[: end + 1] <= above)
    first = low[-1] + 1 if len(low) else 0
    left = float(sessions[first]) if first <= end and smooth[first] > above else None
    return left, (float(sessions[reached[0]]) if len(reached) else None)


def stages_of_training(
    curve: pd.DataFrame, trials: Sequence[str], *, above: float = 55.0, near: float = 95.0, window: int = 5
) -> pd.DataFrame:
    """Accuracy by trial at six stages between the two change points of one unit, and at the end.

    The stages are equally far apart, in their middles the accuracy is interpolated between measurements; the end is
    the mean of the last `window` measurements.

    Args:
        curve: columns sessions, performance and `trials`, one row a measurement, in order.
        trials: columns that hold the accuracy on the first, second, ... trial.
        above, near, window: as in `change_points`.

    Returns:
        Columns stage ("1st" .. "6th", "final"), trial (from 1), accuracy; no row where there are not two change points.
    """
    left, reached = change_points(curve, above=above, near=near, window=window)
    rows = []
    if left is None or reached is None:
        return pd.DataFrame(columns=["stage", "trial", "accuracy"])
    at = left + (np.arange(6) + 0.5) / 6 * (reached - left)
    for i, name in enumerate(trials):
        values = running_mean(curve[name].to_numpy(float), window)
        here = np.interp(at, curve["sessions"].to_numpy(float), values)
        final = float(np.nanmean(curve[name].to_numpy(float)[-window:]))
        rows += [(stage, i + 1, value) for stage, value in zip(STAGES, [*here, final], strict=True)]
    return pd.DataFrame(rows, columns=["stage", "trial", "accuracy"])


def by_unit(curve: pd.DataFrame, trials: Sequence[str], unit: Unit = "replica", **settings: float) -> pd.DataFrame:
    """`stages_of_training` of every unit: columns `unit`, stage, trial, accuracy."""
    parts = [stages_of_training(rows, trials, **settings).assign(**who) for who, rows in groups(curve, unit)]  # type: ignore[arg-type]
    return pd.concat(parts, ignore_index=True)


def running_mean(values: np.ndarray, window: int) -> np.ndarray:
    """Mean over up to `window` values around each, fewer at the ends; values that are missing do not count."""
    return np.asarray(pd.Series(values).rolling(window, center=True, min_periods=1).mean())
