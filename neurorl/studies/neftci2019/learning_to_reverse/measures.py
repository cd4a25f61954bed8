"""Measures of the study of learning to reverse: speed of reversals, gain from timing, and the filter."""

import jax.numpy as jnp
import numpy as np
import pandas as pd
from scipy.stats import f_oneway

from neurorl.agents.serial_reversal_observer import SerialReversalObserver
from neurorl.analysis.over_units import over_units
from neurorl.core.study import Evidence, Measures
from neurorl.ops.serial_reversal_belief import HAZARDS, beta_weights, log_grid
from neurorl.studies.neftci2019.learning_to_reverse.claims import SEQUENCE, SEQUENCE_BOLD
from neurorl.studies.neftci2019.learning_to_reverse.evidence import (
    ALONE,
    BOLD,
    CACHED,
    GROUPS,
    LEARNED,
    NAIVE,
    PRIORS,
    SCHEDULES,
    SHARPNESS,
)

CAPTIONS = {
    "speed": "Trials before the first correct choice after each reversal, by learner: certain outcomes (one session, "
    "identical for all) and 80/20.",
    "settled": "Trials before the first of three correct choices in a row after each reversal, by learner.",
    "groups": "Groups by number of reversals in the previous 500 trials: trials before the first correct choice, and "
    "the belief in a reversal just before it.",
    "accuracy": "Blocks with one reversal between trials 30 and 50: share of correct choices, error of the "
    "reversal's estimated trial (posterior mean on the last trial), changes of answer from 5 trials "
    "before to 25 after.",
    "sharpened": "A Gaussian prior (40, sd 12) to the power w: spread of the reversal's estimated trial over blocks.",
    "filter": "80/20, hazard .04, 100 trials: share of correct choices from trial 20 on.",
}


def measure(evidence: Evidence) -> Measures:
    """All measures; cheap and pure."""
    out = Measures(captions=CAPTIONS)
    out.values |= evidence.numbers
    _speed(out, evidence.tables["serial"])
    _groups(out, evidence.tables["groups"])
    _timing(out, evidence.tables)
    _learned(out, evidence.tables["learned"])
    played = over_units(evidence.tables["filter"], "accuracy", "player")
    out.tables["filter"] = played
    by_player = played.set_index("player")["mean"]
    out.values["filter_hmm"] = float(by_player["hidden Markov model"])
    out.values["filter_delta"] = float(by_player["best delta rule"])
    return out


def _speed(out: Measures, serial: pd.DataFrame) -> None:
    table = over_units(serial, "trials", ["task", "learner", "reversal"])
    out.tables["speed"] = table
    beliefs = serial[(serial["task"] == "certain") & (serial["learner"] == LEARNED)]
    out.tables["beliefs"] = beliefs[["reversal", "trials", "hazard", "noise"]]
    trials = table.pivot(index="reversal", columns=["task", "learner"], values="mean")
    joint, bold = trials[("certain", LEARNED)], trials[("certain", BOLD)]
    settled = over_units(serial, "trials_settled", ["task", "learner", "reversal"])
    out.tables["settled"] = settled
    settled = settled.pivot(index="reversal", columns=["task", "learner"], values="mean")
    noisy, noisy_bold = trials[("noisy", ALONE)].dropna(), settled[("noisy", BOLD)].dropna()
    v = out.values
    v["first_reversal"], v["last_reversals"] = float(joint.iloc[0]), float(joint.iloc[-4:].mean())
    v["sequence_off"] = float(np.abs(joint.to_numpy() - np.array(SEQUENCE)).max())
    v["sequence_bold_off"] = float(np.abs(bold.to_numpy()[: len(SEQUENCE_BOLD)] - np.array(SEQUENCE_BOLD)).max())
    v["hazard_first"], v["noise_first"] = (float(beliefs[name].iloc[0]) for name in ("hazard", "noise"))
    v["prior_hazard_on_grid"] = prior_hazard(NAIVE["a_h"], NAIVE["b_h"])
    v["prior_hazard_ratio"] = v["prior_hazard_on_grid"] * (NAIVE["a_h"] + NAIVE["b_h"]) / NAIVE["a_h"]
    v["alone_last"] = float(trials[("certain", ALONE)].iloc[-4:].mean())
    v["noisy_first"], v["noisy_last"] = float(noisy_bold.iloc[0]), float(noisy_bold.iloc[-1])
    v["noisy_known_first"], v["noisy_known_last"] = float(noisy.iloc[0]), float(noisy.iloc[-1])
    both = trials[("noisy", LEARNED)].dropna()
    v["noisy_both_first"], v["noisy_both_last"] = float(both.iloc[0]), float(both.iloc[-1])
    cached = serial[(serial["task"] == "certain") & (serial["learner"] == CACHED)]
    v["delta_slope"] = float(np.mean(_lines(cached, "trials", [])["slope"]))


