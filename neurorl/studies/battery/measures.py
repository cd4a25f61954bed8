"""Measures of the battery: from the table of a session to one number per subject."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from neurorl.analysis.learning_rate_windows import learning_rate_windows
from neurorl.analysis.reversals import with_phases
from neurorl.analysis.sided_trials import sided_trials
from neurorl.analysis.stay import stay_effects, stay_probabilities
from neurorl.analysis.two_stage import two_stage_trials
from neurorl.data import Dataset
from neurorl.studies.battery import designs as design
from neurorl.tasks import devaluation
from neurorl.tasks.probabilistic_selection import TEST, TRAINING

BY_SUBJECT = "subject"
Measured = Callable[[Dataset], pd.Series]  # subject -> value


def mean_by_subject(table: pd.DataFrame, values: np.ndarray) -> pd.Series:
    """Mean of `values`, one a row of `table`, in each subject."""
    return pd.Series(np.asarray(values, float), index=table.index).groupby(table[BY_SUBJECT]).mean()


def _before(t: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Columns of the row before, within the session; NaN on its first row."""
    return t.groupby([BY_SUBJECT, "session"], sort=False)[columns].shift()


def _effect_of_reward(subject: Any, paid: np.ndarray, kind: np.ndarray, done: np.ndarray) -> pd.Series:
    """P(done | paid) - P(done | not paid) in each subject, within each `kind` of earlier choice.

    Good choices are rewarded more often and repeated more often, so that reward and repetition are correlated even
    without learning. Within one kind (the good option, or the bad one) they are not. Kinds count by n1 n0 / (n1 + n0).
    """
    rows = pd.DataFrame({BY_SUBJECT: np.asarray(subject), "kind": kind, "paid": paid, "done": done.astype(float)})
    cells: Any = rows.groupby([BY_SUBJECT, "kind", "paid"])["done"].agg(["mean", "size"]).unstack("paid")
    cells = cells.reindex(columns=pd.MultiIndex.from_product([["mean", "size"], [True, False]])).dropna()
    n1, n0 = (cells[("size", flag)].to_numpy(float) for flag in (True, False))
    weight: Any = pd.Series(n1 * n0 / (n1 + n0), index=cells.index)
    effect: Any = (cells[("mean", True)] - cells[("mean", False)]) * weight
    by = cells.index.get_level_values(BY_SUBJECT)
    return effect.groupby(by).sum() / weight.groupby(by).sum()


def _right(rows: Any) -> pd.Series:
    return mean_by_subject(rows, rows["choice"].to_numpy() == rows["truth_best"].to_numpy())


def better_arm(dataset: Dataset) -> pd.Series:
    """Share of choices of the arm that is rewarded more often, in the second half."""
    t = dataset.table
    return _right(t[t["trial"] >= t["trial"].max() / 2])


def win_stay(dataset: Dataset) -> pd.Series:
    """P(same arm again | reward) - P(same arm again | none), after choices of equally good arms."""
    t = dataset.table
    before = _before(t, ["choice", "reward", "truth_best"])
    there = before["choice"].notna().to_numpy()
    rows, before = t[there], before[there]
    good = before["choice"].to_numpy() == before["truth_best"].to_numpy()
    again = rows["choice"].to_numpy() == before["choice"].to_numpy()
    return _effect_of_reward(rows[BY_SUBJECT], before["reward"].to_numpy() > 0, good, again)


def carried(dataset: Dataset) -> pd.Series:
    """Share of correct choices on the first trial of the other arrangement, after a reversal under one arrangement.

    A table with one row per display has not learned the reversal there and is below chance; so are a learner of sides
    if pictures are rewarded, and a learner of pictures if sides are rewarded.
    """
    t = dataset.table
    return _right(t[t["trial"] == design.HELD_FROM + design.HELD])


def after_reversal(dataset: Dataset) -> pd.Series:
    """Share of choices of the better arm 10 to 29 trials after a reversal."""
    rows = with_phases(dataset.table)
    late: Any = rows[(rows["phase"] > 0) & rows["place"].between(10, 29)]
    return mean_by_subject(late, late["right"].to_numpy())


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
    few, many = (mean_by_subject(t[mask], right[mask].to_numpy()) for mask in (size <= 2, size >= 5))
    return few - many


def matching_slope(dataset: Dataset) -> pd.Series:
    """Slope of the share of choices of the right arm over its share of the base probabilities, sessions as points.

    The measure uses the base probabilities of the task, not the earned rewards: earned rewards follow choices, so that
    a wandering preference alone gives a slope over earned rewards.
    """
    trials = sided_trials(dataset, further=("truth_p0_0", "truth_p0_1"))
    by = [BY_SUBJECT, "session"]
    points: Any = trials.assign(programmed=trials["truth_p0_1"] / (trials["truth_p0_0"] + trials["truth_p0_1"]))
    points = points.groupby(by, sort=False)[["choice", "programmed"]].mean()
    centred: Any = points - points.groupby(BY_SUBJECT).transform("mean")
    product = (centred["choice"] * centred["programmed"]).groupby(BY_SUBJECT).sum()
    return product / (centred["programmed"] ** 2).groupby(BY_SUBJECT).sum()


