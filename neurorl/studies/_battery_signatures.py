"""The signatures of the battery: what animals do, each as a number that any player of a task has.

A signature is measured in every simulated subject; an effect is shown where its mean over subjects, less the half
width of the 95 % interval, lies above what an agent without it would reach.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from neurorl.analysis.learning_rate_windows import learning_rate_windows
from neurorl.analysis.matching import matching_line, matching_points
from neurorl.analysis.sided_trials import sided_trials
from neurorl.analysis.stay import stay_effects, stay_probabilities
from neurorl.analysis.two_stage import two_stage_trials
from neurorl.core.catalogue import load
from neurorl.core.task import Task
from neurorl.data import Dataset

BY_SUBJECT = "subject"
Measured = Callable[[Dataset], pd.Series]  # subject -> value


@dataclass(frozen=True)
class Signature:
    """One thing that animals do.

    Attributes:
        name: of the measure.
        claim: as a sentence about the agent.
        task: name of the task; options: its fields that differ from their defaults.
        steps, sessions: of each subject.
        measure: the table of what was played -> one value a subject.
        above: what an agent without the signature reaches at most.
        source: where it was seen.
        needs: columns that the agent must report ("latent_rpe"); without them the signature is not asked for.
    """

    name: str
    claim: str
    task: str
    steps: int
    measure: Measured
    source: str
    above: float = 0.0
    sessions: int = 1
    options: Mapping[str, Any] = field(default_factory=dict)
    needs: tuple[str, ...] = ()

    def make(self) -> Task:
        """The task."""
        return replace(load("task", self.task), **self.options)


def _mean(table: pd.DataFrame, values: np.ndarray) -> pd.Series:
    return pd.Series(np.asarray(values, float), index=table.index).groupby(table[BY_SUBJECT]).mean()


def better_arm(dataset: Dataset) -> pd.Series:
    """Share of choices of the arm that pays more often, in the second half."""
    t = dataset.table
    late: Any = t[t["trial"] >= t["trial"].max() / 2]
    return _mean(late, late["choice"].to_numpy() == late["truth_best"].to_numpy())


def win_stay(dataset: Dataset) -> pd.Series:
    """P(same arm again | reward) - P(same arm again | none)."""
    t = dataset.table
    own = t.groupby([BY_SUBJECT, "session"], sort=False)
    before = own[["choice", "reward"]].shift()
    there: Any = before["choice"].notna()
    stay = (t["choice"] == before["choice"])[there].astype(float)
    kinds = [t[BY_SUBJECT][there], before["reward"][there] > 0]
    share = stay.groupby(kinds).mean().unstack()
    yes, no = (np.asarray(share[kind], float) for kind in (True, False))
    return pd.Series(yes - no, index=share.index)


def after_reversal(dataset: Dataset) -> pd.Series:
    """Share of choices of the better arm 10 to 29 trials after a reversal."""
    t = dataset.table
    since = _since_change(t)
    late: Any = t[(since >= 10) & (since < 30)]
    return _mean(late, late["choice"].to_numpy() == late["truth_best"].to_numpy())


def _since_change(t: pd.DataFrame) -> np.ndarray:
    """Trials since the better arm last changed within the session; NaN before the first change."""
    keys = [t[BY_SUBJECT], t["session"]]
    changed = t.groupby(keys, sort=False)["truth_best"].diff().fillna(0) != 0
    block = changed.groupby(keys, sort=False).cumsum()
    since = t.groupby([*keys, block], sort=False).cumcount().to_numpy(float)
    return np.where(block.to_numpy() > 0, since, np.nan)


def stay_effect(name: str) -> Measured:
    """A column of `stay_effects`: "reward" or "interaction"."""

    def measure(dataset: Dataset) -> pd.Series:
        effects = stay_effects(stay_probabilities(two_stage_trials(dataset)))
        return effects.set_index(BY_SUBJECT)[name]

    return measure


def faster_when_volatile(dataset: Dataset) -> pd.Series:
    """Learning rate in the volatile second half of sessions less that in their stable first half."""
    fits = learning_rate_windows(dataset.table, BY_SUBJECT, window=50, firsts=(50, 150))
    return fits.pivot(index=BY_SUBJECT, columns="first", values="alpha").diff(axis=1)[150]


def set_size_effect(dataset: Dataset) -> pd.Series:
    """Accuracy with two stimuli to remember less that with five or six."""
    t = dataset.table
    right, size = t["choice"] == t["truth_right_key"], t["truth_set_size"]
    few, many = (_mean(t[mask], right[mask].to_numpy()) for mask in (size <= 2, size >= 5))
    return few - many


def matching_slope(dataset: Dataset) -> pd.Series:
    """Slope of log ratios of choices over log ratios of rewards, sessions as points."""
    lines = matching_line(matching_points(sided_trials(dataset)), BY_SUBJECT)
    return lines.set_index(BY_SUBJECT)["slope"]


def risk_follows_value(dataset: Dataset) -> pd.Series:
    """Share of risky choices where risk pays less that where it does not."""
    t = dataset.table
    pulled: Any = t[t["truth_pulled"] >= 0]
    high = pulled["truth_p_large"] > 0.25
    risky = pulled["truth_pulled"] == 1
    where_it_pays, elsewhere = (_mean(pulled[mask], risky[mask].to_numpy()) for mask in (high, ~high))
    return where_it_pays - elsewhere


SIGNATURES = (
    Signature("better_arm", "Finds the arm that pays more often", "bandit", 100, better_arm, "Thorndike 1911", 0.5, 20),
    Signature("win_stay", "Returns to what was just rewarded", "reversal", 200, win_stay, "Costa et al. 2016", 0.02, 4),
    Signature(
        "after_reversal",
        "Turns to the other arm after a reversal",
        "reversal",
        160,
        after_reversal,
        "Costa et al. 2016",
        0.5,
        8,
        {"blocks": True},
    ),
    Signature(
        "volatility",
        "Learns faster where the world changes more",
        "volatility",
        200,
        faster_when_volatile,
        "Behrens et al. 2007",
        0.0,
        24,
        {"schedule": "low_first"},
    ),
    Signature(
        "reward_effect",
        "Repeats rewarded first-stage choices (model-free)",
        "two_step_daw",
        400,
        stay_effect("reward"),
        "Daw et al. 2011",
        0.02,
        4,
    ),
    Signature(
        "interaction",
        "Weighs rewards by the transition (model-based)",
        "two_step_daw",
        400,
        stay_effect("interaction"),
        "Daw et al. 2011",
        0.05,
        4,
    ),
    Signature(
        "set_size",
        "Learns worse with more stimuli to remember",
        "rlwm",
        60,
        set_size_effect,
        "Collins & Frank 2012",
        0.03,
        12,
    ),
    Signature("matching", "Matches choices to income", "matching", 100, matching_slope, "Herrnstein 1961", 0.2, 20),
    Signature("risk", "Takes risks where they pay", "risk", 60, risk_follows_value, "Stopper et al. 2014", 0.05, 20),
)
