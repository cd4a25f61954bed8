"""BIDS behaviour: *_events.tsv or *_beh.tsv with a json sidecar, one file or a data set's folder (sub-*/ses-*/...).

Subject and session come from the file name: the session is what follows ses-, and every other part (acq-, run-, dir-,
rec-, ...) is kept behind it ("01_acq-fast_run-2"), so that each file is a session. The task is not: files of several
tasks are never joined, and `where` says which to read. "n/a" is empty. Columns are found by the names people use, as
for NWB. Where a column trial repeats, rows are events of one trial: each column takes its first value that is not
empty, and onsets are kept as onset_TRIAL_TYPE; `event` keeps the rows of one trial_type only, or says from which events
choices and rewards come. The sidecar's Levels say what codes mean where they name labels of the task.
"""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from neurorl.core.card import Card
from neurorl.core.errors import BadData, BadValue
from neurorl.core.file_names import changed, file_names
from neurorl.core.files import write_text
from neurorl.core.spaces import Spaces
from neurorl.data.checks import called
from neurorl.data.dataset import Dataset
from neurorl.data.events import advice, as_trials, stream
from neurorl.data.format import Draft, Format, Wish
from neurorl.data.formats._bids_sidecar import agreed, levels_of
from neurorl.data.formats._files import Found, one_below_the_other, require_one, require_one_each, selected
from neurorl.data.formats._joined import merged, several_values
from neurorl.data.formats._loose import loose_rows
from neurorl.data.formats._wide import write_tsv
from neurorl.data.source import Source, in_natural_order, inside, plain, read_text, renamed

_NAME = re.compile(r"(sub-[A-Za-z0-9+]+(?:_[A-Za-z]+-[A-Za-z0-9+]+)*)_(events|beh)\.tsv(?:\.gz)?")
_ENDING = re.compile(r".*_(events|beh)\.tsv(?:\.gz)?")
_APART = {"derivatives", "sourcedata"}


def matches(source: Source) -> str | None:
    """A name that ends in _events.tsv or _beh.tsv, or a folder with such files."""
    if source.kind == "folder":
        return "the folder holds sub-*_events.tsv or sub-*_beh.tsv" if bids_files(source.path) else None
    return "its name ends as BIDS behaviour does" if _NAME.fullmatch(source.path.name) else None


def bids_files(root: Path) -> list[Path]:
    """All events and behaviour files below a folder, sorted; derivatives and sourcedata are left out."""
    found = [path for pattern in ("*.tsv", "*.tsv.gz") for path in root.rglob(pattern) if _NAME.fullmatch(path.name)]
    return in_natural_order(inside(root, (p for p in found if not _APART & set(p.relative_to(root).parts))))


def found_files(root: Path) -> list[Found]:
    """All events and behaviour files below a folder, with subject, session and the parts of their names."""
    return [_found(path) for path in bids_files(root)]


def _found(path: Path) -> Found:
    return Found(path, *names_of(path), parts=_parts(path))


def read(source: Source, wish: Wish) -> Draft:
    """The trials of all files."""
    draft = Draft(None, wish.spaces)
    tables, levels = [], []
    chosen = _chosen(source, wish, draft)
    named = wish.session is not None or any(each.session != 0 for each in chosen)
    for each in chosen:
        table, notes = read_text(each.path, source.rename)
        draft.notes += notes
        table = renamed(table, source.rename, each.path)
        levels.append(levels_of(each.path, table, wish.spaces, draft.notes))
        head = pd.DataFrame({"subject": each.subject, "session": each.session}, index=range(len(table)))
        rest = _trials(table, each.path, wish, draft)
        head = head.iloc[: len(rest)].set_axis(rest.index)
        if not named and "session" in rest:  # the files' names say none, their rows do
            head = head.drop(columns="session")
        elif "session" in rest and rest["session"].nunique() > 1:
            rest = rest.rename(columns={"session": "file_session"})
        taken = ["subject", "session"] if named else ["subject"]
        tables.append(pd.concat([head, rest.drop(columns=taken, errors="ignore")], axis=1))
    wish = replace(wish, codes=agreed(levels, [each.path for each in chosen], wish))
    table = one_below_the_other(tables, [each.path for each in chosen], draft.notes)
    _drop_unknown(table, wish)
    own = not named and bool((table["session"] != 0).any())
    draft.notes += ["Sessions are those of column session; the files' names name none."] if own else []
    hint = stream(table, by_type=True) if wish.event is None else None
    draft.problems += [hint] if hint else []
    draft = loose_rows(table, wish, draft)
    if draft.problems and not hint and wish.event is None and (hint := advice(table, by_type=True)):
        draft.problems.append(hint)
    draft.sessions = named or own
    return draft


