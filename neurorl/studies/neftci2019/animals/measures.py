"""What the study of animals measures: which model wins, by how much and how surely, and whether it acts as they do."""

from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import beta, spearmanr

from neurorl.analysis.over_units import over_units
from neurorl.core.study import Evidence, Measures
from neurorl.fit.selection import select_models
from neurorl.studies.neftci2019.animals.evidence import FOR_MICE, FOUR, MODELS

SETS = {
    "monkeys": {"the four": FOUR, "all": tuple(MODELS)},
    "mice": {"the four": tuple(m for m in FOUR if m in FOR_MICE), "all": FOR_MICE},
}
CAPTIONS = {
    "selection": "Random-effects selection among the four models of the study and among all: frequency (posterior mean "
    "of the share of all such sessions that each is the right model of, with its 95 % credible interval), mean "
    "responsibility (share of these sessions), and exceedance probabilities; log evidence below the best (nats a "
    "session, paired over sessions, with 95 % interval); sum of BIC above the lowest.",
    "by_animal": "Log evidence a session of each model in each animal, below the best there (nats).",
    "behaviour": "Blocks played by the fits: root-mean-square distance from the monkeys' curves around reversals, and "
    "changes of answer from 5 trials before to 25 after.",
    "timing": "The prior on the reversal's trial in fits of the timing prior: median and quartiles over sessions.",
    "held_out": "Whole sessions held out, parameters of an animal from its other sessions: nats a choice, and below "
    "the best with 95 % interval over sessions.",
}


def measure(evidence: Evidence) -> Measures:
    """All measures; cheap and pure."""
    out = Measures(captions=dict(CAPTIONS))
    fits = evidence.tables["fits"]
    _selection(out, fits)
    _timing(out, fits, evidence.tables["reversals"])
    _behaviour(out, evidence.tables["curves"], evidence.tables["changes"])
    if len(evidence.tables["held_out"]):
        _held_out(out, evidence.tables["held_out"])
    out.values["share_failed"] = float(fits["failed"].mean())
    return out


def _selection(out: Measures, fits: pd.DataFrame) -> None:
    tables, animals = [], []
    for species, sets in SETS.items():
        mine = fits[fits["species"] == species]
        wide = mine.pivot(index=["subject", "session"], columns="agent", values="log_evidence")
        # Where a maximum lies at the end of a range there is no evidence in Laplace's approximation.
        there = np.isfinite(wide.to_numpy()).all(axis=1)
        out.values[f"{species}_left_out"] = float((~there).sum())
        wide = wide.loc[there, :]
        bic = mine.pivot(index=["subject", "session"], columns="agent", values="bic").loc[there, :].sum()
        for among, names in sets.items():
            evidence = wide[list(names)]
            chosen = select_models(evidence.to_numpy(), list(names))
            table = chosen.table.rename(columns={"model": "agent"})
            low, high = beta.ppf([[0.025], [0.975]], chosen.alpha, chosen.alpha.sum() - chosen.alpha)
            best = evidence.mean().idxmax()
            gap = evidence.sub(evidence[best], axis=0).melt(var_name="agent", value_name="delta")
            delta = over_units(gap, "delta", "agent").set_index("agent").loc[list(names)]
            table = table.assign(
                species=species,
                among=among,
                frequency_low=low,
                frequency_high=high,
                delta=delta["mean"].to_numpy(),
                delta_low=delta["low"].to_numpy(),
                delta_high=delta["high"].to_numpy(),
                delta_bic=(bic[list(names)] - bic[list(names)].min()).to_numpy(),
                n_sessions=len(evidence),
            )
            tables.append(table)
            _verdict(out, table, species, among)
        each: Any = wide.groupby("subject").mean()
        animals.append(each.sub(each.max(axis=1), axis=0).reset_index().assign(species=species))
    out.tables["selection"] = pd.concat(tables, ignore_index=True)
    by_animal = pd.concat(animals, ignore_index=True)
    out.tables["by_animal"] = by_animal[["species", "subject", *MODELS]]
    monkeys = by_animal[by_animal["species"] == "monkeys"].set_index("subject")[list(MODELS)]
    out.values["monkeys_same_winner"] = float((monkeys == 0).mean().max())


