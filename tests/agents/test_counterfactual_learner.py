"""Learning from outcomes that were forgone: by hand, with partial feedback, and what a confirmation bias does."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl import load_agent, load_task
from neurorl.core.errors import DoesNotFit
from neurorl.core.options import with_options
from neurorl.core.types import Record
from neurorl.loop import replay, simulate_many

TASK = load_task("bandit_counterfactual")
LEARNER = load_agent("counterfactual_learner").for_spaces(TASK.spaces)
RATES = {"alpha_chosen_pos": 0.4, "alpha_chosen_neg": 0.2, "alpha_unchosen_pos": 0.1, "alpha_unchosen_neg": 0.3}
PARAMS = replace(LEARNER.params(), beta=jnp.asarray(2.0), **{k: jnp.asarray(v) for k, v in RATES.items()})


def record(action, reward, feedback) -> Record:
    n = len(action)
    code, zero, yes = jnp.zeros(n, jnp.int32), jnp.zeros(n), jnp.ones(n, bool)
    actions, rewards = jnp.asarray(action, jnp.int32), jnp.asarray(reward, float)
    return Record(code, actions, rewards, zero, zero, code, yes, yes, jnp.asarray(feedback, float))


def test_values_by_hand():
    nothing = np.nan
    rows = record([0, 0, 1, 0], [1, 0, 0, 1], [[1, 0], [0, 1], [nothing, 0], [1, 1]])
    t = replay(jax.random.key(0), LEARNER, PARAMS, rows)
    q1 = np.array([0.5 + 0.4 * 0.5, 0.5 - 0.3 * 0.5])  # chosen paid, the other did not
    q2 = np.array([q1[0] * (1 - 0.2), q1[1] + 0.1 * (1 - q1[1])])  # chosen did not, the other did
    q3 = np.array([q2[0], q2[1] * (1 - 0.2)])  # the other's outcome was not shown
    np.testing.assert_allclose(t.latents.q, [[0.5, 0.5], q1, q2, q3], rtol=1e-6)
    np.testing.assert_allclose(t.latents.rpe_unchosen, [[0, -0.5], [0, 1 - q1[1]], [0, 0], [0, 1 - q3[1]]], rtol=1e-6)
    np.testing.assert_allclose(t.log_prob[3], -np.log1p(np.exp(-2.0 * (q3[0] - q3[1]))), rtol=1e-5)


def test_two_rates_of_confirmation():
    tied = with_options(LEARNER, {"confirmatory": True})
    rows = record([0, 1, 0, 0], [1, 0, 0, 1], [[1, 0], [1, 0], [0, 1], [1, 1]])
    same = replace(PARAMS, alpha_unchosen_pos=PARAMS.alpha_chosen_neg, alpha_unchosen_neg=PARAMS.alpha_chosen_pos)
    a, b = (replay(jax.random.key(0), agent, p, rows) for agent, p in ((tied, PARAMS), (LEARNER, same)))
    np.testing.assert_allclose(a.latents.q, b.latents.q, rtol=1e-6)
    assert tied.frozen_params == ("alpha_unchosen_pos", "alpha_unchosen_neg") and LEARNER.frozen_params == ()


def test_the_task_shows_what_it_says():
    settings = replace(TASK.params(), p_complete=jnp.asarray(0.6))
    t = simulate_many(jax.random.key(0), LEARNER, PARAMS, TASK, 100, subjects=100, task_params=settings)
    shown = np.asarray(t.feedback)
    chosen = np.take_along_axis(shown, np.asarray(t.action)[..., None], -1)[..., 0]
    np.testing.assert_array_equal(chosen, t.reward)
    other = np.take_along_axis(shown, 1 - np.asarray(t.action)[..., None], -1)[..., 0]
    assert abs(np.isfinite(other).mean() - 0.6) < 4.5 * np.sqrt(0.24 / other.size)
    both = np.isfinite(other)
    good = np.where(np.asarray(t.action) == t.truth.best, chosen, other)[both]
    bad = np.where(np.asarray(t.action) == t.truth.best, other, chosen)[both]
    for outcomes, p in ((good, 0.75), (bad, 0.25)):
        assert abs(outcomes.mean() - p) < 4.5 * np.sqrt(p * (1 - p) / outcomes.size)
    assert abs(np.corrcoef(good, bad)[0, 1]) < 4.5 / np.sqrt(good.size)


def test_a_task_that_shows_less_is_refused():
    with pytest.raises(DoesNotFit, match="such as bandit_counterfactual"):
        load_agent("counterfactual_learner").for_spaces(load_task("bandit").spaces)