def _chosen(source: Source, wish: Wish, draft: Draft) -> list[Found]:
    """The files to read, each a session of its own."""
    root = source.path
    found = found_files(root) if source.kind == "folder" else [_found(root)]
    if not found:
        raise BadData(f"{root} holds no sub-*_events.tsv and no sub-*_beh.tsv.")
    for each in found:
        homes = [part for part in each.path.parts[:-1] if re.fullmatch(r"sub-[A-Za-z0-9+]+", part)]
        if homes and each.parts.get("sub") and homes[-1] != f"sub-{each.parts['sub']}":
            raise BadData(f"{each.path} lies in the folder of {homes[-1]} but is named sub-{each.parts['sub']}.")
    found = selected(found, wish.where, root, draft.notes)
    require_one(found, "task", root)
    found = [
        replace(
            each,
            subject=each.subject if wish.subject is None else wish.subject,
            session=each.session if wish.session is None else wish.session,
        )
        for each in found
    ]
    require_one_each(found, root)
    if source.kind == "folder":
        _say_what_was_left(root, draft)
        kept = sorted({key for f in found for key in f.parts if key not in ("sub", "ses", "task", "suffix")})
        if kept:
            draft.notes.append(f"Parts of the files' names that are kept in the session's name: {', '.join(kept)}.")
        task = found[0].parts.get("task")
        draft.notes += [f"All files are of the task {task}."] if task else []
    return found


def _say_what_was_left(root: Path, draft: Draft) -> None:
    """Files that end as behaviour does but were not read."""
    other = [p for p in root.rglob("*_*.tsv*") if _ENDING.fullmatch(p.name)]
    apart = [p for p in other if _APART & set(p.relative_to(root).parts)]
    odd = sorted(p.name for p in other if not _NAME.fullmatch(p.name) and p not in apart)
    if apart:
        draft.notes.append(f"Files in {' and '.join(sorted(_APART))} were left out: {len(apart)}.")
    if odd:
        draft.notes.append(
            f"Files whose names are not as BIDS asks (sub-LABEL_..., labels of letters and digits) were not read: "
            f"{', '.join(odd[:5])}{', ...' if len(odd) > 5 else ''}."
        )


def _parts(path: Path) -> dict[str, str]:
    """The parts of a file's name: {"sub": "01", "task": "bandit", "suffix": "events"}."""
    found = _NAME.fullmatch(path.name)
    if found is None:
        return {}
    pairs = [part.split("-", 1) for part in found[1].split("_")]
    twice = [key for i, (key, _) in enumerate(pairs) if key in [k for k, _ in pairs[:i]]]
    if twice:
        raise BadData(f"{path}: the name has {twice[0]}- twice.")
    return {key: value for key, value in pairs} | {"suffix": found[2]}


def names_of(path: Path) -> tuple[str | int, str | int]:
    """Subject and session of a file, from its name; session 0 where the name holds nothing else."""
    parts = _parts(path)
    if not parts:
        return path.stem, 0
    further = [f"{key}-{value}" for key, value in parts.items() if key not in ("sub", "ses", "task", "suffix")]
    session = [parts["ses"], *further] if "ses" in parts else further
    return plain(parts["sub"]), plain("_".join(session)) if session else 0


def _drop_unknown(table: pd.DataFrame, wish: Wish) -> None:
    absent = [name for name in wish.codes if name not in table]
    if absent:
        raise BadValue(f"There is no column {', '.join(absent)} to recode; there are {', '.join(map(str, table))}.")