def risk_follows_value(dataset: Dataset) -> pd.Series:
    """Share of risky choices if the risky arm is better less that if it is worse."""
    t = dataset.table
    pulled: Any = t[t["truth_pulled"] >= 0]
    high = pulled["truth_p_large"] > 0.25
    risky = pulled["truth_pulled"] == 1
    where_it_pays, elsewhere = (mean_by_subject(pulled[mask], risky[mask].to_numpy()) for mask in (high, ~high))
    return where_it_pays - elsewhere


def better_option(dataset: Dataset) -> pd.Series:
    """Share of choices of the better option, over all trials."""
    return right_after(0)(dataset)


def faster_reversals(dataset: Dataset) -> pd.Series:
    """Errors in the free trials after reversals 2 and 3, less those after the eighth and later ones.

    Forced choices of both arms end every phase (`design.PHASE`), so that the values learned with a fixed rate are the
    same at every reversal and do not depend on their initial value.
    """
    t = dataset.table
    place, phase = t["trial"] % design.PHASE, t["trial"] // design.PHASE
    free = t[(place < design.FREE_TRIALS) & (phase > 0)]
    wrong = (free["choice"] != free["truth_best"]).astype(float)
    errors = wrong.groupby([free[BY_SUBJECT], phase[free.index]]).sum().unstack()
    return errors[[2, 3]].mean(axis=1) - errors[[n for n in errors if n >= 8]].mean(axis=1)


def leaves_when_due(dataset: Dataset) -> pd.Series:
    """P(leave the good arm | two losses on it in a row) on trials 33 to 50, when its reversal is due, less 14 to 29.

    All these trials lie before the reversal, so that the arm has been good throughout: a fixed learning rate and a
    constant hazard leave it as readily early as late.
    """
    t = dataset.table
    before = _before(t, ["choice", "reward"])
    own = t.groupby([BY_SUBJECT, "session"], sort=False)[["choice", "reward"]].shift(2)
    best, place = t["truth_best"], t["truth_place"]
    lost = (before["reward"] == 0) & (own["reward"] == 0) & (before["choice"] == best) & (own["choice"] == best)
    lost &= place < t["truth_reversal"]
    due, early = t[lost & place.between(33, 50)], t[lost & place.between(14, 29)]
    left = [mean_by_subject(rows, (rows["choice"] != rows["truth_best"]).to_numpy()) for rows in (due, early)]
    return left[0] - left[1]


def better_when_free(dataset: Dataset) -> pd.Series:
    """Share of choices of the better arm in the free trials after `design.RANDOM_TRIALS` random choices."""
    t = dataset.table
    return _right(t[t["trial"] >= design.RANDOM_TRIALS])


def chosen_untold(sign: int = design.BEST, rival: int = design.WORST) -> Measured:
    """Share of test pairs of `sign` with others than `rival` in which it was chosen (probabilistic selection)."""

    def measure(dataset: Dataset) -> pd.Series:
        t = dataset.table
        here = [code for code, pair in enumerate(TEST, len(TRAINING)) if sign in pair and rival not in pair]
        asked: Any = t[t["state"].isin(here)]
        return mean_by_subject(asked, asked["choice"].to_numpy() == sign)

    return measure


def avoids_worst(dataset: Dataset) -> pd.Series:
    """Share of test pairs of the worst sign with others than the best in which the other sign was chosen."""
    return 1 - chosen_untold(design.WORST, design.BEST)(dataset)


def right_after(trials: int) -> Measured:
    """Share of choices of the better option after the first trials of a session."""

    def measure(dataset: Dataset) -> pd.Series:
        t = dataset.table
        return _right(t[t["trial"] >= trials])

    return measure


def best_over_worst(dataset: Dataset) -> pd.Series:
    """Choosing the best sign less avoiding the worst."""
    return chosen_untold()(dataset) - avoids_worst(dataset)


def wrong_option(dataset: Dataset) -> pd.Series:
    """Share of choices of the worse option, which must not increase if a change has no effect."""
    return 1 - better_option(dataset)


def devalued(dataset: Dataset) -> pd.Series:
    """Increase, from training to test, of presses of the lever with the valued outcome relative to the other lever.

    P(press the valued lever) less P(press the devalued one) in the test without outcomes, less the same difference in
    the free trials at the end of training, so that a preference for one lever has no effect.
    """
    t = dataset.table
    at_levers = (t["state"] == design.AT_LEVERS) & (t["trial"] >= design.FORCED_PRESSES)

    def leaning(phase: int) -> pd.Series:
        rows = t[at_levers & (t["truth_phase"] == phase)]
        choice = rows["choice"].to_numpy()
        return mean_by_subject(rows, (choice == design.KEPT).astype(float) - (choice == design.DEVALUED))

    return leaning(devaluation.TEST) - leaning(devaluation.TRAINING)


def finds_moved_goal(dataset: Dataset) -> pd.Series:
    """1 less the steps to a goal that has moved, as a share of the maximal number; 0: the goal is never found."""
    t = dataset.table
    after: Any = t[t["truth_trial"].between(design.MOVES, design.MOVES + design.TRIES - 1)]
    return 1 - after.groupby(BY_SUBJECT).size() / (design.TRIES * design.LIMIT)
