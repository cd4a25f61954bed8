"""Reward per trial, and its share of a ceiling such as the Bayes-optimal observer's."""

import pandas as pd

from neurorl.analysis.over_units import Unit, columns_of, groups, over_units, require_columns
from neurorl.core.errors import BadValue


def reward_rate(table: pd.DataFrame, unit: Unit = "subject") -> pd.DataFrame:
    """Reward per trial of each unit: all reward, costs included, over all trials begun, aborted ones included.

    Args:
        table: one row a decision; rows that did not happen (`valid` False) are left out.
        unit: columns that name a unit; () pools all.

    Returns:
        Columns `unit`, reward (reward units a trial), n_trials.
    """
    unit = columns_of(unit)
    require_columns(table, [*unit, "subject", "session", "trial", "reward"], "Reward per trial")
    happened = table[table["valid"].astype(bool)] if "valid" in table else table
    trial = happened.groupby(["subject", "session", "trial"], sort=False).ngroup()
    begun = happened.assign(_trial=~trial.duplicated())
    rows = [
        {**who, "reward": part["reward"].sum() / part["_trial"].sum(), "n_trials": part["_trial"].sum()}
        for who, part in groups(begun, unit)
    ]
    return pd.DataFrame(rows)


def reward_summary(rates: pd.DataFrame, by: Unit = (), *, ceiling: float | None = None) -> pd.DataFrame:
    """Mean reward per trial over units with Student's 95 % interval, and as a share of `ceiling`.

    Args:
        rates: from `reward_rate`.
        by: columns to keep apart, such as a learner's name.
        ceiling: reward per trial that counts as 1, above 0.

    Returns:
        Columns `by`, mean, low, high, n_units; with a ceiling also share, share_low, share_high.
    """
    if ceiling is not None and not ceiling > 0:
        raise BadValue(f"The ceiling is a reward per trial above 0; got {ceiling:g}.")
    out = over_units(rates, "reward", by)
    if ceiling is None:
        return out
    return out.assign(share=out["mean"] / ceiling, share_low=out["low"] / ceiling, share_high=out["high"] / ceiling)
