import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy.stats import rankdata, t

from neurorl.analysis.unit_coding import observations, share_of_units, unit_coding
from neurorl.core.errors import BadData


@pytest.fixture(scope="module")
def made():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(400, 3))
    x[:, 1] += 0.8 * x[:, 0]
    h = x @ rng.normal(size=(3, 5)) + rng.normal(size=(400, 5))
    return h, pd.DataFrame(x, columns=["a", "r", "v"])


def test_slope_t_and_p_are_those_of_the_multiple_regression(made):
    h, x = made
    design = np.column_stack([np.ones(len(x)), x])
    weights, *_ = np.linalg.lstsq(design, h, rcond=None)
    freedom = len(x) - 4
    noise = ((h - design @ weights) ** 2).sum(axis=0) / freedom
    se = np.sqrt(np.diag(np.linalg.inv(design.T @ design))[:, None] * noise)
    table = unit_coding(h, x)
    for i, name in enumerate(x.columns, 1):
        rows = table[table["variable"] == name]
        np.testing.assert_allclose(rows["slope"], weights[i])
        np.testing.assert_allclose(rows["t"], weights[i] / se[i])
        np.testing.assert_allclose(rows["p"], 2 * t.sf(np.abs(weights[i] / se[i]), freedom))


def test_partial_correlation_by_the_textbook_formula(made):
    """With one other variable: (r_hx - r_hz r_xz) / sqrt((1 - r_hz^2)(1 - r_xz^2)); on ranks for Spearman's."""
    h, x = made
    for method, of in (("pearson", np.asarray), ("spearman", lambda a: rankdata(a, axis=0))):
        c = np.corrcoef(of(np.column_stack([h[:, 0], x["a"], x["r"]])), rowvar=False)
        expected = (c[0, 1] - c[0, 2] * c[1, 2]) / np.sqrt((1 - c[0, 2] ** 2) * (1 - c[1, 2] ** 2))
        found = unit_coding(h[:, :1], x[["a", "r"]], method=method)
        assert found.loc[0, "r"] == pytest.approx(expected)


def test_ranks_do_not_mind_a_monotone_distortion(made):
    h, x = made
    straight, bent = (unit_coding(g, x, method="spearman") for g in (h, np.exp(h)))
    pd.testing.assert_frame_equal(straight, bent)


def test_what_cannot_be_told_apart_is_missing(made):
    h, x = made
    table = unit_coding(np.column_stack([h[:, 0], np.ones(400)]), x.assign(a2=2 * x["a"], still=1.0))
    missing = table["r"].isna()
    assert missing[table["variable"].isin(["a", "a2", "still"]) | (table["unit"] == 1)].all()
    assert not missing[table["variable"].isin(["r", "v"]) & (table["unit"] == 0)].any()


def test_share_of_units():
    table = pd.DataFrame({"replica": 0, "variable": "v", "p": [0.001, 0.02, 0.2, np.nan]})
    both = pd.concat([table, table.assign(replica=1, p=1.0)])
    strict, loose = share_of_units(both, "replica"), share_of_units(table, bonferroni=False)
    assert strict["share"].tolist() == [0.25, 0.0] and strict["level"].tolist() == [0.0125, 0.0125]
    assert loose["share"].tolist() == [0.5] and loose["n_units"].tolist() == [4]


def test_false_alarms_stay_within_the_level():
    rng = np.random.default_rng(1)
    table = unit_coding(rng.normal(size=(200, 2000)), pd.DataFrame(rng.normal(size=(200, 2))))
    assert share_of_units(table, bonferroni=False)["share"].to_numpy() == pytest.approx(0.05, abs=0.015)
    assert share_of_units(table)["share"].max() <= 2 / 2000


def test_labelled_arrays_become_observations():
    h = xr.DataArray(np.arange(24.0).reshape(2, 3, 4), dims=("unit", "session", "trial"))
    by_session = xr.DataArray([10.0, 20.0, 30.0], dims="session")
    late = xr.DataArray([False, True, True, True], dims="trial")
    flat, table = observations(h.where(late), {"s": by_session, "late": late})
    assert flat.shape == (9, 2) and flat[0].tolist() == [1.0, 13.0]
    assert table["s"].tolist() == [10.0] * 3 + [20.0] * 3 + [30.0] * 3 and (table["late"] == 1).all()


def test_errors_are_sentences(made):
    h, x = made
    with pytest.raises(BadData, match="all finite"):
        unit_coding(np.where(h > 2, np.nan, h), x)
    with pytest.raises(BadData, match="at least 5 observations"):
        unit_coding(h[:3], x[:3])
    with pytest.raises(BadData, match="one dimension of units"):
        observations(xr.DataArray(np.zeros((2, 2)), dims=("session", "step")), {})