def prior_hazard(a_h: float, b_h: float) -> float:
    """Mean of the observer's prior on the hazard, on its grid."""
    hazards = log_grid(*HAZARDS, SerialReversalObserver.n_h)
    return float(hazards @ beta_weights(hazards, jnp.asarray(a_h), jnp.asarray(b_h)))


def _groups(out: Measures, groups: pd.DataFrame) -> None:
    parts = [over_units(groups, value, ["group", "reversal"]).assign(measure=value) for value in ("trials", "hazard")]
    table = pd.concat(parts, ignore_index=True)
    out.tables["groups"] = table
    v = out.values
    lines = {value: _lines(groups, value, ["group"]) for value in ("trials", "hazard")}
    for value, each in lines.items():
        for name in ("level", "slope"):
            by_group = [part[name].to_numpy() for _, part in each.groupby("group")]
            v[f"groups_p_{name}_{value}"] = float(np.asarray(f_oneway(*by_group))[1])
    slopes = lines["hazard"].groupby("group")["slope"].mean().to_numpy()
    v["groups_slope_ratio"] = float(slopes.min() / slopes.max())
    firsts = groups[groups["reversal"] == 1].groupby("group")["trials"].mean().reindex(list(GROUPS))
    v["groups_first_falls"] = float(-np.diff(firsts).max())  # above 0: every likelier prior reverses sooner


def _lines(table: pd.DataFrame, value: str, by: list[str]) -> pd.DataFrame:
    """A line through each session's course over reversals: level (in the middle) and slope."""
    middle = table["reversal"].mean()
    rows: list[tuple[object, ...]] = []
    for key, part in table.groupby([*by, "session"]):
        slope, level = np.polyfit(part["reversal"] - middle, part[value], 1)
        rows.append((*tuple(key)[:-1], level, slope))
    return pd.DataFrame(rows, columns=[*by, "level", "slope"])


def _timing(out: Measures, tables: dict[str, pd.DataFrame]) -> None:
    by = ["schedule", "player"]
    blocks = tables["blocks"]
    accuracy = over_units(blocks, "accuracy", by)
    others = blocks.groupby(by, sort=False)[["error", "changes"]].mean().reset_index()
    out.tables["accuracy"] = accuracy.merge(others, on=by)
    out.tables["curves"], out.tables["posteriors"] = tables["curves"], tables["posteriors"]
    mean = accuracy.pivot(index="schedule", columns="player", values="mean")
    error = others.pivot(index="schedule", columns="player", values="error")
    changes = others.pivot(index="schedule", columns="player", values="changes")
    v = out.values
    gains = mean["uniform"] - mean["flat"]
    for name in SCHEDULES:
        key = name.replace("/", "_")
        v[f"flat_{key}"], v[f"timing_{key}"] = float(mean.loc[name, "flat"]), float(mean.loc[name, "uniform"])
        v[f"delta_{key}"], v[f"gain_{key}"] = float(mean.loc[name, "best delta rule"]), float(gains[name])
        for short, player in (("timing", "uniform"), ("delta", "delta rule")):
            v[f"changes_{short}_{key}"] = float(changes.loc[name, player])
        v[f"changes_ratio_{key}"] = v[f"changes_timing_{key}"] / v[f"changes_delta_{key}"]
    v["gains_rise"] = float(np.diff(gains[list(SCHEDULES)]).min())
    v["delta_below"] = float((mean[list(PRIORS)].min(axis=1) - mean["best delta rule"]).min())
    v["error_flat_60_40"], v["error_timing_60_40"] = (float(error.loc["60/40", p]) for p in ("flat", "uniform"))
    v["gaussian_minus_uniform"] = float((mean["gaussian"] - mean["uniform"]).abs().max())

    sharpened = tables["sharpened"].groupby(["schedule", "w"], sort=False)
    sharp = sharpened.agg(accuracy=("accuracy", "mean"), spread=("estimate", "std")).reset_index()
    out.tables["sharpened"] = sharp
    spread = sharp.pivot(index="schedule", columns="w", values="spread")[list(SHARPNESS)]
    v["sharper_is_narrower"] = float(-np.diff(spread.to_numpy(), axis=1).max())


def _learned(out: Measures, learned: pd.DataFrame) -> None:
    course = learned.groupby("block").agg(accuracy=("accuracy", "mean"), within=("within", "mean")).reset_index()
    out.tables["learned"] = course
    late = course[course["block"] >= 0.6 * course["block"].max()]["accuracy"].mean()
    v = out.values
    v["learned_share_of_gain"] = float((late - v["flat_70_30"]) / (v["timing_70_30"] - v["flat_70_30"]))
    v["learned_within"] = float(course["within"].iloc[-1])
    v["learned_within_at_first"] = float(course["within"].iloc[0])
