"""The layouts of hBayesDM: tab-separated text with a column subjID, choices counted from 1.

Which one it is, the columns say (case and underscores do not matter there, nor here):
- bandits and reversal learning (bandit2arm, bandit4arm2, prl): choice 1..n, outcome;
- gains and losses (bandit4arm, igt): choice 1..4, gain, loss (at most 0); the reward is their sum;
- two-step (ts): level1_choice 1..2, level2_choice 1..4 (1 and 2 at the second stage that choice 1 commonly leads to),
  reward;
- probabilistic selection (pst): type (12, 34, 56), choice (1 where the first of the pair was taken), reward;
- go/no-go (gng): cue, keyPressed, outcome.
A column block makes each block a session, since values start anew there, and so does a column session; trial (or
trialNum) is optional.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from neurorl.core.card import Card
from neurorl.core.errors import DoesNotFit
from neurorl.core.spaces import Discrete, Spaces
from neurorl.data.checks import row_sentence
from neurorl.data.dataset import Dataset
from neurorl.data.format import Draft, Format, Wish
from neurorl.data.formats._codes import from_values, highest, mapped, rewards
from neurorl.data.formats._trials import further, labels_of_options, one_choice, option_labels, two_stage, who_and_when
from neurorl.data.formats._wide import (
    answers,
    is_two_stage,
    joined,
    names_sessions,
    one_choice_trials,
    text_table,
    two_stage_trials,
)
from neurorl.data.source import Source
from neurorl.ops.arms import arm_spaces
from neurorl.ops.two_stage import two_stage_spaces

_NAMES = (
    *("subjID", "trial", "trialNum", "block", "choice", "outcome", "gain", "loss", "level1_choice", "level2_choice"),
    *("reward", "type", "cue", "keyPressed"),
)
_PLAIN = {name.lower().replace("_", ""): name for name in _NAMES}


def matches(source: Source) -> str | None:
    """A column subjID."""
    return "it has a column subjID" if "subjID" in _named(source) else None


def _named(source: Source) -> set[str]:
    return {_PLAIN.get(name.lower().replace("_", ""), name) for name in source.columns}


def _layout(columns: set[str]) -> str | None:
    for name, needed in _NEEDED.items():
        if needed <= columns:
            return name
    return None


def read(source: Source, wish: Wish) -> Draft:
    """The layout that the columns name."""
    table = source.table.rename(columns=lambda name: _PLAIN.get(str(name).lower().replace("_", ""), name))
    draft = Draft(None, wish.spaces)
    layout = _layout(set(map(str, table.columns)))
    if layout is None:
        known = "; ".join(f"{name}: {', '.join(sorted(needed))}" for name, needed in _NEEDED.items())
        draft.problems.append(
            f"The columns are {', '.join(map(str, table))}, which do not match a known layout of hBayesDM ({known})."
        )
        return draft
    trial = next((name for name in ("trial", "trialNum") if name in table), None)
    session = next((name for name in ("block", "session") if name in table), None)
    if {"block", "session"} <= set(table):
        draft.notes.append("Each block of each session is a separate session: values are reset there.")
        session = "_session"
        table["_session"] = table["session"].astype(str) + "/" + table["block"].astype(str)
    elif session:
        draft.notes.append(f"Each {session} is a separate session: values are reset there.")
    when = who_and_when(table, wish, draft, subject="subjID", session=session, trial=trial)
    used = {"subjID", trial or "trial", "block", "session", "_session", *_NEEDED[layout]}
    return _READERS[layout](table, when, further(table, used, draft), wish, draft)


def _bandit(table: pd.DataFrame, when: pd.DataFrame, more: pd.DataFrame, wish: Wish, draft: Draft) -> Draft:
    n_arms = highest(table["choice"], at_least=2)
    reward = rewards(table["outcome"], "outcome", wish, draft)
    spaces = wish.spaces or _paying(arm_spaces(n_arms), reward)
    if wish.spaces is None and n_arms > 2:
        draft.notes.append(
            f"The number of arms is taken to be {n_arms}, the highest choice; naming the task would define it."
        )
    n = len(labels_of_options(spaces))
    option = mapped(table["choice"], "choice", _from_one(n), labels_of_options(spaces), wish, draft)
    return _done(draft, one_choice(when, option, reward, spaces, draft, more=more), spaces)


def _gains(table: pd.DataFrame, when: pd.DataFrame, more: pd.DataFrame, wish: Wish, draft: Draft) -> Draft:
    gain, loss = rewards(table["gain"], "gain", _free(wish), draft), rewards(table["loss"], "loss", _free(wish), draft)
    draft.problems += row_sentence(
        "loss", "is above 0; losses are 0 or negative in this layout", loss > 0, table["loss"]
    )
    draft.problems += row_sentence("gain", "is below 0", gain < 0, table["gain"])
    total = gain + loss
    spaces = wish.spaces or _paying(arm_spaces(4), total)
    option = mapped(table["choice"], "choice", _from_one(4), option_labels(spaces, 4, "igt"), wish, draft)
    reward = rewards(pd.Series(total, table.index, name="gain + loss"), "reward", wish, draft)
    draft.notes.append("The reward is gain + loss; both are kept as columns.")
    more = pd.concat([more, table[["gain", "loss"]]], axis=1)
    return _done(draft, one_choice(when, option, reward, spaces, draft, more=more), spaces)


def _two_step(table: pd.DataFrame, when: pd.DataFrame, more: pd.DataFrame, wish: Wish, draft: Draft) -> Draft:
    spaces = wish.spaces or two_stage_spaces(fixation=False, second_choice=True)
    if not is_two_stage(spaces):
        raise DoesNotFit("The file holds a two-step task, but the task named has no first and second stage.")
    sides = ("left", "right")
    first = mapped(table["level1_choice"], "level1_choice", _from_one(2), sides, wish, draft)
    four = ("second_a left", "second_a right", "second_b left", "second_b right")
    second = mapped(table["level2_choice"], "level2_choice", _from_one(4), four, wish, draft)
    reward = rewards(table["reward"], "reward", wish, draft)
    if "level2_choice" not in wish.codes and _is_side(first, second):
        draft.problems.append(
            "level2_choice is 1 or 2 throughout, although both first choices occur: it seems to hold the side taken, "
            "not the option. Options 1 and 2 lie at the second stage that choice 1 commonly leads to, 3 and 4 at the "
            "other; write the option, or use the format 'table', which has a column state for the second stage."
        )
    both = (first >= 0) & (second >= 0)
    common = float(np.mean((second[both] >= 2) == (first[both] == 1))) if both.any() else 1.0
    if both.sum() >= 20 and common < 0.5 and "level1_choice" not in wish.codes:
        draft.problems.append(
            f"level1_choice 1 is followed by level2_choice 1 or 2, as is common, in only {100 * common:.0f}% of trials "
            "that agree; exchange the codes: codes={'level1_choice': {1: 'right', 2: 'left'}}."
        )
    draft.notes.append(
        f"Common transitions (choice 1 to options 1 and 2, 2 to 3 and 4): {100 * common:.1f}% of trials."
    )
    answer = np.where(second < 0, -1, second % 2)
    rows = two_stage(when, first, second // 2, answer, reward, spaces, draft, more=_by_stage(more))
    return _done(draft, rows, spaces)


def _is_side(first: np.ndarray, second: np.ndarray) -> bool:
    """Whether second choices stay among the first two of four options, as no 20 trials of both first choices do."""
    given = second[(first >= 0) & (second >= 0)]
    return len(given) >= 20 and bool((given < 2).all()) and len(np.unique(first[first >= 0])) == 2


def _selection(table: pd.DataFrame, when: pd.DataFrame, more: pd.DataFrame, wish: Wish, draft: Draft) -> Draft:
    spaces = wish.spaces or Spaces(Discrete(("12", "34", "56")), Discrete(("first", "second")), (0.0, 1.0))
    state = from_values(table["type"], "type", _states(spaces), wish, draft)
    taken = mapped(table["choice"], "choice", {1: 0, 0: 1}, option_labels(spaces, 2, "pst"), wish, draft)
    reward = rewards(table["reward"], "reward", wish, draft)
    draft.problems += row_sentence("type", "is empty", state < 0)
    return _done(draft, one_choice(when, taken, reward, spaces, draft, more=more, state=state.astype(int)), spaces)


def _go_no_go(table: pd.DataFrame, when: pd.DataFrame, more: pd.DataFrame, wish: Wish, draft: Draft) -> Draft:
    cues = Spaces(Discrete(tuple(f"cue_{i}" for i in range(1, 5))), Discrete(("no_go", "go")), (-1.0, 1.0))
    reward = rewards(table["outcome"], "outcome", wish, draft)
    spaces = wish.spaces or _paying(cues, reward)
    draft.names["choice"] = "keyPressed"
    states = _states(spaces)
    cue = mapped(table["cue"], "cue", _from_one(len(states)), states, wish, draft)
    pressed = mapped(table["keyPressed"], "keyPressed", {0: 0, 1: 1}, option_labels(spaces, 2, "gng"), wish, draft)
    draft.problems += row_sentence("cue", "is empty", cue < 0)
    return _done(draft, one_choice(when, pressed, reward, spaces, draft, more=more, state=cue.astype(int)), spaces)


_NEEDED = {
    "two-step (ts)": {"subjID", "level1_choice", "level2_choice", "reward"},
    "gains and losses (bandit4arm, igt)": {"subjID", "choice", "gain", "loss"},
    "go/no-go (gng)": {"subjID", "cue", "keyPressed", "outcome"},
    "selection (pst)": {"subjID", "type", "choice", "reward"},
    "bandit (bandit2arm, bandit4arm2, prl)": {"subjID", "choice", "outcome"},
}
_READERS: dict[str, Callable[[pd.DataFrame, pd.DataFrame, pd.DataFrame, Wish, Draft], Draft]] = dict(
    zip(_NEEDED, (_two_step, _gains, _go_no_go, _selection, _bandit), strict=True)
)


def _done(draft: Draft, table: pd.DataFrame, spaces: Spaces) -> Draft:
    draft.table, draft.spaces = table, spaces
    return draft


def _from_one(n: int) -> dict[Any, int]:
    return {i + 1: i for i in range(n)}


def _states(spaces: Spaces) -> tuple[str, ...]:
    return spaces.discrete()[0].labels


def _free(wish: Wish) -> Wish:
    """The wish without the task's range of rewards: gain and loss are judged when added."""
    return replace(wish, spaces=None)


