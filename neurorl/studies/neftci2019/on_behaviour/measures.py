"""Measures of the study of learning on behaviour."""

import numpy as np
import pandas as pd

from neurorl.analysis.over_units import over_units
from neurorl.core.study import Evidence, Measures

CAPTIONS = {
    "maze_ticks": "Ticks to the criterion (ten trials in a row of at most 20 steps on average): mean over runs with "
    "95 % interval. A run that does not reach it counts with all its ticks.",
    "maze_samples": "Samples to the criterion (transitions of all copies): mean over runs with 95 % interval.",
    "maze_regret": "Total goals missed, over the same number of samples: goals on the shortest path less goals "
    "reached.",
    "bandit_regret": "Total regret on arms (.25, .75), over the same number of samples, reward units.",
}
EARLY = 20  # ticks


def measure(evidence: Evidence) -> Measures:
    """All numbers and tables of the study."""
    out = Measures(captions=dict(CAPTIONS))
    _maze(out, evidence.tables["maze"])
    _bandit(out, evidence.tables["bandit"], evidence.tables["bandit_curves"])
    for name in ("maze_curves", "bandit_curves"):
        out.tables[name] = evidence.tables[name]
    return out


def _maze(out: Measures, runs: pd.DataFrame) -> None:
    v = out.values
    for column in ("ticks", "samples", "regret"):
        table = over_units(runs, column, ["way", "n"])
        out.tables[f"maze_{column}"] = table
        mean = table.set_index(["way", "n"])["mean"]
        alone = mean["on_behaviour", 1]
        for (name, n), value in mean.to_dict().items():
            v[f"maze_{column}_{name}_{n}"] = float(value)
            v[f"maze_{column}_ratio_{name}_{n}"] = float(value / alone)
        if column == "regret":
            v["maze_regret_batches_least_rise"] = least_rise(mean)
    v["maze_reached_least"] = min(over_units(runs, "reached", ["way", "n"])["mean"].to_list())


def _bandit(out: Measures, runs: pd.DataFrame, curves: pd.DataFrame) -> None:
    v = out.values
    table = over_units(runs, "regret", ["way", "n"])
    out.tables["bandit_regret"] = table
    mean = table.set_index(["way", "n"])["mean"]
    for (name, n), value in mean.to_dict().items():
        v[f"bandit_regret_{name}_{n}"] = float(value)
    v["bandit_regret_batches_least_rise"] = least_rise(mean)
    v["bandit_regret_replay_saved"] = float(mean["on_behaviour", 1] - mean["replay", 5])
    for n in (4, 16):
        one, other = (runs[(runs["way"] == way) & (runs["n"] == n)]["regret"] for way in ("copies", "batches"))
        error = np.sqrt(one.var() / len(one) + other.var() / len(other))
        v[f"bandit_copies_minus_batches_{n}_in_errors"] = float((one.mean() - other.mean()) / error)
    early = curves[curves["trial"] == EARLY].set_index(["way", "n"])["mean"]
    v["bandit_early_regret_a_copy_ratio_16"] = float(early["copies", 16] / early["on_behaviour", 1])


def least_rise(mean: pd.Series) -> float:
    """Smallest increase of a mean from one length of batches to the next; learning on behaviour is a batch of one."""
    by_length = mean["batches"].sort_index().to_numpy()
    return float(np.diff([mean["on_behaviour", 1], *by_length]).min())
