"""Measures of the study of fast and slow: errors and their formula, the mixture, lesions and fits to them."""

import numpy as np
import pandas as pd

from neurorl.analysis.over_units import over_units
from neurorl.core.study import Evidence, Measures
from neurorl.studies.neftci2019.fast_and_slow.evidence import CERTAIN, LESIONS, READ_OUTS, SCHEDULES
from neurorl.studies.neftci2019.fast_and_slow.tracking import FAST, HAZARDS, NOISES, SLOW, gate_name, threshold

SHORT = {"control": "control", "amygdala lesion": "amygdala", "striatum lesion": "striatum"}
STOCHASTIC = SCHEDULES[1:]
SPARED, LOST, BOTH = 0.015, 0.1, 0.03  # shares correct that make up the pattern of Costa et al. 2016
CAPTIONS = {
    "walk": "Mean squared error of a random walk's prediction: simulated and by the formula (noise variance 1).",
    "switching": "Mean squared error of a fast learner, a slow one and their mixture if a value jumps between -1 and "
    "1, and mean weight of the fast one.",
    "accuracy": "Share of correct choices by lesion and schedule: mean over blocks with 95 % interval.",
    "map": "Parameter sets that show the lesion pattern of Costa et al. 2016, by read-out of values.",
    "modes": "Twelve separate fits of subjects with an amygdala lesion, certain rewards, 24 blocks each: the "
    "likelihood has two maxima, one with a large rate for positive and one for negative feedback.",
    "fits": "One delta-rule learner with a rate for each sign of the error, fitted to all blocks of a group.",
    "experts": "Mixtures of linear experts, on new points.",
}


def measure(evidence: Evidence) -> Measures:
    """All numbers and tables of the study."""
    t = evidence.tables
    out = Measures(captions=dict(CAPTIONS))
    found = patterns(t["map"])
    out.tables = {
        "walk": t["walk"].assign(off=t["walk"]["simulated"] / t["walk"]["formula"] - 1),
        "switching": t["switching"],
        "example": t["example"],
        "accuracy": over_units(t["blocks"], "accuracy", ("condition", "p_good")),
        "courses": t["courses"],
        "sets": found,
        "map": found.groupby("read_out", sort=False)[["spared", "lost", "both", "shown"]].mean().reset_index(),
        "fits": t["fits"],
        "modes": t["modes"],
        "experts": t["experts"],
        "experts_shown": t["experts_shown"],
        "experts_curve": t["experts_curve"],
    }
    v = out.values
    _tracking(v, out.tables["walk"], t["switching"])
    _lesions(v, out.tables["accuracy"], out.tables["map"])
    _fits(v, out.tables["fits"])
    v["share_of_fits_positive"] = float((t["modes"]["alpha_pos"] > t["modes"]["alpha_neg"]).mean())
    _experts(v, t["experts"])
    return out


def patterns(tried: pd.DataFrame) -> pd.DataFrame:
    """One row per parameter set and read-out: its parameters, and the parts of the lesion pattern that it shows.

    Columns spared (with certain rewards the striatum's lesion has no effect), lost (the amygdala's has), both (with
    each stochastic schedule both have), shown (all three).
    """
    parameters = [c for c in tried if c not in ("read_out", "p_good", "condition", "accuracy")]
    wide = tried.pivot(index=["read_out", *parameters], columns=["p_good", "condition"], values="accuracy")
    lost = {p: {name: wide[p, "control"] - wide[p, name] for name in LESIONS} for p in SCHEDULES}
    out = pd.DataFrame(
        {
            "spared": lost[CERTAIN]["striatum lesion"].abs() < SPARED,
            "lost": lost[CERTAIN]["amygdala lesion"] > LOST,
            "both": np.logical_and.reduce([lost[p][name] >= BOTH for p in STOCHASTIC for name in LESIONS]),
        },
        index=wide.index,
    )
    out["shown"] = out.all(axis=1)
    out["striatum_certain"] = lost[CERTAIN]["striatum lesion"]
    out["striatum_stochastic"] = sum(lost[p]["striatum lesion"] for p in STOCHASTIC) / len(STOCHASTIC)
    return out.reset_index()


