"""What explains parameters in a population: `--formula` over the columns of a table with one row a subject."""

from pathlib import Path

import pandas as pd

from neurorl.cli.fit_data import FitData
from neurorl.core.errors import BadValue
from neurorl.data.source import Source
from neurorl.fit.formula import Design


def design(formula: tuple[str, ...], covariates: Path | None, data: FitData) -> Design | None:
    """The design of a population; None without formulas.

    Args:
        formula: each `PARAMETER ~ TERMS`.
        covariates: a table with a column `subject`; None takes the columns of the decisions that do not change within
            a unit.
        data: the decisions.
    """
    if not formula:
        if covariates is not None:
            raise BadValue(f"{covariates} explains nothing without a formula; add --formula 'beta ~ age'.")
        return None
    known = _own(data) if covariates is None else _given(covariates, data.index)
    return Design.of(dict(_split(text) for text in formula), known)


def _own(data: FitData) -> pd.DataFrame:
    """The columns of the decisions that have one value in each unit, one row a unit."""
    by = list(data.index.columns)
    grouped = data.dataset.table.groupby(by, sort=False)
    constant = grouped.nunique(dropna=False).max() == 1
    values = grouped[list(constant.index[constant])].first().reset_index()
    return data.index.merge(values, on=by, how="left")


def _given(covariates: Path, index: pd.DataFrame) -> pd.DataFrame:
    given = Source(covariates).table
    if "subject" not in given:
        raise BadValue(f"{covariates} has no column subject, which says whose covariates a row holds.")
    who = index[["subject"]].astype(str)
    rows = who.merge(given.astype({"subject": str}), on="subject", how="left", indicator=True)
    if (absent := rows.loc[rows["_merge"] == "left_only", "subject"].unique().tolist()) or len(rows) != len(index):
        wrong = f"no row for subject {', '.join(absent[:8])}" if absent else "more than one row for a subject"
        raise BadValue(f"{covariates} has {wrong}; one row a subject is expected.")
    return rows.drop(columns="_merge")


def _split(text: str) -> tuple[str, str]:
    name, tilde, terms = text.partition("~")
    if not tilde or not name.strip() or not terms.strip():
        raise BadValue(f"--formula '{text}' is not understood; write a parameter, ~ and columns: 'beta ~ diagnosis'.")
    return name.strip(), terms.strip()
