"""What subjects do, in numbers that a model must reproduce: the choices themselves, or what a model expected of them.

Every measure is a mean over choices of the probability of some answer: 1 or 0 for a recorded or simulated choice, the
model's probability for a prediction one step ahead. So data, simulation and prediction go through the same lines.

- `stay`: the last answer in this state is given again, after a reward and after none. In two-stage tasks it is the
  first-stage choice, after each pair of reward and transition (Daw et al. 2011). Graded rewards are split at the middle
  of what the task pays, and the series says so ("after a reward above 0.5").
- `better`: the option with the higher chance of reward, by trials since the chances changed (needs block, p_left,
  p_right).
- `matching`: the last option of two, by the share of the session's rewards that it paid (Herrnstein 1961); only where
  rewards are 0 and 1.
- `correct`: the correct answer, by set size and by how often the stimulus was seen (needs set_size and correct_action).
"""

import numpy as np
import pandas as pd

from neurorl.analysis.over_units import over_units
from neurorl.analysis.two_stage import same_session, stage_rows
from neurorl.data import Dataset
from neurorl.data.checks import session_ids

BEFORE, AFTER = 8, 24  # trials around a change of the reward chances


def behaviour(dataset: Dataset, probability: np.ndarray | None = None) -> pd.DataFrame:
    """Measures of each subject.

    Args:
        dataset: decisions.
        probability: [rows, actions] of each answer under a model, before it was given; by default the answers given.

    Returns:
        columns subject, measure, series (a curve of its own), x (position along it; 0 where there is none), value, n.
    """
    table = dataset.table
    n_actions = dataset.schema.spaces.discrete_action().n
    if probability is None:
        probability = np.eye(n_actions)[np.maximum(table["choice"].to_numpy(), 0)]
    two_stage = "first" in getattr(dataset.schema.spaces.obs, "labels", ())
    parts = [_two_stage_stay(dataset, probability) if two_stage else _stay(dataset, probability)]
    if not two_stage and n_actions == 2:
        parts.append(_matching(table, probability))
    if {"block", "p_left", "p_right"} <= set(table) and n_actions == 2:
        parts.append(_better(table, probability))
    if {"set_size", "correct_action"} <= set(table):
        parts.append(_correct(table, probability))
    events = pd.concat([part for part in parts if len(part)], ignore_index=True)
    grouped = events.groupby(["subject", "measure", "series", "x"], sort=False)["value"]
    return grouped.agg(value="mean", n="size").reset_index()


