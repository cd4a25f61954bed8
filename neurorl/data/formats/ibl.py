"""IBL trials in the ALF convention: a folder of _ibl_trials.*.npy or _ibl_trials.table.pqt, or one of such folders.

choice: -1 (the wheel turned counter-clockwise: the stimulus on the right is brought to the centre) is right, 1 is left,
0 is no answer. feedbackType: 1 paid 1, -1 paid 0. contrastLeft and contrastRight (NaN where the stimulus was on the
other side) are what was seen: two numbers, NaN as 0, unless the task named has a single state. Everything else
(probabilityLeft, times in s) is kept. Subject and session come from the path: SUBJECT/DATE/NUMBER/alf.
"""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from neurorl.core.card import Card
from neurorl.core.errors import BadValue, StorageFailed
from neurorl.core.files import replacing
from neurorl.core.spaces import Box, Discrete, Spaces
from neurorl.data.checks import as_numbers
from neurorl.data.dataset import Dataset
from neurorl.data.format import Draft, Format, Wish
from neurorl.data.formats._codes import mapped, rewards
from neurorl.data.formats._trials import further, one_choice, option_labels, who_and_when
from neurorl.data.formats._wide import one_choice_trials
from neurorl.data.source import Source, in_natural_order, plain, read_parquet, renamed

_FILE = re.compile(r"_?(?:[a-z]+_)?trials\.([A-Za-z_0-9]+)(?:\.[0-9a-f-]{36})?\.npy")
_TABLE = re.compile(r"_?(?:[a-z]+_)?trials\.table(?:\.[0-9a-f-]{36})?\.pqt")
_DATED = re.compile(r".*/([^/]+)/(\d{4}-\d{2}-\d{2}/\d{3})$")
_SEEN = ("contrastLeft", "contrastRight")


def matches(source: Source) -> str | None:
    """Files named _ibl_trials.*, or a table with feedbackType."""
    if {"choice", "feedbackType"} <= source.columns:
        return "it has columns choice and feedbackType"
    if source.kind == "folder" and _folders(source.path):
        return "the folder holds _ibl_trials files"
    return None


def read(source: Source, wish: Wish) -> Draft:
    """All sessions of the folder."""
    spaces = wish.spaces or Spaces(Box((2,), 0.0, 1.0, _SEEN), Discrete(("left", "right")), (0.0, 1.0))
    draft, wish = Draft(None, spaces), Wish(spaces, wish.codes, wish.subject, wish.session, wish.event)
    if source.kind == "folder":
        table = pd.concat([_session(folder, source, wish) for folder in _folders(source.path)], ignore_index=True)
    else:
        table = source.table
        for name, label in zip(("subject", "session"), _names(source.path.parent, source.path.parent), strict=True):
            if name not in table:
                given = getattr(wish, name)
                table = table.assign(**{name: plain(label) if given is None else given})
    absent = [name for name in ("choice", "feedbackType") if name not in table]
    if absent:
        draft.problems.append(f"There is no trials.{' and no trials.'.join(absent)}; both are needed.")
        return draft
    when = who_and_when(
        table, wish, draft, subject="subject", session="session", trial="trial" if "trial" in table else None
    )
    labels = option_labels(spaces, 2, "ibl")
    option = mapped(table["choice"], "choice", {1: 0, -1: 1}, labels, wish, draft, missing=[0])
    reward = rewards(table["feedbackType"], "feedbackType", wish, draft)
    more = further(table, ("subject", "session", "trial", "choice", "feedbackType"), draft)
    more = more.drop(columns=[name for name in more if str(name).startswith("file_obs_")])
    if isinstance(spaces.obs, Box):
        if spaces.obs.shape != (2,) or not set(_SEEN) <= set(table):
            draft.problems.append("The task sees two numbers; trials.contrastLeft and trials.contrastRight are needed.")
            return draft
        seen = {f"obs_{i}": np.nan_to_num(as_numbers(table[name])[0]) for i, name in enumerate(_SEEN)}
        more = more.assign(**seen)
    _check_sides(table, option, draft)
    draft.table = one_choice(when, option, reward, spaces, draft, more=more)
    return draft


def _check_sides(table: pd.DataFrame, option: np.ndarray, draft: Draft) -> None:
    """Rewarded answers must be on the side of the stimulus; the convention of the wheel is easily reversed."""
    if not set(_SEEN) <= set(table):
        return
    left, right = (np.nan_to_num(as_numbers(table[name])[0]) for name in _SEEN)
    clear = (as_numbers(table["feedbackType"])[0] == 1) & (option >= 0) & ((left > 0) != (right > 0))
    agrees = (option == 1) == (right > 0)
    if clear.sum() >= 10 and agrees[clear].mean() < 0.5:
        draft.problems.append(
            f"In {100 * (1 - agrees[clear].mean()):.0f}% of rewarded trials the answer is not on the side of the "
            "stimulus, with -1 as right and 1 as left; is it the other way round? Then give "
            "codes={'choice': {-1: 'left', 1: 'right'}}."
        )


