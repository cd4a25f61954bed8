"""Measures of prediction errors in the battery: from the table of a session to one number per subject."""

from typing import Any

import numpy as np
import pandas as pd

from neurorl.analysis.inferred_value import cue_trials, reversal_errors
from neurorl.data import Dataset
from neurorl.studies.battery import designs as design
from neurorl.studies.battery.designs import AT_CUE, AT_REWARD, CERTAIN, LIKELY, NEVER, UNLIKELY, X_ALONE, Y_ALONE
from neurorl.studies.battery.measures import BY_SUBJECT, mean_by_subject

LATE = 0.75  # of the trials of a session: what comes later is learned


def _rpe(t: pd.DataFrame, step: int, *, kinds: tuple[int, ...], late: bool, paid: bool | None = None) -> pd.Series:
    """Mean prediction error at a step of trials of some kinds, early (first 5 %) or late in the session, by subject."""
    trial, last = t["trial"].to_numpy(), t["trial"].max()
    when = trial >= LATE * last if late else trial < 0.05 * last
    here = when & (t["step"] == step) & t["truth_kind"].isin(kinds)
    if paid is not None:
        here &= (t["reward"] > 0) == paid
    rows: Any = t[here]
    return mean_by_subject(rows, rows["latent_rpe"].to_numpy())


def cue_response(dataset: Dataset) -> pd.Series:
    """Prediction error at a cue that is always rewarded less that at one that never is, late less early."""
    t = dataset.table
    late, early = (
        _rpe(t, AT_CUE, kinds=(CERTAIN,), late=when) - _rpe(t, AT_CUE, kinds=(NEVER,), late=when)
        for when in (True, False)
    )
    return late - early


def reward_response_lost(dataset: Dataset) -> pd.Series:
    """Late prediction error at a reward that was unlikely (p = 0.25) less that at a certain one."""
    t = dataset.table
    return _rpe(t, AT_REWARD, kinds=(UNLIKELY,), late=True, paid=True) - _rpe(
        t, AT_REWARD, kinds=(CERTAIN,), late=True, paid=True
    )


def omission_dip(dataset: Dataset) -> pd.Series:
    """Depth of the late error at an omitted likely reward (p = 0.75) below that where no reward was due."""
    t = dataset.table
    return _rpe(t, AT_REWARD, kinds=(NEVER,), late=True, paid=False) - _rpe(
        t, AT_REWARD, kinds=(LIKELY,), late=True, paid=False
    )


def graded_by_probability(dataset: Dataset) -> pd.Series:
    """Slope of the late response to the cue over the probability of reward."""
    kinds = range(CERTAIN + 1)
    responses = pd.DataFrame({k / CERTAIN: _rpe(dataset.table, AT_CUE, kinds=(k,), late=True) for k in kinds})
    p = responses.columns.to_numpy(float)
    return (responses * (p - p.mean())).sum(axis=1, skipna=False) / ((p - p.mean()) ** 2).sum()


def _promised(dataset: Dataset, more: int, less: int) -> pd.Series:
    """Value predicted after one kind of probe less that after another, at the first omitted reward after each."""
    t = dataset.table
    probes: Any = t[t["truth_kind"].isin((more, less))]
    first = probes.groupby([BY_SUBJECT, "truth_kind"])["latent_rpe"].first().unstack().reindex(columns=[more, less])
    return first[less] - first[more]


def blocked(dataset: Dataset) -> pd.Series:
    """Value predicted by a cue trained with a new cue less that of a cue trained with a known cue."""
    return _promised(dataset, Y_ALONE, X_ALONE)


def overexpected(dataset: Dataset) -> pd.Series:
    """Value predicted by a cue trained alone less that of a cue that shared its reward."""
    return _promised(dataset, design.C_ALONE, design.A_ALONE)


def less_surprise_later(dataset: Dataset) -> pd.Series:
    """Minus the slope of late errors at the reward over the time bin of the reward."""
    t = dataset.table
    late: Any = t[(t["reward"] > 0) & (t["trial"] > t["trial"].max() / 2)]
    courses = late.groupby([BY_SUBJECT, "truth_reward_bin"])["latent_rpe"].mean().unstack()
    return courses.apply(lambda course: -np.polyfit(course.dropna().index, course.dropna(), 1)[0], axis=1)


def inferred_turn(dataset: Dataset) -> pd.Series:
    """Error at the cue not shown since a reversal, if it is rewarded now, less that if it was rewarded before.

    Above 0 the values of both cues have reversed after one outcome of the other cue; a learner that updates only the
    cue shown has a negative value.
    """
    at = reversal_errors(cue_trials(dataset.table), BY_SUBJECT)
    here = at[(at["moment"] == "inferred") & (at["step"] == "cue")]
    errors = here.pivot(index=BY_SUBJECT, columns="role", values="rpe")
    return errors["after"] - errors["prior"]
