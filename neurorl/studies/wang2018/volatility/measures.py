"""Measures of the volatility study: learning rates by period, decoded volatility, units, and their inhibition."""

import numpy as np
import pandas as pd

from neurorl.analysis.learning_rate_windows import half_means, learning_rate_windows
from neurorl.analysis.over_units import over_units
from neurorl.core.study import Evidence, Measures
from neurorl.studies.wang2018.volatility.evidence import SCHEDULES
from neurorl.studies.wang2018.volatility.stimulation import CONDITIONS, ONSET
from neurorl.studies.wang2018.volatility.units import LEVEL, MODELS

SKIP = 20  # trials left out at the start of each half, while choices get used to it
# Which of Fig. 3d's blocks a schedule and half is. The paper does not define the numbers: "half" takes them as the
# halves of a session, "group" as the two groups of sessions. Stable 1 and 2 are the same in both.
BLOCKS = {
    "half": {
        ("low_first", 0): "Stable 1",
        ("high_first", 0): "Volatile 1",
        ("low_first", 1): "Volatile 2",
        ("high_first", 1): "Stable 2",
    },
    "group": {
        ("low_first", 0): "Stable 1",
        ("low_first", 1): "Volatile 1",
        ("high_first", 0): "Volatile 2",
        ("high_first", 1): "Stable 2",
    },
}
ORDER = ("Stable 1", "Volatile 1", "Volatile 2", "Stable 2")
FIRST_REVERSAL = 25  # trials; of sessions that are volatile at first
# Thresholds on p at which units are counted (Supp. Fig. 5b), the uncorrected level first.
THRESHOLDS = (0.05, 0.05 / 48, 1e-4, 1e-5, 1e-6, 1e-8, 1e-10, 1e-12, 1e-15, 1e-20)
BONFERRONI, STRICT = THRESHOLDS[1], 1e-8

CAPTIONS = {
    "blocks": "Learning rate alpha by period: mean over the windows of ten trials that lie inside it, with the first "
    "20 trials left out; for the network, mean over replicas with 95 % interval and range. Further "
    "columns: the estimate with no trial left out, and that of the Bayesian observer.",
    "recovery": "Control: learning rates estimated from simulated learners with one fixed rate, for the same windows "
    "and periods. Bias is the estimate less the true rate.",
    "decoding": "Volatility decoded from the network's units in sessions left out of the fit of the decoder, "
    "compared with the observer's estimate: correlation and share of variance, one row per replica.",
    "coding_share": "Share of units whose slope on true volatility differs from zero (two-tailed, .05 divided by the "
    "number of units), one regression a test session; mean over sessions for each replica, then over replicas.",
    "strongest": "The two units that code volatility most strongly, which are inhibited.",
    "inhibition": "Learning rate with 0.3 subtracted from two units from the onset of the volatile period on: the "
    "two that code volatility most, and random others (mean over draws). Mean over replicas with 95 % "
    "interval.",
    "reward": "Reward per trial in test sessions (points): the network, the Bayesian observer, and learners with one "
    "fixed learning rate.",
}


def measure(evidence: Evidence) -> Measures:
    """All numbers and tables of the study."""
    out = Measures(captions=dict(CAPTIONS))
    _learning_rates(out, evidence)
    _recovery(out, evidence.tables["learners"])
    _decoding(out, evidence.tables["network"])
    _units(out, evidence.tables)
    _inhibition(out, evidence.tables["inhibition"])
    _reward(out, evidence.tables)
    out.tables["learning_curve"] = evidence.tables["learning_curve"]
    out.tables = {name: table.reset_index(drop=True) for name, table in out.tables.items()}
    return out


def block_rates(windows: pd.DataFrame, who: str, labels: str = "half", skip: int = SKIP) -> pd.DataFrame:
    """Learning rate of each block of Fig. 3d: columns `who`, schedule, half, block, alpha, beta."""
    means = half_means(windows, [who, "schedule"], skip=skip)
    names = BLOCKS[labels]
    return means.assign(block=[names[key] for key in zip(means["schedule"], means["half"], strict=True)])


