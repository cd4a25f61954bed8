"""What explains parameters in a population: formulas over the columns of a table with one row a subject."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from neurorl.analyse.choices import Choices
from neurorl.core.errors import BadValue
from neurorl.data.source import Source
from neurorl.fit.design.formula import Design
from neurorl.fit.design.formula_table import label

SHOWN = 8


def design(
    formulas: Mapping[str, str] | Sequence[str], covariates: Path | pd.DataFrame | None, data: Choices
) -> Design | None:
    """The design of a population; None without formulas.

    Args:
        formulas: parameter -> terms, or each `PARAMETER ~ TERMS`.
        covariates: a table with a column `subject`; None takes the columns of the decisions that do not change within
            a unit.
        data: the decisions.
    """
    if not formulas:
        if covariates is not None:
            raise BadValue(f"{_called(covariates)} explains nothing without a formula; add --formula 'beta ~ age'.")
        return None
    terms = formulas if isinstance(formulas, Mapping) else by_parameter(formulas)
    known, unusable = _own(data) if covariates is None else _given(covariates, data)
    # The command numbers its units in the order of the table, so that ids say nothing of theirs.
    return replace(Design.of(dict(terms), known, unusable), labels=None)


def by_parameter(formulas: Sequence[str]) -> dict[str, str]:
    """Parameter -> terms, of formulas such as 'beta ~ diagnosis + age'."""
    split = [_split(text) for text in formulas]
    names = [name for name, _ in split]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise BadValue(f"--formula explains {', '.join(twice)} more than once; join the terms by + in one formula.")
    return dict(split)


def _own(data: Choices) -> tuple[pd.DataFrame, dict[str, str]]:
    """The columns of the decisions that have one value in each unit, one row a unit; and why not the others."""
    by = list(data.index.columns)
    table: Any = data.dataset.table
    varying = _varying(table, by)
    keys = [*by, *({"session"} - set(by))]
    within_sessions = _varying(table[list(dict.fromkeys([*keys, *(n for n in varying if n in table)]))], keys)
    unusable = {
        name: f"column {name} {said}; a covariate has one per {data.by}"
        + ("" if name in within_sessions or name in keys else " (it has one per session: fit by session, --by session)")
        for name, said in varying.items()
    }
    return data.index.merge(_first(table.drop(columns=list(unusable)), by), on=by, how="left"), unusable


def _given(given: Path | pd.DataFrame, data: Choices) -> tuple[pd.DataFrame, dict[str, str]]:
    """The columns of a table of covariates, one row a unit; and why not those that vary, or that only the data have."""
    covariates, index = _called(given), data.index
    given = given if isinstance(given, pd.DataFrame) else Source(given).table
    if "subject" not in given:
        there = ", ".join(map(str, given.columns))
        raise BadValue(
            f"{covariates} has no column subject, which says whose covariates a row holds; its columns are {there}."
        )
    by = ["subject", *(["session"] if "session" in index and "session" in given else [])]
    who = index.assign(**{name: index[name].map(label) for name in by})
    given = given.assign(**{name: given[name].map(label) for name in by})
    there = set(given[by].itertuples(index=False, name=None))
    absent = [row for row in who[by].itertuples(index=False, name=None) if row not in there]
    if absent:
        raise BadValue(_absent(covariates, by, absent, given))
    unusable = {
        name: f"it is a column of the decisions, not of {covariates}; put it there, with one row per subject"
        for name in map(str, data.dataset.table.columns)
        if name not in given
    }
    unusable |= {
        name: f"column {name} of {covariates} {said}; a covariate has one per {' and '.join(by)}"
        for name, said in _varying(given, by).items()
    }
    rows = _first(given.drop(columns=[name for name in unusable if name in given]), by)
    return who.merge(rows, on=by, how="left", suffixes=("", "_of_covariates")), unusable


def _varying(table: pd.DataFrame, by: Sequence[str]) -> dict[str, str]:
    """Column -> 'has 2 to 3 values within 5 subjects', for those with more than one value in a unit."""
    nested = [name for name in table.columns if _is_nested(table[name])]
    said = {str(name): "holds lists" for name in nested}
    grouped = table.drop(columns=nested).groupby(list(by), sort=False, dropna=False)
    counts, given = grouped.nunique(dropna=False), grouped.nunique()
    for name in counts.columns[(counts > 1).any()]:
        many = counts.loc[counts[name] > 1, name]
        what = f"{len(many)} {by[-1]}{'s' if len(many) > 1 else ''}"
        if np.asarray(given[name] <= 1).all():
            said[str(name)] = f"is empty in some rows of {what} and not in others"
        else:
            low, high = int(many.min()), int(many.max())
            said[str(name)] = f"has {low if low == high else f'{low} to {high}'} values within {what}"
    return said


def _called(covariates: Path | pd.DataFrame) -> str:
    return "The table of covariates" if isinstance(covariates, pd.DataFrame) else str(covariates)


def _is_nested(column: Any) -> bool:
    return str(column.dtype) == "object" and any(isinstance(value, list | dict | np.ndarray) for value in column)


def _first(table: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    return table.drop_duplicates(list(by), ignore_index=True)


def _absent(covariates: str, by: list[str], absent: list[tuple[str, ...]], given: pd.DataFrame) -> str:
    """Why units have no covariates: ids written in another form are named."""
    listed = ", ".join(" ".join(row) for row in absent[:SHOWN]) + (", ..." if len(absent) > SHOWN else "")
    what = f"{covariates} has no row for {' and '.join(by)} {listed}"
    alike: dict[tuple[str, ...], str] = {}
    for row in given[by].itertuples(index=False, name=None):
        alike.setdefault(tuple(map(_form, row)), " ".join(row))
    if found := [alike[key] for row in absent if (key := tuple(map(_form, row))) in alike]:
        return (
            f"{what}. It has {', '.join(found[:SHOWN])}, which differs in form only (leading zeros, decimals, case or "
            "spaces); write the ids alike in both files."
        )
    there = given["subject"].unique().tolist()
    own = ", ".join(there[:SHOWN]) + (", ..." if len(there) > SHOWN else "")
    return f"{what}; one row a subject is expected. Its subjects are {own}."


def _form(text: str) -> str:
    """An id without what may be written in several ways: 01, 1.0 and 1 are alike, and so are S1 and s1."""
    plain = "".join(text.split()).casefold()
    try:
        return label(float(plain))
    except ValueError:
        return plain


def _split(text: str) -> tuple[str, str]:
    name, tilde, terms = text.partition("~")
    if not tilde or not name.strip() or not terms.strip():
        raise BadValue(f"--formula '{text}' is not understood; write a parameter, ~ and columns: 'beta ~ diagnosis'.")
    return name.strip(), terms.strip()
