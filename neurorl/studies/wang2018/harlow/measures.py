"""Measures of the Harlow study: accuracy by trial in each test and at stages of training, and successful replicas."""

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from neurorl.analysis.learning_sets import (
    STAGES,
    accuracy_by_trial,
    accuracy_summary,
    by_unit,
    change_points,
    performance,
)
from neurorl.analysis.over_units import over_units
from neurorl.core.study import Evidence, Measures
from neurorl.studies.wang2018.harlow.evidence import LEVELS, PIXELS, RETURNS, TESTS, TRAINED_SO
from neurorl.studies.wang2018.harlow.play import TRIALS

COLUMNS = tuple(f"trial_{k + 1}" for k in range(TRIALS))
SUCCESS = 0.9  # accuracy on trials 2 to 6 with held-out objects from which on a replica counts as successful

CAPTIONS = {
    "accuracy": "Share of correct choices by trial in each test, with undecided trials counted as wrong: mean over "
    "successful replicas (over all replicas for networks trained with a new second object on every "
    "trial) with Student's 95 % interval. Weights are frozen.",
    "replicas": "Each replica with held-out objects: accuracy on the first trial and on trials 2 to 6, share of "
    "sessions in which all six trials were decided, and whether it counts as successful.",
    "stages": "Accuracy by trial at six stages of training between the two change points of each replica's learning "
    "curve, and after training; held-out objects, mean over replicas that have both change points.",
    "change_points": "Sessions of training after which each replica left chance and came close to the ceiling.",
}


def measure(evidence: Evidence) -> Measures:
    """All numbers and tables of the study; a level that was left out yields NaN."""
    out = Measures(captions=dict(CAPTIONS))
    trials = evidence.tables["trials"]
    by_replica = _in_order(accuracy_by_trial(trials, ["level", "test", "replica"]))
    replicas = _replicas(by_replica, trials)
    out.tables["replicas"] = replicas
    good = set(map(tuple, replicas.loc[replicas["success"], ["level", "replica"]].to_numpy()))
    chosen = [key in good for key in zip(by_replica["level"], by_replica["replica"], strict=True)]
    # Where no replica succeeded all are shown, so that the failure can be seen. Networks that were trained with the
    # other object changing are others, and all shown.
    levels_with_success = {level for level, _ in good}
    others = (by_replica["test"] == TRAINED_SO) | ~by_replica["level"].isin(levels_with_success)
    kept = by_replica[np.array(chosen) | others]
    accuracy = accuracy_summary(kept, ["level", "test"])
    out.tables["accuracy"], out.tables["accuracy_by_replica"] = accuracy, by_replica

    curve = evidence.tables["learning_curve"]
    curve = pd.concat([_with_performance(rows, str(level)) for level, rows in curve.groupby("level", sort=False)])
    out.tables["learning_curve"] = curve.reset_index(drop=True)
    out.tables["change_points"] = _points(curve)
    out.tables["stages"] = _stages(curve)
    _values(out, accuracy, replicas)
    out.tables = {name: table.reset_index(drop=True) for name, table in out.tables.items()}
    return out


def _tests(level: str) -> tuple[str, ...]:
    return (*TESTS[level], TRAINED_SO)


def _in_order(table: pd.DataFrame) -> pd.DataFrame:
    """Rows in the order of levels and of their tests."""
    place = {(level, test): (i, k) for i, level in enumerate(LEVELS) for k, test in enumerate(_tests(level))}
    keys = [place[key] for key in zip(table["level"], table["test"], strict=True)]
    return table.iloc[sorted(range(len(table)), key=lambda i: keys[i])].reset_index(drop=True)


def _replicas(by_replica: pd.DataFrame, trials: pd.DataFrame) -> pd.DataFrame:
    """One row a level and replica, with held-out objects."""
    rows = []
    held_out = by_replica[by_replica["test"] == "held-out"]
    for (level, replica), mine in held_out.groupby(["level", "replica"], sort=False):
        later = mine.loc[mine["trial"] > 1, "accuracy"]
        here = (trials["level"] == level) & (trials["test"] == "held-out") & (trials["replica"] == replica)
        finished = float(trials.loc[here & (trials["trial"] == TRIALS - 1), "decided"].mean())
        first = float(mine.loc[mine["trial"] == 1, "accuracy"].mean())
        success = later.mean() >= SUCCESS
        rows.append((level, replica, first, float(later.mean()), finished, bool(success)))
    return pd.DataFrame(rows, columns=["level", "replica", "first_trial", "later_trials", "finished", "success"])


def _with_performance(rows: pd.DataFrame, level: str) -> pd.DataFrame:
    chance, optimum = RETURNS[level]
    return rows.assign(performance=performance(rows["reward_session"].to_numpy(), chance=chance, optimum=optimum))


def _points(curve: pd.DataFrame) -> pd.DataFrame:
    rows = [
        (level, replica, *change_points(mine))
        for (level, replica), mine in curve.groupby(["level", "replica"], sort=False)
    ]
    return pd.DataFrame(rows, columns=["level", "replica", "above_chance", "near_ceiling"])


def _stages(curve: pd.DataFrame) -> pd.DataFrame:
    stages = by_unit(curve, COLUMNS, ["level", "replica"])
    if stages.empty:
        return pd.DataFrame(columns=["level", "stage", "trial", "mean", "low", "high", "n_units"])
    return over_units(stages, "accuracy", ["level", "stage", "trial"])


def _values(out: Measures, accuracy: pd.DataFrame, replicas: pd.DataFrame) -> None:
    v = out.values
    mean = accuracy.set_index(["level", "test", "trial"])["mean"]
    for level in LEVELS:
        mine = replicas[replicas["level"] == level]
        v[f"{level}_success"] = float(mine["success"].mean()) if len(mine) else np.nan
        for test in _tests(level):
            name = f"{level}_{test.lower().replace(',', '').replace(' ', '_').replace('-', '_')}"
            values = np.array([mean.get((level, test, k), np.nan) for k in range(1, TRIALS + 1)])
            v[f"{name}_trial_1"], v[f"{name}_trial_2"] = values[0], values[1]
            v[f"{name}_trials_2_6_least"] = float(values[1:].min())
    v["pixels_held_out_minus_training"] = (
        v["pixels_held_out_trials_2_6_least"] - v["pixels_training_objects_trials_2_6_least"]
    )
    stages = out.tables["stages"]
    for level in LEVELS:
        later = stages[(stages["level"] == level) & (stages["trial"] > 1)].groupby("stage")["mean"].mean()
        order = [later.get(stage, np.nan) for stage in STAGES]
        whole = np.all(np.isfinite(order))
        v[f"{level}_stage_order"] = float(spearmanr(range(len(STAGES)), order).statistic) if whole else np.nan
        first = stages[(stages["level"] == level) & (stages["trial"] == 1)]["mean"]
        v[f"{level}_stages_first_trial_most"] = float(first.max()) if len(first) else np.nan
    v["pixels_replicas"] = float((replicas["level"] == PIXELS).sum())
    out.values = {name: float(value) for name, value in v.items()}
