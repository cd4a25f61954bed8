"""How long a side is kept: lengths of runs of the same choice (Wang et al. 2018, Supp. Fig. 4).

Random switching gives geometrically distributed runs, a straight line on a logarithmic axis. The best policy on two
baited arms keeps the richer for a fixed number of trials and visits the poorer for exactly one (Houston & McNamara
1981).
"""

import numpy as np
import pandas as pd

from neurorl.analysis.over_units import Unit, columns_of, groups, require_columns


def runs(trials: pd.DataFrame, keep: Unit = ("subject", "session")) -> pd.DataFrame:
    """All runs of the same choice within a session that began and ended within sight.

    A run that touches the first or last trial of what is given, or a trial without a choice, is longer than can
    be seen: it is left out.

    Args:
        trials: one row a trial in order (`sided_trials`), only those that count.
        keep: columns to take along from the run's first trial.

    Returns:
        Columns `keep`, side (0 left, 1 right), length (trials).
    """
    keep = columns_of(keep)
    require_columns(trials, ["subject", "session", "trial", "choice", *keep], "Run lengths")
    if trials.empty:
        return trials[keep].assign(side=trials["choice"], length=0)
    choice, trial = trials["choice"].to_numpy(), trials["trial"].to_numpy()
    session = trials.groupby(["subject", "session"], sort=False).ngroup().to_numpy()
    joined = (session[1:] == session[:-1]) & (np.diff(trial) == 1)  # whether each trial follows the one before it
    starts = np.concatenate([[0], 1 + np.flatnonzero(~joined | (choice[1:] != choice[:-1]))])
    ends = np.concatenate([starts[1:], [len(trials)]])  # the first trial after each run
    seen_start = np.concatenate([[False], joined])[starts]
    seen_end = np.concatenate([joined, [False]])[ends - 1]
    whole = seen_start & seen_end
    out = trials[keep].iloc[starts[whole]].reset_index(drop=True)
    return out.assign(side=choice[starts[whole]], length=(ends - starts)[whole])


def run_counts(run_table: pd.DataFrame, by: Unit = (), *, longest: int = 30) -> pd.DataFrame:
    """Number and share of runs of each length.

    Args:
        run_table: from `runs`.
        by: columns to keep apart, such as ("side",).
        longest: longer runs count as this long.

    Returns:
        Columns `by`, length (1 .. longest), count, share (of the group's runs); lengths that never occur have 0.
    """
    by = columns_of(by)
    cut = run_table.assign(length=run_table["length"].clip(upper=longest))
    parts = []
    for who, rows in groups(cut, by):
        count = np.bincount(rows["length"].to_numpy(), minlength=longest + 1)[1:]
        table = pd.DataFrame(
            {"length": np.arange(1, longest + 1), "count": count, "share": count / max(count.sum(), 1)}
        )
        parts.append(table.assign(**who))
    return pd.concat(parts, ignore_index=True).loc[:, [*by, "length", "count", "share"]]
