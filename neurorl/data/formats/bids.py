"""BIDS behaviour: *_events.tsv or *_beh.tsv with a json sidecar, one file or a data set's folder (sub-*/ses-*/...).

Subject, session and run come from the file name; runs of a session are sessions of their own ("01_run-2"). "n/a" is
empty. Columns are found by the names people use, as for NWB. Where a column trial repeats, rows are events of one
trial: each column takes its first value that is not empty, and onsets are kept as onset_TRIAL_TYPE; `event` keeps the
rows of one trial_type only. The sidecar's Levels say what codes mean where they name labels of the task.
"""

import json
import re
from pathlib import Path
from typing import Any

import pandas as pd

from neurorl.core.card import Card
from neurorl.core.errors import BadData, BadValue
from neurorl.core.files import write_text
from neurorl.core.spaces import Spaces
from neurorl.data.dataset import Dataset
from neurorl.data.format import Draft, Format, Wish
from neurorl.data.formats._loose import found_column, loose_rows
from neurorl.data.formats._wide import write_tsv
from neurorl.data.source import Source, in_natural_order, plain, read_text, renamed

_NAME = re.compile(r"sub-([A-Za-z0-9]+)(?:_ses-([A-Za-z0-9]+))?(?:_[a-z]+-[A-Za-z0-9]+)*_(?:events|beh)\.tsv(?:\.gz)?")
_RUN = re.compile(r"_run-([0-9]+)")


def matches(source: Source) -> str | None:
    """A name that ends in _events.tsv or _beh.tsv, or a folder with such files."""
    if source.kind == "folder":
        return "the folder holds sub-*_events.tsv or sub-*_beh.tsv" if bids_files(source.path) else None
    return "its name ends as BIDS behaviour does" if _NAME.fullmatch(source.path.name) else None


def bids_files(root: Path) -> list[Path]:
    """All events and behaviour files below a folder, sorted; derivatives and sourcedata are left out."""
    found = [path for path in root.rglob("*.tsv") if _NAME.fullmatch(path.name)]
    return in_natural_order(p for p in found if not {"derivatives", "sourcedata"} & set(p.relative_to(root).parts))


def read(source: Source, wish: Wish) -> Draft:
    """The trials of all files."""
    draft = Draft(None, wish.spaces)
    paths = bids_files(source.path) if source.kind == "folder" else [source.path]
    if not paths:
        raise BadData(f"{source.path} holds no sub-*_events.tsv and no sub-*_beh.tsv.")
    tables, codes = [], dict(wish.codes)
    for path in paths:
        table, notes = read_text(path, source.rename)
        draft.notes += notes
        table = renamed(table, source.rename, path)
        codes = _levels(path, table, wish.spaces) | codes
        tables.append(_trials(table, path, wish, draft))
    wish = Wish(wish.spaces, codes, wish.subject, wish.session, wish.event)
    table = pd.concat(tables, ignore_index=True)
    _drop_unknown(table, wish)
    return loose_rows(table, wish, draft)


def names_of(path: Path) -> tuple[str | int, str | int]:
    """Subject and session of a file, from its name; 0 where it names no session and no run."""
    found, run = _NAME.fullmatch(path.name), _RUN.search(path.name)
    if found is None:
        return path.stem, 0
    session = [part for part in (found[2], f"run-{run[1]}" if run else None) if part]
    return plain(found[1]), plain("_".join(session)) if session else 0


def sidecar(path: Path) -> dict[str, Any]:
    """What the json beside a file, or above it in the data set, says about its columns."""
    stem = path.name.removesuffix(".gz").removesuffix(".tsv")
    task = re.search(r"_task-[A-Za-z0-9]+", stem)
    kind = stem.rsplit("_", 1)[-1]
    above = [f"{task[0][1:]}_{kind}.json"] if task else []
    says: dict[str, Any] = {}
    for folder in reversed(path.parents[:4]):
        for name in above:
            if (folder / name).is_file():
                says |= _json(folder / name)
    beside = path.with_name(f"{stem}.json")
    return says | (_json(beside) if beside.is_file() else {})


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, OSError) as error:
        raise BadData(f"{path} is not valid JSON: {error}.") from error
    return found if isinstance(found, dict) else {}


