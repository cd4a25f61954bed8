"""How hidden units carry a state that is never seen and changes between blocks (Wang et al. 2018, Fig. 4c).

All functions take activity by trial: dimensions (replica,) session, trial, step and one of units (`data.by_trial`). The
state is a variable of each trial with two values, `place` the trial's number within its block, from 0, and `changed`
whether the state changed at the start of the trial's block.
"""

import numpy as np
import pandas as pd
import xarray as xr

from neurorl.analysis.decoding import decode, decoding_scores
from neurorl.core.errors import BadData


def changed_blocks(state: xr.DataArray, place: xr.DataArray) -> xr.DataArray:
    """1 on the trials of blocks at whose start the state changed, 0 on those of others, NaN in a session's first block.

    Args:
        state, place: one value a trial, with a dimension trial from the start of the session.
    """
    trial = np.arange(state.sizes["trial"])
    s, k = (v.transpose(..., "trial").to_numpy() for v in (state, place))
    there = np.isfinite(k)
    start = np.where(there, trial - np.nan_to_num(k), 0).astype(int)  # first trial of the block
    before = np.take_along_axis(s, np.maximum(start - 1, 0), axis=-1)
    changed = np.where(there & (start > 0), (s != before).astype(float), np.nan)
    return state.transpose(..., "trial").copy(data=changed)


def state_positions(
    activity: xr.DataArray, state: xr.DataArray, place: xr.DataArray, changed: xr.DataArray
) -> pd.DataFrame:
    """Where activity lies between the centres of the two states, on each trial of blocks in which the state changed.

    Centres are mean activities in trials from the third of a block on, when the state is known. A position is the
    projection on the line through both, such that +1 is the centre of the present state and -1 that of the other one.

    Args:
        activity: units at one step of each trial: dimensions (replica,) session, trial, units.
        state, place, changed: the same dimensions without units.

    Returns:
        Columns replica, place, position (mean over trials), n (trials).
    """
    rows = []
    for replica, (h, s, k, c) in _by_replica(activity, state, place, changed):
        there = np.isfinite(h).all(axis=1)
        low, high = np.unique(s[there])[[0, -1]]
        known = there & (k >= 2)
        if low == high or not all((s[known] == value).any() for value in (low, high)):
            raise BadData("The positions of two states need trials of both; record more blocks.")
        centres = [h[known & (s == value)].mean(axis=0) for value in (low, high)]
        line = centres[1] - centres[0]
        position = (h - (centres[0] + centres[1]) / 2) @ line / (line @ line / 2) * np.where(s == high, 1, -1)
        for at in np.unique(k[there]):
            mine = there & (c == 1) & (k == at)
            rows.append({"replica": replica, "place": int(at), "position": position[mine].mean(), "n": int(mine.sum())})
    return pd.DataFrame(rows)


def group_points(scores: xr.DataArray, groups: dict[str, xr.DataArray], where: xr.DataArray) -> pd.DataFrame:
    """Mean component scores of groups of trials, at each step of a trial.

    Args:
        scores: dimensions session, trial, step, component.
        groups: name -> code of each trial, dimensions session, trial.
        where: which trials to use.

    Returns:
        Columns step, the groups, pc1, pc2, ... (means), n (trials).
    """
    order = ("session", "trial", "step", "component")
    values = scores.transpose(*order).to_numpy()
    keep = where.transpose("session", "trial").to_numpy().astype(bool)
    codes = {name: code.transpose("session", "trial").to_numpy()[keep].astype(int) for name, code in groups.items()}
    columns = [f"pc{i}" for i in scores["component"].to_numpy()]
    parts = []
    for i, step in enumerate(scores["step"].to_numpy()):
        part = pd.DataFrame(values[keep, i], columns=columns).assign(**codes).dropna()
        means = part.groupby(list(groups), as_index=False)[columns].mean()
        counts = part.groupby(list(groups)).size().to_numpy()
        parts.append(pd.DataFrame(means).assign(step=step, n=counts))
    return pd.concat(parts, ignore_index=True)


def decoded_share(
    activity: xr.DataArray, target: xr.DataArray, where: xr.DataArray, *, folds: int = 10
) -> pd.DataFrame:
    """How often a linear decoder names the right class in sessions that it was not fitted to (`analysis.decoding`).

    Args:
        activity: dimensions replica, session, trial and one of units, at one step of each trial.
        target: the class on each trial, dimensions replica, session, trial.
        where: which trials to fit and to score.

    Returns:
        Columns replica, n, accuracy, chance, balanced.
    """
    decoded = decode(activity, target.where(where), kind="classification", folds=folds)
    return decoding_scores(decoded, by="replica")


def _by_replica(activity: xr.DataArray, *variables: xr.DataArray) -> list[tuple[int, tuple[np.ndarray, ...]]]:
    """Activity [trials, units] and each variable [trials] of each replica."""
    if "replica" not in activity.dims:
        activity, variables = activity.expand_dims("replica"), tuple(v.expand_dims("replica") for v in variables)
    units = [str(d) for d in activity.dims if d not in ("replica", "session", "trial")]
    if len(units) != 1:
        raise BadData(
            "Activity at one step of each trial has the dimensions replica, session, trial and one of units; got "
            f"{', '.join(map(str, activity.dims))}. Select one step first."
        )
    dims = ("replica", "session", "trial")
    h = activity.transpose(*dims, units[0]).to_numpy().astype(float)
    others = [v.transpose(*dims).to_numpy().astype(float) for v in variables]
    return [
        (int(r), (h[i].reshape(-1, h.shape[-1]), *(v[i].ravel() for v in others)))
        for i, r in enumerate(
            np.atleast_1d(activity["replica"].to_numpy() if "replica" in activity.coords else range(len(h)))
        )
    ]
