"""My format: one row a trial with the columns monkey, day, trial, side and juice.

side is L or R (empty where the trial was missed), juice 0 or 1. Say here what the columns of your files hold, and what
is assumed where they hold nothing.
"""

from pathlib import Path

from neurorl.core.card import Card
from neurorl.data.dataset import Dataset
from neurorl.data.format import Draft, Format, Wish
from neurorl.data.format_parts import (
    further,
    joined,
    mapped,
    one_choice,
    one_choice_trials,
    option_labels,
    rewards,
    text_table,
    who_and_when,
)
from neurorl.data.source import Source

SIDES = {"L": 0, "R": 1}  # the file's codes -> the task's first and second answer
COLUMNS = ("monkey", "day", "trial", "side", "juice")


def matches(source: Source) -> str | None:
    """Why a file looks like this format, or None; column names are known, cells need not be read."""
    return "it has columns monkey, side and juice" if {"monkey", "side", "juice"} <= source.columns else None


def read(source: Source, wish: Wish) -> Draft:
    """The trials. Problems are sentences in `draft.problems`; rows are never dropped in silence."""
    table, draft = source.table, Draft(None, wish.spaces)
    missing = [name for name in ("monkey", "side", "juice") if name not in table]
    if missing or wish.spaces is None:
        draft.problems += [f"There is no column {name}." for name in missing]
        return draft
    when = who_and_when(table, wish, draft, subject="monkey", session="day", trial="trial")
    labels = option_labels(wish.spaces, 2, "my_format")
    draft.names["choice"] = "side"
    choice = mapped(table["side"], "side", SIDES, labels, wish, draft, missing=[""])
    reward = rewards(table["juice"], "juice", wish, draft)
    more = further(table, COLUMNS, draft)
    draft.table = one_choice(when, choice, reward, wish.spaces, draft, more=more)
    return draft


def write(dataset: Dataset, path: Path) -> list[str]:
    """Write a data set in this layout, and return what could not be kept, one sentence each."""
    trials, lost = one_choice_trials(dataset, "my_format")
    side = trials["option"].map({code: name for name, code in SIDES.items()})  # missed: empty
    columns = {"monkey": trials["subject"], "day": trials["session"], "trial": trials["trial"]}
    rest = trials.drop(columns=["subject", "session", "trial", "option", "reward", "state"], errors="ignore")
    text_table(joined(columns | {"side": side, "juice": trials["reward"]}, rest, lost), path, "my_format")
    return lost


FORMAT = Format(
    card=Card(
        title="My format",
        summary="One row a trial with monkey, day, trial, side (L or R) and juice (0 or 1).",
        refs=(),
        tags=("text", "monkey"),
    ),
    extensions=(".csv", ".tsv", ".txt"),
    columns="monkey, side, juice; optional day, trial",
    matches=matches,
    read=read,
    write=write,
    spaces=False,  # the file does not say what was seen and answered, so that a task must be named
)
