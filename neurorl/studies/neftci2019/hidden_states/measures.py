"""Measures of the study of hidden states: trends of errors, decisions and lesions, learning rates under volatility."""

from typing import Any

import numpy as np
import pandas as pd

from neurorl.analysis.over_units import over_units
from neurorl.core.study import Evidence, Measures
from neurorl.studies.neftci2019.hidden_states.evidence import CACHES, FEATURES, FILTER, GAINS, OBSERVES, WORLDS

CAPTIONS = {
    "errors": "Prediction error at the reward by its time after the cue, late in training: mean over animals.",
    "decided": "Decisions about moving dots: share correct, share of choices still held after the delay, and firing "
    "rates (Hz) of the more and the less active population after the delay.",
    "held": "An attractor with frozen weights, by the current of an outcome (nA): trials to reverse if outcomes are "
    "certain, and share correct at 80/20 with hazard .04.",
    "worlds": "The best common setting of the HGF and of a delta rule: log-likelihood of events per session (nats), "
    "mean learning rates in the stable part (from trial 20 on) and in the volatile part.",
}
SHORT = {
    "weak_self": "self-excitation .2",
    "no_cross": "no cross-inhibition",
    "half_cross": "cross-inhibition halved",
}
EASY = 0.25  # coherence from which on decisions are sure
OWN_GAIN = 0.015  # nA


def measure(evidence: Evidence) -> Measures:
    """All measures; cheap and pure."""
    out = Measures(captions=CAPTIONS)
    out.tables |= {name: evidence.tables[name] for name in ("courses", "example")}
    _errors(out, evidence.tables["waiting"])
    _decisions(out, evidence.tables["decisions"])
    _held(out, evidence.tables)
    _worlds(out, evidence.tables["grid"])
    return out


def _errors(out: Measures, waiting: pd.DataFrame) -> None:
    table = over_units(waiting, "rpe", ["task", "features", "seconds"])
    out.tables["errors"] = table
    for (task, features), rows in table.groupby(["task", "features"]):
        course = rows.set_index("seconds")["mean"].sort_index().to_numpy()
        key = f"{str(task).replace(' ', '').lower()}_{features}"
        out.values[f"slope_{key}"] = float(np.polyfit(np.arange(len(course)), course, 1)[0])
        out.values[f"first_{key}"], out.values[f"last_{key}"] = float(course[0]), float(course[-1])
    v = out.values
    belief, _, reset = FEATURES
    v["reset_beside_belief"] = max(abs(v[f"slope_{t}_{reset}"] - v[f"slope_{t}_{belief}"]) for t in ("task1", "task2"))


def _decisions(out: Measures, decisions: pd.DataFrame) -> None:
    columns = ["right", "persisted", "winner", "loser"]
    table = decisions.groupby(["lesion", "coherence"])[columns].mean().reset_index()
    out.tables["decided"] = table
    right = over_units(decisions.sort_values("coherence"), "right", ["lesion", "coherence"])
    out.tables["psychometric"] = right
    intact = right[right["lesion"] == "intact"].set_index("coherence")["mean"].sort_index().to_numpy()
    for name, value in zip(("0", "6", "26", "51"), intact, strict=True):
        out.values[f"right_{name}"] = float(value)
    easy = decisions[decisions["coherence"] > EASY].groupby("lesion")[columns].mean()
    v = out.values
    v["persisted"] = float(decisions.query("lesion == 'intact'")["persisted"].mean())
    v["rate_winner"], v["rate_loser"] = float(easy.loc["intact", "winner"]), float(easy.loc["intact", "loser"])
    for short, lesion in SHORT.items():
        for column in columns:
            v[f"{short}_{column}"] = float(easy.loc[lesion, column])
    halved = table[table["lesion"] == SHORT["half_cross"]]
    v["half_cross_loser_highest"] = float(halved["loser"].max())
    v["half_cross_persisted_lowest"] = float(halved["persisted"].min())


def _held(out: Measures, tables: dict[str, pd.DataFrame]) -> None:
    out.tables["held_course"] = tables["held"]
    switched = over_units(tables["switched"], "trials", "gain")
    noisy = tables["noisy"]
    accuracy = over_units(noisy[noisy["player"] == "attractor"], "accuracy", "gain")
    table = switched.rename(columns={"mean": "trials"}).loc[:, ["gain", "trials"]]
    out.tables["held"] = table.merge(accuracy.drop(columns="n_units").rename(columns={"mean": "accuracy"}), on="gain")
    others: Any = noisy.groupby("player")["accuracy"].mean()
    own = tables["switched"].query("gain == @OWN_GAIN")["trials"]
    best: Any = out.tables["held"].set_index("gain")["accuracy"]
    v = out.values
    v["held_trials"], v["held_within_3"] = float(own.mean()), float((own <= 3).mean())
    v["held_accuracy"], v["held_best_gain"] = float(best.loc[OWN_GAIN]), float(best.idxmax())
    v["held_hmm"], v["held_delta"] = float(others[OBSERVES]), float(others[CACHES])
    v["held_above_delta"] = v["held_accuracy"] - v["held_delta"]
    trials = out.tables["held"].set_index("gain").loc[list(GAINS), "trials"]
    v["held_falls_with_gain"] = float(-np.diff(trials).max())


def _worlds(out: Measures, grid: pd.DataFrame) -> None:
    rows = []
    for number, world in enumerate(WORLDS, 1):
        mine = grid[grid["world"] == world]
        filtered = mine[mine["player"] == FILTER].groupby(["omega2", "omega3"])
        cached = mine[mine["player"] == CACHES].groupby("alpha")
        means: Any = filtered[["all", "volatile", "rate_stable", "rate_volatile"]].mean()
        plains: Any = cached[["all", "volatile"]].mean()
        at, alpha = means["all"].idxmax(), plains["all"].idxmax()
        best, plain = means.loc[at], plains.loc[alpha]
        each = [group[["session", "volatile"]].set_index("session")["volatile"] for group in _at(mine, at, alpha)]
        gain = each[0] - each[1]
        out.values |= {
            f"world{number}_rate_ratio": float(best["rate_volatile"] / best["rate_stable"]),
            f"world{number}_gain": float(gain.mean()),
            f"world{number}_gain_all": float(best["all"] - plain["all"]),
        }
        rows.append(
            {
                "world": world,
                "omega2": at[0],
                "omega3": at[1],
                "alpha": alpha,
                "log_lik_hgf": best["all"],
                "log_lik_delta": plain["all"],
                "gain_volatile": gain.mean(),
                "gain_volatile_se": gain.std() / np.sqrt(len(gain)),
                "rate_stable": best["rate_stable"],
                "rate_volatile": best["rate_volatile"],
            }
        )
    out.tables["worlds"] = pd.DataFrame(rows)


def _at(mine: pd.DataFrame, omegas: tuple[float, float], alpha: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The sessions of the filter and of the delta rule at these settings."""
    filtered = (mine["player"] == FILTER) & (mine["omega2"] == omegas[0]) & (mine["omega3"] == omegas[1])
    cached = (mine["player"] == CACHES) & (mine["alpha"] == alpha)
    return mine[filtered], mine[cached]
