"""Two-stage sessions as one row a complete trial.

Works on any two-stage task whose states are labelled first, second_a and second_b (`ops.two_stage`).
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from neurorl.analysis.over_units import require_columns
from neurorl.analysis.rewarded import Rewarded
from neurorl.analysis.rewarded import rewarded as as_rewarded
from neurorl.data import Dataset
from neurorl.ops.two_stage import TwoStage

TRIAL = ("subject", "session", "trial")


def stage_rows(dataset: Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Row positions of both stages of each complete trial.

    A trial is complete when its first stage got a legal answer of the subject's own (`scored`, where there
    is such a column), the next row is its second stage, that got a legal answer too, and the reward is known.

    Returns:
        Positions in `dataset.table` of the first and of the second stages, [n_trials] each.
    """
    table, layout = dataset.table, TwoStage.of(dataset.schema.spaces)
    require_columns(table, [*TRIAL, "state", "choice", "reward"], "A table of two-stage trials")
    legal = np.asarray(layout.legal)
    state, choice = table["state"].to_numpy(), table["choice"].to_numpy()
    happened = table["valid"].to_numpy(bool) if "valid" in table else np.ones(len(table), bool)
    answered = happened & (choice >= 0) & ((choice == layout.left) | (choice == layout.right))
    answered[answered] = legal[state[answered], choice[answered]]
    own = table["scored"].to_numpy(bool) if "scored" in table else np.ones(len(table), bool)

    first = answered & own & (state == layout.first)
    second = answered & ((state == layout.second_a) | (state == layout.second_b)) & table["reward"].notna().to_numpy()
    there = np.flatnonzero(happened)  # rows that did not happen never stand between the two stages
    pair = first[there[:-1]] & second[there[1:]]
    for name in TRIAL:
        codes = pd.factorize(table[name])[0][there]
        pair &= codes[:-1] == codes[1:]
    return there[:-1][pair], there[1:][pair]


def two_stage_trials(dataset: Dataset, *, latents: Sequence[str] = (), rewarded: Rewarded = None) -> pd.DataFrame:
    """One row a complete trial; aborted trials are left out, which shows as a gap in `trial`.

    Args:
        dataset: sessions of a two-stage task, one row a decision.
        latents: further columns to take along, each once a stage as `<name>_first` and `<name>_second`.
        rewarded: which rewards count as rewarded, where they are not 0 and 1 (`analysis.rewarded`).

    Returns:
        Columns subject, session, trial, choice1 (0 left, 1 right), second (0 for A, 1 for B), common (left led
        to A or right to B), choice2 (0 left, 1 right), reward (1 where the trial was rewarded, else 0; the level itself
        with rewarded="levels"), and the latents.

    Raises:
        BadData: rewards are graded and `rewarded` does not say which of them count.
    """
    table, layout = dataset.table, TwoStage.of(dataset.schema.spaces)
    require_columns(table, latents, "A table of two-stage trials")
    first, second = stage_rows(dataset)
    choice, state = table["choice"].to_numpy(), table["state"].to_numpy()
    trials = table[list(TRIAL)].iloc[first].reset_index(drop=True)
    trials["choice1"] = (choice[first] == layout.right).astype(np.int8)
    trials["second"] = (state[second] == layout.second_b).astype(np.int8)
    trials["common"] = trials["choice1"] == trials["second"]
    trials["choice2"] = (choice[second] == layout.right).astype(np.int8)
    reward = table["reward"].to_numpy()[second]
    trials["reward"] = as_rewarded(reward, rewarded, what="The analysis of two-stage trials")
    for name in latents:
        column = table[name].to_numpy()
        trials[f"{name}_first"], trials[f"{name}_second"] = column[first], column[second]
    return trials


def same_session(trials: pd.DataFrame) -> np.ndarray:
    """Whether each trial but the first follows one of the same subject and session, [n_trials - 1]."""
    same = np.ones(max(len(trials) - 1, 0), bool)
    for name in ("subject", "session"):
        codes = pd.factorize(trials[name])[0]
        same &= codes[1:] == codes[:-1]
    return same
