"""Divergence of two groups of trajectories: hand numbers, a control without effect, one with it from a known step."""

import numpy as np
import pytest

from neurorl.analysis.divergence import divergence, interaction
from neurorl.core.errors import BadData


def test_a_hand_number():
    score = np.array([[[0.0]], [[2.0]], [[4.0]], [[6.0]]])  # means 1 and 5, variances 2 and 2
    row = divergence(score, [False, False, True, True], permutations=9).iloc[0]
    assert row["distance"] == pytest.approx(4 / 2**0.5)
    assert row["n_false"] == row["n_true"] == 2


def test_it_begins_when_the_groups_part():
    rng = np.random.default_rng(0)
    group = rng.random(200) < 0.4
    score = rng.normal(size=(200, 4, 3))
    score[group, 2:, 0] += 2.0
    table = divergence(score, group, permutations=200)
    assert (table["p"][2:] < 0.01).all() and (table["p"][:2] > 0.05).all()
    assert table["distance"][2] == pytest.approx(2 / 3**0.5, rel=0.2)
    assert (table["chance"] > 0).all() and (table["high"] > table["chance"]).all()


def test_interaction_asks_for_a_different_difference():
    rng = np.random.default_rng(1)
    n = 400
    group, condition = rng.random(n) < 0.5, rng.random(n) < 0.5
    score = rng.normal(size=(n, 2, 2))
    score[:, :, 0] += 2.0 * group[:, None] + 3.0 * condition[:, None]  # two main effects only
    assert (interaction(score, group, condition, permutations=200)["p"] > 0.02).all()
    score[:, 1, 1] += 1.5 * (group & condition)
    p = interaction(score, group, condition, permutations=200)["p"]
    assert p[0] > 0.02 and p[1] < 0.01


def test_too_little_is_a_sentence():
    with pytest.raises(BadData, match="two sessions of each kind"):
        divergence(np.zeros((3, 2, 1)), [True, True, True])
    with pytest.raises(BadData, match="one label a session"):
        divergence(np.zeros((3, 2, 1)), [True, True])
    with pytest.raises(BadData, match="each group in each condition"):
        interaction(np.zeros((4, 1, 1)), [True, True, False, False], [True, True, True, False])
