"""Tables of fits, comparison and recovery."""

import numpy as np
import pandas as pd
import pytest
from fit_sessions import Coin, record, rescorla_wagner_sessions

from neurorl.agents.lstm import LSTM
from neurorl.agents.random_choice import RandomChoice
from neurorl.agents.rescorla_wagner import RescorlaWagner
from neurorl.core.errors import BadData, BadValue
from neurorl.fit import compare, fit_map, recover
from neurorl.fit.units import by_unit
from neurorl.tasks.bandit import TASK

ACTIONS, REWARDS = rescorla_wagner_sessions(n=10, steps=40, seed=1)
RECORDS = record(ACTIONS, REWARDS)
LEARNER = RescorlaWagner(TASK.spaces, initial=0.0)
RANDOM = RandomChoice.for_spaces(TASK.spaces)


def test_an_agent_without_free_parameters_is_scored() -> None:
    fit = fit_map(RANDOM, RECORDS, quiet=True)
    np.testing.assert_allclose(fit.log_lik, 40 * np.log(0.5), rtol=1e-12)
    assert fit.n_params == 0 and fit.converged.all() and fit.problems() == []


def test_a_network_is_not_fitted_from_random_weights() -> None:
    with pytest.raises(BadValue, match="random weights"):
        fit_map(LSTM.for_spaces(TASK.spaces), RECORDS, quiet=True)


def test_the_table_has_one_row_a_unit_behind_its_index() -> None:
    fit = fit_map(LEARNER, RECORDS, starts=4, quiet=True)
    who = pd.DataFrame({"subject": np.arange(10) + 100, "session": 0})
    table = fit.table(who)
    assert table.columns.tolist() == [
        *("subject", "session", "alpha", "beta", "log_lik", "log_lik_per_choice", "log_posterior", "n_choices"),
        *("n_params", "aic", "bic", "converged", "gradient_norm", "starts_agreeing", "at_bound"),
        *("alpha_se", "beta_se", "log_evidence", "alpha_contraction", "beta_contraction", "undetermined", "why"),
        "failed",
    ]
    assert table["subject"].tolist() == list(range(100, 110))
    np.testing.assert_allclose(table["log_lik_per_choice"] * 40, fit.log_lik)
    with pytest.raises(BadValue, match="3 rows, but 10 units"):
        fit.table(who[:3])


def test_comparison_by_hand() -> None:
    fits = {"random": fit_map(RANDOM, RECORDS, quiet=True), "learner": fit_map(LEARNER, RECORDS, starts=4, quiet=True)}
    table = compare(fits).set_index("agent")
    learner, random = fits["learner"], fits["random"]
    bic = 2 * np.log(40) - 2 * learner.log_lik
    assert table.loc["learner", "bic"] == pytest.approx(bic.sum())
    assert table.loc["random", "bic"] == pytest.approx(800 * np.log(2))  # 10 x 40 choices at one half
    assert table.loc["random", "aic"] == table.loc["random", "bic"]
    assert table.loc["random", "normalised_likelihood"] == pytest.approx(0.5)
    assert table.loc["learner", "normalised_likelihood"] == pytest.approx(np.exp(learner.log_lik / 40).mean())
    assert table.loc["learner", "best_share"] == pytest.approx((bic < -2 * random.log_lik).mean())
    assert table["best_share"].sum() == pytest.approx(1.0)
    assert table["delta_bic"].min() == 0 and table["bic"].is_monotonic_increasing
    with pytest.raises(BadData, match="not to the same choices"):
        compare(fits | {"coin": fit_map(Coin(), record(np.ones((2, 5))), starts=1, quiet=True)})
    with pytest.raises(BadValue, match="nothing to compare"):
        compare({})


def test_parameters_of_a_learner_come_back() -> None:
    recovery = recover(LEARNER, TASK, subjects=40, steps=200, starts=2, seed=3, quiet=True)
    r = recovery.summary.set_index("parameter")["r"]
    assert r["alpha"] > 0.7 and r["beta"] > 0.7
    mine = recovery.table.query("parameter == 'alpha'")
    assert len(recovery.table) == 80 and np.corrcoef(mine["true"], mine["fitted"])[0, 1] == pytest.approx(r["alpha"])
    assert recovery.summary["rmse"].tolist()[0] == pytest.approx(np.sqrt(((mine["fitted"] - mine["true"]) ** 2).mean()))
    with pytest.raises(BadValue, match="nothing to recover"):
        recover(RANDOM, TASK)


def test_groups_are_sorted_and_filled_up() -> None:
    units = by_unit(record(np.arange(8).reshape(4, 2) % 2), ["b", "a", "b", "b"])
    assert units.labels.tolist() == ["a", "b"] and units.sessions.reward.shape == (2, 3, 2)
    np.testing.assert_array_equal(units.sessions.valid[:, :, 0], [[True, False, False], [True, True, True]])
    np.testing.assert_array_equal(units.n_choices, [2, 6])
