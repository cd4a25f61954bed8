"""EM against the closed form of a normal population, and on learners that were simulated."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fit_sessions import Coin, NearNormalMean, record, rescorla_wagner_sessions
from scipy.stats import multivariate_normal

from neurorl.agents.rescorla_wagner import RescorlaWagner
from neurorl.core.errors import BadValue
from neurorl.fit import FitWarning, fit_map
from neurorl.fit.design.formula import Design
from neurorl.fit.methods.em import fit_em
from neurorl.tasks.bandit import TASK

N, T, SCALE = 30, 10, 100.0  # mu = 100 z near 0
PATIENT = np.arange(N) % 2
Y = np.random.default_rng(3).normal(
    (1.0 + 2.0 * PATIENT + np.random.default_rng(4).normal(0, 1.5, N))[:, None], 1, (N, T)
)
ACTIONS, REWARDS = rescorla_wagner_sessions(n=10, steps=40, seed=1)
LEARNER = RescorlaWagner(TASK.spaces, initial=0.0)


def test_a_normal_population_in_closed_form() -> None:
    fit = fit_em(NearNormalMean(), record(Y, dtype=float), starts=1, quiet=True)
    means = Y.mean(axis=1)
    variance = means.var() - 1 / T  # maximum likelihood of the variance between units, for equal numbers of choices
    assert fit.group is not None and fit.group["term"].tolist() == ["Intercept"]
    row = fit.group.iloc[0]
    assert row["mean_on_scale"] == pytest.approx(means.mean(), rel=2e-3)
    assert row["sd_between"] * SCALE == pytest.approx(np.sqrt(variance), rel=5e-3)
    error = (row["high"] - row["low"]) / 2 / 1.959964
    assert row["se"] == pytest.approx(error)
    assert error * SCALE == pytest.approx(np.sqrt(means.var() / N), rel=5e-3)
    exact = multivariate_normal(np.full(T, means.mean()), np.eye(T) + variance).logpdf(Y)
    assert fit.group_log_evidence == pytest.approx(exact.sum(), abs=0.05)
    assert fit.integrated_bic == pytest.approx(2 * np.log(N * T) - 2 * exact.sum(), abs=0.1)
    weight = variance / (variance + 1 / T)
    np.testing.assert_allclose(fit.values["mu"], means.mean() + weight * (means - means.mean()), atol=0.02)
    assert fit.standard_errors is not None
    np.testing.assert_allclose(fit.standard_errors["mu"], np.sqrt(weight / T), rtol=0.01)
    assert fit.problems() == [] and not fit.failed.any()


def test_a_contrast_is_the_difference_of_groups() -> None:
    who = pd.DataFrame({"group": np.where(PATIENT, "patient", "control")})
    design = Design.of({"mu": "group"}, who)
    fit = fit_em(NearNormalMean(), record(Y, dtype=float), design=design, starts=1, quiet=True)
    means = Y.mean(axis=1)
    assert fit.group is not None
    row = fit.group.set_index("term").loc["group[patient]"]
    difference = means[PATIENT == 1].mean() - means[PATIENT == 0].mean()
    assert row["mean"] * SCALE == pytest.approx(difference, rel=5e-3)
    off = means - np.where(PATIENT, means[PATIENT == 1].mean(), means[PATIENT == 0].mean())
    assert (row["high"] - row["low"]) / 2 / 1.96 * SCALE == pytest.approx(np.sqrt(off.var() * 4 / N), rel=0.01)
    assert row["low"] > 0 and np.isnan(row["mean_on_scale"])
    with pytest.raises(BadValue, match="explains beta"):
        fit_em(NearNormalMean(), record(Y, dtype=float), design=Design.of({"beta": "group"}, who), quiet=True)


def test_the_population_shrinks_learners_towards_each_other_and_a_stopped_fit_goes_on(tmp_path: Path) -> None:
    records, kept = record(ACTIONS, REWARDS), tmp_path / "em.npz"
    whole = fit_em(LEARNER, records, starts=4, quiet=True)
    alone = fit_map(LEARNER, records, starts=4, prior=False, quiet=True)
    assert whole.values["beta"].std() < alone.values["beta"].std()
    assert (alone.log_lik >= whole.log_lik - 1e-6).all() and not whole.failed.any()
    trace = whole.fitted.curve["log_evidence"]
    assert (np.diff(trace) > -0.05).all() and trace[-1] > trace[0]
    with pytest.warns(FitWarning, match="did not converge in 3 rounds"):
        fit_em(LEARNER, records, starts=4, max_rounds=3, checkpoint=kept, quiet=True)
    resumed = fit_em(LEARNER, records, starts=4, checkpoint=kept, quiet=True)
    assert resumed.group_log_evidence == pytest.approx(whole.group_log_evidence, abs=1e-6)
    np.testing.assert_allclose(resumed.values["alpha"], whole.values["alpha"], atol=1e-6)
    assert len(resumed.fitted.curve["log_evidence"]) == len(trace)
    with pytest.warns(FitWarning):  # of other data nothing is taken
        other = fit_em(LEARNER, record(ACTIONS[:5], REWARDS[:5]), starts=4, max_rounds=1, checkpoint=kept, quiet=True)
    assert len(other.log_lik) == 5


def test_units_that_do_not_differ_are_said_to_be_alike() -> None:
    fit = fit_em(Coin(), record(np.arange(20)[None] < np.full(6, 13)[:, None]), starts=1, quiet=True)
    np.testing.assert_allclose(fit.values["p"], 13 / 20, atol=0.01)
    assert any("hardly differ in p" in sentence for sentence in fit.problems())
    with pytest.raises(BadValue, match="no free parameter"):
        fit_em(Coin(), record(np.ones((2, 5))), fixed={"p": 0.5}, quiet=True)