def flip(walk: pd.DataFrame) -> float:
    """The q / r at which simulated errors of both rates cross, between the ratios that were simulated."""
    wide = walk.pivot(index="ratio", columns="alpha", values="simulated")
    gain = (wide[SLOW] - wide[FAST]).to_numpy()  # above 0 where the fast one wins
    ratio = wide.index.to_numpy(float)
    at = np.flatnonzero((gain[:-1] <= 0) & (gain[1:] > 0))
    if len(at) != 1:
        return float("nan")
    i = int(at[0])
    return float(ratio[i] - gain[i] * (ratio[i + 1] - ratio[i]) / (gain[i + 1] - gain[i]))


def _tracking(v: dict[str, float], walk: pd.DataFrame, switching: pd.DataFrame) -> None:
    v["formula_largest_error"] = float(walk["off"].abs().max())
    v["flip_by_formula"], v["flip_simulated"] = threshold(), flip(walk)
    grid = switching.set_index(["hazard", "noise"])
    best, worst = (grid[["fast", "slow"]].agg(how, axis=1) for how in ("min", "max"))
    v["fast_wins_at_low_noise"] = float((grid["fast"] < grid["slow"]).xs(NOISES[0], level="noise").mean())
    v["slow_wins_at_high_noise"] = float((grid["slow"] < grid["fast"]).xs(NOISES[-1], level="noise").mean())
    v["mixture_over_worst"] = float((grid["mixture"] / worst).max())
    v["mixture_near_best"] = float((grid["mixture"] <= 1.05 * best).sum())
    for player in ("mixture", "fast", "slow"):
        v[f"{player}_quiet_still"] = float(grid[player][HAZARDS[0], NOISES[0]])
    v |= {gate_name(hazard, noise): float(grid["gate"][hazard, noise]) for hazard in HAZARDS for noise in NOISES}
    gate = grid["gate"].unstack("hazard")
    v["gate_rises_with_hazard"] = float((gate[0.05] - gate[0.002]).min())


def _lesions(v: dict[str, float], accuracy: pd.DataFrame, shown: pd.DataFrame) -> None:
    mean = accuracy.set_index(["condition", "p_good"])["mean"].to_dict()
    for p in SCHEDULES:
        for name, short in SHORT.items():
            v[f"{short}_{round(100 * p)}"] = float(mean[name, p])
    v["certain_striatum_takes"] = float(mean["control", CERTAIN] - mean["striatum lesion", CERTAIN])
    v["certain_amygdala_takes"] = float(mean["control", CERTAIN] - mean["amygdala lesion", CERTAIN])
    for name in LESIONS:
        least = min(float(mean["control", p] - mean[name, p]) for p in STOCHASTIC)
        v[f"stochastic_{SHORT[name]}_takes_at_least"] = least
    by = shown.set_index("read_out")["shown"]
    for read_out in READ_OUTS:
        v[f"sets_{read_out}"] = float(by[read_out])


def _fits(v: dict[str, float], fits: pd.DataFrame) -> None:
    """Ratio of each fitted parameter after an amygdala lesion to that before."""
    for label, p in (("certain", CERTAIN), ("stochastic", 0.7)):
        control, lesioned = (
            fits[(fits["group"] == group) & (fits["p_good"] == p)].iloc[0] for group in ("control", "amygdala lesion")
        )
        for column in ("alpha_pos", "beta"):
            v[f"fitted_{column}_control_{label}"] = float(control[column])
            v[f"fitted_{column}_amygdala_{label}"] = float(lesioned[column])
            v[f"fitted_{column}_ratio_{label}"] = float(lesioned[column] / control[column])
        both = [row["alpha_pos"] + row["alpha_neg"] for row in (lesioned, control)]
        v[f"fitted_rates_ratio_{label}"] = float(both[0] / both[1])


def _experts(v: dict[str, float], experts: pd.DataFrame) -> None:
    by = experts.set_index("problem")
    curves = by.drop(index="vowels")
    v["experts_error_ratio_2"] = float(by.loc["2 regimes", "error"] / by.loc["2 regimes", "error_line"])
    v["experts_gate_right_2"] = float(by.loc["2 regimes", "gate_right"])
    v["experts_worst_error_ratio"] = float((by["error"] / by["error_line"]).max())
    v["experts_worst_gate_right"] = float(curves["gate_right"].min())
    v["experts_smallest_step"] = float(by["smallest_step"].min())
    v["one_expert_from_least_squares"] = float(by["least_squares"].max())
    v["vowels_right"] = float(by.loc["vowels", "side_right"])
    v["vowels_right_line"] = float(by.loc["vowels", "side_right_line"])
