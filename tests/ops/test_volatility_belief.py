"""The volatility filter and its observer against enumeration of every hidden course of short sessions."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.agents.magnitude_learner import MagnitudeLearner
from neurorl.agents.magnitude_learner import Params as LearnerParams
from neurorl.agents.volatility_observer import VolatilityObserver
from neurorl.core.errors import DoesNotFit
from neurorl.core.types import Record
from neurorl.loop import replay, run
from neurorl.ops import volatility_belief as beliefs
from neurorl.ops.arms import arm_spaces
from neurorl.tasks.volatility import Volatility

N_K, TRIALS = 3, 6


def enumerate_courses(left_paid):
    """P(volatile), P(left pays) before each trial, by summing over every course of volatility, side and k."""
    k_grid = np.exp([-4.5 + 1 / 6, -4.0, -3.5 - 1 / 6])
    mass_volatile, mass_left, mass = np.zeros(TRIALS), np.zeros(TRIALS), np.zeros(TRIALS)
    for course in itertools.product(itertools.product((0, 1), (0, 1)), repeat=TRIALS):  # (volatile, left better)
        for k in k_grid:
            weight = 1 / 12
            for t, (v, left) in enumerate(course):
                if t:
                    v0, left0 = course[t - 1]
                    flip = 0.2 if v0 else 0.0
                    weight *= (flip if left != left0 else 1 - flip) * (k if v != v0 else 1 - k)
                p_left = (1.0 if left else 0.0) if v else (0.75 if left else 0.25)
                # later states still to be summed over: their probabilities sum to 1 over the enumeration's tail,
                # which repeats every prefix 4^(rest) times, so only prefixes with a fixed tail are counted
                if all(s == (0, 0) for s in course[t + 1 :]):
                    mass[t] += weight
                    mass_volatile[t] += weight * v
                    mass_left[t] += weight * p_left
                weight *= p_left if left_paid[t] else 1 - p_left
    return mass_volatile / mass, mass_left / mass


@pytest.mark.parametrize("outcomes", [(1, 1, 0, 0, 0, 0), (1, 0, 1, 1, 0, 1), (0, 0, 0, 0, 0, 0)])
def test_the_filter_equals_enumeration(outcomes):
    belief = beliefs.prior(N_K)
    volatile, left = [], []
    for paid in outcomes:
        volatile.append(float(beliefs.volatile(belief)))
        left.append(float(beliefs.left_pays(belief)))
        belief = beliefs.after_trial(beliefs.after_outcome(belief, jnp.asarray(bool(paid))))
    expected_volatile, expected_left = enumerate_courses(outcomes)
    np.testing.assert_allclose(volatile, expected_volatile, atol=2e-6)
    np.testing.assert_allclose(left, expected_left, atol=2e-6)


@pytest.fixture(scope="module")
def played():
    task = Volatility("low_first", 0.01)
    agent = VolatilityObserver()
    sessions = jax.jit(jax.vmap(lambda key: run(key, agent, agent.params(), task, task.params(), 200)))
    return jax.tree.map(np.asarray, sessions(jax.random.split(jax.random.key(0), 150)))


def test_the_observer_notices_volatility_and_tracks_the_better_arm(played):
    volatility = played.latents.volatility.mean(axis=0)
    assert volatility[0] == pytest.approx(0.5)
    assert volatility[60:100].mean() < 0.25 and volatility[110:].mean() > 1.5 * volatility[60:100].mean()
    p = played.latents.p_left[:, 60:100]
    better = played.truth.p_left[:, 60:100]
    assert np.abs(p - better).mean() < 0.1


def test_its_errors_average_to_nothing_where_its_model_of_the_world_holds():
    task, agent = Volatility(), VolatilityObserver()
    sessions = jax.jit(jax.vmap(lambda key: run(key, agent, agent.params(), task, task.params(), 200)))
    played = sessions(jax.random.split(jax.random.key(1), 300))
    paid = (np.asarray(played.reward) > 0) == (np.asarray(played.action) == 0)
    p, volatile = np.asarray(played.latents.p_left), np.asarray(played.latents.volatility)
    for low in np.arange(0.2, 0.79, 0.2):  # calibrated: of the trials given probability p, a share p pays
        there = (p >= low - 1e-6) & (p < low + 0.2)  # what lies beyond .2 and .8 a possible reversal forbids
        assert paid[there].mean() == pytest.approx(p[there].mean(), abs=0.02)
    for low in np.arange(0, 1, 0.25):
        there = (volatile >= low) & (volatile < low + 0.25)
        assert there.sum() > 2_000
        assert np.asarray(played.truth.volatile)[there].mean() == pytest.approx(volatile[there].mean(), abs=0.03)


def test_the_magnitude_learner_equals_a_likelihood_written_apart():
    task, agent, params = Volatility("high_first", 0.01), MagnitudeLearner(), LearnerParams(0.35, 6.0)
    record = Record.of(run(jax.random.key(3), agent, params, task, task.params(), 60))
    q, log_prob, rpes = 0.5, [], []
    for m, a, r in zip(*map(np.asarray, (record.obs, record.action, record.reward)), strict=True):
        x = 6.0 * (q * m[0] - (1 - q) * m[1])
        log_prob.append(-np.log1p(np.exp(-x if a == 0 else x)))
        rpes.append(float((r > 0) == (a == 0)) - q)
        q += 0.35 * rpes[-1]
    ours = replay(jax.random.key(0), agent, params, record)
    np.testing.assert_allclose(ours.log_prob, log_prob, atol=1e-5)
    np.testing.assert_allclose(ours.latents.rpe, rpes, atol=1e-5)


@pytest.mark.parametrize("agent", [VolatilityObserver, MagnitudeLearner])
def test_they_only_play_tasks_that_show_magnitudes(agent):
    with pytest.raises(DoesNotFit, match="arms with known magnitudes"):
        agent.for_spaces(arm_spaces(2))
