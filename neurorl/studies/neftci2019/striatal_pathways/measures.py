"""Measures of the study of striatal pathways: neurons and their errors, stimulation, block, opponent pathways."""

import numpy as np
import pandas as pd

from neurorl.analysis.over_units import over_units
from neurorl.core.study import Evidence, Measures
from neurorl.ops.dopamine import AT_REST, PER_ERROR
from neurorl.studies.neftci2019.striatal_pathways.claims import LEVELS
from neurorl.studies.neftci2019.striatal_pathways.evidence import DOSES, LATE, TRIALS
from neurorl.studies.neftci2019.striatal_pathways.opponent import BETA, FIXED, WORLDS

EARLY = 10  # trials in which doses are compared
HALF = TRIALS // 2
ROUNDING = 1e-4  # reward units; smaller errors may be lost in single precision
CAPTIONS = {
    "signs": "Share of trials on which striatal activity changed in the direction of the prediction error, in the "
    "whole loop.",
    "selection": "Probabilistic selection: choosing A and avoiding B in untrained pairs, by dopamine at choice; mean "
    "over agents with 95 % interval.",
    "weights": "Weights of both pathways at the end of training, mean over agents.",
    "richness": "Share of choices of the better arm in a lean and a rich bandit, and its difference to that with "
    "dopamine held at 0.",
}


def measure(evidence: Evidence) -> Measures:
    """All numbers and tables of the study."""
    t = evidence.tables
    out = Measures(captions=dict(CAPTIONS))
    by = ("setting", "hebbian", "rho")
    selection = pd.concat(
        [over_units(t["selection"], name, by).assign(measure=name) for name in ("choose_a", "avoid_b")],
        ignore_index=True,
    )
    out.tables = {
        "neurons": t["neurons"],
        "signs": signs(t["neurons"]),
        "stimulation": t["stimulation"],
        "doses": t["doses"],
        "block": t["block"],
        "selection": selection,
        "weights": t["weights"],
        "richness": t["richness"],
    }
    v = out.values
    v["linear_difference"] = evidence.numbers["linear_difference"]
    _neurons(v, t["neurons"], out.tables["signs"])
    _dopamine(v, t["stimulation"], t["doses"], t["block"])
    _selection(v, t["selection"], selection)
    _richness(v, t["richness"])
    return out


def signs(neurons: pd.DataFrame) -> pd.DataFrame:
    """By sign of the error: share of trials on which the chosen option's activity rose or fell, the other's moved."""
    after = neurons.groupby("session")[["left", "right"]].shift(-1)
    there = after["left"].notna() & (neurons["rpe"].abs() > ROUNDING)
    now, after = neurons[there], after[there]
    left = now["choice"] == 0
    change = after - now[["left", "right"]]
    of_choice = np.where(left, change["left"], change["right"])
    of_other = np.where(left, change["right"], change["left"])
    rows = pd.DataFrame(
        {
            "error": np.where(now["rpe"] > 0, "above 0", "below 0"),
            "rose": of_choice > 0,
            "fell": of_choice < 0,
            "other_moved": of_other != 0,
        }
    )
    return rows.groupby("error").mean().reset_index()


def _neurons(v: dict[str, float], neurons: pd.DataFrame, table: pd.DataFrame) -> None:
    by = table.set_index("error")
    v["rises_after_positive"] = float(by.loc["above 0", "rose"])
    v["falls_after_negative"] = float(by.loc["below 0", "fell"])
    v["other_moves"] = float(by["other_moved"].max())
    v["dopamine_lowest"] = float(neurons["dopamine"].min())
    dips = neurons[neurons["rpe"] < -AT_REST / PER_ERROR]
    v["saturated_dips"] = float((dips["dopamine"] == 0).mean()) if len(dips) else float("nan")


