"""Measures of the planning study: returns, accuracy of values, codes of future actions, divergence of trajectories."""

import numpy as np
import pandas as pd
import xarray as xr

from neurorl.analysis.canonical import canonical_by_step
from neurorl.analysis.over_units import over_units
from neurorl.core import catalogue
from neurorl.core.study import Evidence, Measures
from neurorl.studies.wang2018.planning.evidence import TASK
from neurorl.studies.wang2018.planning.ways import ways

ACTIONS = tuple(f"action {k}" for k in range(1, 6))
RIDGE = 0.05  # of the mean variance of the components; all units are used
CAPTIONS = {
    "returns": "Reward per trial (five actions) and as a share of what dynamic programming earns on the same trials: "
    "mean over replicas or simulated walkers with Student's 95 % interval.",
    "accuracy": "Pearson correlation over test trials of the value at each step with the reward still to come: mean "
    "over replicas with 95 % interval.",
    "codes": "First canonical correlation of the hidden units with each variable at each step, with the last "
    "effective action regressed out, evaluated in held-out trials: mean over replicas with 95 % interval.",
    "codes_seen": "First canonical correlation of the hidden units with each variable, with the last answer "
    "regressed out, effective or not. At the end of pondering most answers already equal the first "
    "action, so that this also removes its code.",
    "divergence": "Trials whose best state is four or five steps away, by the step at which it was reached: distance "
    "between the mean trajectories of the two answers, in units of the spread within, with that of "
    "permuted answers; means over replicas.",
}


def measure(evidence: Evidence) -> Measures:
    """All numbers and tables of the study."""
    layout = catalogue.load("task", TASK).layout
    units = evidence.recordings["network_units"]
    out = Measures(captions=dict(CAPTIONS))
    out.tables["learning_curve"] = evidence.tables["learning_curve"]
    _returns(out, evidence.tables["walks"])
    _accuracy(out, units, layout.ponder)
    _codes(out, units, layout.ponder)
    ways(out, units, evidence.tables["walks"].query("learner == 'network'"), layout.ponder)
    out.tables = {name: table.reset_index(drop=True) for name, table in out.tables.items()}
    return out


def _returns(out: Measures, walks: pd.DataFrame) -> None:
    by_unit = walks.groupby(["learner", "subject"], sort=False)[["earned", "best"]].mean().reset_index()
    by_unit["share"] = by_unit["earned"] / by_unit["best"]
    table = over_units(by_unit, "earned", "learner")
    table["share"] = table["learner"].map(by_unit.groupby("learner")["share"].mean())
    out.tables["returns_by_unit"], out.tables["returns"] = by_unit, table
    mean = table.set_index("learner")["mean"]
    network = by_unit.query("learner == 'network'")["share"]
    v = out.values
    v["return_network"], v["return_optimal"] = mean["network"], mean["horizon_planner"]
    v["share_network"], v["share_network_worst"] = float(network.mean()), float(network.min())
    v["share_planner"] = float(table.set_index("learner")["share"]["horizon_planner"])
    for name in ("shortest_path", "successor_representation", "q_trace", "random_choice"):
        v[f"return_{name}"] = mean[name]
        v[f"network_minus_{name}"] = mean["network"] - mean[name]
    v["q_trace_minus_random_choice"] = mean["q_trace"] - mean["random_choice"]
    v["walkers_worst_minus_random"] = min(mean["shortest_path"], mean["successor_representation"]) - max(
        mean["q_trace"], mean["random_choice"]
    )
    thoughtless = mean.get("network_unpondered", np.nan)
    v["return_unpondered"], v["gain_by_pondering"] = thoughtless, mean["network"] - thoughtless


