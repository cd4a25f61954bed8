"""Covariates of the table and of a file: what varies within a subject is said to, and ids in two forms are named."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from neurorl.analyse.covariates import design
from neurorl.core.errors import BadData, BadValue
from neurorl.fit.design.formula import Columns

ROWS = pd.DataFrame(
    {
        "subject": np.repeat([1, 2, 3, 4], 6),
        "session": np.tile([0, 0, 0, 1, 1, 1], 4),
        "choice": np.tile([0, 1], 12),
        "dx": np.repeat(["well", "ill", "well", "ill"], 6),
        "age": [20] * 4 + [21] * 2 + [30, 31, 31, 32, 32, 32] + [40] * 6 + [50] * 3 + [51] * 3,
        "drug": np.tile(["off", "off", "off", "on", "on", "on"], 4),
        "iq": [100.0, *[np.nan] * 5, 110, *[np.nan] * 5, 120, *[np.nan] * 5, 130, *[np.nan] * 5],
    }
)


def data(by: str = "subject", rows: pd.DataFrame = ROWS) -> Any:
    keys = ["subject"] if by == "subject" else ["subject", "session"]
    index = rows[keys].drop_duplicates(ignore_index=True)
    return cast(Any, SimpleNamespace(index=index, by=by, dataset=SimpleNamespace(table=rows)))


def beta(terms: str, file: Path | None = None, by: str = "subject", rows: pd.DataFrame = ROWS) -> Columns:
    made = design((f"beta ~ {terms}",), file, data(by, rows))
    assert made is not None
    return made.columns("beta")


def written(path: Path, table: pd.DataFrame) -> Path:
    table.to_csv(path / "who.csv", index=False)
    return path / "who.csv"


def test_a_column_that_varies_within_a_subject_is_called_that() -> None:
    with pytest.raises(
        BadValue,
        match=r"names 'age', but column age has 2 to 3 values within 3 subjects; a covariate has one per",
    ):
        beta("age")
    with pytest.raises(BadValue, match=r"choice has 2 values within 4 subjects"):
        beta("dx:log(choice)")
    with pytest.raises(BadValue, match=r"drug has 2 values within 4 subjects.*--by session"):
        beta("dx + drug")
    assert beta("drug", by="session").x[:, 1].tolist() == [0, 1] * 4
    with pytest.raises(BadValue, match=r"age has 2 values within 2 sessions; a covariate has one per session\."):
        beta("age", by="session")
    with pytest.raises(BadValue, match="iq is empty in some rows of 4 subjects and not in others"):
        beta("iq")
    assert beta("dx").x[:, 1].tolist() == [1, 0, 1, 0]


def test_a_file_may_repeat_a_subject_where_nothing_varies(tmp_path: Path) -> None:
    who = pd.DataFrame({"subject": [4, 3, 2, 1, 1], "age": [50, 40, 30, 20, 20], "visit": [1, 1, 1, 1, 2]})
    file = written(tmp_path, who)
    assert beta("age", file).x[:, 1].tolist() == [20, 30, 40, 50]
    with pytest.raises(BadValue, match=r"visit of .*who.csv has 2 values within 1 subject; a covariate has one"):
        beta("visit", file)
    with pytest.raises(BadValue, match=r"names 'dx', but it is a column of the decisions, not of .*who.csv"):
        beta("dx", file)
    sessions = ROWS[["subject", "session"]].drop_duplicates().assign(mood=np.arange(8) ** 2)
    assert beta("mood", written(tmp_path, sessions), by="session").x[:, 1].tolist() == [i**2 for i in range(8)]
    with pytest.raises(BadValue, match=r"mood of .* has 2 values within 4 subjects"):
        beta("mood", written(tmp_path, sessions))


@pytest.mark.parametrize(
    ("ids", "theirs", "named"),
    [
        (
            [1, 2, 3, 4],
            ["01", "02", "03", "04"],
            r"subject 1, 2, 3, 4\. It has 01, 02, 03, 04, which differs",
        ),
        (["01", "02", "03", "04"], [1, 2, 3, 4], r"subject 01, 02, 03, 04\. It has 1, 2, 3, 4, which differs"),
        (["s1", "s2", "s3", "s4"], ["S1", "S2", "S3", "S4"], "It has S1, S2, S3, S4, which differs in form"),
        (
            [1, 2, 3, 4],
            [1, 2, 3, 7],
            r"no row for subject 4; one row a subject.* Its subjects are 1, 2, 3, 7",
        ),
        ([1, 2, 3, 4], ["1.0", "2.0", "3.0", "4.0"], "which differs in form only"),
    ],
)
def test_ids_in_another_form_are_named(tmp_path: Path, ids: list[Any], theirs: list[Any], named: str) -> None:
    rows = ROWS.assign(subject=np.repeat(np.array(ids, object), 6))
    file = written(tmp_path, pd.DataFrame({"subject": theirs, "age": [20, 30, 40, 50]}))
    with pytest.raises(BadValue, match=named):
        beta("age", file, rows=rows)


def test_the_same_number_is_the_same_subject(tmp_path: Path) -> None:
    file = tmp_path / "who.parquet"
    pd.DataFrame({"subject": [1.0, 2.0, 3.0, 4.0], "age": [20, 30, 40, 50]}).to_parquet(file)
    assert beta("age", file).x[:, 1].tolist() == [20, 30, 40, 50]


def test_other_requests_are_sentences(tmp_path: Path) -> None:
    with pytest.raises(BadValue, match="explains beta more than once"):
        design(("beta ~ dx", "beta ~ age"), None, data())
    with pytest.raises(BadValue, match=r"has no column subject.*its columns are id, age"):
        beta("age", written(tmp_path, pd.DataFrame({"id": [1], "age": [2]})))
    with pytest.raises(BadData, match=r"empty in row 1 \(1 of 4, counted from 0: subject 2\)"):
        beta("age", written(tmp_path, pd.DataFrame({"subject": [1, 2, 3, 4], "age": [20, None, 40, 50]})))
    with pytest.raises(BadValue, match="names 'weight', which is not a column"):
        beta("weight")