def _learning_rates(out: Measures, evidence: Evidence) -> None:
    windows = learning_rate_windows(evidence.tables["network"], ("replica", "schedule"))
    observer = learning_rate_windows(evidence.tables["observer"], ("learner", "schedule"))
    rates = block_rates(windows, "replica")
    out.tables["windows"], out.tables["observer_windows"], out.tables["rates"] = windows, observer, rates
    summary = over_units(rates, "alpha", "block").merge(
        rates.groupby("block")["alpha"].agg(lowest="min", highest="max").reset_index()
    )
    whole = block_rates(windows, "replica", skip=0).groupby("block")["alpha"].mean()
    ideal = block_rates(observer, "learner").set_index("block")["alpha"]
    summary = summary.assign(
        nothing_left_out=summary["block"].map(whole), observer=summary["block"].map(ideal)
    ).set_index("block")
    out.tables["blocks"] = summary.loc[list(ORDER)].reset_index()
    v = out.values
    for block in ORDER:
        v[f"alpha_{block.lower().replace(' ', '_')}"] = float(summary.loc[block, "mean"])  # type: ignore[arg-type]
    each = rates.pivot(index="replica", columns="block", values="alpha")
    stable, volatile = each[["Stable 1", "Stable 2"]].max(axis=1), each[["Volatile 1", "Volatile 2"]].min(axis=1)
    v["replicas_volatile_above_stable"] = float((volatile > stable).mean())
    v["stable_2_minus_stable_1"] = float((each["Stable 2"] - each["Stable 1"]).mean())
    v["volatile_difference"] = float(abs(each["Volatile 2"].mean() - each["Volatile 1"].mean()))
    v["alpha_over_step_size"] = float(each.min().min() / evidence.numbers["step_size"])
    course = windows[windows["schedule"] == "low_first"].groupby("first")["alpha"].mean()
    v["alpha_at_start"] = float(course.loc[0:3].mean())
    v["alpha_late_stable"] = float(course.loc[60:90].mean())
    v["alpha_after_first_reversal"] = float(course.loc[ONSET : ONSET + 10].max())


def _recovery(out: Measures, learners: pd.DataFrame) -> None:
    windows = learning_rate_windows(learners, ("learner", "schedule"))
    rates = block_rates(windows, "learner")
    true = rates["learner"].astype(str).str.removeprefix("alpha ").astype(float)
    table = rates.assign(true=true.to_numpy(), bias=rates["alpha"] - true.to_numpy())
    table = table.sort_values(["true", "block"])
    out.tables["recovery"] = table.loc[:, ["true", "block", "alpha", "bias", "beta"]]
    out.values["recovery_largest_bias"] = float(table["bias"].abs().max())
    out.values["recovery_mean_bias"] = float(table["bias"].mean())


def _decoding(out: Measures, network: pd.DataFrame) -> None:
    rows = []
    for replica, mine in network.groupby("replica", sort=False):
        estimate, decoded = mine["observer_volatility"].to_numpy(), mine["decoded"].to_numpy()
        r2 = 1 - np.sum((estimate - decoded) ** 2) / np.sum((estimate - estimate.mean()) ** 2)
        rows.append((replica, np.corrcoef(estimate, decoded)[0, 1], r2, len(mine)))
    out.tables["decoding"] = pd.DataFrame(rows, columns=["replica", "r", "r2", "n"])
    by_trial = network.groupby(["schedule", "trial"], sort=False)
    out.tables["volatility_course"] = (
        by_trial[["decoded", "observer_volatility", "truth_volatile"]].mean().reset_index()
    )
    low = network[network["schedule"] == "low_first"]
    late = (
        low[low["trial"] >= ONSET + 20]["decoded"].mean() - low[low["trial"].between(60, ONSET - 1)]["decoded"].mean()
    )
    out.values["decoding_r"] = float(out.tables["decoding"]["r"].mean())
    out.values["decoding_r_worst"] = float(out.tables["decoding"]["r"].min())
    out.values["decoded_volatile_minus_stable"] = float(late)
    session = low[(low["replica"] == low["replica"].iloc[0]) & (low["session"] == low["session"].iloc[0])]
    out.tables["example"] = session


