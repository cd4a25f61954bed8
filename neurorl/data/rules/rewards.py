"""Rewards that the task does not pay."""

import numpy as np

from neurorl.data.rules.remedies import recode
from neurorl.data.rules.rows import Finding, Rows


def outside(rows: Rows) -> list[Finding]:
    """Rewards outside the range that the task pays."""
    low, high = rows.spaces.reward
    slack = 1e-6 * max(1.0, abs(low), abs(high)) if np.isfinite(low + high) else 0.0  # rounding to single precision
    counted = ~rows.missing & rows.valid & np.isfinite(rows.reward)
    bad = counted & ((rows.reward < low - slack) | (rows.reward > high + slack))
    if not bad.any():
        return []
    name = rows.facts.name("reward")
    where = rows.places(bad)
    values = np.unique(rows.reward[counted])
    first = float(rows.reward[np.flatnonzero(bad)[0]])
    text = (
        f"{where[0].upper()}{where[1:]}: {name} is outside {low:g} to {high:g}, which the task pays (it is {first:g})."
    )
    advice = f"R{recode(rows.facts, name, _meaning(values, first, low, high))[1:]}, if that is what they mean"
    return [rows.problem("reward-range", f"{text} {advice}; or name a task that pays so.")]


def _meaning(values: np.ndarray, odd: float, low: float, high: float) -> dict[float | int, float | int]:
    """What two levels of reward would be on a task that pays two; else an example with the first that is outside."""
    number = {float(value): int(value) if float(value).is_integer() else float(value) for value in (*values, low, high)}
    if len(values) == 2:
        pairs = {float(values[0]): float(low), float(values[1]): float(high)}
        return {number[old]: number[new] for old, new in pairs.items() if old != new}
    return {number[odd]: number[float(high if odd > high else low)]}
