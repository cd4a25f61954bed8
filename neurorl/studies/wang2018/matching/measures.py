"""Measures of the matching study: the same functions on the network, on 16 mice and on 4 monkeys."""

import numpy as np
import pandas as pd

from neurorl.analysis.history import history_regression, history_summary
from neurorl.analysis.matching import matching_line, matching_points
from neurorl.analysis.over_units import over_units
from neurorl.analysis.reward_rate import reward_summary
from neurorl.analysis.run_lengths import run_counts, runs
from neurorl.analysis.sided_trials import late, renumbered, sided_trials
from neurorl.core import catalogue
from neurorl.core.study import Evidence, Measures
from neurorl.studies.wang2018.matching.references import best_cycles, reference_rewards
from neurorl.studies.wang2018.matching.units import SETS, unit_measures

ANIMALS = {"mice": "trepka_mice", "monkeys": "trepka_monkeys"}
HELD_OUT = ((0.1, 0.2), (0.3, 0.4))  # base chances that training never met
LONGEST = 20  # run lengths shown; longer ones are counted with it
SHORT = 0.05  # base chance of the poorer arm at which its runs are judged

CAPTIONS = {
    "lines": "The matching line log2(C_right/C_left) = slope log2(R_right/R_left) + intercept over sessions (animals: "
    "blocks), by replica or animal: means with 95 % intervals. Last two thirds of each session or block.",
    "history": "Lau & Glimcher's regression: log-odds of the next choice by past rewards and past choices, coded "
    "0/1 as in the published figure (with +-1 the choice weights halve). Means over replicas or animals.",
    "coding": "Partial correlations of hidden units at fixation, before the choice: mean and largest |r| over units, "
    "and the share of units with p < .05 / number of units. Means over replicas.",
    "runs": "Runs of the same choice at fixed base probabilities: share of runs of length 1 and mean length, by arm, "
    "beside the best cycle of Houston & McNamara.",
    "reward": "Reward per trial of the network and of policies that ignore rewards (exact).",
}


def measure(evidence: Evidence) -> Measures:
    """All numbers and tables of the study."""
    network = evidence.tables["network"]
    animals = {
        name: sided_trials(catalogue.load("dataset", shipped).load(), further=["block", "p_left", "p_right"])
        for name, shipped in ANIMALS.items()
    }
    out = Measures(captions=dict(CAPTIONS))
    _matching(out, network, animals)
    _history(out, {"network": network, **animals})
    _runs(out, evidence.tables["pairs"], {"network": network, **animals})
    _reward(out, evidence.tables["reward"])
    unit_measures(out, evidence.recordings["units"], network)
    out.tables["learning_curve"] = evidence.tables["learning_curve"]
    out.tables = {name: table.reset_index(drop=True) for name, table in out.tables.items()}
    return out


def _matching(out: Measures, network: pd.DataFrame, animals: dict[str, pd.DataFrame]) -> None:
    rows = network[late(network)]
    points = matching_points(rows).merge(rows.groupby(["subject", "session"])["p0_left"].first().reset_index())
    held_out = sum(points["p0_left"].between(low, high, inclusive="neither") for low, high in HELD_OUT)
    points = points.assign(group=np.where(held_out > 0, "held out", "trained"))
    whole = matching_line(points, "subject").assign(learner="network", group="all")
    parts, tables = [whole], [points.assign(learner="network")]
    parts.append(matching_line(points, ["subject", "group"]).assign(learner="network"))
    for name, trials in animals.items():
        block = ("subject", "session", "block")
        numbered = renumbered(trials, block)
        points = matching_points(numbered[late(numbered)], block)
        parts.append(matching_line(points, "subject").assign(learner=name, group="all"))
        tables.append(points.assign(learner=name, group="all"))
        out.values[f"deviation_{name}"] = float(matching_points(trials, block)["deviation"].mean())
    table = pd.concat(parts, ignore_index=True)
    table["subject"] = table["subject"].astype(str)
    out.tables["lines_by_unit"] = table
    out.tables["points"] = pd.concat(tables, ignore_index=True).assign(subject=lambda t: t["subject"].astype(str))
    summaries = []
    for name in ("slope", "intercept", "r"):
        out.values |= {f"{name}_network_{group}": np.nan for group in ("all", "trained", "held_out")}
        summary = over_units(table, name, ["learner", "group"])
        summaries.append(summary.assign(number=name))
        for row in summary.to_dict("records"):
            out.values[f"{name}_{row['learner']}_{row['group'].replace(' ', '_')}"] = row["mean"]
    out.tables["lines"] = pd.concat(summaries, ignore_index=True)[
        ["learner", "group", "number", "mean", "low", "high", "n_units"]
    ]
    v = out.values
    v["slope_network_worst_replica"] = float(whole["slope"].min())
    v["slope_difference_held_out"] = v["slope_network_held_out"] - v["slope_network_trained"]
    v["intercept_network_size"] = float(whole["intercept"].abs().mean())


