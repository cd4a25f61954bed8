"""A network whose values are the Bayesian observer's has exactly the observer's prediction errors."""

import jax
import numpy as np
import pytest

from neurorl.analysis.rpe_regression import rpe_regression, two_stage_rpes
from neurorl.core import catalogue, params
from neurorl.core.types import Record
from neurorl.data import Dataset, Schema, from_trajectory
from neurorl.loop import replay_many, simulate_many


def test_values_of_the_observer_give_the_observers_errors():
    task = catalogue.load("task", "two_step")
    observer = catalogue.load("agent", "bayes_two_step").for_spaces(task.spaces)
    sarsa = catalogue.load("agent", "model_free").for_spaces(task.spaces)
    played = simulate_many(jax.random.key(0), observer, observer.params(), task, 150, subjects=2, sessions=4)
    cached = params.replace(sarsa.params(), alpha1=0.5, alpha2=0.5, lam=0.0)
    errors = replay_many(sarsa, cached, Record.of(played)).latents.rpe

    labels = np.repeat([0, 1], 4), np.tile(np.arange(4), 2)
    table = from_trajectory(played, task.spaces, subjects=labels[0], sessions=labels[1]).table
    # V is 0 at fixation, Q of the choice at the first stage, p(reward) of the second stage there
    q = np.where(table["choice"] == 1, table["latent_q_left"], table["latent_q_right"])
    p_a = 0.9 * table["latent_p_a_good"] + 0.1 * (1 - table["latent_p_a_good"])
    value = np.select([table["state"] == 1, table["state"] == 2, table["state"] == 3], [q, p_a, 1 - p_a], 0.0)
    table = table.assign(value=value, mb=table["latent_rpe"], mf=np.asarray(errors).ravel())

    dataset = Dataset(table, Schema.of(task.spaces))
    rpes = two_stage_rpes(dataset, {"mb": "mb", "mf": "mf"}, value="value", discount=1.0)
    assert len(rpes) == 2 * 4 * (2 * 50 - 1)  # both moments of each trial, but nothing follows a session's last reward
    np.testing.assert_allclose(rpes["rpe"], rpes["mb"], atol=1e-5)
    regression = rpe_regression(rpes)
    assert regression["r2_mb"].tolist() == pytest.approx([1.0, 1.0], abs=1e-6)
    assert regression["r2_mf_residual"].max() < 1e-6
    assert (regression["r_mb_mf"] > 0.6).all()  # the references themselves are alike: the residual is what tells
