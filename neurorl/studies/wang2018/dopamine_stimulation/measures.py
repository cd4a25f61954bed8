"""Measures of the dopamine stimulation study: shares of risky choices, and the effect of each protocol per network."""

from typing import Any

import numpy as np
import pandas as pd

from neurorl.analysis.over_units import over_units
from neurorl.analysis.risk import risky_change, risky_share, risky_summary
from neurorl.core.study import Evidence, Measures
from neurorl.studies.wang2018.dopamine_stimulation.protocols import CONTROL, OUTCOMES, PROTOCOLS

BLOCKS = {"risky_better": 0.5, "safe_better": 0.125}

CAPTIONS = {
    "risky": "Share of risky choices on the free pulls, by protocol and reward probability of the risky arm: mean "
    "over networks, standard error of the mean, 95 % interval.",
    "change": "Change of the share of risky choices against control, paired within networks: mean with 95 % interval.",
    "signal": "Prediction error that the actor receives after each outcome, stimulation included (reward units): "
    "mean over networks, free and forced pulls.",
}


def measure(evidence: Evidence) -> Measures:
    """All numbers and tables of the study."""
    pulls = evidence.tables["pulls"]
    shares = risky_share(pulls)
    change = risky_change(shares, CONTROL)
    out = Measures(captions=dict(CAPTIONS))
    out.tables = {
        "risky_by_unit": shares,
        "risky": risky_summary(shares),
        "change_by_unit": change,
        "change": over_units(change, "change", ("condition", "p_large")),
        "signal": signals(pulls),
        "course": course(pulls),
        "learning_curve": evidence.tables["learning_curve"],
    }
    v = out.values
    v["weights_changed"] = evidence.numbers["weights_changed"]
    v["valid_answers"] = float((pulls["pulled"] >= 0).mean())
    _means(v, out.tables["risky"], out.tables["change"])
    _seeds(v, shares, change)
    return out


def _means(v: dict[str, float], risky: pd.DataFrame, change: pd.DataFrame) -> None:
    for condition in PROTOCOLS:
        for block, p in BLOCKS.items():
            v[f"risky_{condition}_{block}"] = _at(risky, condition, p)
            if condition != CONTROL:
                v[f"change_{condition}_{block}"] = _at(change, condition, p)
    # "Mainly": how much more the share moves, the way it should, in the block named in the paper.
    reward, safe, loss = (
        v[f"change_{name}_safe_better"] - v[f"change_{name}_risky_better"]
        for name in ("block_risky_reward", "block_safe_reward", "block_risky_loss")
    )
    v["mainly_block_risky_reward"], v["mainly_block_safe_reward"], v["mainly_block_risky_loss"] = reward, safe, loss


def _seeds(v: dict[str, float], shares: pd.DataFrame, change: pd.DataFrame) -> None:
    """Shares of networks in which each direction is seen."""
    control = shares[shares["condition"] == CONTROL].pivot(index="subject", columns="p_large", values="risky")
    # At smoke scale a block may not have been drawn.
    by_block = control.reindex(columns=[BLOCKS["safe_better"], BLOCKS["risky_better"]]).to_numpy(float)
    low, high = by_block[:, 0], by_block[:, 1]
    v["seeds_control"] = _share(high - low > 0)
    v["seeds_control_better_arm"] = _share((high > 0.5) & (low < 0.5))
    for condition, block, sign in (
        ("block_risky_reward", "risky_better", -1),
        ("block_safe_reward", "safe_better", 1),
        ("block_risky_loss", "safe_better", 1),
    ):
        rows = change[(change["condition"] == condition) & (change["p_large"] == BLOCKS[block])]
        v[f"seeds_{condition}"] = _share(sign * rows["change"] > 0)


def signals(pulls: pd.DataFrame) -> pd.DataFrame:
    """Prediction error that the actor receives after each outcome.

    Returns:
        columns condition, outcome, p_large, mean, low, high, n_units.
    """
    rows = pulls[(pulls["pulled"] >= 0) & pulls["delta"].notna()]
    outcome = np.select([rows["pulled"] == 0, rows["reward"] > 0], OUTCOMES[:2], OUTCOMES[2])
    keys = ["condition", "outcome", "p_large"]
    by_unit = rows.assign(outcome=outcome).groupby(["subject", *keys], sort=False)["delta"].mean().reset_index()
    return over_units(by_unit, "delta", keys)


def course(pulls: pd.DataFrame) -> pd.DataFrame:
    """Share of risky choices by free pull (1 to 20): columns condition, p_large, pull, mean, low, high, n_units."""
    free = pulls[pulls["free"]]
    numbered = free.assign(pull=free["trial"] - free["trial"].min() + 1)
    shares = risky_share(numbered, by=("condition", "p_large", "pull"))
    return over_units(shares, "risky", ("condition", "p_large", "pull"))


def _share(of: Any) -> float:
    return float(np.mean(of)) if len(of) else float("nan")


def _at(table: pd.DataFrame, condition: str, p: float) -> float:
    rows = table[(table["condition"] == condition) & (table["p_large"] == p)]
    return float(rows["mean"].iloc[0]) if len(rows) else float("nan")
