"""Measures of the bandit study: regret, its transfer between bandits, and what hidden activity encodes."""

import numpy as np
import pandas as pd

from neurorl.analysis.over_units import over_units
from neurorl.core.study import Evidence, Measures
from neurorl.studies.wang2018.bandits.evidence import NETWORKS, best_replica
from neurorl.studies.wang2018.bandits.problems import FIXED, KNOWN, PROBLEMS, TRIALS

WITHOUT = "_without_reward"
CORRELATED, INDEPENDENT = "network_correlated", "network_independent"

# Wang et al. 2018, Fig. 1d, read off (about +-.05): regret after trials 20 and 100, arms (.25, .75).
PUBLISHED = pd.DataFrame(
    [
        ("thompson", 1.97, 2.91),
        ("ucb", 1.78, 3.14),
        ("gittins", 1.08, 1.15),
        (INDEPENDENT, 1.38, 2.14),
        (CORRELATED, 1.15, 1.20),
    ],
    columns=["learner", "at_20", "at_100"],
)

CAPTIONS = {
    "regret": "Regret on arms (.25, .75) and their mirror image after trials 20 and 100: mean with 95 % interval "
    "over replicas (networks) or sessions (classical learners). Published values are read off Fig. 1d.",
    "transfer": "Regret after 100 trials of every learner on every problem. A network plays the other family of "
    "bandits with the weights of its own training.",
    "end_states": "Activity after the last trial: share of all variance in the first two principal components, "
    "distance from a curve in that plane (0 on a parabola, 1 for a round cloud), rank correlation of the first "
    "component with the left arm's probability and the difference of both, and the share of the variance of all units "
    "that these explain. Means over replicas with 95 % intervals.",
    "horizons": "Expected regret by session length, computed exactly (dynamic programming) and averaged over "
    "independent uniform arms. The Bayes-adaptive optimum is the minimum.",
}


def measure(evidence: Evidence) -> Measures:
    """All numbers and tables of the study."""
    sessions = evidence.tables["sessions"]
    units = regret_units(sessions)
    out = Measures(captions=dict(CAPTIONS))
    _regret(out, units)
    _replicas(out, units, sessions, evidence.tables["curves_held_out"])
    _transfer(out, units)
    _without_reward(out, sessions)
    _activity(out, evidence.tables["end_states"])
    _horizons(out, evidence.tables["horizons"])
    for name in ("choices", "points", "paths", "learning_curve"):
        out.tables[name] = evidence.tables[name]
    out.tables["curves"] = _curves(evidence, sessions)
    out.tables = {name: table.reset_index(drop=True) for name, table in out.tables.items()}
    return out


def regret_units(sessions: pd.DataFrame) -> pd.DataFrame:
    """One row a unit: a replica of a network (its mean over sessions), or a session of a classical learner."""
    network = sessions["learner"].str.startswith("network_")
    of_replica = sessions[network].groupby(["learner", "problem", "subject"], sort=False)[["at_20", "at_100"]].mean()
    columns = ["learner", "problem", "subject", "at_20", "at_100"]
    alone = sessions[~network].assign(subject=sessions["session"])
    return pd.concat([of_replica.reset_index()[columns], alone[columns]], ignore_index=True)


def _regret(out: Measures, units: pd.DataFrame) -> None:
    known = units[units["problem"] == KNOWN]
    parts = []
    for column, trial in (("at_20", 20), ("at_100", 100)):
        table = over_units(known, column, "learner").assign(trial=trial)
        printed = pd.DataFrame({"learner": PUBLISHED["learner"], "published": PUBLISHED[column]})
        parts.append(table.merge(printed, on="learner", how="left"))
    out.tables["regret"] = pd.concat(parts, ignore_index=True)
    v = out.values
    for row in out.tables["regret"].to_dict("records"):
        v[f"regret_{row['learner']}_{row['trial']}"] = row["mean"]
    v["correlated_minus_gittins"] = v[f"regret_{CORRELATED}_100"] - v["regret_gittins_100"]
    v["independent_minus_correlated"] = v[f"regret_{INDEPENDENT}_100"] - v[f"regret_{CORRELATED}_100"]
    v["thompson_minus_independent"] = v["regret_thompson_100"] - v[f"regret_{INDEPENDENT}_100"]
    v["ucb_minus_independent"] = v["regret_ucb_100"] - v[f"regret_{INDEPENDENT}_100"]
    v["ucb_minus_thompson"] = v["regret_ucb_100"] - v["regret_thompson_100"]
    early = units.groupby(["learner", "problem"])["at_20"].mean().to_dict()
    wrong = {name: early[INDEPENDENT, name] / abs(1.0 - 2.0 * FIXED[name]) for name in ("medium", "hard")}
    v["wrong_of_20_hard_minus_medium"] = wrong["hard"] - wrong["medium"]