def _folders(root: Path) -> list[Path]:
    """Folders that hold a session's trials, sorted."""
    found = {path.parent for path in root.rglob("*trials.choice*.npy") if _FILE.fullmatch(path.name)}
    found |= {path.parent for path in root.rglob("*trials.table*.pqt") if _TABLE.fullmatch(path.name)}
    return in_natural_order(found)


def _names(folder: Path, root: Path) -> tuple[str, str]:
    """Subject and session of a folder, from its path."""
    whole = folder.resolve()
    whole = whole.parent if whole.name == "alf" else whole
    dated = _DATED.fullmatch(whole.as_posix())
    if dated:
        return dated[1], dated[2]
    parts = whole.relative_to(root.resolve()).parts if whole.is_relative_to(root.resolve()) else ()
    return (parts[0], "/".join(parts[1:])) if len(parts) > 1 else (parts[0] if parts else whole.name, "0")


def _session(folder: Path, source: Source, wish: Wish) -> pd.DataFrame:
    columns: dict[str, Any] = {}
    for path in sorted(folder.iterdir()):
        if _TABLE.fullmatch(path.name):
            columns |= {str(name): values.to_numpy() for name, values in read_parquet(path).items()}
    for path in sorted(folder.iterdir()):
        found = _FILE.fullmatch(path.name)
        if found:
            columns |= _array(path, found[1])
    lengths = {name: len(values) for name, values in columns.items()}
    if len(set(lengths.values())) > 1:
        listed = ", ".join(f"{name} {n}" for name, n in lengths.items())
        raise StorageFailed(f"The arrays in {folder} differ in length ({listed}); is one incomplete?")
    table = renamed(pd.DataFrame(columns), source.rename, folder)
    subject, session = _names(folder, source.path)
    who = {"subject": plain(subject) if wish.subject is None else wish.subject}
    return table.assign(**who, session=plain(session) if wish.session is None else wish.session)


def _array(path: Path, name: str) -> dict[str, np.ndarray]:
    try:
        values = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise StorageFailed(f"{path} cannot be read: {error}. Is the file complete?") from error
    if values.ndim == 1:
        return {name: values}
    if values.ndim == 2:
        return {name if values.shape[1] == 1 else f"{name}_{i}": values[:, i] for i in range(values.shape[1])}
    return {}


def write(dataset: Dataset, path: Path) -> list[str]:
    """A folder SUBJECT/SESSION/alf of _ibl_trials.*.npy for each session."""
    if path.suffix:
        raise BadValue(f"The layout ibl is a folder for each session; give a folder instead of {path}.")
    trials, lost = one_choice_trials(dataset, "ibl")
    option_labels(dataset.schema.spaces, 2, "ibl")
    paid = trials["reward"].to_numpy()
    if not np.isin(paid[~np.isnan(paid)], (0, 1)).all():
        raise BadValue(
            "The layout ibl holds rewards 0 and 1 only (feedbackType -1 and 1); write this data set as 'table'."
        )
    if np.isnan(paid).any():
        lost.append("Empty rewards of missed trials are 0 now.")
    seen = {name: f"obs_{i}" for i, name in enumerate(_SEEN) if f"obs_{i}" in trials and name not in trials}
    columns = {"choice": trials["option"].map({0: 1, 1: -1, -1: 0}), "feedbackType": np.where(paid == 1, 1, -1)}
    rest = trials.drop(columns=["subject", "session", "trial", "option", "reward", "state"], errors="ignore")
    rest = rest.rename(columns={old: new for new, old in seen.items()}).drop(
        columns=["obs_0", "obs_1"], errors="ignore"
    )
    table = pd.DataFrame(columns).join(rest).assign(trial=trials["trial"] + 1)
    for (subject, session), rows in table.groupby([trials["subject"], trials["session"]], sort=False):
        folder = path / str(subject) / str(session) / "alf"
        for name, values in rows.items():
            array = values.to_numpy()
            array = array.astype(str) if array.dtype == object or array.dtype.kind not in "biuf" else array
            with replacing(folder / f"_ibl_trials.{name}.npy") as temporary, temporary.open("wb") as file:
                np.save(file, array, allow_pickle=False)
    return lost


FORMAT = Format(
    card=Card(
        title="IBL trials (ALF)",
        summary="Folders of _ibl_trials.*.npy or _ibl_trials.table.pqt: choice -1, 0, 1, feedbackType, contrasts, "
        "times.",
        refs=("ibl2021",),
        tags=("arrays", "mouse", "perception"),
    ),
    extensions=("/", ".pqt", ".parquet"),
    columns="choice, feedbackType; optional contrastLeft, contrastRight, probabilityLeft, ..._times, intervals",
    matches=matches,
    read=read,
    write=write,
)
