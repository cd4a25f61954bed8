"""Behaviour around reversals: how many trials they take, the choices before and after, how often answers alternate.

All functions read a table of choices, one row a trial in order, with a column that says which arm was the better one
on each trial (`truth_best` of simulations). A *phase* is a run of trials with the same better arm; the reversal with
number n >= 1 begins phase n of its session.
"""

from typing import Any

import numpy as np
import pandas as pd

from neurorl.analysis.over_units import require_columns

SESSION = ["subject", "session"]


def with_phases(table: pd.DataFrame, best: str = "truth_best") -> pd.DataFrame:
    """The rows that happened, with `phase` (reversals so far), `place` (trials since the last) and `right` (0 or 1)."""
    require_columns(table, [*SESSION, "choice", best], "Choices around reversals")
    rows = table.loc[table["valid"].astype(bool), :] if "valid" in table else table
    session = rows.groupby(SESSION, sort=False).ngroup().to_numpy()
    good = rows[best].to_numpy()
    first = np.diff(session, prepend=-1) != 0
    reverses = (np.diff(good, prepend=good[:1]) != 0) & ~first
    starts = first | reverses
    so_far = np.cumsum(reverses)
    phase = so_far - so_far[first][session]
    at = np.arange(len(rows))
    place = at - np.maximum.accumulate(np.where(starts, at, 0))
    right = (rows["choice"].to_numpy() == good).astype(float)
    return rows.assign(phase=phase, place=place, right=right)


def trials_to_switch(table: pd.DataFrame, best: str = "truth_best", *, in_a_row: int = 1) -> pd.DataFrame:
    """How many trials each reversal takes: those before the first choice of the arm that has become the better one.

    Args:
        table: choices, one row a trial.
        best: column of the better arm.
        in_a_row: how many right choices in a row end the count, which stops at the first of them. One is a criterion
            where outcomes are certain; where they are noisy, a single right choice may be chance.

    Returns:
        one row a session and reversal: subject, session, reversal (from 1), trials, errors (wrong choices of the whole
        phase), length (trials of the phase). Where the criterion is never met, `trials` is the length.
    """
    rows = with_phases(table, best)
    later = rows[rows["phase"] > 0]
    grouped = later.groupby([*SESSION, "phase"], sort=False)["right"]
    ahead = [grouped.shift(-k).fillna(0.0) for k in range(in_a_row)]  # this choice and those that follow it
    begun: Any = pd.concat(ahead, axis=1).sum(axis=1) == in_a_row
    unswitched = begun.groupby([later[name] for name in (*SESSION, "phase")], sort=False).cumsum() == 0
    later = later.assign(waiting=unswitched.astype(float), wrong=1.0 - later["right"])
    out = later.groupby([*SESSION, "phase"], sort=False, as_index=False).agg(
        trials=("waiting", "sum"), errors=("wrong", "sum"), length=("right", "size")
    )
    return out.rename(columns={"phase": "reversal"})


def aligned_to_reversals(
    table: pd.DataFrame, *, before: int, after: int, best: str = "truth_best", p_choice: str | None = None
) -> pd.DataFrame:
    """Choices from `before` trials before each reversal to `after` trials from it on.

    Args:
        table: choices, one row a trial.
        before, after: how far to look, trials.
        best: column of the better arm.
        p_choice: column with a model's probability of the choice that was made; then `new` is the model's probability
            of the arm that becomes the better one.

    Returns:
        one row a trial: subject, session, reversal, offset (-before .. after - 1; 0 is the first trial on which the new
        arm is better), new (1 where the arm that becomes the better one was chosen). Trials that belong to another
        reversal are left out.
    """
    rows = with_phases(table, best)
    if p_choice is not None:
        rows["right"] = np.where(rows["right"] > 0, rows[p_choice], 1.0 - rows[p_choice])
    length = rows.groupby([*SESSION, "phase"], sort=False)["place"].transform("size")
    columns = [*SESSION, "reversal", "offset", "new"]
    post = rows.loc[(rows["phase"] > 0) & (rows["place"] < after), :]
    post = post.assign(reversal=post["phase"], offset=post["place"], new=post["right"]).loc[:, columns]
    rows = rows.assign(offset=rows["place"] - length)  # -1 on the last trial of a phase
    last = rows.groupby(SESSION, sort=False)["phase"].transform("max")
    pre = rows.loc[(rows["offset"] >= -before) & (rows["phase"] < last), :]
    pre = pre.assign(reversal=pre["phase"] + 1, new=1.0 - pre["right"]).loc[:, columns]
    return pd.concat([pre, post], ignore_index=True).sort_values([*SESSION, "reversal", "offset"], ignore_index=True)


def alternations(table: pd.DataFrame, *, before: int = 5, after: int = 25, best: str = "truth_best") -> pd.DataFrame:
    """How often the answer changes from one trial to the next around each reversal.

    Returns:
        one row a session and reversal: subject, session, reversal, changes (between neighbouring trials of the window
        from `before` trials before it to `after` trials from it on).
    """
    near = aligned_to_reversals(table, before=before, after=after, best=best)
    by = [*SESSION, "reversal"]
    changed = near.groupby(by, sort=False)["new"].diff().abs()
    return near.assign(changed=changed).groupby(by, sort=False, as_index=False).agg(changes=("changed", "sum"))
