"""Entropy of strategy: how far reward and the better side settle whether a choice is repeated (Trepka et al. 2021).

With S a stay or a switch, and X what the choice before met, the conditional entropy over one session or block is

    H(S | X) = - sum_x p(x) sum_s p(s | x) log2 p(s | x)          in bits.

Three choices of X give three metrics: reward or none (ERDS), the better or the worse side (EODS), and both at once
(ERODS). Each is the sum of its terms, one a value of x: the smaller a term, the more reliably that event is answered
in one way. In mice and monkeys the term after a loss on the worse side alone explains half and two fifths of the
variance of matching.
"""

import numpy as np
import pandas as pd

from neurorl.analysis.over_units import Unit, columns_of, require_columns
from neurorl.analysis.rewarded import rewarded as as_rewarded

_EVENTS = {  # metric -> its terms, each with (rewarded, better) of the choice before; None: either
    "erds": {"win": (True, None), "lose": (False, None)},
    "eods": {"better": (None, True), "worse": (None, False)},
    "erods": {
        "win_better": (True, True),
        "win_worse": (True, False),
        "lose_better": (False, True),
        "lose_worse": (False, False),
    },
}


def entropy_metrics(trials: pd.DataFrame, unit: Unit = ("subject", "session", "block")) -> pd.DataFrame:
    """Conditional entropies of staying, in each unit.

    Args:
        trials: one row a trial (`sided_trials`), only those that count, with the columns p_left and p_right: the better
            side is the one with the higher chance.
        unit: columns that name a session or block; only pairs of trials within one count.

    Returns:
        Columns `unit`, n_pairs; erds, eods, erods and their terms (erds_win, erds_lose, eods_better, eods_worse,
        erods_win_better, erods_win_worse, erods_lose_better, erods_lose_worse), bits. A term whose event never
        happened, and a metric without any pair, is NaN.
    """
    unit = columns_of(unit)
    require_columns(trials, [*unit, "choice", "reward", "p_left", "p_right"], "The entropy of strategy")
    number = trials.groupby(unit, sort=False).ngroup().to_numpy() if unit else np.zeros(len(trials), int)
    first = np.unique(number, return_index=True)[1]
    choice = trials["choice"].to_numpy()
    here = np.flatnonzero(number[1:] == number[:-1])  # the earlier trial of each pair
    stay, where = choice[here + 1] == choice[here], number[here]
    won = as_rewarded(trials["reward"].to_numpy(), what="The entropy of strategy")[here] > 0
    p_left, p_right = (trials[name].to_numpy(float)[here] for name in ("p_left", "p_right"))
    better = (choice[here] == 1) == (p_right > p_left)

    n_units = len(first)
    n_pairs = np.bincount(where, minlength=n_units)
    out = trials.iloc[first][unit].reset_index(drop=True).assign(n_pairs=n_pairs)
    for metric, events in _EVENTS.items():
        terms = {}
        for event, (rewarded, on_better) in events.items():
            met = np.ones(len(here), bool)
            if rewarded is not None:
                met &= won == rewarded
            if on_better is not None:
                met &= better == on_better
            n = np.bincount(where[met], minlength=n_units)
            stayed = np.bincount(where[met & stay], minlength=n_units)
            terms[f"{metric}_{event}"] = _term(n, stayed, n_pairs)
        total = np.nansum(list(terms.values()), axis=0)
        out = out.assign(**{metric: np.where(n_pairs > 0, total, np.nan)}, **terms)
    return out


def _term(n: np.ndarray, stayed: np.ndarray, n_pairs: np.ndarray) -> np.ndarray:
    """p(x) H(S | x), bits, from how often x happened, was followed by a stay, and how many pairs there are."""
    with np.errstate(divide="ignore", invalid="ignore"):
        p = np.stack([stayed / n, 1 - stayed / n])
        surprise = np.where(p > 0, -p * np.log2(p), 0.0).sum(axis=0)
        return np.where(n > 0, n / n_pairs * surprise, np.nan)
