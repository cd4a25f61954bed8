"""Columns span what formulaic, patsy and hand-written matrices make of the same formula."""

import numpy as np
import pandas as pd
import pytest

from neurorl.fit.design.formula import Columns

RNG = np.random.default_rng(0)
N = 60
DX = RNG.choice(["control", "other", "patient"], N)
SITE, SEX = RNG.choice(["A", "B"], N), RNG.choice(["f", "m"], N)
AGE, IQ, DOSE = RNG.uniform(18, 70, N), RNG.normal(100, 15, N), RNG.uniform(0.5, 3, N)
VISIT = RNG.integers(1, 4, N)
TABLE = pd.DataFrame({"dx": DX, "site": SITE, "sex": SEX, "age": AGE, "iq": IQ, "dose": DOSE, "visit": VISIT})

FORMULAS = [
    "dx + age",
    "dx * age",
    "dx + dx:age",
    "dx:age",
    "age + dx:age",
    "dx:site",
    "dx + dx:site",
    "dx * site * sex",
    "dx:site:sex",
    "dx:site:age",
    "dx*site + dx:site:age",
    "0 + dx",
    "0 + dx + site",
    "0 + dx:site",
    "0 + dx + dx:age",
    "-1 + dx * age",
    "0 + age",
    "dx - 1",
    "(dx + site + sex)**2",
    "(dx + site + age)**3",
    "(dx + site + age)**2 - dx:site",
    "dx*site - site",
    "dx / age",
    "site / (dx + age)",
    "I(age**2) + age",
    "I(age * dose)",
    "I(age / dose + 1):site",
    "bs(age, df=4)",
    "bs(age, df=5, degree=2) * dx",
    "dx + bs(age, df=4, include_intercept=True):dx",
    "0 + cr(age, df=4)",
    "cr(age, df=4, constraints='center')",
    "C(visit) * age",
    "C(dx, Treatment('patient')):age",
    "C(dx, Sum):age",
    "C(dx, Sum) + site",
    "C(dx, Helmert) * site",
    "C(dx, Diff)",
    "C(visit, Poly)",
    "scale(age) + center(iq)",
    "standardize(age):dx",
]
NOT_OF_PATSY = [
    "log(age):dx",
    "(dx + age + site)^2",
    "{age**2} + age",
    "poly(age, 2)",
    "poly(age, degree=3, raw=True):site",
    "C(dx, contr.sum)",
    "dx * log(age) + I(iq - 100)",
]


def span(x: object) -> tuple[np.ndarray, int]:
    """The projection onto the columns of x, and their rank."""
    u, s, _ = np.linalg.svd(np.asarray(x, float), full_matrices=False)
    u = u[:, s > 1e-9 * s[0]]
    return u @ u.T, u.shape[1]


def assert_same_space(ours: np.ndarray, theirs: object) -> None:
    (mine, my_rank), (other, rank) = span(ours), span(theirs)
    assert my_rank == rank == ours.shape[1]
    np.testing.assert_allclose(mine, other, atol=1e-8)


@pytest.mark.parametrize("formula", FORMULAS + NOT_OF_PATSY)
def test_columns_span_those_of_formulaic(formula: str) -> None:
    formulaic = pytest.importorskip("formulaic")
    assert_same_space(Columns.of(formula, TABLE).x, formulaic.model_matrix(formula, TABLE))


@pytest.mark.parametrize("formula", FORMULAS)
def test_columns_span_those_of_patsy(formula: str) -> None:
    patsy = pytest.importorskip("patsy")
    assert_same_space(Columns.of(formula, TABLE).x, patsy.dmatrix(formula, TABLE))


ONE, CONTROL, OTHER, PATIENT = np.ones(N), *(1.0 * (level == DX) for level in ("control", "other", "patient"))
B, M = 1.0 * (SITE == "B"), 1.0 * (SEX == "m")
BY_HAND = {
    "dx + dx:age": ([ONE, OTHER, PATIENT, CONTROL * AGE, OTHER * AGE, PATIENT * AGE], "dx[control]:age"),
    "dx * age": ([ONE, OTHER, PATIENT, AGE, OTHER * AGE, PATIENT * AGE], "dx[patient]:age"),
    "dx:age": ([ONE, CONTROL * AGE, OTHER * AGE, PATIENT * AGE], "dx[other]:age"),
    "age + site:age": ([ONE, AGE, B * AGE], "site[B]:age"),
    "0 + dx": ([CONTROL, OTHER, PATIENT], "dx[control]"),
    "0 + dx + site": ([CONTROL, OTHER, PATIENT, B], "site[B]"),
    "site / sex": ([ONE, B, (1 - B) * M, B * M], "site[A]:sex[m]"),
    "site:sex": ([ONE, M, B * (1 - M), B * M], "site[B]:sex[f]"),
    "site * sex * age": ([ONE, B, M, AGE, B * M, B * AGE, M * AGE, B * M * AGE], "site[B]:sex[m]:age"),
    "(site + sex + age)**2 - sex:age": ([ONE, B, M, AGE, B * M, B * AGE], "site[B]:sex[m]"),
    "I(age**2) + age": ([ONE, AGE**2, AGE], "I(age ** 2)"),
    "log(dose) + site": ([ONE, np.log(DOSE), B], "log(dose)"),
    "I(age > 40):dose + dose": ([ONE, DOSE, (AGE > 40) * DOSE], "I(age > 40)[True]:dose"),
    "poly(age, 2)": ([ONE, AGE, AGE**2], "poly(age, 2)[2]"),
    "C(dx, patient):age + age": ([ONE, AGE, CONTROL * AGE, OTHER * AGE], "dx[control]:age"),
    "standardise(age) + dx - 1": ([AGE - AGE.mean(), CONTROL, OTHER, PATIENT], "standardise(age)"),
}


@pytest.mark.parametrize("formula", BY_HAND)
def test_columns_span_those_written_by_hand(formula: str) -> None:
    columns, term = BY_HAND[formula]
    made = Columns.of(formula, TABLE)
    assert_same_space(made.x, np.stack(columns, axis=1))
    assert term in made.terms and len(set(made.terms)) == len(made.terms)


def test_every_level_has_its_own_slope() -> None:
    made = Columns.of("beta ~ dx + dx:age", TABLE)
    assert made.terms[3:] == ("dx[control]:age", "dx[other]:age", "dx[patient]:age")
    np.testing.assert_array_equal(made.x[:, 3], CONTROL * AGE)


def test_which_coefficients_are_means() -> None:
    assert Columns.of("dx * age", TABLE).means.tolist() == [True] + [False] * 5
    assert Columns.of("0 + dx + site", TABLE).means.tolist() == [True] * 3 + [False]
    assert Columns.of("0 + dx:site", TABLE).means.all()
    slope = Columns.of("0 + age", TABLE)
    assert not slope.means.any() and not slope.has_mean
    assert "neither an intercept" in slope.notes[0]
    spline = Columns.of("0 + bs(age, df=4, include_intercept=True)", TABLE)
    assert spline.has_mean and not spline.notes
