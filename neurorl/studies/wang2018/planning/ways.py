"""Supp. Fig. 8: trajectories of hidden units by future action, in trials with the best state 4 or 5 steps away."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
import xarray as xr

from neurorl.analysis.divergence import divergence, interaction
from neurorl.analysis.units import principal_components
from neurorl.core.study import Measures

FAR = (4, 5)  # steps from the start to the best state, hence also the actions at which it can first be reached
COMPONENTS = 10  # of the principal components, the space in which distances are taken; two are drawn
LEAST = 10  # trials of each answer below which nothing is said
PERMUTATIONS = 300
THIRD = 3


def ways(out: Measures, units: xr.Dataset, walks: pd.DataFrame, ponder: int) -> None:
    """Adds the tables `ways` (means and standard errors on two components), `divergence` and `rows`, and their numbers.

    Args:
        out: where they go.
        units: the network's recording.
        walks: its trials, with the columns far and reached.
        ponder: pondering steps.
    """
    drawn, parted, differing, reached = [], [], [], []
    for replica, rows in walks.groupby("subject"):
        far = rows["far"].isin(FAR).to_numpy()
        mine, own = units.sel(replica=replica).isel(session=far), rows[far]
        action = mine["action"].transpose("session", "step").to_numpy()[:, ponder:]
        n = min(COMPONENTS, mine.sizes["h_unit"], max(len(own) - 1, 1))
        components = principal_components(mine["latent_h"], n)
        score = components["score"].to_numpy()
        arrived = own["reached"].to_numpy()
        reached.append({"replica": replica} | {f"reached_{k}": float(np.mean(arrived == k)) for k in (*FAR, 0)})
        for row in FAR:
            here = arrived == row
            for i, answer in _split(action[here], LEAST):
                drawn.append(_course(score[here], answer).assign(replica=replica, row=ponder + row, action=i))
                apart = divergence(score[here], answer, permutations=PERMUTATIONS)
                parted.append(apart.assign(replica=replica, row=ponder + row, action=i))
        both = np.isin(arrived, FAR)
        for i, answer in _split(action[both], LEAST):
            late = arrived[both] == FAR[1]
            if min(_cells(answer, late)) >= LEAST:
                table = interaction(score[both], answer, late, permutations=PERMUTATIONS)
                differing.append(table.assign(replica=replica, action=i))
    out.tables["ways"] = _stack(drawn, ("answer", "step", "pc1", "pc2", "se1", "se2", "n", "replica", "row", "action"))
    columns = ("step", "distance", "chance", "high", "p", "n_false", "n_true", "replica")
    out.tables["divergence_by_unit"] = _stack(parted, (*columns, "row", "action"))
    out.tables["rows_by_unit"] = _stack(differing, (*columns, "action"))
    for name in ("divergence_by_unit", "rows_by_unit"):
        out.tables[name]["step"] += 1
    by = out.tables["divergence_by_unit"].groupby(["row", "action", "step"])
    out.tables["divergence"] = (
        by[["distance", "chance", "high"]]
        .mean()
        .assign(n_units=by.size(), share_below_05=by["p"].apply(lambda p: (p < 0.05).mean()))
        .reset_index()
    )
    _numbers(out, pd.DataFrame(reached), ponder)


def _numbers(out: Measures, reached: pd.DataFrame, ponder: int) -> None:
    apart, rows = out.tables["divergence_by_unit"], out.tables["rows_by_unit"]
    v = out.values
    for k in (*FAR, 0):
        v[f"far_{'never' if k == 0 else f'reached_{ponder + k}'}"] = float(reached[f"reached_{k}"].mean())
    v["far_reached"] = float(reached[[f"reached_{k}" for k in FAR]].sum(axis=1).mean())
    third = apart[(apart["action"] == THIRD) & (apart["row"] == ponder + FAR[0])].set_index(["replica", "step"])
    ratio = (third["distance"] / third["chance"]).unstack("step")
    p = third["p"].unstack("step")
    known = ponder in ratio
    v["third_action_divergence"] = float(third["distance"].unstack("step")[ponder].mean()) if known else np.nan
    v["third_action_over_chance"] = float(ratio[ponder].mean()) if known else np.nan
    v["third_action_share_p05"] = float((p[ponder] < 0.05).mean()) if known else np.nan
    v["third_action_growth"] = float((ratio[ponder] - ratio[1]).mean()) if known else np.nan
    here = rows[rows["step"] == ponder].groupby("action")["p"].agg(lambda p: (p < 0.05).mean())
    v["row_effect_share_p05"] = float(here.mean()) if len(here) else np.nan


def _split(action: np.ndarray, least: int) -> Iterator[tuple[int, np.ndarray]]:
    """The answers of each action, counted from 1, that was answered in both ways at least `least` times."""
    for i in range(action.shape[1]):
        answer = action[:, i] == 1
        if min(answer.sum(), (~answer).sum()) >= least:
            yield i + 1, answer


def _cells(answer: np.ndarray, late: np.ndarray) -> list[int]:
    return [int((a & b).sum()) for a in (answer, ~answer) for b in (late, ~late)]


def _course(score: np.ndarray, answer: np.ndarray) -> pd.DataFrame:
    """Mean and standard error of the first two components at each step, by answer."""
    parts = []
    for value in (False, True):
        own = score[answer == value][:, :, :2]
        mean, error = own.mean(axis=0), own.std(axis=0, ddof=1) / len(own) ** 0.5
        columns = {"pc1": mean[:, 0], "pc2": mean[:, 1], "se1": error[:, 0], "se2": error[:, 1]}
        steps = np.arange(1, len(mean) + 1)
        parts.append(pd.DataFrame({"answer": int(value), "step": steps, **columns, "n": len(own)}))
    return pd.concat(parts, ignore_index=True)


def _stack(parts: list[pd.DataFrame], columns: tuple[str, ...]) -> pd.DataFrame:
    """One table, with its columns also where there is nothing to stack."""
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(columns), dtype=float)
