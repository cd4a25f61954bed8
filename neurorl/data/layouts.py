"""Read trials in any known layout, and write them in another: the way in and out of the canonical table."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from neurorl.core.catalogue import load, load_task, names
from neurorl.core.errors import BadData, BadValue
from neurorl.core.exports import require_task
from neurorl.core.spaces import Spaces
from neurorl.data.counts import Scored, count_scored
from neurorl.data.dataset import Dataset, refused
from neurorl.data.events import advice, rules, stream
from neurorl.data.format import Draft, Format, Wish
from neurorl.data.inflating import array_names
from neurorl.data.rules import Finding
from neurorl.data.schema import Schema
from neurorl.data.source import TABLES, Source
from neurorl.data.unread import unread


@dataclass(frozen=True)
class Reading:
    """A data set, and what became of the file it was read from.

    Attributes:
        dataset: the checked table.
        format: name of the format.
        guessed: why the format was taken, where it was not named; else empty.
        codes: for each column, the file's values -> what they became.
        notes: what was assumed or changed, one sentence each.
    """

    dataset: Dataset
    format: str
    guessed: str = ""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def counts(self) -> dict[str, int]:
        """Subjects, sessions, trials, decisions, and how many decisions are missing."""
        table = self.dataset.table
        return {
            "subjects": len(self.dataset.subjects),
            "sessions": self.dataset.n_sessions,
            "trials": len(table[["subject", "session", "trial"]].drop_duplicates()),
            "decisions": len(table),
            "missing": int((table["choice"].to_numpy() < 0).sum()),
            "scored": int(table["scored"].to_numpy().sum()),
        }

    def scored(self) -> Scored:
        """How many decisions are scored, and why the others are not."""
        return count_scored(self.dataset)


def read(
    path: str | Path,
    *,
    task: Any = None,
    format: str | None = None,
    rename: Mapping[str, str] | None = None,
    codes: Mapping[str, Mapping[Any, Any]] | None = None,
    subject: Any = None,
    session: Any = None,
    event: str | Mapping[str, str] | None = None,
    where: Mapping[str, str] | None = None,
    sheet: str | None = None,
) -> Dataset:
    """Read trials from a file or folder in any known layout.

    Args:
        path: the file or folder.
        task: the task the choices were made on: a name, a file, a `Task`, or bare `Spaces`. It may be left out where
            the layout says what was seen and answered (`neurorl list formats` says which need one).
        format: name of the layout (`neurorl list formats`); by default it is guessed.
        rename: the file's column names -> the names the layout uses.
        codes: for a column of the layout, the file's values -> ours: a code, a label of the task, or "missing";
            for example {"choice": {"F": "left", "J": "right"}, "reward": {-1: 0}}.
        subject: name of the subject, where the file does not name one.
        session: name of the session, where the file does not name one.
        event: for tables with one row an event, from which events and columns the trials come: {"choice":
            "response:key", "reward": "feedback:points"}; "trial": "cue" names the event that begins a trial. BIDS also
            takes the name of one `trial_type`, whose rows are the trials.
        where: what to read of several things: a column and its value ({"task": "bandit"}), or, in a folder, a part of
            the files' names (BIDS: task, run, ...; IBL: lab, subject, collection, ...) or "path" and a pattern.
        sheet: Excel: the sheet, where several have cells.

    Raises:
        BadData: the file breaks its layout; the message lists every problem with row numbers.
        BadValue: the format is unknown or cannot be guessed, or a task is needed.
        StorageFailed: the file is not there, or is not whole.
    """
    return reading(
        path, task=task, format=format, rename=rename, codes=codes, subject=subject, session=session, event=event,
        where=where, sheet=sheet,
    ).dataset  # fmt: skip


def reading(
    path: str | Path,
    *,
    task: Any = None,
    format: str | None = None,
    rename: Mapping[str, str] | None = None,
    codes: Mapping[str, Mapping[Any, Any]] | None = None,
    subject: Any = None,
    session: Any = None,
    event: str | Mapping[str, str] | None = None,
    where: Mapping[str, str] | None = None,
    sheet: str | None = None,
) -> Reading:
    """Like `read`, and says what the format is, what each code became, and what was assumed."""
    found = None if event is None or isinstance(event, str) else rules(event)
    kind = event if isinstance(event, str) else found
    where = {str(key): str(value) for key, value in (where or {}).items()}
    source = Source(Path(path), dict(rename or {}), sheet=sheet, where=where, events=found)
    # What `where` selects, rows or files, depends on the format, which column names alone tell.
    name, why = (format, "") if format is not None else guess(replace(source, where={}) if where else source)
    wish = Wish(spaces_of(task), dict(codes or {}), subject, session, kind, where)
    chosen = load("format", name)
    _require_use(source, name, chosen, wish)
    if wish.spaces is None and not chosen.spaces:
        raise BadValue(
            f"The format '{name}' of {path} does not define its codes; name the task of the choices (`neurorl "
            "list tasks`), or give `Spaces`."
        )
    draft = chosen.read(source, wish)
    if not draft.problems:
        draft.problems += _unused(wish, draft, name)
    if wish.spaces is None and draft.spaces is not None and draft.spaces.reward != (0.0, 1.0):
        low, high = draft.spaces.reward
        draft.notes.append(f"No task is named; rewards are taken to range from {low:g} to {high:g}.")
    said = [Finding("format", "problem", text) for text in draft.problems]
    if source.kind in TABLES and found is None and not chosen.events:
        hint = stream(source.table) if not said else advice(source.table)
        said += [Finding("events", "problem", hint)] if hint else []
    schema = None if draft.spaces is None else Schema.of(draft.spaces)
    told = bool({"choice", draft.names.get("choice")} & set(wish.codes))
    facts = replace(draft.facts(), told=told)
    if schema is not None and draft.table is not None and (draft.raw or not said):
        said += schema.findings(draft.table, facts)
    if any(finding.outcome == "problem" for finding in said):
        raise refused(said, f"{path}, read as '{name}',")
    if draft.table is None or schema is None:
        raise BadData(f"{path} holds no trials in the format '{name}'.")
    notes = tuple(dict.fromkeys([*source.notes, *draft.notes, *(finding.text for finding in said)]))
    return Reading(Dataset.judged(draft.table, schema, str(path), notes), name, why, draft.codes, notes)


def _unused(wish: Wish, draft: Draft, name: str) -> list[str]:
    """A problem where `codes` names a column that the format does not recode."""
    unused = [column for column, meaning in wish.codes.items() if meaning and column not in draft.codes]
    if not unused:
        return []
    choice, reward = (draft.names.get(column, column) for column in ("choice", "reward"))
    return [
        f"codes= (--code) names {', '.join(unused)}, which the format '{name}' does not recode in this file: its "
        f"choices are in column {choice}, its rewards in {reward}."
    ]


def guess(source: Source | str | Path) -> tuple[str, str]:
    """Name of the format that a file or folder looks like, and why.

    Raises:
        BadValue: nothing fits, or more than one does.
    """
    source = source if isinstance(source, Source) else Source(Path(source))
    found = {}
    for name in names("format"):
        why = load("format", name).matches(source)
        if why is not None:
            found[name] = why
    if len(found) == 1:
        return next(iter(found.items()))
    if found:
        listed = "; ".join(f"{name} ({why})" for name, why in found.items())
        raise BadValue(f"{source.path} could be more than one format: {listed}. Say which with format= (--from).")
    if source.kind in ("other", "folder"):
        raise BadData(unread(source.path))
    there = f" Its columns are {', '.join(sorted(source.columns))}." if source.columns else ""
    if source.kind == "npz":
        there = f" Its arrays are {', '.join(array_names(source.path))}; disRNN arrays are called xs and ys."
    hint = advice(source.table) if source.columns and source.events is None else None
    raise BadValue(
        f"The layout of {source.path} is not known.{there} Name it with format= (--from), one of "
        f"{', '.join(names('format'))}, or rename its columns to subject, session, trial, step, state, choice and "
        f"reward with rename= (--rename OLD=NEW).{f' {hint}' if hint else ''}"
    )


def _require_use(source: Source, name: str, chosen: Format, wish: Wish) -> None:
    """What was said about a file must mean something for it."""
    if wish.where and source.kind in ("npz", "nwb"):
        raise BadValue(f"where= (--where) selects rows of a table or files of a folder, and {source.path} is neither.")
    if source.rename and source.kind == "npz":
        raise BadValue(f"rename= (--rename) names columns of a table, and {source.path} holds arrays; leave it out.")
    if isinstance(wish.event, str) and not chosen.events:
        raise BadValue(
            f"event='{wish.event}' (--event) names a trial_type of BIDS, and {source.path} is read as '{name}'; write "
            "rules such as choice=response:key, or select rows with where= (--where)."
        )
    if wish.event is not None and source.kind not in TABLES and not chosen.events:
        raise BadValue(f"event= (--event) applies to tables with one row per event, but {source.path} is not one.")


def write(dataset: Dataset, path: str | Path, format: str | None = None) -> list[str]:
    """Write a data set in a layout, and return what it could not keep, one sentence each.

    Args:
        dataset: the decisions.
        path: the file or folder.
        format: name of the layout; by default from the ending of the path (.csv, .parquet: the canonical table; .nwb;
            .npz: disRNN arrays).

    Raises:
        BadValue: the layout cannot hold this data set, or there is no such layout.
    """
    path = Path(path)
    name = format if format is not None else _format_of_ending(path)
    chosen = load("format", name)
    if chosen.write is None:
        raise BadValue(f"The format '{name}' can be read but not written.")
    beside = path.is_dir() and any(path.iterdir())
    lost = chosen.write(dataset, path)
    if beside:
        lost = [
            *lost,
            f"The folder {path} was not empty; its files stay, and will be read together with the new files.",
        ]
    return lost


def spaces_of(task: Any) -> Spaces | None:
    """The spaces of a task given by name, by file, as a `Task`, or as its `Spaces`; None stays None."""
    if task is None or isinstance(task, Spaces):
        return task
    return require_task(load_task(str(task)) if isinstance(task, str | Path) else task, "task").spaces


def _format_of_ending(path: Path) -> str:
    for ending, name in {
        ".csv": "table", ".csv.gz": "table", ".parquet": "table", ".nwb": "nwb", ".npz": "disrnn"
    }.items():  # fmt: skip
        if path.name.lower().endswith(ending):
            return name
    raise BadValue(
        f"In which format should {path} be written? Say it with format= (--to): {', '.join(names('format'))}."
    )