def _trials(table: pd.DataFrame, path: Path, wish: Wish, draft: Draft) -> pd.DataFrame:
    """One row a trial (or decision) of one file."""
    if isinstance(wish.event, str):
        if "trial_type" not in table or wish.event not in set(table["trial_type"]):
            kinds = sorted(map(str, table["trial_type"].dropna().unique())) if "trial_type" in table else []
            raise BadValue(f"{path} has no rows of trial_type {wish.event}; there are {', '.join(kinds) or 'none'}.")
        table = table.loc[table["trial_type"] == wish.event, :].reset_index(drop=True)
    elif wish.event is not None:
        return as_trials(table, wish.event, path, draft.notes)
    trial, step = (next(iter(called(table, what)), None) for what in ("trial", "step"))
    keys = [name for name in (trial, step) if name is not None]
    if trial is not None and table.duplicated(keys).any():
        draft.problems += several_values(table, keys, path)
        table = merged(table, keys)
        draft.notes.append(f"Rows with the same {' and '.join(keys)} are events of one trial and were joined.")
    return table


def write(dataset: Dataset, path: Path) -> list[str]:
    """A BIDS folder: sub-*[/ses-*]/beh/*_beh.tsv (events.tsv where the table has onset and duration), with sidecars."""
    if path.suffix:
        raise BadValue(f"BIDS is a folder of files; give a folder instead of {path}.")
    table, spaces = dataset.table, dataset.schema.spaces
    people, days = (file_names(table[name].unique(), keep="", ascii_only=True) for name in ("subject", "session"))
    kind = "events" if {"onset", "duration"} <= set(table) else "beh"
    one = dataset.n_sessions == len(dataset.subjects) and bool((table["session"] == 0).all())
    files = {}
    for (subject, session), rows in table.groupby(["subject", "session"], sort=False):
        who, day = f"sub-{people[str(subject)]}", "" if one else f"ses-{days[str(session)]}"
        folder = path / who / day / "beh"
        stem = "_".join(filter(None, (who, day, f"task-choice_{kind}")))
        files[folder / stem] = rows.drop(columns=["subject", "session"])
    first = [name for name in ("onset", "duration") if name in table]
    for stem, rows in files.items():
        write_tsv(
            rows[[*first, *(n for n in rows.columns if n not in first)]],
            stem.with_name(f"{stem.name}.tsv"),
            empty="n/a",
        )
    write_text(path / f"task-choice_{kind}.json", _says(dataset, spaces))
    about = {"Name": "Decisions written by neurorl", "BIDSVersion": "1.10.0", "DatasetType": "raw"}
    write_text(path / "dataset_description.json", json.dumps(about, indent=2) + "\n")
    listed = pd.DataFrame({"participant_id": [f"sub-{people[str(subject)]}" for subject in table["subject"].unique()]})
    write_tsv(listed, path / "participants.tsv", empty="n/a")
    other = ", ".join(filter(None, map(changed, (people, {} if one else days))))
    return [f"Names without the marks that BIDS forbids: {other}."] if other else []


def _says(dataset: Dataset, spaces: Spaces) -> str:
    """The sidecar: what each column holds and what its codes mean."""
    about: dict[str, Any] = {"TaskName": "choice"}
    for column in dataset.schema.columns[2:]:
        about[column.name] = {"Description": column.doc} | ({"Units": column.units} if column.units != "1" else {})
        if column.labels:
            levels = {str(code): label for code, label in enumerate(column.labels)}
            about[column.name]["Levels"] = levels | ({"-1": "missing"} if column.name == "choice" else {})
    return json.dumps(about, indent=2) + "\n"


FORMAT = Format(
    card=Card(
        title="BIDS behaviour",
        summary="sub-*_events.tsv and sub-*_beh.tsv with their json, one file or a whole data set; "
        "events of a trial are joined.",
        refs=("gorgolewski2016",),
        tags=("text", "human", "imaging"),
    ),
    extensions=(".tsv", "/"),
    columns="choice (or response, ...), reward (or outcome, feedback, ...); optional trial, step, state, "
    "trial_type, onset",
    matches=matches,
    read=read,
    write=write,
    spaces=False,
    events=True,
)
