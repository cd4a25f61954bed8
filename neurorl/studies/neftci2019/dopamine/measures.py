"""Measures of the dopamine study: place and size of the errors, and credit over time."""

import numpy as np
import pandas as pd
import xarray as xr

from neurorl.core.study import Evidence, Measures
from neurorl.studies.neftci2019.dopamine.credit import DELAYS, KAPPAS
from neurorl.studies.neftci2019.dopamine.sessions import (
    BEFORE,
    CHANCES,
    CUE,
    GAMMA,
    LEARNERS,
    REWARD,
    TIMED,
    TRAINED,
    timed_errors,
)

MARCH = {1: 15, 20: 14, 50: 11, 80: 5}  # trial: time of the largest error, as simulated before

CAPTIONS = {
    "moments": "Prediction errors of each learner (reward units): at the reward and at the cue on the first trial "
    "and after 500, at the time of an omitted, early or late reward, and the largest dip of these trials. "
    "Passed: number of steps between cue and reward at which the largest error of some trial occurred.",
    "graded": "Errors at the cue and at the time of the reward by reward probability, after training, with p "
    "gamma^10, 1 - p and -p.",
    "timed": "Errors at a reward by the time since the cue, with and without a compound that ends with the reward, "
    "and their closed forms.",
    "lambdas": "Random walk: the least error over learning rates (root mean square over 19 states, first ten walks) by "
    "lambda.",
    "delayed": "Delayed bandit: share of problems with correctly ordered values (random choices), and share of "
    "better choices (own choices), by delay in trials and by kappa.",
}


def measure(evidence: Evidence) -> Measures:
    """All numbers and tables of the study."""
    errors, t, n = evidence.recordings["errors"], evidence.tables, evidence.numbers
    out = Measures(captions=dict(CAPTIONS))
    out.tables = {
        "moments": moments(errors),
        "graded": graded(t["graded"]),
        "timed": timed(t["timed"]),
        "lambdas": t["walks"].groupby("lam", as_index=False)["rms"].min(),
        "delayed": t["delayed"].pivot(index=["choices", "delay"], columns="kappa", values="right").reset_index(),
    }
    out.tables["delayed"].columns = [str(c) for c in out.tables["delayed"].columns]
    v = out.values
    v |= {
        name: n[name] for name in ("blocked_end", "unblocked_end", "unblocked_onset", "second_order_rw", "views_differ")
    }
    for row in out.tables["moments"].to_dict("records"):
        v |= {f"{name}_{row['model']}": row[name] for name in row if name not in ("model", "learner")}
    v |= _march(errors) | _second_order(errors) | _graded(out.tables["graded"]) | _timed(out.tables["timed"])
    v |= _credit(out.tables["lambdas"], t["delayed"])
    return out


def moments(errors: xr.Dataset) -> pd.DataFrame:
    """One row a learner."""
    rows = []
    for name, learner in LEARNERS.items():
        rpe = errors["rpe"].sel(learner=name)
        training = rpe.sel(session="omitted").to_numpy()[:TRAINED]
        probe = {kind: rpe.sel(session=kind).to_numpy()[TRAINED] for kind in ("omitted", "early", "late")}
        largest = training.argmax(axis=1)
        rows.append(
            {
                "model": name,
                "learner": learner.title,
                "reward_first": training[0, REWARD],
                "cue_first": training[0, CUE],
                "reward_trained": training[-1, REWARD],
                "cue_trained": training[-1, CUE],
                "omitted": probe["omitted"][REWARD],
                "cue_omitted": probe["omitted"][CUE],
                "omitted_dip": probe["omitted"].min(),
                "early": probe["early"][10],
                "early_dip": probe["early"].min(),
                "late": probe["late"][20],
                "late_dip": probe["late"].min(),
                "passed": float(len(set(largest[(largest > CUE) & (largest < REWARD)]))),
            }
        )
    return pd.DataFrame(rows)


