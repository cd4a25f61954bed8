import numpy as np
import pandas as pd
import pytest

from neurorl.analysis.regret import cumulative_regret, regret_curve, regret_of_table
from neurorl.core.errors import BadData

P = np.array([[0.25, 0.75], [0.6, 0.4]])
CHOICE = np.array([[0, 0, 1, 0], [0, 1, 1, 0]])
BY_HAND = np.array([[0.5, 1.0, 1.0, 1.5], [0.0, 0.2, 0.4, 0.4]])


def test_regret_sums_what_the_chosen_arms_lack():
    np.testing.assert_allclose(cumulative_regret(CHOICE, P), BY_HAND)
    np.testing.assert_allclose(cumulative_regret(np.stack([CHOICE, CHOICE]), P), np.stack([BY_HAND, BY_HAND]))


def test_regret_of_a_table_is_the_same():
    rows = [
        (session, session, trial, CHOICE[session, trial], *P[session]) for session in range(2) for trial in range(4)
    ]
    table = pd.DataFrame(
        rows, columns=["subject", "session", "trial", "choice", "truth_p_reward_0", "truth_p_reward_1"]
    )
    np.testing.assert_allclose(regret_of_table(table)["regret"], BY_HAND.ravel())


def test_a_curve_has_students_interval_and_one_unit_has_none():
    curve = regret_curve(np.array([[0.0, 1.0], [2.0, 3.0], [4.0, 8.0]]))
    assert curve["trial"].tolist() == [1, 2] and curve["mean"].tolist() == [2.0, 4.0]
    half = 4.302653 * 2.0 / 3**0.5  # t with two degrees of freedom
    np.testing.assert_allclose(curve[["low", "high"]].iloc[0], [2 - half, 2 + half], rtol=1e-6)
    assert regret_curve(np.ones((1, 3)))["low"].isna().all()


@pytest.mark.parametrize("choice, said", [(CHOICE - 1, "choices from -1"), (CHOICE[:1], "1 sessions were played")])
def test_choices_that_name_no_arm_are_refused(choice, said):
    with pytest.raises(BadData, match=said):
        cumulative_regret(choice, P)


def test_a_table_without_probabilities_is_refused_with_advice():
    with pytest.raises(BadData, match="simulate with latents"):
        regret_of_table(pd.DataFrame({"subject": [0], "session": [0], "trial": [0], "choice": [0]}))
