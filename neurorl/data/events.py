"""Tables with one row an event (cue, response, feedback) made into tables with one row a trial.

A rule for each column says from which events its values come: `choice=response:key` takes the column key of the rows
whose event is response. Trials are told apart by a column trial, by the event that begins them (`trial=cue`), or, where
the events of every session repeat in one order, by that order. Anything else is asked about.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from neurorl.core.errors import BadData, BadValue
from neurorl.data.checks import ALSO_CALLED, as_numbers, called
from neurorl.data.rules.sessions import is_session_like

# Columns that name the kind of an event in other people's tables.
_EVENT = ("event", "event_type", "eventtype", "event_name", "trial_type", "trial_event", "type", "name", "code")
_TIME = ("onset", "time", "timestamp", "time_s", "latency")
_MOST_KINDS = 40
_SHOWN = 5


@dataclass(frozen=True)
class Rule:
    """Where a column of the trials comes from.

    Attributes:
        kind: the event.
        column: its column that holds the value; empty for trial=EVENT, the event that begins a trial.
        which: "first" or "last" where a trial may have several such events; empty where it must have one at most.
    """

    kind: str
    column: str = ""
    which: str = ""


Rules = Mapping[str, Rule]


def rules(event: Mapping[str, str]) -> dict[str, Rule]:
    """Rules as people write them: {"choice": "response:key", "reward": "feedback:points", "trial": "cue"}.

    Raises:
        BadValue: one is not understood.
    """
    found = {}
    for name, text in event.items():
        kind, _, rest = str(text).partition(":")
        column, _, which = rest.partition(":")
        if not kind or which not in ("", "first", "last") or (not column and name != "trial"):
            raise BadValue(
                f"event {name}={text} is not understood; write the event and its column: choice=response:key (with "
                ":first or :last behind it where a trial has several), and trial=cue for the event that begins a trial."
            )
        found[name] = Rule(kind.strip(), column.strip(), which)
    if not {"choice", "reward"} <= set(found):
        raise BadValue(
            "Events need a rule for the choice and one for the reward: event={'choice': 'response:key', 'reward': "
            "'feedback:points'} (--event choice=response:key --event reward=feedback:points)."
        )
    return found


def as_trials(table: pd.DataFrame, rules: Rules, path: object, notes: list[str]) -> pd.DataFrame:
    """One row a trial: the columns that the rules name, those that say who and when, and times of the events.

    Raises:
        BadValue: there is no such event or column.
        BadData: trials cannot be told apart, or a trial has several events of one kind.
    """
    kinds = _event_column(table, rules, path)
    for name, rule in rules.items():
        if rule.column and rule.column not in table:
            there = ", ".join(map(str, table.columns))
            raise BadValue(f"{path} has no column {rule.column} for {name}; its columns are {there}.")
    kind = table[kinds].astype(object).map(_text).to_numpy()
    who = [str(name) for name in table.columns if _says_who(str(name)) and name != kinds]
    session = table.groupby(who, sort=False, dropna=False).ngroup().to_numpy() if who else np.zeros(len(table), int)
    trial = _trials(table, kind, session, rules, path, notes)
    keyed: Any = pd.MultiIndex.from_arrays([session, trial])
    inside = trial >= 0
    keys = keyed[inside].drop_duplicates()
    columns: dict[str, Any] = {}
    rows = np.flatnonzero(inside)
    first = rows[~keyed[rows].duplicated()]
    for name in who:
        columns[name] = table[name].to_numpy()[first]
    for name, rule in rules.items():
        if name == "trial" and not rule.column:
            continue
        rows = np.flatnonzero(inside & (kind == rule.kind))
        columns[name] = _values(table[rule.column], rows, keyed, rule, path).reindex(keys).to_numpy()
    if "trial" not in columns:
        columns["trial"] = keys.get_level_values(1).to_numpy()
    for time in (name for name in table.columns if str(name).lower() in _TIME):
        for each in dict.fromkeys(rule.kind for rule in rules.values()):
            rows = np.flatnonzero(inside & (kind == each))
            once = rows[~keyed[rows].duplicated()]
            columns[f"{time}_{each}"] = pd.Series(table[time].to_numpy()[once], keyed[once]).reindex(keys).to_numpy()
    used = {kinds, *who, *(rule.column for rule in rules.values()), *(n for n in table if str(n).lower() in _TIME)}
    for name in table.columns:
        if name not in used and str(name) not in columns and _is_constant(table[name], keyed, inside):
            columns[str(name)] = table[name].to_numpy()[first]
    said = ", ".join(f"{n} from {r.kind}{':' if r.column else ''}{r.column}" for n, r in rules.items())
    notes.append(f"{len(table)} rows are events ({kinds}) of {len(keys)} trials; taken were {said}.")
    other = sorted(set(kind) - {rule.kind for rule in rules.values()} - {""})
    if other:
        notes.append(f"Other events were left out: {', '.join(other[:8])}{', ...' if len(other) > 8 else ''}.")
    return pd.DataFrame(columns)


def stream(table: pd.DataFrame, by_type: bool = False) -> str | None:
    """A sentence where a table with choice and reward certainly has one row an event, else None.

    That is so where an event's rows hold neither choice nor reward, or where choices and rewards stand in the rows of
    different events. `by_type` is as in `advice`.
    """
    kinds = _candidates(table)
    choice, reward = called(table, "choice"), called(table, "reward")
    if not (kinds and choice and reward):
        return None
    given = [table[name[0]].astype(object).map(_text).to_numpy() != "" for name in (choice, reward)]
    for name in kinds:
        kind = table[name].astype(object).map(_text).to_numpy()
        has = {k: tuple(bool(g[kind == k].any()) for g in given) for k in dict.fromkeys(kind) if k}
        if len(has) < 2 or len(has) > _MOST_KINDS:
            continue
        apart = (True, False) in has.values() and (False, True) in has.values()
        if apart or ((False, False) in has.values() and (True, True) in has.values()):
            return _advice(name, has, by_type)
    return None


def advice(table: pd.DataFrame, by_type: bool = False) -> str | None:
    """A hint for tables that could not be read and have a column of events.

    Args:
        table: as it was read.
        by_type: the layout selects rows by the name of their event alone, as BIDS does.
    """
    for name in _candidates(table):
        kinds = [k for k in dict.fromkeys(table[name].astype(object).map(_text)) if k]
        if 2 <= len(kinds) <= _MOST_KINDS and len(table) > len(kinds):
            return _advice(name, kinds, by_type)
    return None


def _advice(name: str, kinds: Any, by_type: bool) -> str:
    only = "event='EVENT' (--event EVENT)" if by_type else f"where={{'{name}': 'EVENT'}} (--where {name}=EVENT)"
    listed = ", ".join(list(kinds)[:8])
    return (
        f"The table seems to have one row an event, not one a trial: column {name} holds {listed}. Say from which "
        "events and columns the trials come with event={'choice': 'EVENT:COLUMN', 'reward': 'EVENT:COLUMN'} (--event "
        "choice=response:key --event reward=feedback:points), or, if the other rows are not trials, keep those of one "
        f"event with {only}."
    )


def _candidates(table: pd.DataFrame) -> list[str]:
    lower = {str(name).lower(): str(name) for name in table.columns}
    return [lower[name] for name in _EVENT if name in lower]


def _event_column(table: pd.DataFrame, rules: Rules, path: object) -> str:
    """The column that holds the kinds of events that the rules name."""
    wanted = {rule.kind for rule in rules.values()}
    listed = [*_candidates(table), *(str(name) for name in table.columns)]
    for name in dict.fromkeys(listed):
        if table[name].dtype.kind not in "fc" and wanted <= {_text(v) for v in table[name].unique()}:
            return name
    there = _candidates(table)
    kinds = sorted({_text(v) for v in table[there[0]].unique()} - {""}) if there else []
    absent = sorted(wanted - set(kinds))
    known = (
        f"column {there[0]} holds {', '.join(kinds[:12])}" if there else f"its columns are {', '.join(map(str, table))}"
    )
    raise BadValue(f"{path} has no column with the events {', '.join(absent if there else sorted(wanted))}; {known}.")


def _says_who(name: str) -> bool:
    return name.lower() in ("subject", *ALSO_CALLED["subject"]) or is_session_like(name)


def _trials(
    table: pd.DataFrame, kind: np.ndarray, session: np.ndarray, rules: Rules, path: object, notes: list[str]
) -> np.ndarray:
    """Number of the trial of each row; -1 for rows that belong to none."""
    start = rules.get("trial")
    columns = called(table, "trial")
    if start is None and columns:
        counted: Any = table[columns[0]]
        numbers = as_numbers(counted)[0]
        if np.isfinite(numbers).any():
            return np.where(np.isfinite(numbers), numbers, -1).astype(int)
    wanted = list(dict.fromkeys(rule.kind for rule in rules.values()))
    used = np.isin(kind, wanted)
    out = np.full(len(table), -1)
    for s in np.unique(session):
        rows = np.flatnonzero(used & (session == s))
        if start is not None:
            out[rows] = np.cumsum(kind[rows] == start.kind) - 1
            early = rows[out[rows] < 0]
            if len(early):
                raise BadData(
                    f"{path}: row {early[0]} ({kind[early[0]]}) comes before the first {start.kind} of its session, "
                    "which is said to begin a trial."
                )
            continue
        n = len(dict.fromkeys(kind[rows]))
        whole = len(rows) % len(wanted) == 0 and n == len(wanted)
        if not whole or (kind[rows] != np.tile(kind[rows[:n]], len(rows) // n)).any():
            odd = next((r for i, r in enumerate(rows) if kind[r] != kind[rows[i % n]]), rows[-1] if len(rows) else 0)
            raise BadData(
                f"{path}: the events {', '.join(wanted)} do not repeat in one order (row {odd} differs), so that "
                "trials cannot be told apart. Add a column trial, or say which event begins a trial with "
                "event={..., 'trial': 'EVENT'} (--event trial=EVENT)."
            )
        out[rows] = np.arange(len(rows)) // n
    if start is None:
        notes.append(f"Trials were counted by the order of the events ({', '.join(wanted)}).")
    return out


def _values(column: Any, rows: np.ndarray, keyed: Any, rule: Rule, path: object) -> pd.Series:
    """The value of each trial that has such an event."""
    values = pd.Series(column.to_numpy()[rows], keyed[rows])
    again = values.index.duplicated(keep="last" if rule.which == "last" else "first")
    if again.any() and not rule.which:
        shown = ", ".join(map(str, rows[again][:_SHOWN]))
        raise BadData(
            f"{path}: {int(again.sum())} trials have more than one event {rule.kind} (rows {shown}"
            f"{', ...' if again.sum() > _SHOWN else ''}). Say which counts: {rule.kind}:{rule.column}:first or :last."
        )
    return values.loc[~again]


def _is_constant(column: Any, keyed: Any, inside: np.ndarray) -> bool:
    codes = pd.Series(pd.factorize(column.to_numpy()[inside])[0], keyed[inside])
    return bool((codes.groupby(level=[0, 1]).nunique() <= 1).all())


def _text(value: Any) -> str:
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
