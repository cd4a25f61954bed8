"""Held-out choices, schedules and regressors, by hand on a coin and a delta rule."""

import jax
import numpy as np
import pandas as pd
import pytest
from fit_sessions import Coin, record, rescorla_wagner_sessions

from neurorl.agents.random_choice import RandomChoice
from neurorl.agents.rescorla_wagner import RescorlaWagner
from neurorl.core.agent import Agent
from neurorl.core.errors import BadData, BadValue
from neurorl.core.types import Record
from neurorl.data import Dataset, from_trajectory
from neurorl.fit import FitResult, fit_map
from neurorl.fit.design.model_recovery import recover_models
from neurorl.fit.design.schedule import Schedule
from neurorl.fit.evidence.ceiling import CeilingConfig, ceiling
from neurorl.fit.evidence.cross_validation import cross_validate, held_out_summary, make_folds
from neurorl.fit.predictive import choice_probabilities
from neurorl.fit.trial_wise import regressors
from neurorl.loop import simulate_many
from neurorl.tasks.bandit import TASK

LEARNER = RescorlaWagner(TASK.spaces, initial=0.0)
RANDOM = RandomChoice.for_spaces(TASK.spaces)


def ml(agent: Agent, records: Record, groups: np.ndarray) -> FitResult:
    return fit_map(agent, records, groups=groups, starts=1, prior=False, quiet=True)


def test_sessions_are_held_out_by_hand() -> None:
    """A coin fitted to two of three sessions says p = share of heads there; the third is scored with it."""
    actions = np.array([[1, 1, 0, 0], [1, 0, 0, 0], [1, 1, 1, 0], [0, 1, 0, 1], [1, 0, 1, 0], [1, 1, 1, 0]])
    records, unit = record(actions), np.repeat([0, 1], 3)
    folds = make_folds(records, unit, 5)
    assert folds.kind == "sessions" and folds.n == 3
    table = cross_validate(Coin(), records, folds, ml).set_index(["unit", "fold"])
    for u in (0, 1):
        for f in range(3):
            train = np.delete(actions[3 * u : 3 * u + 3], f, axis=0)
            p, heads = train.mean(), actions[3 * u + f].sum()
            want = heads * np.log(p) + (4 - heads) * np.log1p(-p)
            assert table.loc[(u, f), "log_lik"] == pytest.approx(want, abs=1e-4)
    assert (table["n_choices"] == 4).all() and not table["failed"].any()


def test_a_unit_with_fewer_sessions_than_folds_has_as_many_folds_as_sessions() -> None:
    folds = make_folds(record(np.ones((5, 4))), [0, 0, 0, 1, 1], 3)
    assert folds.n == 3 and folds.of_unit().tolist() == [3, 2]


def test_blocks_of_trials_where_there_is_one_session() -> None:
    actions = np.array([[1, 1, 0, 0, 1, 1, 1, 1, 0, 1, 0, 0]])
    folds = make_folds(record(actions), None, 3)
    assert folds.kind == "blocks of trials"
    np.testing.assert_array_equal(folds.of_step[0], np.repeat([0, 1, 2], 4))
    table = cross_validate(Coin(), record(actions), folds, ml)
    assert table["log_lik"][1] == pytest.approx(4 * np.log(3 / 8), abs=1e-4)  # the others: 3 heads of 8
    with pytest.raises(BadData, match="too few"):
        make_folds(record(actions[:, :3]), None, 3)
    with pytest.raises(BadValue, match="needs at least 2"):
        make_folds(record(actions), None, 1)


def test_the_learner_lives_through_what_is_held_out() -> None:
    actions, rewards = rescorla_wagner_sessions(2, 40, seed=5)
    records = record(actions, rewards)
    folds = make_folds(records, None, 2)
    whole = fit_map(LEARNER, records, starts=1, quiet=True)
    total = cross_validate(LEARNER, records, folds, lambda *_: whole).groupby("unit")["log_lik"].sum()
    np.testing.assert_allclose(total, whole.log_lik, rtol=1e-5)  # the same parameters: the folds add up


