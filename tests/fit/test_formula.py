"""Formulas become the columns that an independent library makes of them; what cannot be is a sentence."""

import numpy as np
import pandas as pd
import pytest

from neurorl.core.errors import BadData, BadValue
from neurorl.fit.design.formula import Columns, Design

TABLE = pd.DataFrame(
    {
        "subject": list("abcdefgh"),
        "diagnosis": ["patient", "control", "patient", "other", "control", "other", "patient", "control"],
        "age": [20, 31, 45, 52, 18, 60, 33, 41],
        "site": [1, 1, 2, 2, 2, 1, 1, 2],
        "drug": [True, False] * 4,
    }
)


@pytest.mark.parametrize("formula", ["diagnosis + age", "diagnosis * age", "C(site) + age:drug", "age", "C(site)*drug"])
def test_columns_span_what_formulaic_makes_of_the_same_formula(formula: str) -> None:
    formulaic = pytest.importorskip("formulaic")
    expected = np.asarray(formulaic.model_matrix(formula.replace("age:drug", "age:C(drug)"), TABLE), float)
    ours = Columns.of(formula, TABLE).x
    if ":" not in formula:
        np.testing.assert_allclose(ours, expected)
    # A product without its main effect may be coded in full there; then ours is part of it.
    residual = ours - expected @ np.linalg.lstsq(expected, ours, rcond=None)[0]
    np.testing.assert_allclose(residual, 0, atol=1e-9)


def test_by_hand() -> None:
    made = Columns.of("beta ~ diagnosis + standardise(age)", TABLE)
    assert made.terms == ("Intercept", "diagnosis[other]", "diagnosis[patient]", "standardise(age)")
    np.testing.assert_array_equal(
        made.x[:, 2], [1, 0, 1, 0, 0, 0, 1, 0]
    )  # control, first in sorted order, is 0 in both
    np.testing.assert_allclose(made.x[:, 3].mean(), 0, atol=1e-12)
    np.testing.assert_allclose(made.x[:, 3].std(), 1)
    ordered = TABLE.assign(diagnosis=pd.Categorical(TABLE["diagnosis"], ["patient", "control", "other"]))
    assert Columns.of("diagnosis", ordered).terms == ("Intercept", "diagnosis[control]", "diagnosis[other]")
    against = Columns.of("C(diagnosis, patient)", TABLE)
    assert against.terms == ("Intercept", "diagnosis[control]", "diagnosis[other]")
    np.testing.assert_array_equal(against.x, Columns.of("diagnosis", ordered).x)
    assert Columns.of("drug", TABLE).terms == ("Intercept", "drug[True]")


def test_what_cannot_be_is_a_sentence() -> None:
    with pytest.raises(BadValue, match=r"'weight', which is not a column.*diagnosis, age"):
        Columns.of("weight", TABLE)
    with pytest.raises(BadValue, match="is not understood"):
        Columns.of("(1 | subject)", TABLE)
    with pytest.raises(BadData, match=r"empty in row 1, 4 \(2 of 8"):
        Columns.of("age", TABLE.assign(age=[20, np.nan, 45, 52, None, 60, 33, 41]))
    with pytest.raises(BadData, match="depend on each other"):
        Columns.of("age + twice", TABLE.assign(twice=TABLE["age"] * 2))
    with pytest.raises(BadData, match="same value in every row"):
        Columns.of("group", TABLE.assign(group="x"))
    with pytest.raises(BadValue, match="no level 'healthy' to compare with; there are: control"):
        Columns.of("C(diagnosis, healthy)", TABLE)
    with pytest.raises(BadValue, match="explains gamma, but what is fitted is alpha, beta"):
        Design.of({"gamma": "age"}, TABLE).check(("alpha", "beta"), 8)
    with pytest.raises(BadValue, match="8 rows, but 5 units"):
        Design.of({"beta": "age"}, TABLE).check(("alpha", "beta"), 5)