def _units(out: Measures, tables: dict[str, pd.DataFrame]) -> None:
    shares = tables["units_by_session"].groupby(["model", "replica"], sort=False)["share"].mean().reset_index()
    out.tables["coding_share"] = over_units(shares, "share", "model")
    out.tables["coding_share_by_replica"] = shares
    out.tables["strongest"] = tables["strongest"]
    p = tables["units_by_trial"]
    n_units = p["unit"].nunique()
    p = p.assign(coding=(p["p"] < LEVEL / n_units).astype(float))
    course = p.groupby(["model", "replica", "trial"], sort=False, as_index=False).agg(share=("coding", "mean"))
    out.tables["coding_course"] = over_units(course, "share", ["model", "trial"])
    counts = []
    for level in THRESHOLDS:
        over = p.assign(n_coding=(p["p"] < level) / p["trial"].nunique(), threshold=level)
        by = ["model", "replica", "threshold"]
        counts.append(over.groupby(by, sort=False, as_index=False).agg(n_coding=("n_coding", "sum")))
    sweep = pd.concat(counts, ignore_index=True)
    out.tables["coding_sweep"] = over_units(sweep, "n_coding", ["model", "threshold"])
    # Of each unit, the share of trials after the first possible reversal on which it codes volatility.
    later = p[p["trial"] >= FIRST_REVERSAL + 5]
    units = later.groupby(["model", "replica", "unit"], sort=False, as_index=False).agg(share=("coding", "mean"))
    out.tables["coding_units"] = units
    v = out.values
    for model in MODELS:
        key, mine = model.replace(" ", "_"), course[course["model"] == model].groupby("trial")["share"].mean()
        v[f"units_share_{key}"] = float(shares.loc[shares["model"] == model, "share"].mean())
        v[f"units_share_first_trials_{key}"] = float(mine.loc[: FIRST_REVERSAL - 1].mean())
        v[f"units_share_after_reversal_{key}"] = float(mine.loc[FIRST_REVERSAL + 5 : ONSET - 1].mean())
        share = units.loc[units["model"] == model, "share"]
        v[f"units_hardly_ever_{key}"] = float((share < 0.05).mean())
        v[f"units_mostly_{key}"] = float((share > 0.5).mean())
        strict = p.loc[(p["model"] == model) & (p["coding"] > 0), "p"] < STRICT
        v[f"units_strong_of_coding_{key}"] = float(strict.mean()) if len(strict) else 0.0


def _inhibition(out: Measures, windows: pd.DataFrame) -> None:
    period = np.where(windows["first"] >= ONSET, "volatile", "stable")
    means = windows.assign(period=period).groupby(["condition", "period", "replica", "draw"], sort=False)
    draws = means[["alpha", "reward"]].mean().reset_index()
    each = draws.groupby(["condition", "period", "replica"], sort=False)[["alpha", "reward"]].mean().reset_index()
    out.tables["inhibition_draws"], out.tables["inhibition_by_replica"] = draws, each
    table = over_units(each, "alpha", ["condition", "period"])
    table["order"] = table["condition"].map({name: i for i, name in enumerate(CONDITIONS)})
    out.tables["inhibition"] = table.sort_values(["period", "order"]).drop(columns="order")
    courses = windows.groupby(["condition", "replica", "first"], sort=False)["alpha"].mean().reset_index()
    out.tables["inhibition_course"] = over_units(courses, "alpha", ["condition", "first"])
    wide = each.pivot(index="replica", columns=["period", "condition"], values="alpha")
    change = wide[("volatile", "coding units")] - wide[("volatile", "control")]
    random = wide[("volatile", "random units")] - wide[("volatile", "control")]
    v = out.values
    v["inhibition_change"] = float(change.mean())
    v["inhibition_replicas_lower"] = float((change < 0).mean())
    v["inhibition_beyond_random"] = float((change - random).mean())
    alphas = draws[draws["period"] == "volatile"].pivot(index="replica", columns=["condition", "draw"], values="alpha")
    as_low = alphas["random units"].le(alphas[("coding units", 0)], axis=0)
    v["inhibition_random_pairs_as_low"] = float(as_low.to_numpy().mean())
    v["inhibition_replicas_below_random"] = float((change < random).mean())
    before = wide[("stable", "coding units")] - wide[("stable", "control")]
    v["inhibition_change_before_onset"] = float(before.abs().max())


def _reward(out: Measures, tables: dict[str, pd.DataFrame]) -> None:
    parts = [tables["network"].assign(learner="network"), tables["observer"], tables["learners"]]
    rows = pd.concat([p[["learner", "schedule", "reward"]] for p in parts], ignore_index=True)
    rows["reward"] *= 100  # they come in hundreds of points
    table = rows.pivot_table(index="learner", columns="schedule", values="reward", aggfunc="mean", sort=False)
    table["mean"] = table.mean(axis=1)
    out.tables["reward"] = table.reset_index()[["learner", *SCHEDULES, "mean"]]
    earned = table["mean"]
    out.values["reward_network"] = float(earned["network"])
    out.values["reward_share_of_observer"] = float(earned["network"] / earned["observer"])
