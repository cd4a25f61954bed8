"""Measures of the inferred-value study: errors at cues, and the hidden state in the units."""

from typing import Any

import pandas as pd
import xarray as xr

from neurorl.analysis.inferred_value import cue_trials, errors_by_trial, errors_summary, flips, reversal_errors
from neurorl.analysis.latent_state import changed_blocks, decoded_share, group_points, state_positions
from neurorl.analysis.over_units import over_units
from neurorl.analysis.reward_rate import reward_rate, reward_summary
from neurorl.analysis.units import principal_components
from neurorl.core.study import Evidence, Measures
from neurorl.data import by_trial
from neurorl.studies.wang2018.inferred_value.evidence import BESIDE

FIXATION, RESPONSE, STEPS_A_TRIAL = 0, 2, 4
LEARNERS = ("network", *BESIDE)

CAPTIONS = {
    "errors": "Reward prediction errors at each step in blocks after a reversal, by whether the trial's cue was "
    "rewarded before the reversal or after it: mean over replicas with 95 % intervals.",
    "flips": "By replica: whether errors at both cues have reversed one trial after the reversal, for the "
    "experienced cue and for the inferred one; and the ratio of the errors at the inferred cue to those at "
    "the experienced cue.",
    "states": "Projection of activity at fixation on the axis between the centres of the two states (+1: the present "
    "state's, -1: the other's), by trial of a block after a reversal.",
    "decoding": "Linear decoding from the hidden units, cross-validated over sessions: share of trials classified "
    "correctly.",
    "reward": "Reward per trial; at most one trial in two is rewarded.",
}


def measure(evidence: Evidence) -> Measures:
    """All numbers and tables of the study."""
    out = Measures(captions=dict(CAPTIONS))
    discount = evidence.numbers["discount"]
    trials = {name: cue_trials(evidence.tables[name], discount=discount) for name in LEARNERS}
    _errors(out, trials)
    _reward(out, evidence)
    _units(out, evidence.recordings["network_units"])
    out.tables["learning_curve"] = evidence.tables["learning_curve"]
    out.tables = {name: table.reset_index(drop=True) for name, table in out.tables.items()}
    return out


def _errors(out: Measures, trials: dict[str, pd.DataFrame]) -> None:
    errors = {name: reversal_errors(rows) for name, rows in trials.items()}
    courses = {name: errors_by_trial(rows) for name, rows in trials.items()}
    out.tables["errors_by_unit"] = _stack(errors)
    out.tables["errors"] = errors_summary(out.tables["errors_by_unit"], "learner")
    out.tables["by_trial_by_unit"] = _stack(courses)
    out.tables["by_trial"] = over_units(out.tables["by_trial_by_unit"], "rpe", ["learner", "since", "role"])
    turned = _stack({name: flips(rows) for name, rows in errors.items()})
    out.tables["flips"] = turned
    v = out.values
    for row in out.tables["errors"].to_dict("records"):
        v[f"rpe_{row['learner']}_{row['moment']}_{row['role']}_{row['step']}"] = row["mean"]
    for name, rows in turned.groupby("learner", sort=False):
        for moment in ("experienced", "inferred"):
            v[f"flipped_{name}_{moment}"] = float(rows[moment].mean())
        v[f"inferred_over_experienced_{name}"] = float(rows["ratio"].mean())
    v["inferred_over_experienced_worst"] = float(turned.query("learner == 'network'")["ratio"].min())
    for step in ("fixation", "response"):
        rows = out.tables["errors"].query("learner == 'network' and step == @step")
        v[f"rpe_network_largest_{step}"] = float(rows["mean"].abs().max())


def _reward(out: Measures, evidence: Evidence) -> None:
    rates = _stack({name: reward_rate(evidence.tables[name]) for name in LEARNERS})
    out.tables["reward"] = reward_summary(rates, "learner")
    # Against what the same trials could pay, not against another learner's luck.
    table = evidence.tables["network"]
    could_pay = (table["truth_cue"] == table["truth_rewarded"]).groupby(table["subject"]).mean()
    share = table.groupby("subject")["reward"].mean() * STEPS_A_TRIAL / could_pay
    out.values["reward_share_network"] = float(share.mean())
    out.values["reward_share_worst_replica"] = float(share.min())


def _units(out: Measures, units: xr.Dataset) -> None:
    rec = by_trial(units)
    h, place = rec.latent_h, rec.truth_place.isel(step=0)
    cue, rewarded = rec.truth_cue.isel(step=0), rec.truth_rewarded.isel(step=0)
    changed = changed_blocks(rewarded, place)
    out.tables["states"] = state_positions(h.isel(step=FIXATION), rewarded, place, changed)
    parts = []
    for name, step, target, where in (
        ("rewarded cue at fixation, trials 2 to 5", FIXATION, rewarded, place >= 1),
        ("rewarded cue at fixation, trial 1 (cannot be known)", FIXATION, rewarded, (place == 0) & changed.notnull()),
        ("cue shown, at the response", RESPONSE, cue, place >= 0),
    ):
        parts.append(decoded_share(h.isel(step=step), target, where).assign(what=name))
    table = pd.concat(parts)[["what", "replica", "n", "accuracy", "chance", "balanced"]]
    out.tables["decoding"] = table
    out.tables["points"], out.tables["shares"] = _components(units, rec, changed)
    v = out.values
    for measure, what in (
        ("rewarded", "rewarded cue at fixation, trials 2 to 5"),
        ("cue", "cue shown, at the response"),
    ):
        accuracy = table.loc[table["what"] == what, "accuracy"].to_numpy(float)
        v[f"decoded_{measure}"], v[f"decoded_{measure}_worst"] = float(accuracy.mean()), float(accuracy.min())
    positions = out.tables["states"]
    for place, measure in enumerate(("state_on_the_first_trial", "state_on_the_second_trial")):
        v[measure] = float(positions.loc[positions["place"] == place, "position"].to_numpy(float).mean())
    v["share_pc1_pc2"] = float(out.tables["shares"]["share"].to_numpy(float)[:2].sum())


def _components(units: xr.Dataset, rec: xr.Dataset, changed: xr.DataArray) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Fig. 4c: components of the first replica's activity; mean points by step, rewarded cue and cue shown."""
    one = units.isel(replica=0)
    found = principal_components(one.latent_h.where(one.valid), n_components=3)
    by_step = by_trial(one[["truth_cue"]].assign(score=found["score"])).score
    truth = {name: rec[f"truth_{name}"].isel(step=0, replica=0) for name in ("rewarded", "cue", "place")}
    groups = {name: truth[name] for name in ("rewarded", "cue")}
    parts = []
    for row in (0, 1):
        where = (changed.isel(replica=0) == 1) & (truth["place"] == row)
        parts.append(group_points(by_step, groups, where).assign(row=row))
    shares = pd.DataFrame({"component": found["component"].to_numpy(), "share": found["share"].to_numpy()})
    return pd.concat(parts), shares


def _stack(tables: dict[str, Any]) -> pd.DataFrame:
    """One table with the learner's name as its first column."""
    return pd.concat([table.assign(learner=name) for name, table in tables.items()], ignore_index=True)[
        ["learner", *next(iter(tables.values())).columns]
    ]
