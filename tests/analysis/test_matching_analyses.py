"""Matching, history regression and run lengths on sessions made by hand or by choosers of known kind."""

import numpy as np
import pandas as pd
import pytest

from neurorl.analysis.history import history_design, history_regression
from neurorl.analysis.matching import matching_line, matching_points
from neurorl.analysis.run_lengths import run_counts, runs
from neurorl.analysis.sided_trials import late, renumbered, sided_trials
from neurorl.core.spaces import Discrete, Spaces
from neurorl.data import Dataset, Schema


def session(choice, reward, number=0, subject=0):
    n = len(choice)
    return pd.DataFrame(
        {
            "subject": subject,
            "session": number,
            "trial": np.arange(n),
            "n_trials": n,
            "choice": choice,
            "reward": reward,
        }
    )


def test_points_by_hand():
    t = session([1, 1, 1, 1, 0, 0], [1, 1, 0, 0, 1, 0])
    point = matching_points(t).iloc[0]
    assert point[["choices_left", "choices_right", "rewards_left", "rewards_right"]].tolist() == [2, 4, 1, 2]
    assert point["log_rewards"] == 1 and point["log_choices"] == 1
    assert point["deviation"] == pytest.approx(0)
    never = matching_points(session([1, 1, 0, 0], [1, 1, 0, 0])).iloc[0]
    assert np.isnan(never["log_rewards"]) and never["share_rewards"] == 1 and never["deviation"] == -0.5
    mirrored = matching_points(session([0, 0, 1, 1], [1, 1, 0, 0])).iloc[0]
    assert mirrored["deviation"] == -0.5


def test_an_ideal_matcher_has_slope_one_and_an_undermatcher_its_own():
    rng = np.random.default_rng(0)
    for slope in (1.0, 0.5):
        sessions = []
        for i in range(60):
            rewards = rng.integers(2, 60, 2)
            ratio = (rewards[1] / rewards[0]) ** slope
            choices = np.round(4000 * np.array([1, ratio]) / (1 + ratio)).astype(int)
            paid = [np.arange(n) < r for n, r in zip(choices, rewards, strict=True)]
            sessions.append(session(np.repeat([0, 1], choices), np.concatenate(paid).astype(int), i))
        line = matching_line(matching_points(pd.concat(sessions))).iloc[0]
        assert line["slope"] == pytest.approx(slope, abs=0.01) and line["intercept"] == pytest.approx(0, abs=0.01)
        assert line["r"] > 0.99 and line["n"] == 60 and line["n_left_out"] == 0


def test_a_line_needs_three_points():
    line = matching_line(matching_points(session([0, 1], [1, 1]))).iloc[0]
    assert np.isnan(line["slope"]) and line["n"] == 1


def test_history_design_by_hand():
    t = pd.concat([session([1, 0, 1], [1, 1, 0]), session([0, 0], [0, 1], 1)], ignore_index=True)
    design = history_design(t, 2)
    nan = np.nan
    np.testing.assert_array_equal(design[:, 0], [[nan, nan], [1, nan], [-1, 1], [nan, nan], [0, nan]])
    np.testing.assert_array_equal(design[:, 1], [[nan, nan], [1, nan], [0, 1], [nan, nan], [0, nan]])
    signed = history_design(t, 1, "signed")
    np.testing.assert_array_equal(signed[:, 1, 0], [nan, 1, -1, nan, -1])


def test_lags_count_trials_with_a_choice():
    t = session([1, 0, 1, 1], [1, 1, 0, 0]).drop(index=1)
    assert history_design(t, 1)[1].tolist() == [[1.0], [1.0]]


def test_history_regression_finds_the_weights_of_a_known_chooser():
    rng = np.random.default_rng(1)
    n = 40_000
    choice, reward = np.zeros(n, int), (rng.random(n) < 0.4).astype(int)
    alpha, beta = [1.0, 0.5], [-2.0, 0.3]
    u = rng.random(n)
    for t in range(2, n):
        signed = 2 * choice[t - 2 : t][::-1] - 1
        eta = alpha @ (signed * reward[t - 2 : t][::-1]) + beta @ choice[t - 2 : t][::-1] + 0.5
        choice[t] = u[t] < 1 / (1 + np.exp(-eta))
    t = session(choice, reward)
    found = history_regression(t, n_lags=4)
    expected = [*alpha, 0, 0, *beta, 0, 0]
    assert (np.abs(found["weight"] - expected) < 4 * found["se"]).all() and found["se"].max() < 0.05
    signed = history_regression(t, n_lags=4, coding="signed")
    np.testing.assert_allclose(signed["weight"][4:], found["weight"][4:] / 2, atol=1e-6)
    np.testing.assert_allclose(signed["weight"][:4], found["weight"][:4], atol=1e-6)
    rows = np.arange(n) >= n // 3
    assert history_regression(t, rows=rows, n_lags=4)["n"].iloc[0] == rows.sum()


def test_runs_by_hand():
    #        edge  |--2--| 1 |---3---| edge
    t = session([0, 1, 1, 0, 1, 1, 1, 0], [0] * 8)
    found = runs(t)
    assert found["side"].tolist() == [1, 0, 1] and found["length"].tolist() == [2, 1, 3]
    broken = runs(t.drop(index=5))  # the run of three is no longer seen whole
    assert broken["length"].tolist() == [2, 1]
    assert runs(t.iloc[:0]).empty


def test_runs_of_a_chooser_who_leaves_at_random_are_geometric():
    rng = np.random.default_rng(2)
    leave = rng.random(60_000) < 0.25
    t = session(np.cumsum(leave) % 2, np.zeros(60_000))
    counts = run_counts(runs(t), longest=12)
    np.testing.assert_allclose(counts["share"][:8], 0.25 * 0.75 ** np.arange(8), atol=0.012)
    assert counts["count"].sum() == len(runs(t)) and len(counts) == 12


def test_late_trials_and_blocks():
    t = session([0] * 9, [0] * 9)
    assert late(t).tolist() == [False] * 3 + [True] * 6
    blocks = renumbered(t.assign(block=[1] * 3 + [2] * 6), ("subject", "session", "block"))
    assert late(blocks).tolist() == [False, True, True, False, False, True, True, True, True]


def test_sided_trials_leave_out_fixation_and_the_centre():
    spaces = Spaces(
        obs=Discrete(("fixation", "choice")),
        action=Discrete(("centre", "left", "right")),
        reward=(-1.0, 1.0),
        legal=((True, False, False), (False, True, True)),
        free=(False, True),
        steps_per_trial=2,
    )
    rows = [
        (0, 0, 0, 0, 0.0),
        (0, 1, 1, 2, 1.0),
        (1, 0, 0, 1, -1.0),
        (1, 1, 1, 0, -1.0),
        (2, 0, 0, 0, 0.0),
        (2, 1, 1, 1, 0.0),
    ]
    table = pd.DataFrame(rows, columns=["trial", "step", "state", "choice", "reward"]).assign(subject=0, session=0)
    trials = sided_trials(Dataset(table.assign(p=[0, 1, 2, 3, 4, 5.0]), Schema.of(spaces)), further=["p"])
    assert trials["trial"].tolist() == [0, 2] and trials["n_trials"].tolist() == [3, 3]
    assert (
        trials["choice"].tolist() == [1, 0] and trials["reward"].tolist() == [1, 0] and trials["p"].tolist() == [1, 5]
    )