def _march(errors: xr.Dataset) -> dict[str, float]:
    """Where the largest error stands by trial, of TD(0) with a serial compound."""
    largest = errors["rpe"].sel(learner="td0", session="omitted").to_numpy()[:TRAINED].argmax(axis=1)
    before = errors["rpe"].sel(learner="td0", session="cue before").to_numpy()[-1]
    return {
        "march_off": float(max(abs(largest[trial - 1] - time) for trial, time in MARCH.items())),
        "march_forward": float((np.diff(largest) > 0).sum()),
        "earliest_cue": float(before[BEFORE]),
        "cue_announced": float(abs(before[CUE])),
    }


def _second_order(errors: xr.Dataset) -> dict[str, float]:
    """Value of X at its onset, highest over trials on which it precedes a trained cue and no reward; and at the end."""
    value = errors["value"].sel(learner="td0", session="second order").to_numpy()[TRAINED:, CUE]
    return {"second_order_td": float(value.max()), "second_order_end": float(value[-1])}


def graded(table: pd.DataFrame) -> pd.DataFrame:
    """Columns p, cue, rewarded, omitted (mean errors at the cue and at the time of the reward), and each as exact."""
    rows = []
    for p in CHANCES:
        here = table[table["p"] == p]
        at_cue = here[here["time"] == CUE]
        cue = float(np.average(at_cue["rpe"], weights=at_cue["n"]))
        late = here[here["time"] == REWARD].set_index("paid")["rpe"]
        rows.append((p, cue, late.get(True, np.nan), late.get(False, np.nan), p * GAMMA**10, 1 - p, -p))
    return pd.DataFrame(
        rows, columns=["p", "cue", "rewarded", "omitted", "cue_exact", "rewarded_exact", "omitted_exact"]
    )


def _graded(table: pd.DataFrame) -> dict[str, float]:
    between = table[(table["p"] > 0) & (table["p"] < 1)]
    return {
        f"graded_{name}": float((between[name] - between[f"{name}_exact"]).abs().max())
        for name in ("cue", "rewarded", "omitted")
    }


def timed(table: pd.DataFrame) -> pd.DataFrame:
    """The table of errors by bin with its closed form."""
    exact = [
        error for reset in (False, True) for rewarded in TIMED.values() for error in timed_errors(rewarded, reset=reset)
    ]
    return table.assign(exact=exact)


def _timed(table: pd.DataFrame) -> dict[str, float]:
    """Slopes of the error over bins, a bin, and the largest distance from the closed forms."""
    out = {"timed_off": float((table["rpe"] - table["exact"]).abs().max())}
    for (reset, task), rows in table.groupby(["reset", "task"]):
        known = rows.dropna()
        slope = np.polyfit(known["bin"], known["rpe"], 1)[0] if len(known) > 1 else np.nan
        out[f"slope_{'reset' if reset else 'kept'}_{'always' if task == 'always' else 'omitted'}"] = float(slope)
    return out


def _credit(lambdas: pd.DataFrame, delayed: pd.DataFrame) -> dict[str, float]:
    rms = lambdas.set_index("lam")["rms"]
    right = delayed.set_index(["choices", "delay", "kappa"])["right"]
    best = {delay: max(KAPPAS, key=lambda k, d=delay: right["random", d, k]) for delay in DELAYS}
    return {
        "best_lambda": float(rms.idxmin()),
        "least_rms": float(rms.min()),
        "gain_over_0": float(rms[0.0] - rms.min()),
        "gain_over_1": float(rms[1.0] - rms.min()),
        "own_3": float(right["own", 3, 0.75]),
        "own_6": float(right["own", 6, 0.86]),
        "own_3_traceless": float(right["own", 3, 0.0]),
        "own_gain": float(right["own", 3, 0.75] - right["own", 3, 0.0]),
        "random_0": float(right["random", 0, 0.0]),
        "random_3_traceless": float(right["random", 3, 0.0]),
        "random_3": float(right["random", 3, 0.75]),
        "longer_trace": float(best[6] - best[3]),
    }
