"""Arrays of disentangled RNNs and their like: an .npz file with xs and ys, time first.

xs [T, S, 2]: the choice and the reward of the trial before; xs[0] is 0, 0. ys [T, S, 1]: the choice, from 0; -1 where
it is masked: after the end of a session that is padding, within one a missed trial. The reward of a session's last
trial stands in xs only if the arrays are one row longer than the session, as they are when written here; else it is not
known and 0 takes its place, which no score depends on. Names: arrays subject, session [S] and trial [T, S], if there.
"""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from neurorl.core.card import Card
from neurorl.core.errors import BadData
from neurorl.core.files import write_bytes
from neurorl.core.spaces import Spaces
from neurorl.core.text import many
from neurorl.data.dataset import Dataset
from neurorl.data.format import Draft, Format, Wish
from neurorl.data.formats._codes import key, rewards, target
from neurorl.data.formats._trials import labels_of_options, one_choice, options
from neurorl.data.formats._wide import one_choice_trials, require_ending
from neurorl.data.inflating import array_names, read_arrays
from neurorl.data.source import Source, plain
from neurorl.ops.arms import arm_spaces

_ARRAYS = ("xs", "ys", "subject", "session", "trial")


def matches(source: Source) -> str | None:
    """An .npz file with xs and ys."""
    if source.kind == "npz" and {"xs", "ys"} <= set(array_names(source.path)):
        return "it holds arrays xs and ys"
    return None


def read(source: Source, wish: Wish) -> Draft:
    """The sessions, their padding cut off."""
    draft = Draft(None, wish.spaces)
    if source.kind != "npz":
        raise BadData(f"{source.path} is not an .npz file; the layout disrnn has arrays xs and ys in one file.")
    arrays = read_arrays(source.path, _ARRAYS)
    others = [name for name in array_names(source.path) if name not in _ARRAYS]
    if others:
        draft.notes.append(f"Arrays that are not part of the layout were left out: {', '.join(others)}.")
    missing = [name for name in ("xs", "ys") if name not in arrays]
    if missing:
        there = ", ".join(array_names(source.path)) or "none"
        draft.problems.append(f"There is no array {', '.join(missing)}; there are {there}.")
        return draft
    try:
        xs, ys = np.asarray(arrays["xs"], float), np.asarray(arrays["ys"], float)
    except (TypeError, ValueError):
        draft.problems.append(f"xs and ys must be numbers, but are {arrays['xs'].dtype} and {arrays['ys'].dtype}.")
        return draft
    if xs.ndim != 3 or ys.ndim != 3 or xs.shape[:2] != ys.shape[:2] or xs.shape[2] < 2 or ys.shape[2] != 1:
        draft.problems.append(
            f"xs [T, S, 2 or more] and ys [T, S, 1] are expected, but their shapes are {xs.shape} and {ys.shape}."
        )
        return draft
    draft.problems += _of_names(arrays, ys.shape[:2])
    choice = ys[:, :, 0].copy()
    if "ys" in wish.codes:
        labels = labels_of_options(wish.spaces) if wish.spaces else ()
        meaning = {key(old): target(new, labels, "ys", draft) for old, new in wish.codes["ys"].items()}
        xs = xs.copy()
        choice, xs[:, :, 0] = _recoded(choice, meaning), _recoded(xs[:, :, 0], meaning)
    broken = ~np.isfinite(choice) | (choice < -1) | (choice != np.floor(choice))
    if broken.any():
        draft.problems.append(f"{_places(broken)}: ys is neither a choice from 0 nor -1.")
        return draft
    spaces = wish.spaces or arm_spaces(max(2, int(choice.max(initial=1)) + 1))
    draft.spaces = spaces
    n = len(options(spaces))
    if (choice >= n).any():
        draft.problems.append(f"{_places(choice >= n)}: ys is above {n - 1}, the task's last answer.")
    before, told = xs[1:, :, 0], xs[1:, :, 1]
    given = choice[:-1] >= 0
    differs = given & (before != choice[:-1]) & (before != -1)
    if differs.any():
        draft.problems.append(
            f"{_places(differs)}: xs of the next row does not hold the choice of ys; check whether rows are shifted."
        )
    draft.names["choice"] = "ys"
    draft.codes["ys"] = {str(int(c)): _label(spaces, int(c)) for c in np.unique(choice)}
    if not draft.problems:
        draft.table = _rows(arrays, choice, told, wish, draft)
    if xs.shape[2] > 2:
        draft.notes.append(f"xs has {xs.shape[2]} features; the first two were taken as choice and reward.")
    return draft


def _recoded(values: np.ndarray, meaning: dict[Any, float]) -> np.ndarray:
    """Values with those that are named replaced; the first row of xs, which is 0 before any choice, among them."""
    out = values.copy()
    for old, new in meaning.items():
        out[values == old] = new
    return out


