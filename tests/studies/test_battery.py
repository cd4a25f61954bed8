"""The battery: signatures counted by hand, a learner that shows some, and who cannot be asked what."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from neurorl import load_study
from neurorl.core.errors import BadValue
from neurorl.core.study import Context
from neurorl.data import Dataset, Schema
from neurorl.ops.arms import arm_spaces
from neurorl.ops.instrumental import instrumental_spaces
from neurorl.report.runner import run_study
from neurorl.studies._battery_evidence import Scale, examined, player
from neurorl.studies._battery_measures import (
    after_reversal,
    better_arm,
    devalued,
    finds_moved_goal,
    less_surprise_later,
    right_after,
    win_stay,
)
from neurorl.studies._battery_signatures import SIGNATURES

BY_NAME = {signature.name: signature for signature in SIGNATURES}


def arms(choice: list[int], best: list[int], reward: list[float]) -> Dataset:
    table = pd.DataFrame({"subject": "a", "session": 0, "trial": range(len(choice)), "step": 0, "state": 0})
    return Dataset(table.assign(choice=choice, reward=reward, truth_best=best), Schema.of(arm_spaces(2)))


def test_signatures_by_hand() -> None:
    four = arms([0, 1, 1, 0], [1, 1, 1, 1], [0.0, 1.0, 1.0, 0.0])
    assert better_arm(four)["a"] == 0.5  # trials 2 and 3
    assert win_stay(four)["a"] == pytest.approx(1 / 2 - 0)  # trial 1 repeated, trial 2 left; trial 0 left
    best = [0] * 15 + [1] * 35
    choice = np.array(best)
    choice[15:27] = 0  # the reversal, before trial 15, is followed from trial 27 on
    assert after_reversal(arms(choice.tolist(), best, [1.0] * 50))["a"] == pytest.approx(18 / 20)


def test_later_rewards_by_hand() -> None:
    table = arms([0] * 8, [0] * 8, [1.0] * 7 + [0.0]).table
    table["truth_reward_bin"], table["latent_rpe"] = [6, 6, 6, 6, 6, 8, 7, 7], [9.0] * 5 + [0.3, 0.4, 5.0]
    late = Dataset(table, Schema.of(arm_spaces(2)))
    # Of the second half: 9 in bin 6 (trial 4), .3 in bin 8, .4 in bin 7; on the last trial nothing came.
    assert less_surprise_later(late)["a"] == pytest.approx((9.0 - 0.3) / 2)
    assert right_after(6)(late)["a"] == 1


def test_who_has_no_part_is_not_asked_what_its_lesion_takes() -> None:
    amygdala = player("q_learning", BY_NAME["amygdala"])
    assert isinstance(amygdala, str) and "has no named parts" in amygdala
    assert "has no part 'amygdala'" in str(player("striatal_loop", BY_NAME["amygdala"]))
    assert "Dopamine at the moment of choice means nothing" in str(player("fast_slow", BY_NAME["dopamine_choice"]))
    assert not isinstance(player("fast_slow", BY_NAME["amygdala"]), str)


def test_devaluation_and_the_moved_goal_by_hand() -> None:
    rows = {"subject": "a", "session": 0, "trial": range(5), "step": 0, "state": [0, 0, 0, 2, 0], "reward": 0.0}
    rows |= {"choice": [0, 1, 1, 0, 2], "truth_phase": [0, 2, 2, 2, 2]}
    tested = Dataset(pd.DataFrame(rows), Schema.of(instrumental_spaces(2)))
    assert devalued(tested)["a"] == pytest.approx(2 / 3)  # trained, pressed twice, elsewhere, rested
    walked = arms([0] * 700, [0] * 700, [0.0] * 700).table
    walked["truth_trial"] = np.repeat([29, 30, 31, 49, 50], [100, 300, 200, 90, 10])
    found = finds_moved_goal(Dataset(walked, Schema.of(arm_spaces(2))))
    assert found["a"] == pytest.approx(1 - 590 / 6000)


def mean_of(agent: str, signature: str) -> float:
    context = Context(Scale(agent, subjects=3, share=0.2), "smoke", 0, Path(), quiet=True)
    values = examined(context, BY_NAME[signature], {})
    assert not isinstance(values, str)
    return float(values.mean())


def test_a_planner_shows_what_a_cache_does_not() -> None:
    assert mean_of("uncertainty_arbitration", "devaluation") > 0.4 > 0.05 > mean_of("q_learning", "devaluation")


def test_an_observer_of_one_reversal_knows_when() -> None:
    assert mean_of("reversal_timing_observer", "knows_when") > 0.7 > mean_of("rescorla_wagner", "knows_when")


def test_a_lesion_takes_what_the_part_gives() -> None:
    assert mean_of("fast_slow", "amygdala") > 0.15 > abs(mean_of("fast_slow", "ventral_striatum_where"))


def test_a_learner_is_examined_on_what_it_fits(tmp_path: Path) -> None:
    study = load_study("battery").about("rescorla_wagner")
    result = run_study(study, scale="smoke", out=tmp_path, quiet=True)
    assert result.study == "battery_rescorla_wagner" and len(result.verdicts) == len(study.expects)
    table = result.tables["signatures"].set_index("signature")
    assert table.loc["better_arm", "mean"] > 0.6
    absent = result.tables["not_asked"]
    assert set(table.index) | set(absent["signature"]) == {signature.name for signature in SIGNATURES}
    assert "interaction" in set(absent["signature"]) and absent["why"].str.len().min() > 10
    with pytest.raises(BadValue, match="only the battery takes --agent"):
        load_study("matching").about("rescorla_wagner")
