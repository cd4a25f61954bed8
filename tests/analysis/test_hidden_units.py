import numpy as np
import pytest
import xarray as xr

from neurorl.analysis.units import principal_components
from neurorl.core.errors import BadData, BadValue


def plane(rng: np.random.Generator) -> tuple[xr.DataArray, np.ndarray]:
    """Activity in a plane of a 5-dimensional space, standard deviations 3 and 1 along two known axes."""
    axes = np.linalg.qr(rng.normal(size=(5, 2)))[0].T
    score = rng.normal(size=(4, 50, 2)) * [3.0, 1.0]
    return xr.DataArray(score @ axes + 7.0, dims=("session", "step", "unit")), axes


def test_recovers_a_plane():
    activity, axes = plane(np.random.default_rng(0))
    found = principal_components(activity, 2)
    assert found["share"].sum().item() == pytest.approx(1.0, abs=1e-12)
    assert found["share"][0].item() == pytest.approx(0.9, abs=0.03)  # 9 / (9 + 1)
    assert abs(found["axis"].to_numpy()[0] @ axes[0]) > 0.99
    again = (found["score"] @ found["axis"] + found["mean"]).transpose("session", "step", "unit")
    np.testing.assert_allclose(again, activity, atol=1e-10)
    largest = found["axis"].to_numpy()[0]
    assert largest[np.abs(largest).argmax()] > 0


def test_shares_are_those_of_the_covariance():
    activity = xr.DataArray(np.random.default_rng(1).normal(size=(3, 20, 4)), dims=("session", "step", "unit"))
    eigenvalues = np.linalg.eigvalsh(np.cov(activity.to_numpy().reshape(-1, 4).T))[::-1]
    np.testing.assert_allclose(principal_components(activity, 4)["share"], eigenvalues / eigenvalues.sum())


def test_padding_is_left_out_and_dimensions_may_come_in_any_order():
    activity, _ = plane(np.random.default_rng(2))
    short = activity.copy()
    short[0, 40:] = np.nan
    found = principal_components(short.rename(unit="latent_h_unit").transpose("latent_h_unit", "step", "session"), 2)
    assert found["axis"].dims == ("component", "latent_h_unit")
    assert np.isnan(found["score"][0, 40:]).all() and np.isfinite(found["score"][0, :40]).all()


def test_unusable_recordings_are_refused():
    with pytest.raises(BadData, match="session, step and one of units"):
        principal_components(xr.DataArray(np.zeros((2, 3)), dims=("step", "unit")))
    still = xr.DataArray(np.ones((2, 3, 4)), dims=("session", "step", "unit"))
    with pytest.raises(BadData, match="never change"):
        principal_components(still)
    with pytest.raises(BadValue, match="between 1 and 4"):
        principal_components(still, 5)