def lay_over(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Mean over subjects with 95 % intervals, for several sources: columns source, measure, series, x, mean, low, high,
    n_units."""
    parts = [over_units(t, "value", ["measure", "series", "x"]).assign(source=name) for name, t in tables.items()]
    out = pd.concat(parts, ignore_index=True)
    out[["low", "high"]] = out[["low", "high"]].clip(0.0, 1.0)
    return out.loc[:, ["source", "measure", "series", "x", "mean", "low", "high", "n_units"]]


def misses(data: pd.DataFrame, model: pd.DataFrame) -> pd.DataFrame:
    """How far a model's expectation lies from the choices, within subjects.

    Args:
        data, model: from `behaviour`, for the same subjects.

    Returns:
        columns measure, series, x, mean (model less data), low, high (95 % interval over subjects), n_units, missed
        (the interval leaves out 0).
    """
    keys = ["subject", "measure", "series", "x"]
    both = data.merge(model, on=keys, suffixes=("", "_model"))
    table = over_units(both.assign(difference=both["value_model"] - both["value"]), "difference", keys[1:])
    return table.assign(missed=(table["low"] > 0) | (table["high"] < 0))


def _events(table: pd.DataFrame, measure: str, series: object, x: object, value: np.ndarray) -> pd.DataFrame:
    columns = {"subject": table["subject"].to_numpy(), "measure": measure, "series": series, "x": x, "value": value}
    return pd.DataFrame(columns)


def _free(table: pd.DataFrame) -> np.ndarray:
    return np.flatnonzero(table["scored"].to_numpy(bool) & table["valid"].to_numpy(bool))


def _stay(dataset: Dataset, probability: np.ndarray) -> pd.DataFrame:
    rows = _free(dataset.table)
    own = dataset.table.iloc[rows]
    by = [name for name in ("subject", "session", "state") if name in own]
    if "state" not in own:  # vectors: what was seen before is not seen again
        by = ["subject", "session"]
    earlier = own.groupby(by, sort=False)[["choice", "reward"]].shift()
    there = earlier["choice"].notna().to_numpy()
    last = earlier["choice"].to_numpy()[there].astype(int)
    cut, yes, no = _split(dataset, ("after a reward", "after no reward"), "after a reward")
    won = np.where(earlier["reward"].to_numpy()[there] > cut, yes, no)
    return _events(own[there], "stay", won, 0.0, probability[rows[there], last])


def _split(dataset: Dataset, plain: tuple[str, str], graded: str) -> tuple[float, str, str]:
    """Above which reward a trial counts as rewarded, and the names of both kinds of trial."""
    table = dataset.table
    paid = table["reward"].to_numpy()[table["scored"].to_numpy(bool) & table["valid"].to_numpy(bool)]
    if np.isin(paid[np.isfinite(paid)], (0.0, 1.0)).all():
        return 0.5, *plain
    middle = sum(dataset.schema.spaces.reward) / 2
    cut = middle if np.isfinite(middle) else 0.0
    return cut, f"{graded} above {cut:g}", f"{graded} of {cut:g} or less"


def _two_stage_stay(dataset: Dataset, probability: np.ndarray) -> pd.DataFrame:
    table = dataset.table
    labels = dataset.schema.spaces.discrete()
    first, second = stage_rows(dataset)
    choice, state, reward = (table[name].to_numpy() for name in ("choice", "state", "reward"))
    left = choice[first] == labels[1].index("left")
    common = left == (state[second] == labels[0].index("second_a"))
    trial = table["trial"].to_numpy()[first]
    follows = np.flatnonzero(same_session(table.iloc[first]) & (np.diff(trial) == 1))
    cut, yes, no = _split(dataset, ("rewarded", "unrewarded"), "reward")
    won = np.where(reward[second] > cut, yes, no)
    series = np.char.add(np.char.add(won, ", "), np.where(common, "common", "rare"))[follows]
    value = probability[first[follows + 1], choice[first[follows]]]
    return _events(table.iloc[first[follows]], "stay", series, 0.0, value)


def _matching(table: pd.DataFrame, probability: np.ndarray) -> pd.DataFrame:
    rows = _free(table)
    own = table.iloc[rows]
    if not own["reward"].isin((0.0, 1.0)).all():
        return _events(own[:0], "matching", "", 0.0, np.zeros(0))
    paid = (own["reward"] > 0).to_numpy()
    sums = pd.DataFrame({"all": paid, "last": paid & (own["choice"] == 1).to_numpy()})
    sums = sums.groupby([own["subject"].to_numpy(), own["session"].to_numpy()], sort=False).transform("sum")
    with np.errstate(divide="ignore", invalid="ignore"):
        share = (sums["last"] / sums["all"]).to_numpy(float)
    there = np.isfinite(share)
    return _events(own[there], "matching", "", np.round(share[there] * 10) / 10, probability[rows[there], 1])


def _better(table: pd.DataFrame, probability: np.ndarray) -> pd.DataFrame:
    better = (table["p_right"] > table["p_left"]).astype(int).to_numpy()
    groups = [table["subject"], table["session"], table["block"]]
    position = table.groupby(groups, sort=False).cumcount().to_numpy()
    session = session_ids(table["subject"], table["session"])
    changes = np.flatnonzero((session[1:] == session[:-1]) & (better[1:] != better[:-1])) + 1
    parts = []
    for lag in range(-BEFORE, AFTER):
        at = changes + lag
        inside = (at >= 0) & (at < len(table))
        at, new = at[inside], changes[inside]
        same = (session[at] == session[new]) & table["scored"].to_numpy(bool)[at]
        same &= (position[at] == lag) if lag >= 0 else True
        at, new = at[same], new[same]
        parts.append(_events(table.iloc[at], "better", "", float(lag), probability[at, better[new]]))
    return pd.concat(parts, ignore_index=True)


def _correct(table: pd.DataFrame, probability: np.ndarray) -> pd.DataFrame:
    rows = _free(table)
    own = table.iloc[rows]
    seen = own.groupby(["subject", "session", "state"], sort=False).cumcount().to_numpy()
    series = np.char.add("set size ", own["set_size"].to_numpy().astype(int).astype(str))
    value = probability[rows, own["correct_action"].to_numpy().astype(int)]
    early = seen < 10
    return _events(own[early], "correct", series[early], 1.0 + seen[early], value[early])
