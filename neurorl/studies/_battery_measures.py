"""What the battery measures: from the table of what subjects did to one number a subject."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from neurorl.analysis.learning_rate_windows import learning_rate_windows
from neurorl.analysis.matching import matching_line, matching_points
from neurorl.analysis.reversals import trials_to_switch, with_phases
from neurorl.analysis.sided_trials import sided_trials
from neurorl.analysis.stay import stay_effects, stay_probabilities
from neurorl.analysis.two_stage import two_stage_trials
from neurorl.data import Dataset
from neurorl.studies import _battery_designs as design
from neurorl.studies._battery_designs import AT_CUE, AT_REWARD, CERTAIN, LIKELY, X_ALONE, Y_ALONE
from neurorl.tasks import devaluation
from neurorl.tasks.probabilistic_selection import TEST, TRAINING

BY_SUBJECT = "subject"
Measured = Callable[[Dataset], pd.Series]  # subject -> value
LATE = 0.75  # of the trials of a session: what comes later is learned


def _mean(table: pd.DataFrame, values: np.ndarray) -> pd.Series:
    return pd.Series(np.asarray(values, float), index=table.index).groupby(table[BY_SUBJECT]).mean()


def _right(rows: Any) -> pd.Series:
    return _mean(rows, rows["choice"].to_numpy() == rows["truth_best"].to_numpy())


def better_arm(dataset: Dataset) -> pd.Series:
    """Share of choices of the arm that pays more often, in the second half."""
    t = dataset.table
    return _right(t[t["trial"] >= t["trial"].max() / 2])


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
    rows = with_phases(dataset.table)
    late: Any = rows[(rows["phase"] > 0) & rows["place"].between(10, 29)]
    return _mean(late, late["right"].to_numpy())


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


def better_option(dataset: Dataset) -> pd.Series:
    """Share of choices of the better option, over all trials."""
    return right_after(0)(dataset)


def faster_reversals(dataset: Dataset) -> pd.Series:
    """Errors after the first two reversals less those after the eighth and later ones."""
    reversals = trials_to_switch(dataset.table)
    early: Any = reversals[reversals["reversal"] <= 2]
    late: Any = reversals[reversals["reversal"] >= 8]
    return _mean(early, early["errors"].to_numpy()) - _mean(late, late["errors"].to_numpy())


def chosen_untold(sign: int, rival: int) -> Measured:
    """Share of test pairs of `sign` with others than `rival` in which it was taken (probabilistic selection)."""

    def measure(dataset: Dataset) -> pd.Series:
        t = dataset.table
        here = [code for code, pair in enumerate(TEST, len(TRAINING)) if sign in pair and rival not in pair]
        asked: Any = t[t["state"].isin(here)]
        return _mean(asked, asked["choice"].to_numpy() == sign)

    return measure


def avoids_worst(dataset: Dataset) -> pd.Series:
    """Share of test pairs of B with others than A in which B was not taken."""
    return 1 - chosen_untold(1, 0)(dataset)


def _rpe(t: pd.DataFrame, step: int, *, kinds: tuple[int, ...], late: bool, paid: bool | None = None) -> pd.Series:
    """Mean prediction error at a step of trials of some kinds, early (first 5 %) or late in the session, by subject."""
    trial, last = t["trial"].to_numpy(), t["trial"].max()
    when = trial >= LATE * last if late else trial < 0.05 * last
    here = when & (t["step"] == step) & t["truth_kind"].isin(kinds)
    if paid is not None:
        here &= (t["reward"] > 0) == paid
    rows: Any = t[here]
    return _mean(rows, rows["latent_rpe"].to_numpy())


def cue_response(dataset: Dataset) -> pd.Series:
    """Prediction error at a cue that is always rewarded, late less early."""
    return _rpe(dataset.table, AT_CUE, kinds=(CERTAIN,), late=True) - _rpe(
        dataset.table, AT_CUE, kinds=(CERTAIN,), late=False
    )


def reward_response_lost(dataset: Dataset) -> pd.Series:
    """Prediction error at a certain reward, early less late."""
    return _rpe(dataset.table, AT_REWARD, kinds=(CERTAIN,), late=False) - _rpe(
        dataset.table, AT_REWARD, kinds=(CERTAIN,), late=True
    )


def omission_dip(dataset: Dataset) -> pd.Series:
    """How far the prediction error falls below 0 where a likely reward (p = 0.75) does not come."""
    return -_rpe(dataset.table, AT_REWARD, kinds=(LIKELY,), late=True, paid=False)


def graded_by_probability(dataset: Dataset) -> pd.Series:
    """Slope of the late response to the cue over the probability of reward."""
    kinds = range(CERTAIN + 1)
    responses = pd.DataFrame({k / CERTAIN: _rpe(dataset.table, AT_CUE, kinds=(k,), late=True) for k in kinds})
    p = responses.columns.to_numpy(float)
    return (responses * (p - p.mean())).sum(axis=1, skipna=False) / ((p - p.mean()) ** 2).sum()


def _promised(dataset: Dataset, more: int, less: int) -> pd.Series:
    """What one kind of probe promises beyond another, at the first reward that stays away after each."""
    t = dataset.table
    probes: Any = t[t["truth_kind"].isin((more, less))]
    first = probes.groupby([BY_SUBJECT, "truth_kind"])["latent_rpe"].first().unstack().reindex(columns=[more, less])
    return first[less] - first[more]


def blocked(dataset: Dataset) -> pd.Series:
    """What a cue beside a new cue promises less what one beside a known cue promises."""
    return _promised(dataset, Y_ALONE, X_ALONE)


def overexpected(dataset: Dataset) -> pd.Series:
    """What a cue that stayed alone promises less what one that shared its reward promises."""
    return _promised(dataset, design.C_ALONE, design.A_ALONE)


def less_surprise_later(dataset: Dataset) -> pd.Series:
    """Minus the slope of late errors at the reward over the bin in which it comes."""
    t = dataset.table
    late: Any = t[(t["reward"] > 0) & (t["trial"] > t["trial"].max() / 2)]
    courses = late.groupby([BY_SUBJECT, "truth_reward_bin"])["latent_rpe"].mean().unstack()
    return courses.apply(lambda course: -np.polyfit(course.dropna().index, course.dropna(), 1)[0], axis=1)


def right_after(trials: int) -> Measured:
    """Share of choices of the better option after the first trials of a session."""

    def measure(dataset: Dataset) -> pd.Series:
        t = dataset.table
        return _right(t[t["trial"] >= trials])

    return measure


def best_over_worst(dataset: Dataset) -> pd.Series:
    """Taking the best sign less avoiding the worst."""
    return chosen_untold(0, 1)(dataset) - avoids_worst(dataset)


def wrong_option(dataset: Dataset) -> pd.Series:
    """Share of choices of the worse option: what a change leaves alone, where it must not rise."""
    return 1 - better_option(dataset)


def devalued(dataset: Dataset) -> pd.Series:
    """P(press the lever whose outcome kept its worth) less P(press the other), in the test without outcomes."""
    t = dataset.table
    pressing = (t["truth_phase"] == devaluation.TEST) & (t["state"] == design.AT_LEVERS)
    rows: Any = t[pressing]
    return _mean(rows, (rows["choice"] == design.KEPT).to_numpy()) - _mean(
        rows, (rows["choice"] == design.DEVALUED).to_numpy()
    )


def finds_moved_goal(dataset: Dataset) -> pd.Series:
    """1 less the steps it takes to a goal that has moved, as a share of those it may take; 0: it is never found."""
    t = dataset.table
    after: Any = t[t["truth_trial"].between(design.MOVES, design.MOVES + design.TRIES - 1)]
    return 1 - after.groupby(BY_SUBJECT).size() / (design.TRIES * design.LIMIT)
