"""Rewards as "rewarded or not": taken as they are where they are 0 and 1, and by a stated rule where they are graded.

Analyses of staying, switching and matching compare what follows a reward with what follows none. Graded rewards
(points, drops, a drifting payoff) have no such split of their own, so the analysis asks for one.
"""

from typing import Literal

import numpy as np

from neurorl.core.errors import BadData, BadValue

Rewarded = float | Literal["positive", "levels"] | None


def rewarded(values: np.ndarray, rule: Rewarded = None, *, what: str = "This analysis") -> np.ndarray:
    """Rewards of trials as 1 (rewarded) or 0, or their levels.

    Args:
        values: reward of each trial, [n]; none is NaN.
        rule: None takes rewards that are 0 and 1 only, and raises otherwise; a number counts a reward above it as
            rewarded; "positive" counts a reward above 0; "levels" keeps the values, so that each level of reward
            is a kind of its own.
        what: the analysis, for the message.

    Returns:
        [n], int8 with 0 and 1; with "levels" the values.

    Raises:
        BadData: the rewards are graded and no rule was given.
        BadValue: the rule is not one of these.
    """
    values = np.asarray(values, float)
    if rule == "levels":
        return values
    if rule == "positive":
        rule = 0.0
    if isinstance(rule, str | bool):
        raise BadValue(f"rewarded={rule!r} is not a rule; give a number, 'positive' or 'levels'.")
    if rule is not None:
        return (values > rule).astype(np.int8)
    levels = np.unique(values)
    if not np.isin(levels, (0.0, 1.0)).all():
        shown = ", ".join(f"{level:g}" for level in levels[:6]) + (", ..." if len(levels) > 6 else "")
        raise BadData(
            f"{what} compares rewarded with unrewarded trials, but the rewards have {len(levels)} "
            f"level{'s' * (len(levels) != 1)} ({shown}). Say which are rewarded: rewarded=0.5 (above .5), "
            "rewarded='positive' (above 0), or rewarded='levels' where the levels are to be kept apart."
        )
    return values.astype(np.int8)
