"""Rewards that the task does not pay, and rewards that say little: all the same, or on a scale of their own."""

import numpy as np

from neurorl.data.rules.remedies import recode
from neurorl.data.rules.rows import Finding, Rows

_ENOUGH = 10  # rewards, from which they are worth a word
_SMALL = 1 / 4  # of what the task can pay: rewards that stay below it may be in another unit


def outside(rows: Rows) -> list[Finding]:
    """Rewards outside the range that the task pays."""
    low, high = rows.spaces.reward
    slack = 1e-6 * max(1.0, abs(low), abs(high)) if np.isfinite(low + high) else 0.0  # rounding to single precision
    counted = _counted(rows)
    bad = counted & ((rows.reward < low - slack) | (rows.reward > high + slack))
    if not bad.any():
        return []
    name = rows.facts.name("reward")
    where = rows.places(bad)
    values = np.unique(rows.reward[counted])
    first = float(rows.reward[np.flatnonzero(bad)[0]])
    text = (
        f"{where[0].upper()}{where[1:]}: {name} is outside {low:g} to {high:g}, the range of the task (it is "
        f"{first:g})."
    )
    advice = f"R{recode(rows.facts, name, _meaning(values, first, low, high))[1:]}, if that is what they mean"
    return [rows.problem("reward-range", f"{text} {advice}; or name a task with this range of rewards.")]


def _meaning(values: np.ndarray, odd: float, low: float, high: float) -> dict[float | int, float | int]:
    """What two levels of reward would be on a task that pays two; else an example with the first that is outside."""
    number = {float(value): _number(value) for value in (*values, low, high)}
    if len(values) == 2:
        pairs = {float(values[0]): float(low), float(values[1]): float(high)}
        return {number[old]: number[new] for old, new in pairs.items() if old != new}
    return {number[odd]: number[float(high if odd > high else low)]}


def same_reward(rows: Rows) -> list[Finding]:
    """One reward throughout, so that choices say nothing about learning from it."""
    if rows.facts.simulated:
        return []
    counted = _counted(rows)
    values = np.unique(rows.reward[counted])
    if counted.sum() < _ENOUGH or len(values) != 1:
        return []
    text = (
        f"Every reward is {values[0]:g} ({int(counted.sum())} choices): rewarded and unrewarded choices cannot be "
        f"distinguished. Check column {rows.facts.name('reward')}."
    )
    return [rows.note("same-reward", text)]


def small_rewards(rows: Rows) -> list[Finding]:
    """Rewards that stay far below what the task pays, as sums in another currency do."""
    if rows.facts.simulated:
        return []
    low, high = rows.spaces.reward
    bound = max(abs(low), abs(high))
    counted = _counted(rows)
    if counted.sum() < _ENOUGH or not np.isfinite(bound):
        return []
    top = float(np.abs(rows.reward[counted]).max())
    if not 0 < top < _SMALL * bound:
        return []
    name = rows.facts.name("reward")
    values = np.unique(rows.reward[counted])
    text = (
        f"No {name} is larger than {top:g}, but the task pays up to {bound:g}. Inverse temperatures and their priors "
        "are per unit of reward, so the scale changes what is fitted."
    )
    if len(values) <= 2 and values.max() == top:
        text += f" If {top:g} is the full reward, {recode(rows.facts, name, {top: _number(bound)})}."
    return [rows.note("small-rewards", text)]


def _counted(rows: Rows) -> np.ndarray:
    """Rows with a reward that can be learned from."""
    return ~rows.missing & rows.valid & np.isfinite(rows.reward)


def _number(value: float) -> float | int:
    return int(value) if float(value).is_integer() else float(value)
