"""The layout of cpm (computational psychiatry modelling): ppt, trial, response, feedback, arm_left, arm_right.

`response` is the side taken, 0 left or 1 right, and arm_left and arm_right say which arm lay there: the choice is the
arm. With two arms they are the task's first and second answer, in the order of their numbers. With more, each pair
shown is a state in which only its two arms can be chosen. Without arm columns the response itself is the choice, from
0. Without feedback it is taken from reward_left or reward_right of the side taken.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from neurorl.core.card import Card
from neurorl.core.spaces import Discrete, Spaces
from neurorl.core.text import many
from neurorl.data.checks import as_numbers, row_sentence
from neurorl.data.dataset import Dataset
from neurorl.data.format import Draft, Format, Wish
from neurorl.data.formats._codes import highest, mapped, rewards
from neurorl.data.formats._trials import further, labels_of_options, one_choice, option_labels, options, who_and_when
from neurorl.data.formats._wide import answers, joined, names_sessions, one_choice_trials, text_table
from neurorl.data.source import Source
from neurorl.ops.arms import arm_spaces

_SIDES = ("arm_left", "arm_right")


def matches(source: Source) -> str | None:
    """A column ppt and a response."""
    if {"ppt", "response"} <= source.columns:
        return "it has columns ppt and response"
    return None


def read(source: Source, wish: Wish) -> Draft:
    """The trials."""
    table = source.table
    draft = Draft(None, wish.spaces)
    draft.names["choice"] = "response"
    if "response" not in table or not ({"feedback"} <= set(table) or {"reward_left", "reward_right"} <= set(table)):
        draft.problems.append("Columns response and feedback (or reward_left and reward_right) are expected.")
        return draft
    alone = [name for name in _SIDES if name in table]
    if len(alone) == 1:
        other = next(name for name in _SIDES if name not in table)
        draft.problems.append(
            f"There is a column {alone[0]} but no {other}, so that the arm taken is not known where the other side was "
            f"chosen. Add or rename {other}; if response itself is the arm, delete {alone[0]}."
        )
        return draft
    trial, session = ("trial" if "trial" in table else None), ("session" if "session" in table else None)
    when = who_and_when(table, wish, draft, subject="ppt", session=session, trial=trial)
    paid, used = _paid(table, draft)
    reward = rewards(paid, "feedback", wish, draft)
    finite = reward[np.isfinite(reward)]
    pays = (min(0.0, *finite), max(1.0, *finite)) if len(finite) else (0.0, 1.0)
    keep = further(table, ["ppt", "trial", "session", "response", *used], draft)
    if set(_SIDES) <= set(table):
        spaces, option, state = _by_arm(table, pays, wish, draft)
        if any("never changed sides" in note for note in draft.notes):
            keep = keep.drop(columns=list(_SIDES))
    else:
        n_arms = highest(table["response"], at_least=1) + 1
        spaces = wish.spaces or _paying(arm_spaces(n_arms), pays)
        labels = labels_of_options(spaces)
        codes: dict[Any, int] = {i: i for i in range(len(labels))}
        option, state = mapped(table["response"], "response", codes, labels, wish, draft, missing=[-1]), None
    draft.spaces = spaces
    draft.table = one_choice(when, option, reward, spaces, draft, more=keep, state=state)
    return draft


def _paid(table: pd.DataFrame, draft: Draft) -> tuple[pd.Series, list[str]]:
    if "feedback" in table:
        draft.notes += _otherwise(table)
        return table["feedback"], ["feedback"]
    return _of_side(table), []


def _of_side(table: pd.DataFrame) -> pd.Series:
    """What reward_left or reward_right of the side taken says."""
    side = as_numbers(table["response"])[0]
    both = table[["reward_left", "reward_right"]].apply(lambda column: as_numbers(column)[0])
    return both["reward_right"].where(side == 1, both["reward_left"]).where(side >= 0)


def _otherwise(table: pd.DataFrame) -> list[str]:
    """A note where feedback is not what the columns of both sides say of the side taken."""
    if not {"reward_left", "reward_right"} <= set(table):
        return []
    expected, paid = _of_side(table).to_numpy(float), as_numbers(table["feedback"])[0]
    odd = int((np.isfinite(expected) & np.isfinite(paid) & (expected != paid)).sum())
    if not odd:
        return []
    return [
        f"In {many(odd, 'trial')} feedback is not the reward of the side taken (reward_left, reward_right); feedback "
        "was taken."
    ]


def _by_arm(
    table: pd.DataFrame, pays: tuple[float, float], wish: Wish, draft: Draft
) -> tuple[Spaces, np.ndarray, np.ndarray | None]:
    """Spaces, the arm taken, and the pair shown where there are more than two arms."""
    arms = [as_numbers(table[name]) for name in _SIDES]
    for name, (numbers, unusable) in zip(_SIDES, arms, strict=True):
        draft.problems += row_sentence(name, "is not the number of an arm", unusable | np.isnan(numbers), table[name])
    left, right = (np.nan_to_num(numbers) for numbers, _ in arms)
    ids = sorted({*left.tolist(), *right.tolist()})
    names = [f"{arm:g}" for arm in ids]
    side = mapped(table["response"], "response", {0: 0, 1: 1}, _SIDES, wish, draft, missing=[-1])
    arm = np.searchsorted(ids, np.where(side == 1, right, left))
    option = np.where(side < 0, -1, arm)
    if len(ids) == 2:
        if (left < right).all():  # the arms always lay as their numbers say: the columns say no more than the codes
            draft.notes.append("The arms never changed sides; the columns arm_left and arm_right are left out.")
        spaces = wish.spaces or _paying(arm_spaces(2), pays)
        labels = option_labels(spaces, 2, "cpm")
        draft.codes["arm taken"] = {
            name: f"{i} {label}" for i, (name, label) in enumerate(zip(names, labels, strict=True))
        }
        return spaces, option, None
    low, high = np.minimum(left, right), np.maximum(left, right)
    shown = [f"{a:g}-{b:g}" for a, b in zip(low, high, strict=True)]
    pairs = sorted(set(shown))
    legal = tuple(tuple(name in pair.split("-") for name in names) for pair in pairs)
    ours = Spaces(Discrete(tuple(pairs)), Discrete(tuple(f"arm_{name}" for name in names)), pays, legal=legal)
    spaces = wish.spaces or ours
    option_labels(spaces, len(ids), "cpm")
    labels = spaces.discrete()[0].labels
    absent = sorted(set(pairs) - set(labels))
    if absent:
        draft.problems.append(
            f"The task has no state for the pairs {', '.join(absent)}; its states are {', '.join(labels)}."
        )
    draft.codes["arm taken"] = {name: f"{i} arm_{name}" for i, name in enumerate(names)}
    draft.notes.append(
        "Each pair of arms shown is a state, and only its two arms can be chosen there; agents that keep values for "
        "each state (rescorla_wagner, q_learning) do not carry an arm's value from pair to pair."
    )
    return spaces, option, np.array([labels.index(pair) if pair in labels else 0 for pair in shown])


def _paying(spaces: Spaces, pays: tuple[float, float]) -> Spaces:
    from dataclasses import replace

    return replace(spaces, reward=(float(pays[0]), float(pays[1])))


def write(dataset: Dataset, path: Path) -> list[str]:
    """ppt, trial (from 1), response, feedback, the arms; empty where missing."""
    trials, lost = one_choice_trials(dataset, "cpm")
    option = trials["option"].to_numpy()
    columns: dict[str, Any] = {"ppt": trials["subject"], "trial": trials["trial"] + 1}
    if names_sessions(dataset):
        columns["session"] = trials["session"]
    if set(_SIDES) <= set(trials):
        ids = np.unique(trials[list(_SIDES)].to_numpy(dtype=float))
        response = (ids[np.maximum(option, 0)] == trials["arm_right"]).astype(int)
    else:
        response = option
        if len(options(dataset.schema.spaces)) == 2:
            columns |= {"arm_left": 1, "arm_right": 2}
        if "state" in trials and trials["state"].nunique() > 1:
            lost.append("States were not kept: this layout has no place for them without pairs of arms.")
    columns |= {
        "response": answers(option, response),
        "feedback": trials["reward"],
    }
    rest = trials.drop(columns=["subject", "session", "trial", "option", "reward", "state"], errors="ignore")
    text_table(joined(columns, rest, lost, reserved=("reward_left", "reward_right")), path, "cpm")
    return lost


FORMAT = Format(
    card=Card(
        title="cpm",
        summary="One row a trial with ppt, trial, response (0 left, 1 right), feedback, and the arms that lay left "
        "and right.",
        tags=("text", "human"),
    ),
    extensions=(".csv", ".tsv", ".txt", ".parquet", ".xlsx"),
    columns="ppt, response, feedback (or reward_left, reward_right); optional trial, session, arm_left, arm_right",
    matches=matches,
    read=read,
    write=write,
)
