"""The same optimum as SciPy's, found from an objective written by hand."""

import numpy as np
import pytest
from fit_sessions import record, rescorla_wagner_sessions
from scipy.optimize import minimize
from scipy.stats import beta as beta_density
from scipy.stats import gamma as gamma_density

from neurorl.agents.rescorla_wagner import RescorlaWagner
from neurorl.core.types import Record
from neurorl.fit import FitResult, fit_map
from neurorl.tasks.bandit import TASK

AGENT = RescorlaWagner(TASK.spaces, initial=0.0)
ACTIONS, REWARDS = rescorla_wagner_sessions(n=10, steps=40, seed=1)
RECORDS = record(ACTIONS, REWARDS)


@pytest.fixture(scope="module")
def fit() -> FitResult:
    return fit_map(AGENT, RECORDS, starts=4, quiet=True)


def log_lik(alpha: float, beta: float, actions: np.ndarray, rewards: np.ndarray) -> float:
    q, total = [0.0, 0.0], 0.0
    for a, r in zip(actions, rewards, strict=True):
        total -= np.logaddexp(0.0, -beta * (q[a] - q[1 - a]))
        q[a] += alpha * (r - q[a])
    return total


def log_prior(alpha: float, beta: float) -> float:
    return float(beta_density.logpdf(alpha, 1.5, 1.5) + gamma_density.logpdf(beta, 2.0, scale=3.0))


def test_every_subject_reaches_the_optimum_that_scipy_finds(fit: FitResult) -> None:
    best = []
    for actions, rewards in zip(ACTIONS, REWARDS, strict=True):
        ends = [
            minimize(
                lambda x, a=actions, r=rewards: -log_lik(*x, a, r) - log_prior(*x),
                start,
                method="L-BFGS-B",
                bounds=[(1e-6, 1 - 1e-6), (1e-6, 20 - 1e-6)],
                options={"ftol": 1e-13, "gtol": 1e-8},
            )
            for start in ([0.3, 5.0], [0.8, 2.0], [0.1, 10.0])
        ]
        best.append(-min(end.fun for end in ends))
    np.testing.assert_allclose(fit.log_posterior, best, rtol=0, atol=1e-4)
    assert fit.converged.all()


def test_the_reported_numbers_are_those_of_the_reported_parameters(fit: FitResult) -> None:
    for i, (a, b) in enumerate(zip(fit.values["alpha"], fit.values["beta"], strict=True)):
        assert fit.log_lik[i] == pytest.approx(log_lik(a, b, ACTIONS[i], REWARDS[i]), abs=1e-9)
        assert fit.log_posterior[i] == pytest.approx(fit.log_lik[i] + log_prior(a, b), abs=1e-9)


def test_the_seed_decides_everything(fit: FitResult) -> None:
    again = fit_map(AGENT, RECORDS, starts=4, quiet=True)
    other = fit_map(AGENT, RECORDS, starts=4, seed=1, quiet=True)
    np.testing.assert_array_equal(fit.values["alpha"], again.values["alpha"])
    for name in ("n_steps", "log_posterior"):
        np.testing.assert_array_equal(fit.fitted.curve[name], again.fitted.curve[name])
    assert (fit.fitted.curve["log_posterior"] != other.fitted.curve["log_posterior"])[:, 1:].any()
    np.testing.assert_allclose(other.log_posterior, fit.log_posterior, atol=1e-4)


def test_rows_that_did_not_happen_change_nothing(fit: FitResult) -> None:
    # Sessions of 40, 30 and 25 steps, the last with five missing trials in its middle.
    gap = np.r_[0:10, 15:30]
    batch = padded([(ACTIONS[0], REWARDS[0]), (ACTIONS[1, :30], REWARDS[1, :30]), (ACTIONS[2, gap], REWARDS[2, gap])])
    missing = np.ones(40, bool)
    missing[10:15] = missing[30:] = False
    action, reward = np.array(batch.action), np.array(batch.reward)
    action[2], reward[2] = np.where(missing, ACTIONS[2], -1), np.where(missing, REWARDS[2], np.nan)
    valid = np.array(batch.valid)
    valid[2] = missing
    ragged = fit_map(AGENT, record(action, reward, valid), starts=2, quiet=True)
    alone = [
        fit_map(AGENT, record(ACTIONS[1:2, :30], REWARDS[1:2, :30]), starts=2, quiet=True),
        fit_map(AGENT, record(ACTIONS[2:3, gap], REWARDS[2:3, gap]), starts=2, quiet=True),
    ]
    expected = [fit.log_posterior[0], alone[0].log_posterior[0], alone[1].log_posterior[0]]
    np.testing.assert_allclose(ragged.log_posterior, expected, atol=1e-6)
    np.testing.assert_allclose(ragged.values["alpha"][1:], [one.values["alpha"][0] for one in alone], atol=1e-3)
    np.testing.assert_array_equal(ragged.n_choices, [40, 30, 25])


def test_a_joint_fit_is_the_fit_of_the_sum() -> None:
    # Two sessions of one subject and three of another; each session starts afresh.
    groups = np.array([0, 0, 1, 1, 1])
    joint = fit_map(AGENT, record(ACTIONS[:5], REWARDS[:5]), groups=groups, starts=3, quiet=True)
    for g in (0, 1):
        mine = np.flatnonzero(groups == g)

        def objective(x: np.ndarray, mine: np.ndarray = mine) -> float:
            return -sum(log_lik(*x, ACTIONS[s], REWARDS[s]) for s in mine) - log_prior(*x)

        end = minimize(objective, [0.3, 5.0], method="L-BFGS-B", bounds=[(1e-6, 1 - 1e-6), (1e-6, 20 - 1e-6)])
        assert joint.log_posterior[g] == pytest.approx(-end.fun, abs=1e-4)


def test_a_parameter_can_be_held(fit: FitResult) -> None:
    held = fit_map(AGENT, RECORDS, fixed={"alpha": 0.4}, starts=2, quiet=True)
    for i in range(3):
        end = minimize(
            lambda x, i=i: -log_lik(0.4, x[0], ACTIONS[i], REWARDS[i]) - log_prior(0.4, x[0]) + log_prior(0.4, 1.0),
            [5.0],
            method="L-BFGS-B",
            bounds=[(1e-6, 20 - 1e-6)],
        )
        assert held.values["beta"][i] == pytest.approx(end.x[0], abs=1e-2)
    assert held.n_params == 1 and (held.table()["alpha"] == 0.4).all()
    np.testing.assert_array_equal(np.asarray(held.fitted.params.alpha), np.float32(0.4))
    assert (held.log_lik <= fit_map(AGENT, RECORDS, starts=2, prior=False, quiet=True).log_lik + 1e-6).all()


def padded(sessions: list[tuple[np.ndarray, np.ndarray]]) -> Record:
    """Sessions of different lengths, padded to 40 steps with rows that did not happen."""
    action, reward, valid = np.full((3, 40), -1), np.full((3, 40), np.nan), np.zeros((3, 40), bool)
    for i, (a, r) in enumerate(sessions):
        action[i, : len(a)], reward[i, : len(r)], valid[i, : len(a)] = a, r, True
    return record(action, reward, valid)