def test_summary_leaves_failed_units_out_of_all_models() -> None:
    table = pd.DataFrame({"unit": [0, 1], "fold": 0, "n_choices": 10, "log_lik": [-5.0, -500.0], "failed": False})
    bad = table.assign(log_lik=[-6.0, -6.0], failed=[False, True])
    summary = held_out_summary({"a": table, "b": bad}).set_index("model")
    assert summary.loc["a", "bits_per_choice"] == pytest.approx(0.5 / np.log(2))
    assert summary.loc["b", "delta_bits"] == pytest.approx(0.1 / np.log(2))
    assert summary.loc["a", "normalised_likelihood"] == pytest.approx(np.exp(-0.5))
    assert summary["n_failed"].tolist() == [1, 1] and summary["n_units"].tolist() == [1, 1]


def simulated() -> Dataset:
    played = simulate_many(jax.random.key(2), LEARNER, LEARNER.params(), TASK, 40, subjects=3)
    return from_trajectory(played, TASK.spaces, latents=False)


def test_regressors_are_keyed_like_the_data_and_follow_the_equations() -> None:
    data = simulated()
    batch, _ = data.records()
    fit = fit_map(LEARNER, batch, starts=1, quiet=True)
    table = regressors(LEARNER, fit, data, np.arange(3))
    keys = ["subject", "session", "trial", "step", "choice", "reward"]
    pd.testing.assert_frame_equal(table[keys], data.table[keys])
    assert table.groupby("subject")["log_prob"].sum().to_numpy() == pytest.approx(fit.log_lik, abs=1e-3)
    chosen = np.where(table["choice"] == 0, table["q_0"], table["q_1"])
    np.testing.assert_allclose(table["rpe"], table["reward"] - chosen, atol=1e-5)
    p = choice_probabilities(LEARNER, fit, batch, np.arange(3), 2)
    np.testing.assert_allclose(p.sum(axis=2), 1, atol=1e-5)
    at = np.take_along_axis(p, np.asarray(batch.action)[..., None], axis=2).ravel()
    np.testing.assert_allclose(at, table["p_choice"], atol=1e-5)


def test_a_schedule_is_ragged_and_models_are_told_apart() -> None:
    schedule = Schedule(np.array([0, 0, 1, 2]), np.array([40, 20, 40, 30]))
    assert schedule.subjects == 3 and len(schedule.first(2).unit) == 3
    played = schedule.play(jax.random.key(0), LEARNER, jax.tree.map(lambda x: np.full(3, x), LEARNER.params()), TASK)
    np.testing.assert_array_equal(np.asarray(played.valid).sum(axis=1), schedule.n_steps)
    true = {"learner": {"alpha": np.full(6, 0.4), "beta": np.full(6, 8.0)}}
    agents = {"learner": LEARNER, "random": RANDOM}
    found = recover_models(agents, TASK, Schedule.even(6, 1, 40), true=true, starts=1, quiet=True)
    np.testing.assert_allclose(found.confusion.sum(axis=1), 1)
    assert found.confusion.loc["learner", "learner"] >= 0.8 and found.confusion.loc["random", "random"] >= 0.8


def test_a_network_learns_what_is_there_to_be_learned() -> None:
    """Subjects who repeat rewarded choices and leave others: a network gets below one bit, a fair coin cannot be."""
    rng = np.random.default_rng(0)
    actions, rewards = np.zeros((12, 40), int), (rng.uniform(size=(12, 40)) < 0.5).astype(float)
    for t in range(1, 40):
        stay = rewards[:, t - 1] > 0
        actions[:, t] = np.where(stay, actions[:, t - 1], 1 - actions[:, t - 1])
    records, unit = record(actions, rewards), np.repeat(range(4), 3)
    folds = make_folds(records, unit, 3)
    config = CeilingConfig(hidden=8, epochs=40, batch=12, learning_rate=0.02)
    table = ceiling(records, TASK.spaces, folds, config=config, quiet=True)
    bits = -table["log_lik"].sum() / table["n_choices"].sum() / np.log(2)
    assert table["n_choices"].sum() == 12 * 40 and bits < 0.3
    with pytest.raises(BadValue, match="three folds"):
        ceiling(records, TASK.spaces, make_folds(records, unit, 2), config=config, quiet=True)