def _replicas(out: Measures, units: pd.DataFrame, sessions: pd.DataFrame, held_out: pd.DataFrame) -> None:
    """Order replica by replica, and the network that the precursor's rule would have shown."""
    known = units[units["problem"] == KNOWN]
    by_replica = {name: known[known["learner"] == name].set_index("subject")["at_100"] for name in NETWORKS}
    out.tables["replicas"] = known[known["learner"].isin(NETWORKS)].drop(columns="problem")
    v = out.values
    correlated, independent = by_replica[CORRELATED], by_replica[INDEPENDENT]
    classical = min(v["regret_thompson_100"], v["regret_ucb_100"])
    v["share_correlated_below_independent"] = float((correlated < independent).mean())
    v["share_independent_below_classical"] = float((independent < classical).mean())
    v["share_in_order"] = float(((correlated < independent) & (independent < classical)).mean())
    for name in NETWORKS:
        chosen = best_replica(sessions, name)
        rows = held_out[
            (held_out["learner"] == name)
            & (held_out["problem"] == KNOWN)
            & (held_out["subject"] == chosen)
            & (held_out["trial"] == TRIALS)
        ]
        v[f"regret_{name}_chosen"] = float(rows["mean"].iloc[0])


def _curves(evidence: Evidence, sessions: pd.DataFrame) -> pd.DataFrame:
    """Regret by trial on the known problem; for a network, that of the selected replica on the other sessions."""
    curves, held_out = (evidence.tables[name] for name in ("curves", "curves_held_out"))
    parts = [curves[(curves["problem"] == KNOWN) & ~curves["learner"].str.startswith("network_")]]
    for name in NETWORKS:
        mine = held_out[(held_out["learner"] == name) & (held_out["problem"] == KNOWN)]
        parts.append(mine[mine["subject"] == best_replica(sessions, name)])
    return pd.concat(parts, ignore_index=True)


def _transfer(out: Measures, units: pd.DataFrame) -> None:
    heard = units[~units["learner"].str.endswith(WITHOUT)]
    table = over_units(heard, "at_100", ["learner", "problem"])
    out.tables["transfer"] = table
    out.tables["transfer_by_replica"] = heard[heard["learner"].isin(NETWORKS)]
    mean = table.set_index(["learner", "problem"])["mean"].to_dict()
    v = out.values
    for problem in PROBLEMS:
        v[f"transfer_{problem}_independent"] = mean[INDEPENDENT, problem]
        v[f"transfer_{problem}_correlated"] = mean[CORRELATED, problem]
    v["home_advantage_correlated"] = mean[INDEPENDENT, "correlated"] - mean[CORRELATED, "correlated"]
    v["home_advantage_independent"] = mean[CORRELATED, "independent"] - mean[INDEPENDENT, "independent"]
    v["thompson_minus_independent_at_home"] = mean["thompson", "independent"] - mean[INDEPENDENT, "independent"]
    optimum = mean.get(("bayes_independent", "independent"), np.nan)
    v["independent_at_home_over_optimum"] = mean[INDEPENDENT, "independent"] / optimum


def _without_reward(out: Measures, sessions: pd.DataFrame) -> None:
    """Regret of networks that receive no rewards in the test, as a share of that of random choice."""
    deaf = sessions[sessions["learner"].str.endswith(WITHOUT)]
    chance = TRIALS * np.abs(deaf["p_left"].to_numpy() - deaf["p_right"].to_numpy()) / 2
    grouped = deaf.assign(chance=chance).groupby(["learner", "problem"], sort=False)
    table = grouped.agg(at_100=("at_100", "mean"), chance=("chance", "mean")).reset_index()
    table = table.assign(share=table["at_100"].to_numpy() / table["chance"].to_numpy())
    out.tables["without_reward"] = table
    out.values["without_reward_farthest_from_chance"] = float((table["share"] - 1.0).abs().max())


def _activity(out: Measures, ends: pd.DataFrame) -> None:
    numbers = [name for name in ends.columns if name not in ("network", "problem", "subject")]
    long = ends.melt(["network", "problem", "subject"], numbers, var_name="measure", value_name="value")
    table = over_units(long, "value", ["network", "problem", "measure"])
    out.tables["end_states"] = table
    out.tables["end_states_by_replica"] = ends
    v = out.values
    for row in table.to_dict("records"):
        v[f"{row['measure']}_trained_{row['network']}_tested_{row['problem']}"] = row["mean"]
    home = ends[(ends["network"] == "correlated") & (ends["problem"] == "correlated")].set_index("subject")
    away = ends[(ends["network"] == "independent") & (ends["problem"] == "correlated")].set_index("subject")
    v["share_of_replicas_ordered_by_p_left"] = float((home["spearman_p_left"] > 0.9).mean())
    v["share_of_replicas_closer_to_a_curve"] = float((home["off_curve"] < away["off_curve"]).mean())
    v["off_curve_independent_over_correlated"] = float(away["off_curve"].mean() / home["off_curve"].mean())
    v["explained_by_p_left_correlated_minus_independent"] = float(
        home["explained_p_left"].mean() - away["explained_p_left"].mean()
    )


def _horizons(out: Measures, table: pd.DataFrame) -> None:
    wide = table.pivot(index="horizon", columns="learner", values="regret")
    order = list(dict.fromkeys(table["learner"]))
    out.tables["horizons"] = wide[order].reset_index()
    out.tables["horizons_long"] = table
    others = wide.drop(columns="bayes_independent")
    v = out.values
    v["optimum_below_all_others"] = float((others.min(axis=1) - wide["bayes_independent"]).min())
    v["gittins_over_optimum_largest"] = float((wide["gittins"] / wide["bayes_independent"]).max())
    v["regret_optimum_100"] = float(wide["bayes_independent"].get(TRIALS, np.nan))