def _of_names(arrays: dict[str, np.ndarray], shape: tuple[int, ...]) -> list[str]:
    """What is wrong with the arrays that name subjects, sessions and trials."""
    found = []
    for name, wanted in (("subject", shape[1:]), ("session", shape[1:]), ("trial", shape)):
        if name in arrays and arrays[name].shape != wanted:
            found.append(f"Array {name} has shape {arrays[name].shape}; {wanted} is expected, as xs and ys have it.")
    if "trial" in arrays and arrays["trial"].dtype.kind not in "iu":
        found.append(f"Array trial holds {arrays['trial'].dtype}; whole numbers are expected, -1 in padding.")
    if not found and "subject" in arrays and "session" in arrays:
        named = pd.DataFrame({name: arrays[name].astype(str) for name in ("subject", "session")})
        again = np.flatnonzero(named.duplicated().to_numpy())
        if len(again):
            who, which = named.iloc[again[0]]
            found.append(
                f"Subject {who}, session {which} stands in the arrays more than once (session {again[0]} again); give "
                "each session a name of its own."
            )
    return found


def _rows(
    arrays: dict[str, np.ndarray], choice: np.ndarray, told: np.ndarray, wish: Wish, draft: Draft
) -> pd.DataFrame:
    spaces = draft.spaces
    assert spaces is not None
    width, n_sessions = choice.shape
    trial = np.asarray(arrays["trial"]) if "trial" in arrays else None
    draft.counted = trial is None
    subjects: Any = arrays.get("subject", np.full(n_sessions, 0 if wish.subject is None else wish.subject))
    sessions: Any = arrays.get("session", np.arange(n_sessions))
    parts, unknown = [], 0
    for s in range(n_sessions):
        real = np.flatnonzero(choice[:, s] >= 0) if trial is None else np.flatnonzero(trial[:, s] >= 0)
        length = int(real.max(initial=-1)) + 1
        reward = np.full(length, np.nan)
        reward[: min(length, width - 1)] = told[:length, s]
        unknown += bool(length == width and length)
        rows = {"subject": plain(str(subjects[s])), "session": plain(str(sessions[s]))}
        number = np.arange(length) if trial is None else trial[:length, s]  # pyright: ignore[reportOptionalSubscript]
        parts.append(pd.DataFrame({"trial": number, "option": choice[:length, s], "reward": reward}).assign(**rows))
    table = pd.concat(parts, ignore_index=True)
    ends = np.cumsum([len(part) for part in parts]) - 1
    untold = np.isin(table.index, [end for end, part in zip(ends, parts, strict=True) if len(part) == width])
    table["reward"] = np.where(untold, 0.0, rewards(table["reward"], "reward", wish, draft))
    if unknown:
        draft.notes.append(
            f"The reward of the last trial of {many(unknown, 'session')} is not in the arrays and is set to 0."
        )
    more = pd.DataFrame(index=table.index)
    when = table[["subject", "session", "trial"]]
    return one_choice(when, table["option"].to_numpy(), table["reward"].to_numpy(), spaces, draft, more=more)


def write(dataset: Dataset, path: Path) -> list[str]:
    """xs, ys and the names, one row longer than the longest session."""
    require_ending(path, (".npz",), "disrnn")
    trials, lost = one_choice_trials(dataset, "disrnn")
    if "state" in trials and trials["state"].nunique() > 1:
        lost.append("States were left out: xs holds the choice and the reward of the trial before.")
    kept = ("subject", "session", "trial", "option", "reward", "state")
    others = [name for name in trials.columns if name not in kept]
    if others:
        lost.append(f"Columns {', '.join(others)} were left out: arrays have no place for them.")
    groups = list(trials.groupby(["subject", "session"], sort=False))
    width = max(len(rows) for _, rows in groups) + 1
    xs, ys = np.zeros((width, len(groups), 2)), np.full((width, len(groups), 1), -1)
    trial = np.full((width, len(groups)), -1)
    names: dict[str, list[str]] = {"subject": [], "session": []}
    for s, (_, rows) in enumerate(groups):
        for what, of_sessions in names.items():
            of_sessions.append(str(rows[what].iloc[0]))
        n = len(rows)
        ys[:n, s, 0], trial[:n, s] = rows["option"], rows["trial"]
        xs[1 : n + 1, s, 0], xs[1 : n + 1, s, 1] = rows["option"], rows["reward"]
    content = io.BytesIO()
    np.savez_compressed(
        content, xs=xs, ys=ys, trial=trial, subject=np.array(names["subject"]), session=np.array(names["session"])
    )
    write_bytes(path, content.getvalue())
    return lost


def _places(where: np.ndarray) -> str:
    t, s = np.nonzero(where)
    shown = ", ".join(f"row {a} of session {b}" for a, b in zip(t[:5], s[:5], strict=True))
    return shown[0].upper() + shown[1:] + (f", ... ({len(t)} places)" if len(t) > 5 else "")


def _label(spaces: Spaces, code: int) -> str:
    labels = labels_of_options(spaces)
    return "missing or padding" if code < 0 else f"{code} {labels[code]}" if code < len(labels) else "?"


FORMAT = Format(
    card=Card(
        title="disRNN arrays",
        summary="An .npz file with xs (previous choice, previous reward) and ys (choice), "
        "[trials, sessions, features].",
        refs=("miller2023",),
        tags=("arrays", "networks"),
    ),
    extensions=(".npz",),
    columns="xs [T, S, 2], ys [T, S, 1]; optional subject [S], session [S], trial [T, S]",
    matches=matches,
    read=read,
    write=write,
)
