"""Measures of behaviour, counted by hand; a certain model gives the same numbers as the choices."""

import numpy as np
import pandas as pd
import pytest

from neurorl import load_task
from neurorl.analysis.behaviour import behaviour, lay_over, misses
from neurorl.data import Dataset, Schema
from neurorl.ops.arms import arm_spaces
from neurorl.ops.two_stage import two_stage_spaces


def bandit() -> Dataset:
    table = pd.DataFrame({"subject": "a", "session": 0, "trial": range(6), "step": 0, "state": 0})
    table = table.assign(choice=[0, 0, 1, 1, 0, 1], reward=[1.0, 0, 1, 0, 0, 1])
    return Dataset(
        table.assign(block=[0, 0, 0, 1, 1, 1], p_left=0.8, p_right=[0.2] * 3 + [0.9] * 3), Schema.of(arm_spaces(2))
    )


def values(table: pd.DataFrame, measure: str) -> dict:
    return table[table["measure"] == measure].set_index("series")["value"].to_dict()


def test_staying_after_rewards_by_hand() -> None:
    got = values(behaviour(bandit()), "stay")
    assert (
        got
        == {"after a reward": 1.0, "after no reward": 0.0}
        == {
            "after a reward": np.mean([True, True]),  # trials 0 and 2 were paid and repeated
            "after no reward": np.mean([False, False, False]),  # 1, 3 and 4 were not, and left
        }
    )


def test_a_reversal_and_matching_by_hand() -> None:
    table = behaviour(bandit())
    better = table[table["measure"] == "better"].set_index("x")["value"]
    assert better.to_dict() == {-3: 0.0, -2: 0.0, -1: 1.0, 0: 1.0, 1: 0.0, 2: 1.0}
    matching = table[table["measure"] == "matching"].iloc[0]
    assert matching["x"] == pytest.approx(0.7) and matching["value"] == 0.5  # two of three rewards


def test_a_model_says_what_it_expects() -> None:
    p = np.full((6, 2), 0.5)
    assert set(behaviour(bandit(), p)["value"]) == {0.5}
    both = lay_over({"data": behaviour(bandit()), "model": behaviour(bandit(), p)})
    gap = misses(behaviour(bandit()), behaviour(bandit(), p)).set_index("series")["mean"]
    assert gap["after a reward"] == -0.5 and gap["after no reward"] == 0.5
    assert both["n_units"].eq(1).all() and both["low"].isna().all()


def test_two_stage_staying_by_hand() -> None:
    spaces = two_stage_spaces(fixation=False, second_choice=True)
    rows = [(0, 0, 1, 0), (0, 0, 2, 1), (1, 1, 2, 0), (1, 0, 1, 0)]  # choice1, choice2, state2, reward
    table = pd.DataFrame(
        [
            {"trial": t, "step": s, "state": state, "choice": c, "reward": r}
            for t, (c1, c2, state2, reward) in enumerate(rows)
            for s, (state, c, r) in enumerate([(0, c1, 0.0), (state2, c2, float(reward))])
        ]
    ).assign(subject=1, session=0)
    got = values(behaviour(Dataset(table, Schema.of(spaces))), "stay")
    # 0 common unrewarded, repeated; 1 rare rewarded, left; 2 common unrewarded, repeated
    assert got == {"unrewarded, common": 1.0, "rewarded, rare": 0.0}


def test_learning_by_set_size_by_hand() -> None:
    spaces = load_task("rlwm").spaces
    state, choice, correct = [0, 1, 0, 1, 0, 0], [0, 1, 1, 2, 1, 2], [1, 2, 1, 2, 1, 2]
    table = pd.DataFrame({"subject": "a", "session": [0, 0, 0, 0, 0, 1], "trial": [*range(5), 0], "step": 0})
    table = table.assign(state=state, choice=choice, correct_action=correct, set_size=[2, 2, 2, 2, 2, 6])
    table = table.assign(reward=(table["choice"] == table["correct_action"]).astype(float))
    got = behaviour(Dataset(table, Schema.of(spaces)))
    got = got[got["measure"] == "correct"].set_index(["series", "x"])["value"].to_dict()
    # Of two stimuli: both wrong when first seen, both right the second time, the first right a third time.
    assert got == {("set size 2", 1): 0.0, ("set size 2", 2): 1.0, ("set size 2", 3): 1.0, ("set size 6", 1): 1.0}
