"""Sessions of left-or-right choices as one row a trial.

Works on any table whose choices are labelled left and right, whatever other steps its trials have.
"""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pandas as pd

from neurorl.analysis.over_units import Unit, columns_of, require_columns
from neurorl.analysis.rewarded import Rewarded
from neurorl.analysis.rewarded import rewarded as as_rewarded
from neurorl.data import Dataset

LAST = Fraction(2, 3)  # of the trials of a session: the share that behaviour is judged on (Wang et al. 2018, Methods)


def sided_trials(dataset: Dataset, *, further: Sequence[str] = (), rewarded: Rewarded = None) -> pd.DataFrame:
    """One row a trial with a choice of left or right; others are left out, which shows as a gap in `trial`.

    Args:
        dataset: sessions, one row a decision.
        further: columns to take along, as they stand on the row of the choice.
        rewarded: which rewards count as rewarded, where they are not 0 and 1 (`analysis.rewarded`).

    Returns:
        Columns subject, session, trial, n_trials (of the session), choice (0 left, 1 right), reward (1 where the choice
        was rewarded, else 0; the level itself with rewarded="levels"), and `further`.

    Raises:
        BadData: rewards are graded and `rewarded` does not say which of them count.
    """
    table, labels = dataset.table, dataset.schema.spaces.discrete_action()
    require_columns(table, further, "A table of left-or-right trials")
    sides = np.array([labels.index("left"), labels.index("right")])
    answer = table["choice"].to_numpy()
    chosen = np.isin(answer, sides) & table["scored"].to_numpy(bool) & table["valid"].to_numpy(bool)
    rows = table.loc[chosen, :]
    trials = rows[["subject", "session", "trial"]].reset_index(drop=True)
    last = np.asarray(table.groupby(["subject", "session"], sort=False)["trial"].transform("max"))
    trials["n_trials"] = 1 + last[chosen]
    trials["choice"] = (answer[chosen] == sides[1]).astype(np.int8)
    trials["reward"] = as_rewarded(rows["reward"].to_numpy(), rewarded, what="The analysis of left-or-right trials")
    for name in further:
        trials[name] = rows[name].to_numpy()
    return trials


def late(trials: pd.DataFrame, share: Fraction | float = LAST) -> np.ndarray:
    """Which trials belong to the last `share` of their session, [n_trials]."""
    require_columns(trials, ["trial", "n_trials"], "The last part of a session")
    return trials["trial"].to_numpy() >= (1 - float(share)) * trials["n_trials"].to_numpy() - 1e-9


def renumbered(trials: pd.DataFrame, unit: Unit) -> pd.DataFrame:
    """The same trials with `trial` and `n_trials` counted within a smaller unit, such as a block of a session."""
    columns = columns_of(unit)
    require_columns(trials, [*columns, "trial"], "Counting trials anew")
    trial = trials.groupby(columns, sort=False)["trial"]
    first, last = np.asarray(trial.transform("min")), np.asarray(trial.transform("max"))
    return trials.assign(trial=trials["trial"].to_numpy() - first, n_trials=last - first + 1)