def _dopamine(v: dict[str, float], stimulation: pd.DataFrame, doses: pd.DataFrame, block: pd.DataFrame) -> None:
    late = stimulation[stimulation["trial"] > LATE].groupby("protocol")["left"].mean().to_dict()
    v["burst_raises_choice"] = float(late["burst"] - late["control"])
    v["dip_lowers_choice"] = float(late["dip"] - late["control"])
    early = doses[doses["trial"] <= EARLY].groupby("dose")["correct"].mean().to_dict()
    v["smallest_step_of_dose"] = float(np.diff([early[d] for d in DOSES if d <= 1]).min())
    v["no_dopamine_from_chance"] = float(abs(doses[doses["dose"] == 0]["correct"].mean() - 0.5))
    blocked = block[block["group"] == "blocked"]
    v["blocked_synapses_change"] = float(blocked["largest_change"].max())
    before = blocked[(blocked["trial"] > HALF - EARLY) & (blocked["trial"] <= HALF)]["correct"].mean()
    last = block[block["trial"] > LATE].groupby("group")["correct"].mean().to_dict()
    # The arms have exchanged: who goes on as before is wrong as often as he was right.
    v["blocked_goes_on"] = float((1 - last["blocked"]) - before)
    v["control_relearns"] = float(last["control"] - last["blocked"])


def _selection(v: dict[str, float], agents: pd.DataFrame, means: pd.DataFrame) -> None:
    hebbian = means[means["hebbian"]].set_index(["setting", "measure", "rho"])["mean"].to_dict()
    for setting in ("beta 2", "beta 3"):
        short = setting.replace(" ", "")
        for name in ("choose_a", "avoid_b"):
            for label, rho in (("low", -0.8), ("mid", 0.0), ("high", 0.8)):
                v[f"{name}_{short}_{label}"] = float(hebbian[setting, name, rho])
        rises = np.diff([hebbian[setting, "choose_a", rho] for rho in (-0.8, 0.0, 0.8)])
        falls = -np.diff([hebbian[setting, "avoid_b", rho] for rho in (-0.8, 0.0, 0.8)])
        v[f"choose_a_smallest_rise_{short}"], v[f"avoid_b_smallest_fall_{short}"] = (
            float(rises.min()),
            float(falls.min()),
        )
    for setting in ("direct faster", "indirect faster"):
        favours = hebbian[setting, "choose_a", 0.0] - hebbian[setting, "avoid_b", 0.0]
        v[f"{setting.replace(' ', '_')}_favours_a"] = float(favours)
    plain = agents[~agents["hebbian"] & agents["setting"].isin(["beta 2", "beta 3"])]
    spread = plain.groupby(["setting", "agent"])[["choose_a", "avoid_b"]].agg(lambda x: x.max() - x.min())
    v["without_hebbian_largest_effect"] = float(spread.to_numpy().max())


def _richness(v: dict[str, float], richness: pd.DataFrame) -> None:
    gain = richness[richness["beta"] == BETA].set_index(["world", "group"])
    for world in WORLDS:
        v[f"dynamic_gain_{world}"] = float(gain.loc[(world, "dynamic"), "gain"])
        v[f"dynamic_gain_{world}_low"] = v[f"dynamic_gain_{world}"] - 1.96 * gain.loc[(world, "dynamic"), "gain_sem"]
    v["high_dopamine_costs_lean"] = float(gain.loc[("lean", f"held at {FIXED:g}"), "gain"])
    v["low_dopamine_costs_rich"] = float(gain.loc[("rich", f"held at -{FIXED:g}"), "gain"])
    v["richness_levels_off"] = max(
        abs(float(gain.loc[(world, group), "mean"]) - level)
        for world, row in LEVELS.items()
        for group, level in row.items()
    )
    wide = richness[richness["group"] == "dynamic"].pivot(index="beta", columns="world", values="gain")
    v["betas_with_gain_lean"], v["betas_with_gain_rich"] = (float((wide[world] > 0).mean()) for world in WORLDS)
