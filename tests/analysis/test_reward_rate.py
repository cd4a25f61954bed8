import pandas as pd
import pytest

from neurorl.analysis.reward_rate import reward_rate, reward_summary
from neurorl.core.errors import BadValue


def test_reward_per_trial_counts_costs_and_aborted_trials(w_dataset):
    good = {"choice1": 0, "second": 0, "reward": 1}
    table = w_dataset([good, {"aborted": True}, good], [good]).table
    rates = reward_rate(table)
    assert rates["reward"].tolist() == [pytest.approx(1 / 3), 1.0]
    assert rates["n_trials"].tolist() == [3, 1]
    pooled = reward_rate(table, unit=())
    assert pooled["reward"].item() == pytest.approx(2 / 4)


def test_rows_that_did_not_happen_do_not_count(w_dataset):
    good = {"choice1": 0, "second": 0, "reward": 1}
    table = w_dataset([good, good]).table
    table.loc[3:, "valid"] = False
    assert reward_rate(table)["n_trials"].item() == 1


def test_share_of_a_ceiling():
    rates = pd.DataFrame({"learner": ["a", "a", "b"], "reward": [0.6, 0.7, 0.5]})
    summary = reward_summary(rates, "learner", ceiling=0.704).set_index("learner")
    assert summary.loc["a", "share"] == pytest.approx(0.65 / 0.704)
    # t_{0.975, 1} = 12.706; s / sqrt(2) = 0.05
    assert summary.loc["a", "share_low"] == pytest.approx((0.65 - 12.7062 * 0.05) / 0.704, abs=1e-4)
    assert "share" not in reward_summary(rates, "learner")
    with pytest.raises(BadValue, match="above 0"):
        reward_summary(rates, ceiling=0.0)
