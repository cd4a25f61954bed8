"""Canonical correlations against closed forms, against statsmodels, and where there is nothing to find."""

import numpy as np
import pytest
import xarray as xr

from neurorl.analysis.canonical import canonical, canonical_by_step, held_out, one_hot, without
from neurorl.core.errors import BadData, BadValue


def test_two_numbers_have_their_correlation():
    x, y = np.array([1.0, 2, 3, 4]), np.array([1.0, 3, 2, 4])
    assert canonical(x, y).correlations == pytest.approx([0.8])  # sum of products 4 over 5


def test_a_closed_form():
    # Three independent sources: x holds a and b, y holds (a + noise) and nothing of b.
    rng = np.random.default_rng(0)
    a, b, c = rng.normal(size=(3, 200_000))
    fit = canonical(np.stack([a + b, b], axis=1), np.stack([a + c, c - a], axis=1))
    # y spans {a, c}, x spans {a, b}: they share a exactly and nothing else.
    assert fit.correlations[0] == pytest.approx(1.0, abs=1e-6)
    assert fit.correlations[1] == pytest.approx(0.0, abs=0.01)
    one = canonical(np.stack([a, b], axis=1), a + 2 * c)
    assert one.correlations == pytest.approx([1 / np.sqrt(5)], abs=0.01)


def test_as_statsmodels_and_its_projections():
    statsmodels = pytest.importorskip("statsmodels.multivariate.cancorr")
    rng = np.random.default_rng(1)
    x = rng.normal(size=(80, 5))
    y = x[:, :3] @ rng.normal(size=(3, 3)) + rng.normal(size=(80, 3))
    fit = canonical(x, y)
    np.testing.assert_allclose(fit.correlations, statsmodels.CanCorr(y, x).cancorr, atol=1e-10)
    u, w = (x - fit.mean_x) @ fit.weights_x, (y - fit.mean_y) @ fit.weights_y
    np.testing.assert_allclose(np.cov(u.T), np.eye(3), atol=1e-10)
    np.testing.assert_allclose(np.cov(w.T), np.eye(3), atol=1e-10)
    np.testing.assert_allclose((u * w).sum(axis=0) / 79, fit.correlations, atol=1e-10)


def test_one_column_gives_the_multiple_correlation():
    rng = np.random.default_rng(2)
    x = rng.normal(size=(60, 4))
    y = x[:, 0] + rng.normal(size=60)
    design = np.column_stack([np.ones(60), x])
    left = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    r2 = 1 - left @ left / np.sum((y - y.mean()) ** 2)
    assert canonical(x, y).correlations == pytest.approx([np.sqrt(r2)])


def test_columns_that_repeat_or_stand_still_do_no_harm():
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(50, 2)), rng.normal(size=50)
    more = np.column_stack([x, x[:, 0] + x[:, 1], np.full(50, 7.0)])
    assert canonical(more, y).correlations == pytest.approx(canonical(x, y).correlations)
    assert len(canonical(np.ones((50, 2)), y).correlations) == 0


def test_components_and_ridge_restrain():
    rng = np.random.default_rng(4)
    x, y = rng.normal(size=(40, 20)) * np.linspace(5, 1, 20), rng.normal(size=40)
    full, few = (canonical(x, y, components=k).correlations[0] for k in (None, 3))
    ridged = canonical(x, y, ridge=10.0).correlations[0]
    assert few < full and ridged < full
    with pytest.raises(BadValue, match="at least 1"):
        canonical(x, y, components=0)


def test_held_out_finds_nothing_where_there_is_nothing_and_all_where_there_is():
    rng = np.random.default_rng(5)
    x = rng.normal(size=(600, 20))
    codes = rng.integers(30, size=600)
    assert canonical(x, one_hot(codes)).correlations[0] > 0.3  # in the sample noise looks like a code
    assert abs(held_out(x, one_hot(codes))) < 0.15
    x[:, 4] = 10 * (codes < 15)
    assert held_out(x, one_hot(codes)) == pytest.approx(1.0, abs=0.02)


def test_without_takes_off_all_that_is_given():
    rng = np.random.default_rng(6)
    given = rng.integers(3, size=100)
    x = rng.normal(size=(100, 4)) + given[:, None]
    left = without(x, one_hot(given))
    for code in range(3):
        np.testing.assert_allclose(left[given == code].mean(axis=0), 0, atol=1e-12)


def test_by_step_sees_a_code_when_it_is_there():
    rng = np.random.default_rng(7)
    n = 400
    choice, last = rng.integers(2, size=n), rng.integers(2, size=(n, 3))
    h = rng.normal(size=(n, 3, 6))
    h[:, 1, 0] += 3 * choice
    h[:, :, 1] += 5 * last
    activity = xr.DataArray(h, dims=("session", "step", "h_unit"))
    given = {"last": last}
    table = canonical_by_step(activity, {"choice": choice, "last": last, "none": np.zeros(n)}, given=given)
    r = table.pivot(index="variable", columns="step", values="r")
    assert r.loc["choice", 1] > 0.7 and abs(r.loc["choice", 0]) < 0.2
    assert r.loc["last"].abs().max() < 0.2  # regressed out
    assert r.loc["none"].isna().all()
    assert (table["n"] == n).all()


def test_wrong_shapes_are_sentences():
    activity = xr.DataArray(np.zeros((4, 2, 3)), dims=("session", "step", "h_unit"))
    with pytest.raises(BadData, match="one code a session is"):
        canonical_by_step(activity, {"x": np.zeros(5)})
    with pytest.raises(BadData, match="session, step and one of units"):
        canonical_by_step(activity.isel(step=0), {"x": np.zeros(4)})
    with pytest.raises(BadData, match="the same number of rows"):
        canonical(np.zeros((4, 2)), np.zeros(5))
    with pytest.raises(BadData, match="finite"):
        canonical(np.full((4, 2), np.nan), np.zeros(4))
    with pytest.raises(BadValue, match="folds"):
        held_out(np.zeros((4, 2)), np.zeros(4), folds=1)
