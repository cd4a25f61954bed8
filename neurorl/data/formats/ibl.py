"""IBL trials in the ALF convention: a folder of _ibl_trials.*.npy or _ibl_trials.table.pqt, or one of such folders.

choice: -1 (the wheel turned counter-clockwise: the stimulus on the right is brought to the centre) is right, 1 is left,
0 is a missing answer. feedbackType: 1 paid 1, -1 paid 0. contrastLeft and contrastRight (NaN where the stimulus was on
the other side) are what was seen: two numbers, NaN as 0, unless the task named has a single state. Everything else
(probabilityLeft, times in s) is kept, unless its length is not that of the trials, which is said. Subject and session
come from the path, SUBJECT/DATE/NUMBER/alf[/COLLECTION][/#REVISION#]: the newest revision counts, collections are
sessions of their own.
"""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from neurorl.core.card import Card
from neurorl.core.errors import BadData, BadValue
from neurorl.core.file_names import changed, file_names, path_names
from neurorl.core.files import write_bytes
from neurorl.core.spaces import Box, Discrete, Spaces
from neurorl.data.checks import as_numbers
from neurorl.data.dataset import Dataset
from neurorl.data.format import Draft, Format, Wish
from neurorl.data.formats._alf import Remarks, named, read_session, sessions
from neurorl.data.formats._codes import mapped, rewards
from neurorl.data.formats._files import one_below_the_other, require_one_each, selected
from neurorl.data.formats._trials import further, one_choice, option_labels, who_and_when
from neurorl.data.formats._wide import one_choice_trials
from neurorl.data.source import Source, plain, renamed

_SEEN = ("contrastLeft", "contrastRight")


def matches(source: Source) -> str | None:
    """Files named _ibl_trials.*, or a table with feedbackType."""
    if {"choice", "feedbackType"} <= source.columns:
        return "it has columns choice and feedbackType"
    if source.kind == "folder" and sessions(source.path):
        return "the folder holds _ibl_trials files"
    return None


def read(source: Source, wish: Wish) -> Draft:
    """All sessions of the folder."""
    spaces = wish.spaces or Spaces(Box((2,), 0.0, 1.0, _SEEN), Discrete(("left", "right")), (0.0, 1.0))
    draft, wish = Draft(None, spaces), replace(wish, spaces=spaces)
    if source.kind == "folder":
        table = _all_sessions(source, wish, draft)
    else:
        table = source.table
        found = named(source.path.parent, source.path.parent)
        for name, label in (("subject", found.subject), ("session", found.session)):
            if name not in table:
                given = getattr(wish, name)
                table = table.assign(**{name: plain(str(label)) if given is None else given})
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
            draft.problems.append(
                "The task shows two numbers; trials.contrastLeft and trials.contrastRight are needed."
            )
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
            "stimulus, with -1 as right and 1 as left; if the codes are reversed, give "
            "codes={'choice': {-1: 'left', 1: 'right'}}."
        )


def _all_sessions(source: Source, wish: Wish, draft: Draft) -> pd.DataFrame:
    """The trials of all sessions of a folder, with their subject and session."""
    found = selected(sessions(source.path), wish.where, source.path, draft.notes)
    if not found:
        raise BadData(f"{source.path} holds no _ibl_trials.choice.npy and no _ibl_trials.table.pqt.")
    found = [
        replace(
            f,
            subject=plain(str(f.subject)) if wish.subject is None else wish.subject,
            session=plain(str(f.session)) if wish.session is None else wish.session,
        )
        for f in found
    ]
    require_one_each(found, source.path)
    collections = sorted({f.parts["collection"] for f in found if "collection" in f.parts})
    if collections:
        draft.notes.append(f"Collections ({', '.join(collections)}) were read as separate sessions.")
    keep = _SEEN if isinstance(wish.spaces and wish.spaces.obs, Box) else ()
    remarks = Remarks()
    tables = [
        renamed(read_session(f.path, remarks, keep), source.rename, f.path).assign(subject=f.subject, session=f.session)
        for f in found
    ]
    draft.notes += remarks.notes()
    return one_below_the_other(tables, [f.path for f in found], draft.notes)


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
    who, when = file_names(trials["subject"].unique()), path_names(trials["session"].unique())
    what = file_names(table.columns, keep="_", ascii_only=True)
    for label, names in (("Subjects", who), ("Sessions", when), ("Columns", what)):
        if changed(names):
            lost.append(f"{label} were renamed to valid file names: {changed(names)}.")
    for (subject, session), rows in table.groupby([trials["subject"], trials["session"]], sort=False):
        folder = path / who[str(subject)] / when[str(session)] / "alf"
        for name, values in rows.items():
            array = values.to_numpy()
            array = array.astype(str) if array.dtype == object or array.dtype.kind not in "biuf" else array
            content = io.BytesIO()
            np.save(content, array, allow_pickle=False)
            write_bytes(folder / f"_ibl_trials.{what[str(name)]}.npy", content.getvalue())
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
