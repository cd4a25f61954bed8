"""Coding by the network's units at fixation, before the choice (Wang et al. 2018, Fig. 2e)."""

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from neurorl.analysis.over_units import over_units
from neurorl.analysis.sided_trials import LAST
from neurorl.analysis.unit_coding import observations, share_of_units, unit_coding
from neurorl.core.study import Measures
from neurorl.data import by_trial

FOUR = ("last_action", "last_reward", "interaction", "value")
# The published set; and the same with the choice that follows, which the text mentions.
SETS = {"published": FOUR, "with the choice": (*FOUR, "next_action")}
METHODS = ("spearman", "pearson")
JUDGED = (
    "coding_smallest_share",
    "coding_weaker_of_action_and_value_minus_others",
    "coding_reward_minus_weakest_other",
    "coding_next_action_minus_strongest_other",
)
ENOUGH = 200  # observations a replica; with fewer, correlations are noise


def variables(recorded: xr.Dataset) -> dict[str, xr.DataArray]:
    """The variables of each trial, [replica, session, trial]; left and reward are +1, right and none -1.

    Trials whose last or next answer was neither left nor right are NaN, and so are those before the last two thirds
    of their session. The value is the left arm's reward probability on this trial;
    the right arm's is nearly 1 less this value.
    """
    action, reward = recorded["action"].sel(step=1), recorded["reward"].sel(step=1)
    side = xr.where(action == 1, 1.0, xr.where(action == 2, -1.0, np.nan))
    paid = xr.where(reward.isnull(), np.nan, xr.where(reward > 0, 1.0, -1.0))
    last_action, last_reward = side.shift(trial=1), paid.shift(trial=1)
    n_trials = action.notnull().sum("trial")
    late = recorded["trial"] >= (1 - float(LAST)) * n_trials
    chance = recorded["truth_p_reward"].sel(step=0)
    value = chance.isel({chance.dims[-1]: 0}, drop=True)
    made = {
        "last_action": last_action,
        "last_reward": last_reward,
        "interaction": last_action * last_reward,
        "value": value,
        "next_action": side,
    }
    return {name: x.where(late) for name, x in made.items()}


def unit_measures(out: Measures, recorded: xr.Dataset, trials: pd.DataFrame) -> None:
    """Add the tables and numbers of unit coding."""
    trial = by_trial(recorded)
    known = variables(trial)
    parts = []
    for replica in trial["replica"].to_numpy():
        h = trial["latent_h"].sel(step=0, replica=replica)
        for which, names in SETS.items():
            here = {name: known[name].sel(replica=replica) for name in names}
            activity, table = observations(h, here)
            if len(table) < ENOUGH:
                continue
            for method in METHODS:
                coded = unit_coding(activity, table, method=method)
                parts.append(coded.assign(replica=int(replica), method=method, set=which))
    v = out.values
    v["value_left_right_correlation"] = float(np.corrcoef(trials["p_left"], trials["p_right"])[0, 1])
    v |= dict.fromkeys(JUDGED, np.nan)
    if not parts:
        out.tables["coding_by_unit"] = out.tables["coding"] = pd.DataFrame()
        return
    table = pd.concat(parts, ignore_index=True).assign(size=lambda t: t["r"].abs())
    out.tables["coding_by_unit"] = table
    out.tables["coding"] = _summary(table)
    for row in out.tables["coding"].to_dict("records"):
        prefix = "" if row["set"] == "published" else "with_choice_"
        for number in ("mean", "largest", "share"):
            v[f"coding_{prefix}{row['method']}_{row['variable']}_{number}"] = row[number]
    published = {name: v[f"coding_spearman_{name}_mean"] for name in FOUR}
    together = [v[f"coding_with_choice_spearman_{name}_mean"] for name in FOUR]
    reward, interaction = published["last_reward"], published["interaction"]
    strong = min(published["last_action"], published["value"])
    judged = (
        min(v[f"coding_spearman_{name}_share"] for name in FOUR),
        strong - max(reward, interaction),
        reward - min(published["last_action"], published["value"], interaction),
        v["coding_with_choice_spearman_next_action_mean"] - max(together),
    )
    v |= dict(zip(JUDGED, judged, strict=True))


def _summary(table: pd.DataFrame) -> pd.DataFrame:
    """Mean, largest and share of coding units, each averaged over replicas; the interval is that of the mean."""
    by: list[Any] = ["set", "method", "variable"]
    per_replica = table.groupby([*by, "replica"], sort=False)["size"].agg(["mean", "max"]).reset_index()
    share = share_of_units(table, [*by[:2], "replica"])
    out = over_units(per_replica, "mean", by)
    largest = over_units(per_replica, "max", by).rename(columns={"mean": "largest"})[[*by, "largest"]]
    shares = over_units(share, "share", by).rename(columns={"mean": "share"})[[*by, "share"]]
    return out.merge(largest, on=by).merge(shares, on=by)