def _history(out: Measures, trials: dict[str, pd.DataFrame]) -> None:
    weights = [history_regression(rows, rows=late(rows)).assign(learner=name) for name, rows in trials.items()]
    table = pd.concat(weights, ignore_index=True).assign(subject=lambda t: t["subject"].astype(str))
    out.tables["history_by_unit"] = table
    summary = history_summary(table, "learner")
    out.tables["history"] = summary
    v = out.values
    for name, rows in summary.groupby("learner", sort=False):
        reward, choice = (rows[rows["effect"] == e].set_index("lag")["mean"] for e in ("reward", "choice"))
        for lag in (1, 2, 3):
            v[f"history_reward_lag{lag}_{name}"], v[f"history_choice_lag{lag}_{name}"] = reward[lag], choice[lag]
        v[f"history_reward_smallest_of_first_five_{name}"] = float(reward.loc[1:5].min())
        v[f"history_reward_first_minus_largest_other_{name}"] = float(reward[1] - reward.loc[2:].max())
        v[f"history_reward_late_over_first_{name}"] = float(reward.loc[10:].mean() / reward[1])


def _runs(out: Measures, pairs: pd.DataFrame, trials: dict[str, pd.DataFrame]) -> None:
    counts = [run_counts(runs(rows[late(rows)]), longest=LONGEST).assign(learner=name) for name, rows in trials.items()]
    out.tables["run_counts"] = pd.concat(counts, ignore_index=True)
    at_pair = runs(pairs[late(pairs)], ["subject", "session", "p0_left"])
    at_pair["p0"] = np.where(at_pair["side"] == 0, at_pair["p0_left"], 0.5 - at_pair["p0_left"]).round(3)
    out.tables["run_counts_by_chance"] = run_counts(at_pair, ["p0"], longest=LONGEST)
    single = at_pair.assign(single=at_pair["length"] == 1)
    table = single.groupby("p0").agg(runs=("length", "size"), share_single=("single", "mean"), mean=("length", "mean"))
    cycles = best_cycles(np.array([p for p in table.index if p <= 0.25]))
    best = {round(0.5 - p, 3): run for p, run in zip(cycles["p_poor"], cycles["rich_run"], strict=True)}
    table = table.reset_index().assign(best_length=lambda t: [1 if p <= 0.25 else best.get(p, np.nan) for p in t["p0"]])
    out.tables["runs"] = table
    out.tables["best_cycles"] = cycles
    by_chance = table.set_index("p0")
    v = out.values
    v["single_runs_poorer_arm"] = float(by_chance["share_single"].get(SHORT, np.nan))
    v["mean_run_richer_arm"] = float(by_chance["mean"].get(round(0.5 - SHORT, 3), np.nan))
    for name, rows in out.tables["run_counts"].groupby("learner", sort=False):
        share = rows.set_index("length")["share"]
        v[f"single_runs_{name}"] = share[1]
        # A chooser who leaves at random has shares that fall by one factor; from lengths 2 and 3 it extends to 1.
        v[f"single_runs_excess_{name}"] = share[1] / (share[2] ** 2 / share[3]) if share[2] * share[3] else np.nan


def _reward(out: Measures, reward: pd.DataFrame) -> None:
    fine = (np.arange(500) + 0.5) / 1000  # the middle of each of 500 slices of 0 .. 0.5
    exact = reference_rewards(fine)
    ceiling = float(exact.set_index("learner")["reward"]["greedy"])
    rates = pd.concat([reward.assign(learner="network"), exact], ignore_index=True)
    rates["subject"] = rates["subject"].astype(str)
    out.tables["reward_by_unit"] = rates
    out.tables["reward"] = reward_summary(rates, "learner", ceiling=ceiling)
    v = out.values
    for row in out.tables["reward"].to_dict("records"):
        v[f"reward_{row['learner']}"] = row["mean"]
    v["reward_share_network"] = v["reward_network"] / ceiling
    v["reward_worst_replica"] = float(reward["reward"].min())
    v["reward_network_minus_alternating"] = v["reward_network"] - v["reward_alternating"]
    v["accepted_share"] = float(reward["accepted"].mean())


__all__ = ["ANIMALS", "CAPTIONS", "HELD_OUT", "LONGEST", "SETS", "measure"]
