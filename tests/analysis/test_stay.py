import numpy as np
import pandas as pd
import pytest
from scipy import stats

from neurorl.analysis.logistic import stay_regression
from neurorl.analysis.over_units import over_units
from neurorl.analysis.stay import effects_summary, stay_effects, stay_pairs, stay_probabilities, stay_summary
from neurorl.analysis.two_stage import two_stage_trials
from neurorl.core.errors import BadData, BadValue


def by_hand() -> pd.DataFrame:
    # pairs: (rewarded common, stay), (unrewarded rare, switch), (rewarded common, switch), (unrewarded common, stay)
    return pd.DataFrame(
        {
            "subject": 0,
            "session": 0,
            "trial": [0, 1, 2, 3, 4],
            "choice1": [0, 0, 1, 0, 0],
            "common": [True, False, True, True, True],
            "reward": [1, 0, 1, 0, 1],
        }
    )


def test_stay_probabilities_by_hand():
    stay = stay_probabilities(by_hand()).set_index(["reward", "common"])
    assert stay.loc[(1, True), "stay"] == 0.5 and stay.loc[(1, True), "n"] == 2
    assert stay.loc[(0, False), "stay"] == 0.0 and stay.loc[(0, True), "stay"] == 1.0
    assert len(stay) == 3  # rewarded rare never happened: no row, no invented number


def test_effects_by_hand():
    stay = pd.DataFrame(
        {
            "subject": [0] * 4 + [1] * 3,
            "reward": [1, 1, 0, 0, 1, 1, 0],
            "common": [True, False, True, False, True, False, True],
            "stay": [0.9, 0.7, 0.5, 0.6, 0.9, 0.9, 0.9],
        }
    )
    effects = stay_effects(stay)
    assert effects["subject"].tolist() == [0]  # the second subject misses a kind
    assert effects.loc[0, "reward"] == pytest.approx((1.6 - 1.1) / 2)
    assert effects.loc[0, "interaction"] == pytest.approx(0.2 + 0.1)


@pytest.mark.parametrize("kind, reward, interaction", [("mf", 0.6, 0.0), ("mb", 0.0, 1.2)])
def test_caching_shows_as_main_effect_and_planning_as_interaction(played, kind, reward, interaction):
    stay = stay_probabilities(played(kind))
    effects = stay_effects(stay).mean()
    assert effects["reward"] == pytest.approx(reward, abs=0.03)  # sd of the difference is about 0.0075
    assert effects["interaction"] == pytest.approx(interaction, abs=0.06)
    pooled = stay_effects(stay_probabilities(played(kind), unit=()), unit=())
    assert pooled["reward"].item() == pytest.approx(reward, abs=0.03)


def test_summary_is_students_interval_cut_at_one():
    stay = pd.DataFrame({"learner": "a", "subject": [0, 1, 2], "reward": 1, "common": True, "stay": [0.9, 1.0, 0.98]})
    row = stay_summary(stay, by="learner").iloc[0]
    low, high = stats.t.interval(0.95, 2, loc=0.96, scale=stats.sem(stay["stay"]))
    assert high > 1
    assert row["mean"] == pytest.approx(0.96) and row["low"] == pytest.approx(low) and row["high"] == 1.0
    assert row["n_units"] == 3


def test_summary_puts_rewarded_and_common_first_within_each_learner(played):
    stay = pd.concat([stay_probabilities(played(kind)).assign(learner=kind) for kind in ("mf", "mb")])
    summary = stay_summary(stay, by="learner")
    assert summary["learner"].tolist() == ["mf"] * 4 + ["mb"] * 4
    assert list(zip(summary["reward"], summary["common"], strict=True))[:4] == [(1, 1), (1, 0), (0, 1), (0, 0)]
    effects = effects_summary(stay_effects(stay, unit=["learner", "subject"]), by="learner")
    assert effects.groupby("effect", sort=False)["learner"].agg(list).to_dict() == {
        "reward": ["mf", "mb"],
        "interaction": ["mf", "mb"],
    }


def test_one_unit_has_no_interval_and_missing_units_are_not_counted():
    out = over_units(pd.DataFrame({"x": [2.0, np.nan]}), "x")
    assert out["mean"].item() == 2.0 and out["n_units"].item() == 1
    assert np.isnan(out["low"].item()) and np.isnan(out["high"].item())
    with pytest.raises(BadData, match="needs the column y"):
        over_units(pd.DataFrame({"x": [1.0]}), "y")


def test_pairs_across_a_missed_trial_are_a_choice():
    trials = by_hand().drop(index=2)  # trial 2 was missed: its neighbours are 1 and 3
    apart, joined = stay_pairs(trials), stay_pairs(trials, across_missed=True)
    assert apart["trial"].tolist() == [0, 3] and joined["trial"].tolist() == [0, 1, 3]
    assert joined["stay"].tolist() == [True, True, True]
    assert stay_probabilities(trials, across_missed=True)["n"].sum() == 3


def test_graded_rewards_ask_for_a_rule(w_dataset):
    trial = {"choice1": 0, "second": 0}
    dataset = w_dataset([trial | {"reward": r} for r in (0.2, 0.9, 0.2)])
    with pytest.raises(BadData, match=r"2 levels \(0.2, 0.9\).*rewarded=0.5"):
        two_stage_trials(dataset)
    assert two_stage_trials(dataset, rewarded=0.5)["reward"].tolist() == [0, 1, 0]
    assert two_stage_trials(dataset, rewarded="positive")["reward"].tolist() == [1, 1, 1]
    levels = stay_probabilities(two_stage_trials(dataset, rewarded="levels"))
    assert levels["reward"].tolist() == [0.2, 0.9]
    with pytest.raises(BadData, match="regression of staying"):
        stay_regression(two_stage_trials(dataset, rewarded="levels"))
    with pytest.raises(BadValue, match="not a rule"):
        two_stage_trials(dataset, rewarded="yes")  # type: ignore[arg-type]