def _paying(spaces: Spaces, reward: np.ndarray) -> Spaces:
    """Spaces that pay what the file holds."""
    low, high = spaces.reward
    found = reward[np.isfinite(reward)]
    return replace(spaces, reward=(float(min(low, *found)), float(max(high, *found)))) if len(found) else spaces


def _by_stage(more: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Further columns of each stage: NAME_1 and NAME_2 belong to one stage each, all others to both."""
    pairs = [str(name)[:-2] for name in more.columns if str(name).endswith("_1") and f"{str(name)[:-2]}_2" in more]
    one = more.drop(columns=[f"{name}_2" for name in pairs]).rename(columns={f"{name}_1": name for name in pairs})
    two = more.drop(columns=[f"{name}_1" for name in pairs]).rename(columns={f"{name}_2": name for name in pairs})
    return one, two[one.columns]


def write(dataset: Dataset, path: Path) -> list[str]:
    """The layout that fits the task: ts for two stages, pst and gng for their states, else a bandit's."""
    spaces = dataset.schema.spaces
    if is_two_stage(spaces):
        trials, lost = two_stage_trials(dataset, "hbayesdm")
        first, answer = trials["first"], trials["answer"]
        columns = {"level1_choice": answers(first, first + 1)}
        columns |= {"level2_choice": answers(answer, 2 * trials["second"] + answer + 1)}
        columns |= {"reward": trials["reward"]}
        rest = trials.drop(columns=["subject", "session", "trial", "first", "second", "answer", "reward"])
    else:
        trials, lost = one_choice_trials(dataset, "hbayesdm")
        columns, used = _of_one_choice(trials, spaces)
        rest = trials.drop(columns=["subject", "session", "trial", "option", "reward", *used], errors="ignore")
    when = {"subjID": trials["subject"], "trial": trials["trial"] + 1}
    if names_sessions(dataset):
        when["block"] = trials["session"]
    text_table(joined(when | columns, rest, lost, reserved=_NAMES), path, "hbayesdm")
    return lost


def _of_one_choice(trials: pd.DataFrame, spaces: Spaces) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Columns of the layout, and which further ones they stand for."""
    states = spaces.obs.labels if isinstance(spaces.obs, Discrete) else ()
    option = trials["option"]
    if states == ("12", "34", "56"):
        kind = np.array([int(label) for label in states])[trials["state"]]
        return {"type": kind, "choice": answers(option, 1 - option), "reward": trials["reward"]}, ("state",)
    if len(states) > 1 and "fixation" not in states:
        if len(labels_of_options(spaces)) != 2:
            raise DoesNotFit(
                "hBayesDM has no layout for several states with more than two answers; write it as 'table'."
            )
        pressed = answers(option, option)
        return {"cue": trials["state"] + 1, "keyPressed": pressed, "outcome": trials["reward"]}, ("state",)
    choice = answers(option, option + 1)
    if {"gain", "loss"} <= set(trials.columns):
        return {"choice": choice, "gain": trials["gain"], "loss": trials["loss"]}, ("state", "gain", "loss")
    return {"choice": choice, "outcome": trials["reward"]}, ("state",)


FORMAT = Format(
    card=Card(
        title="hBayesDM",
        summary="Tab-separated trials with subjID and choices counted from 1: bandits, reversal learning, gambling, "
        "two-step, probabilistic selection, go/no-go.",
        refs=("ahn2017",),
        tags=("text", "human"),
    ),
    extensions=(".txt", ".tsv", ".csv", ".xlsx"),
    columns="subjID; choice, outcome | choice, gain, loss | level1_choice, level2_choice, reward | "
    "type, choice, reward | cue, keyPressed, outcome; optional trial, block, session",
    matches=matches,
    read=read,
    write=write,
)