def _accuracy(out: Measures, units: xr.Dataset, ponder: int) -> None:
    reward = units["reward"].transpose("replica", "session", "step").to_numpy().astype(float)
    value = units["latent_value"].transpose("replica", "session", "step").to_numpy().astype(float)
    to_come = np.cumsum(reward[..., ::-1], axis=-1)[..., ::-1]
    rows = [
        {"replica": i, "step": t + 1, "r": _pearson(value[i, :, t], to_come[i, :, t])}
        for i in range(value.shape[0])
        for t in range(value.shape[2])
    ]
    by_unit = pd.DataFrame(rows)
    table = over_units(by_unit, "r", "step")
    out.tables["accuracy_by_unit"], out.tables["accuracy"] = by_unit, table
    r = by_unit.pivot(index="replica", columns="step", values="r")
    gain = r[ponder] - r[1]
    v = out.values
    v["accuracy_first"], v["accuracy_last"] = float(r[1].mean()), float(r[ponder].mean())
    v["accuracy_gain"], v["accuracy_gain_worst"] = float(gain.mean()), float(gain.min())
    v["accuracy_least_rise"] = float(r.mean()[list(range(1, ponder + 1))].diff().min())


def _codes(out: Measures, units: xr.Dataset, ponder: int) -> None:
    by_unit = {kind: _codes_by_unit(units, ponder, overt=kind == "codes") for kind in ("codes", "codes_seen")}
    for kind, table in by_unit.items():
        out.tables[f"{kind}_by_unit"], out.tables[kind] = table, over_units(table, "r", ["variable", "step"])
    r, seen = (out.tables[kind].pivot(index="variable", columns="step", values="mean") for kind in by_unit)
    v = out.values
    peaks = {
        k: int(np.argmax(np.nan_to_num(r.loc[name].to_numpy(), nan=-1.0))) + 1 for k, name in enumerate(ACTIONS, 1)
    }
    v["codes_at_their_peak"] = float(sum(peak == ponder + k for k, peak in peaks.items()))
    at, before, first = (
        np.array([r.loc[name, step(k)] for k, name in enumerate(ACTIONS, 1)])
        for step in (lambda k: ponder + k, lambda k: ponder + k - 1, lambda k: 1)
    )
    v["code_smallest_peak"], v["code_smallest_ramp"] = float(at.min()), float((before - first).min())
    pondering = np.array([r.loc[name, ponder] for name in ACTIONS])
    v["code_while_pondering"], v["code_of_later_actions"] = float(pondering.mean()), float(pondering[1:].mean())
    v["code_rise_while_pondering"] = float((pondering - first).mean())
    v["code_state_smallest"] = float(r.loc["current state"].min())
    v["code_goal_while_pondering"] = float(r.loc["goal state", ponder])
    v["code_first_action_seen"] = float(seen.loc[ACTIONS[0], ponder + 1])


def _codes_by_unit(units: xr.Dataset, ponder: int, *, overt: bool) -> pd.DataFrame:
    """Canonical correlations of each replica, given the last action that moved (`overt`) or the last answer."""
    parts = []
    for replica in units["replica"].to_numpy():
        mine = units.sel(replica=replica)
        action = mine["action"].transpose("session", "step").to_numpy()
        state = mine["truth_state"].transpose("session", "step").to_numpy()
        variables = {name: action[:, ponder + k] for k, name in enumerate(ACTIONS)}
        variables |= {
            "current state": state,
            "start state": state[:, 0],
            "goal state": mine["truth_goal"][:, 0].to_numpy(),
        }
        # Where there is no last action, a code of its own, the same in all trials, explains nothing.
        last = np.concatenate([np.full((len(action), 1), -1), action[:, :-1]], axis=1)
        if overt:
            last[:, : ponder + 1] = -1
        table = canonical_by_step(
            mine["latent_h"], variables, given={"last action": last}, components=None, ridge=RIDGE
        )
        parts.append(table.assign(replica=replica))
    by_unit = pd.concat(parts, ignore_index=True)
    by_unit["step"] += 1
    return by_unit


def _pearson(x: np.ndarray, y: np.ndarray) -> float:
    """Correlation; NaN where one of the two does not vary."""
    if len(x) < 2 or x.std() == 0 or y.std() == 0:
        return float("nan")
    return float(np.corrcoef(x, y)[0, 1])
