import numpy as np
import pandas as pd
import pytest
import xarray as xr

from neurorl.analysis.end_state import end_state, explained_by, off_curve
from neurorl.core.errors import BadData


@pytest.fixture
def p():
    return np.random.default_rng(0).random(400)


def test_a_parabola_is_a_curve_and_a_round_cloud_is_not(p):
    x = p - 0.5
    assert off_curve(np.stack([x, 3 * x**2 - x + 1], axis=1)) < 1e-12
    cloud = np.random.default_rng(1).normal(size=(4000, 2))
    assert off_curve(cloud) == pytest.approx(1.0, abs=0.03)


def test_activity_is_explained_by_what_drives_it(p):
    rng = np.random.default_rng(2)
    driven = np.stack([p, p**2, 1 - p**3], axis=1)
    assert explained_by(driven, p) == pytest.approx(1.0)
    assert explained_by(rng.normal(size=(400, 3)), p) < 0.05
    noise = rng.normal(size=400) * driven[:, 0].std()
    assert explained_by(driven[:, :1] + noise[:, None], p) == pytest.approx(0.5, abs=0.06)


def test_the_end_of_a_walk_along_a_curve_is_ordered_by_the_parameter(p):
    steps = np.linspace(0, 1, 20)[None, :, None]
    drive = np.stack([p - 0.5, 0.3 * (p - 0.5) ** 2, np.zeros_like(p)], axis=1)[:, None]
    noise = 1e-3 * np.random.default_rng(3).normal(size=(400, 20, 3))
    activity = xr.DataArray(steps * drive + noise, dims=("session", "step", "h_unit"))
    row = end_state(activity, pd.DataFrame({"p": p, "other": np.random.default_rng(4).random(400)})).iloc[0]
    assert row["spearman_p"] > 0.99 and row["spearman_other"] < 0.15
    assert row["explained_p"] > 0.99 and row["explained_other"] < 0.05
    assert row["share_1"] > 0.9 and row["off_curve"] < 0.01


def test_too_few_or_unequal_sessions_are_refused(p):
    with pytest.raises(BadData, match="five sessions"):
        off_curve(np.zeros((3, 2)))
    activity = xr.DataArray(np.random.default_rng(0).normal(size=(6, 4, 3)), dims=("session", "step", "h_unit"))
    with pytest.raises(BadData, match="6 sessions of activity"):
        end_state(activity, pd.DataFrame({"p": p}))
