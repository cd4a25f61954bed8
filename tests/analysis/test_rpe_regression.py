import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from neurorl.analysis.rpe_regression import prediction_errors, rpe_regression, two_stage_rpes
from neurorl.core.errors import BadData
from neurorl.data import Dataset


def test_prediction_errors_by_hand():
    table = pd.DataFrame(
        {
            "subject": [0, 0, 0, 0, 1],
            "session": 0,
            "reward": [0.0, np.nan, 1.0, 0.0, 1.0],
            "latent_value": [0.5, 9.0, 0.6, 0.2, 0.3],
            "valid": [True, False, True, True, True],
        }
    )
    delta = prediction_errors(table, discount=0.9)
    # the row that did not happen is skipped; the last of each session has no next value
    np.testing.assert_allclose(delta, [0.9 * 0.6 - 0.5, np.nan, 1 + 0.9 * 0.2 - 0.6, np.nan, np.nan])


def test_two_moments_of_each_trial(w_dataset):
    trial = {"choice1": 0, "second": 0, "reward": 1}
    built = w_dataset([trial, trial])
    table = built.table.assign(latent_value=np.arange(6) / 10, a=np.arange(6.0), b=np.arange(6.0) ** 2)
    rpes = two_stage_rpes(Dataset(table, built.schema), {"mb": "a", "mf": "b"}, discount=1.0)
    assert rpes["moment"].tolist() == ["arrival", "reward", "arrival"]  # nothing followed the last reward
    np.testing.assert_allclose(rpes["rpe"], [0.1, 1.1, 0.1])
    assert rpes["mb"].tolist() == [1, 2, 4] and rpes["mf"].tolist() == [1, 4, 16]


def simulated(seed: int, n: int = 500, noise: float = 0.5) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    mb = rng.normal(size=n)
    mf = 0.8 * mb + 0.6 * rng.normal(size=n)
    return pd.DataFrame({"subject": seed, "rpe": 0.9 * mb + noise * rng.normal(size=n), "mb": mb, "mf": mf})


def test_equals_statsmodels():
    rpes = simulated(0)
    row = rpe_regression(rpes).iloc[0]
    alone = sm.OLS(rpes["rpe"], sm.add_constant(rpes["mb"])).fit()
    residual = sm.OLS(rpes["mf"], sm.add_constant(rpes["mb"])).fit().resid
    beyond = sm.OLS(rpes["rpe"], sm.add_constant(residual)).fit()
    both = sm.OLS(rpes["rpe"], sm.add_constant(rpes[["mb", "mf"]])).fit()
    assert row["r2_mb"] == pytest.approx(alone.rsquared, abs=1e-12)
    assert row["r2_mf_residual"] == pytest.approx(beyond.rsquared, abs=1e-12)
    assert row["r_mb_mf"] == pytest.approx(rpes["mb"].corr(rpes["mf"]), abs=1e-12)
    for m in ("mb", "mf"):
        assert row[f"beta_{m}"] == pytest.approx(both.params[m], abs=1e-12)
        assert row[f"se_{m}"] == pytest.approx(both.bse[m], abs=1e-12)
        np.testing.assert_allclose(row[[f"low_{m}", f"high_{m}"]].astype(float), both.conf_int().loc[m], atol=1e-9)
    scaled = (rpes[["rpe", "mb", "mf"]] - rpes[["rpe", "mb", "mf"]].mean()) / rpes[["rpe", "mb", "mf"]].std()
    standard = sm.OLS(scaled["rpe"], sm.add_constant(scaled[["mb", "mf"]])).fit()
    assert row["std_beta_mf"] == pytest.approx(standard.params["mf"], abs=1e-12)
    np.testing.assert_allclose(
        row[["std_low_mb", "std_high_mb"]].astype(float), standard.conf_int().loc["mb"], atol=1e-9
    )


def test_one_row_a_unit_and_the_pool():
    rpes = pd.concat([simulated(seed) for seed in (1, 2)])
    assert rpe_regression(rpes)["subject"].tolist() == [1, 2]
    pooled = rpe_regression(rpes, unit=())
    assert pooled["n"].item() == 1000
    assert pooled["low_mf"].item() < 0 < pooled["high_mf"].item()


def test_constant_or_equal_columns_are_refused():
    rpes = simulated(3)
    with pytest.raises(BadData, match="must not be the same"):
        rpe_regression(rpes.assign(mf=2 * rpes["mb"]))
    with pytest.raises(BadData, match="subject 3 cannot be regressed"):
        rpe_regression(rpes.assign(rpe=0.0))
    with pytest.raises(BadData, match="at least 4 rows"):
        rpe_regression(rpes.head(3))
