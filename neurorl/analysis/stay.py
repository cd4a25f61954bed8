"""Staying with the first-stage choice, by the last trial's reward and transition (Daw et al. 2011).

P(a_{t+1} = a_t | r_t, transition_t). Caching shows as a main effect of reward, planning as an
interaction of reward and transition.
"""

import numpy as np
import pandas as pd

from neurorl.analysis.over_units import Unit, columns_of, groups, over_units, require_columns
from neurorl.analysis.two_stage import same_session


def stay_pairs(trials: pd.DataFrame, *, across_missed: bool = False) -> pd.DataFrame:
    """Pairs of consecutive trials of a session: the earlier trial's row, with whether its choice was repeated.

    Args:
        trials: one row a complete trial (`two_stage_trials`).
        across_missed: also pair the two complete trials on either side of missed ones, as most published code does
            (it drops missed trials first). By default there is no pair across a missed trial, because what was seen
            and forgotten there is not known.

    Returns:
        The columns of `trials` for the earlier trial of each pair, and `stay` (bool).
    """
    require_columns(trials, ["subject", "session", "trial", "choice1", "common", "reward"], "Stay probability")
    choice, number = trials["choice1"].to_numpy(), trials["trial"].to_numpy()
    follows = np.flatnonzero(same_session(trials) & (across_missed | (np.diff(number) == 1)))
    return trials.iloc[follows].assign(stay=choice[follows + 1] == choice[follows]).reset_index(drop=True)


def stay_probabilities(trials: pd.DataFrame, unit: Unit = "subject", *, across_missed: bool = False) -> pd.DataFrame:
    """Stay probability of each unit after each kind of trial.

    Args:
        trials: one row a complete trial (`two_stage_trials`).
        unit: columns that name a unit; () pools all trials.
        across_missed: see `stay_pairs`.

    Returns:
        Columns `unit`, reward (1, 0), common (True, False), stay (probability), n (pairs). A kind of trial
        that a unit never met has no row.
    """
    pairs = stay_pairs(trials, across_missed=across_missed)
    by = [*columns_of(unit), "reward", "common"]
    table = pairs.groupby(by, sort=False)["stay"].agg(["mean", "size"]).reset_index()
    return table.rename(columns={"mean": "stay", "size": "n"})


def stay_summary(stay: pd.DataFrame, by: Unit = ()) -> pd.DataFrame:
    """Mean stay probability over units with Student's 95 % interval, cut at 0 and 1.

    Args:
        stay: from `stay_probabilities`.
        by: further columns to keep apart, such as a learner's name.

    Returns:
        Columns `by`, reward, common, mean, low, high, n_units; rewarded before unrewarded, common before rare.
    """
    ordered = stay.sort_values(["reward", "common"], ascending=False, kind="stable")
    parts = [over_units(rows, "stay", ["reward", "common"]).assign(**who) for who, rows in groups(ordered, by)]
    out = pd.concat(parts, ignore_index=True)
    out[["low", "high"]] = out[["low", "high"]].clip(0.0, 1.0)
    return out.loc[:, [*columns_of(by), "reward", "common", "mean", "low", "high", "n_units"]]


def stay_effects(stay: pd.DataFrame, unit: Unit = "subject") -> pd.DataFrame:
    """Main effect of reward and interaction with the transition, one row a unit.

    With C common, U uncommon and, second, R rewarded, U unrewarded:
    reward = [(CR + UR) - (CU + UU)] / 2, interaction = (CR - UR) - (CU - UU).

    Args:
        stay: from `stay_probabilities`.
        unit: the same unit.

    Returns:
        Columns `unit`, reward, interaction, both differences of probabilities; units that miss a kind of
        trial are left out.
    """
    unit = columns_of(unit)
    require_columns(stay, [*unit, "reward", "common", "stay"], "The effects on staying")
    index = unit or [pd.Index([0] * len(stay), name="_")]
    wide = stay.pivot_table(index=index, columns=["reward", "common"], values="stay", sort=False)
    wide = wide.reindex(columns=pd.MultiIndex.from_product([(1, 0), (True, False)])).dropna()
    cr, ur, cu, uu = (wide[kind].to_numpy() for kind in ((1, True), (1, False), (0, True), (0, False)))
    effects = pd.DataFrame(
        {"reward": ((cr + ur) - (cu + uu)) / 2, "interaction": (cr - ur) - (cu - uu)}, index=wide.index
    )
    return effects.reset_index(drop=not unit)


def effects_summary(effects: pd.DataFrame, by: Unit = ()) -> pd.DataFrame:
    """Mean of both effects over units with Student's 95 % interval: columns `by`, effect, mean, low, high, n_units."""
    parts = [over_units(effects, name, by).assign(effect=name) for name in ("reward", "interaction")]
    columns = [*columns_of(by), "effect", "mean", "low", "high", "n_units"]
    return pd.concat(parts, ignore_index=True).loc[:, columns]