def _verdict(out: Measures, table: pd.DataFrame, species: str, among: str) -> None:
    """How far the best by evidence is ahead of the next, and how sure selection is of the most frequent one."""
    key = f"{species}_{'four' if among == 'the four' else 'all'}"
    by_evidence = table.sort_values("delta", ascending=False)
    v = out.values
    v[f"{key}_lead"] = float(-by_evidence["delta"].iloc[1])
    v[f"{key}_lead_surely"] = float(-by_evidence["delta_high"].iloc[1])
    v[f"{key}_frequency"] = float(table["frequency"].max())
    v[f"{key}_protected"] = float(table["protected_exceedance"].max())
    rows: Any = table.set_index("agent")
    if among == "all":
        for name, other in (
            ("income (forgetting)", "return (rates by sign)"),
            ("hidden Markov model", "single rate"),
            ("dual rate", "single rate"),
        ):
            key = f"{species}_{name.split()[0]}_over_{other.split()[0]}"
            v[key] = float(rows.loc[name, "delta"] - rows.loc[other, "delta"])


def _timing(out: Measures, fits: pd.DataFrame, reversals: pd.DataFrame) -> None:
    """Whether monkeys know when: the task's prior and a fitted one beside none, and whose reversal a fit expects."""
    monkeys = fits[fits["species"] == "monkeys"]
    wide = monkeys.pivot(index=["subject", "session"], columns="agent", values="log_evidence")
    v = out.values
    for name, key in (("timing prior", "timing"), ("the task's timing prior", "task_timing")):
        gain = wide[name] - wide["flat timing prior"]  # where either is missing, it is left out
        mean = over_units(pd.DataFrame({"gain": gain}), "gain").iloc[0]
        for part in ("mean", "low", "high"):
            v[f"{key}_over_flat_{part}"] = float(mean[part])
    own = monkeys[monkeys["agent"] == "timing prior"]
    came = own["session"].map(reversals.set_index("session")["trial"])
    v["timing_follows_reversal"] = float(np.asarray(spearmanr(own["mean"], came))[0])
    quartiles = own[["mean", "sd"]].quantile([0.25, 0.5, 0.75])
    rows = [(name, *quartiles[name]) for name in ("mean", "sd")]
    out.tables["timing"] = pd.DataFrame(rows, columns=["parameter", "quartile_1", "median", "quartile_3"])
    v["timing_mean"], v["timing_sd"] = float(quartiles.loc[0.5, "mean"]), float(quartiles.loc[0.5, "sd"])


def _behaviour(out: Measures, curves: pd.DataFrame, changes: pd.DataFrame) -> None:
    out.tables["curves"] = curves.assign(
        low=curves["new"] - 1.96 * curves["se"], high=curves["new"] + 1.96 * curves["se"]
    )
    monkeys = curves[curves["species"] == "monkeys"]
    wide = monkeys.pivot(index=["schedule", "offset"], columns="player", values="new")
    off = np.sqrt(wide[list(MODELS)].sub(wide["monkeys"], axis=0).pow(2).mean())
    turned = over_units(changes, "changes", "player").set_index("player")
    rows = pd.DataFrame({"player": ["monkeys", *MODELS]})
    rows["off"] = rows["player"].map(off)
    for name, column in (("changes", "mean"), ("changes_low", "low"), ("changes_high", "high")):
        rows[name] = rows["player"].map(turned[column])
    out.tables["behaviour"] = rows
    v = out.values
    v["curve_off_best"] = float(off.min())
    for name in MODELS:
        key = name.split(" (")[0].replace("'s", "").replace(" ", "_")
        v[f"curve_off_{key}"] = float(off[name])
    v["curve_timing_minus_single"] = float(off["timing prior"] - off["single rate"])
    v["curve_flat_minus_single"] = float(off["flat timing prior"] - off["single rate"])


def _held_out(out: Measures, held: pd.DataFrame) -> None:
    rate = held.assign(rate=held["log_lik"] / held["n_choices"])
    wide = rate.pivot(index=["subject", "session"], columns="agent", values="rate")[list(MODELS)]
    best = wide.mean().idxmax()
    gap = wide.sub(wide[best], axis=0).melt(var_name="agent", value_name="delta")
    table = over_units(gap, "delta", "agent").rename(columns={"mean": "delta"})
    table["log_lik_per_choice"] = wide.mean().reindex(table["agent"]).to_numpy()
    out.tables["held_out"] = table.sort_values("delta", ascending=False, ignore_index=True)
    four = wide[list(FOUR)].mean().sort_values(ascending=False)
    out.values["held_out_lead"] = float(-out.tables["held_out"]["delta"].iloc[1])
    out.values["held_out_four_lead"] = float(four.iloc[0] - four.iloc[1])