def _levels(path: Path, table: pd.DataFrame, spaces: Spaces | None) -> dict[str, dict[str, str]]:
    """Codes that the sidecar's Levels explain with labels of the task."""
    if spaces is None:
        return {}
    known = {*getattr(spaces.action, "labels", ()), *getattr(spaces.obs, "labels", ()), "missing"}
    found = {}
    for name, says in sidecar(path).items():
        levels = says.get("Levels") if isinstance(says, dict) else None
        if name in table and isinstance(levels, dict) and levels and set(map(str, levels.values())) <= known:
            found[name] = {str(old): str(new) for old, new in levels.items()}
    return found


def _drop_unknown(table: pd.DataFrame, wish: Wish) -> None:
    absent = [name for name in wish.codes if name not in table]
    if absent:
        raise BadValue(f"There is no column {', '.join(absent)} to recode; there are {', '.join(map(str, table))}.")


def _trials(table: pd.DataFrame, path: Path, wish: Wish, draft: Draft) -> pd.DataFrame:
    """One row a trial (or decision) of one file, with subject and session in front."""
    if wish.event is not None:
        if "trial_type" not in table or wish.event not in set(table["trial_type"]):
            kinds = sorted(map(str, table["trial_type"].dropna().unique())) if "trial_type" in table else []
            raise BadValue(f"{path} has no rows of trial_type {wish.event}; there are {', '.join(kinds) or 'none'}.")
        table = table.loc[table["trial_type"] == wish.event, :].reset_index(drop=True)
    trial, step = (found_column(table, what, Draft(None, None)) for what in ("trial", "step"))
    keys = [name for name in (trial, step) if name is not None]
    if trial is not None and table.duplicated(keys).any():
        table = _merged(table, keys)
        draft.notes.append(f"Rows with the same {' and '.join(keys)} are events of one trial and were joined.")
    subject, session = names_of(path)
    who = {"subject": subject if wish.subject is None else wish.subject}
    head = pd.DataFrame(who | {"session": session if wish.session is None else wish.session}, index=table.index)
    return pd.concat([head, table.drop(columns=["subject", "session"], errors="ignore")], axis=1)


def _merged(table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Events of one trial in one row: first values that are not empty, and the onset of each kind of event."""
    grouped = table.groupby(keys, sort=False)
    out = grouped.first().reset_index()
    if {"onset", "trial_type"} <= set(table):
        for kind in table["trial_type"].dropna().unique():
            onsets = table.loc[table["trial_type"] == kind, :].drop_duplicates(keys).set_index(keys)["onset"]
            out[f"onset_{kind}"] = onsets.reindex(
                pd.MultiIndex.from_frame(out[keys]) if len(keys) > 1 else out[keys[0]]
            ).to_numpy()
        out = out.drop(columns="trial_type")
    return out


def write(dataset: Dataset, path: Path) -> list[str]:
    """A BIDS folder: sub-*[/ses-*]/beh/*_beh.tsv (events.tsv where the table has onset and duration), with sidecars."""
    if path.suffix:
        raise BadValue(f"BIDS is a folder of files; give a folder instead of {path}.")
    table, spaces = dataset.table, dataset.schema.spaces
    labels = {name: _label(name) for name in (*table["subject"].unique(), *table["session"].unique())}
    kind = "events" if {"onset", "duration"} <= set(table) else "beh"
    one = dataset.n_sessions == len(dataset.subjects) and bool((table["session"] == 0).all())
    files = {}
    for (subject, session), rows in table.groupby(["subject", "session"], sort=False):
        folder = path / f"sub-{labels[subject]}" / ("" if one else f"ses-{labels[session]}") / "beh"
        stem = f"sub-{labels[subject]}{'' if one else f'_ses-{labels[session]}'}_task-choice_{kind}"
        if folder / stem in files:
            raise BadValue(
                f"Two sessions would be written to {stem}.tsv; their names differ only in marks that BIDS forbids."
            )
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
    people = pd.DataFrame({"participant_id": [f"sub-{labels[subject]}" for subject in table["subject"].unique()]})
    write_tsv(people, path / "participants.tsv", empty="n/a")
    renamed_ = [f"{old} ({new})" for old, new in labels.items() if str(old) != new]
    return [f"Names without the marks that BIDS forbids: {', '.join(renamed_)}."] if renamed_ else []


def _label(name: Any) -> str:
    return re.sub("[^A-Za-z0-9]", "", str(name)) or "0"


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
)
