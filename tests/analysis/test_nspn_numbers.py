"""The shipped people's data give the numbers published with them, through the same functions as everything else."""

import pytest

from neurorl.analysis.logistic import stay_regression
from neurorl.analysis.reward_rate import reward_rate, reward_summary
from neurorl.analysis.stay import effects_summary, stay_effects, stay_probabilities, stay_summary
from neurorl.analysis.two_stage import two_stage_trials
from neurorl.data.sets.nspn_two_step import DATASET


@pytest.fixture(scope="module")
def dataset():
    return DATASET.load()


@pytest.fixture(scope="module")
def trials(dataset):
    return two_stage_trials(dataset)


def test_every_trial_is_read(trials):
    assert len(trials) == 174_754
    assert trials["subject"].nunique() == 554
    assert trials["common"].mean() == pytest.approx(0.703, abs=5e-4)


def test_stay_probabilities(trials):
    stay = stay_probabilities(trials)
    summary = stay_summary(stay)
    assert summary["mean"].tolist() == pytest.approx([0.7931, 0.7359, 0.6701, 0.7180], abs=1e-4)
    assert summary["n_units"].tolist() == [554] * 4
    # the standard error is .006 in each cell; t_{0.975, 553} = 1.964
    assert ((summary["high"] - summary["low"]) / 2 / 1.964).tolist() == pytest.approx([0.006] * 4, abs=6e-4)
    effects = effects_summary(stay_effects(stay)).set_index("effect")
    # both effects, as sums of the four probabilities above
    assert effects.loc["reward", "mean"] == pytest.approx((0.7931 + 0.7359 - 0.6701 - 0.7180) / 2, abs=2e-4)
    assert effects.loc["interaction", "mean"] == pytest.approx(0.7931 - 0.7359 - 0.6701 + 0.7180, abs=2e-4)
    assert (effects["low"] > 0).all()


def test_pooled_stay_regression(trials):
    fit = stay_regression(trials)
    assert fit.note == ""
    assert fit.weights.tolist() == pytest.approx([1.012, 0.373, 0.052, 0.294], abs=5e-4)
    assert fit.se[1:].tolist() == pytest.approx([0.012] * 3, abs=5e-4)


def test_reward_per_trial(dataset, trials):
    rates = reward_rate(dataset.table)
    assert rates["n_trials"].sum() == 174_754
    by_hand = trials.groupby("subject")["reward"].mean()
    assert reward_summary(rates)["mean"].item() == pytest.approx(by_hand.mean(), abs=1e-12)
