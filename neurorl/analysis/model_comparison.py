"""How well agents describe the same choices: fits side by side, differences within units.

Units differ far more than agents do, so an interval is put on the difference to the best agent within each unit
(paired), not on each agent's mean.
"""

import numpy as np
import pandas as pd

from neurorl.analysis.over_units import Unit, columns_of, groups, over_units, require_columns
from neurorl.core.errors import BadData


def compare_models(fits: pd.DataFrame, by: Unit = (), unit: Unit = ("subject", "session")) -> pd.DataFrame:
    """Compare the fits of several agents to the same units.

    Args:
        fits: one row a unit and agent, with columns agent, `unit`, log_lik, n_choices, bic.
        by: columns that name a population, such as people and network; each is compared within itself.
        unit: columns that name what was fitted.

    Returns:
        One row an agent (and population), best mean log-likelihood first: `by`, agent, log_lik_per_choice (mean over
        units, nats), delta (difference to the best, nats a choice, paired mean over units) with Student's 95 %
        interval delta_low, delta_high, bic (summed over units), delta_bic (to the lowest sum), n_best (units
        that this agent describes best by BIC), n_units.
    """
    by, unit = columns_of(by), columns_of(unit)
    require_columns(fits, [*by, *unit, "agent", "log_lik", "n_choices", "bic"], "A model comparison")
    parts = []
    for who, rows in groups(fits.assign(_per_choice=fits["log_lik"] / fits["n_choices"]), by):
        per_choice = _wide(rows, unit, "_per_choice")
        bic = _wide(rows, unit, "bic")
        best = per_choice.mean().idxmax()
        delta = per_choice.sub(per_choice[best], axis=0)
        table = over_units(delta.melt(var_name="agent", value_name="delta"), "delta", "agent")
        table = table.rename(columns={"mean": "delta", "low": "delta_low", "high": "delta_high"})
        agent = table["agent"]
        wins = pd.Series(bic.columns.to_numpy()[bic.to_numpy().argmin(axis=1)]).value_counts()
        table["log_lik_per_choice"] = per_choice.mean().reindex(agent).to_numpy()
        table["bic"] = bic.sum().reindex(agent).to_numpy()
        table["delta_bic"] = table["bic"] - table["bic"].min()
        table["n_best"] = wins.reindex(agent, fill_value=0).to_numpy()
        parts.append(table.sort_values("log_lik_per_choice", ascending=False).assign(**who))
    columns = [*by, "agent", "log_lik_per_choice", "delta", "delta_low", "delta_high"]
    return pd.concat(parts, ignore_index=True).loc[:, [*columns, "bic", "delta_bic", "n_best", "n_units"]]


def _wide(rows: pd.DataFrame, unit: list[str], value: str) -> pd.DataFrame:
    """One row a unit, one column an agent; every agent must have been fitted to every unit, once."""
    twice = bool(rows.duplicated([*unit, "agent"]).any())
    n_units = rows.groupby(unit).ngroups
    wide = rows.pivot_table(index=unit, columns="agent", values=value, sort=False)
    if twice or len(rows) != n_units * wide.shape[1] or not np.isfinite(wide.to_numpy()).all():
        raise BadData(
            f"A model comparison needs exactly one fit of every agent to every unit ({n_units} units, {wide.shape[1]} "
            f"agents, {len(rows)} fits, some twice or not finite). Fit the missing ones or drop the unit."
        )
    return wide
