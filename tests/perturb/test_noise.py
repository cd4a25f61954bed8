"""Noise that can be scored: averaged over at choice, drawn by the task at learning."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.core.catalogue import load
from neurorl.core.errors import BadValue
from neurorl.loop import run
from neurorl.perturb import noisy_choice, noisy_dopamine
from neurorl.testing import check_agent, check_task

BANDIT = load("task", "bandit")
RISK = load("task", "risk")


def learner(spaces=BANDIT.spaces):
    return load("agent", "rescorla_wagner").for_spaces(spaces)


def policy(noise, q, beta=3.0):
    agent = noisy_choice(learner())
    params = agent.around(type(learner().params())(beta=beta), noise)
    state = agent.init(jax.random.key(0), params)
    _, stated = agent.act(params, type(state)(jnp.asarray(q, float)[None]), jnp.asarray(0))
    return np.exp([float(stated.log_prob(jnp.asarray(a))) for a in range(2)])


@pytest.mark.parametrize("noise", [0.0, 0.5, 2.0])
@pytest.mark.parametrize("q", [(0.0, 0.0), (0.8, 0.3), (1.0, -0.5)])
def test_the_policy_is_the_average_over_the_noise(noise, q):
    x, w = np.polynomial.hermite_e.hermegauss(61)  # the difference of two normal numbers has variance 2
    exact = (w / w.sum()) @ (1 / (1 + np.exp(-(3.0 * (q[0] - q[1]) + np.sqrt(2) * noise * x))))
    p = policy(noise, q)
    assert p.sum() == pytest.approx(1, abs=1e-6)
    assert p[0] == pytest.approx(exact, abs=2e-3 if noise else 1e-6)


def test_noise_makes_choices_less_consistent_and_keeps_the_laws():
    assert policy(0.0, (0.8, 0.3))[0] > policy(1.0, (0.8, 0.3))[0] > policy(3.0, (0.8, 0.3))[0] > 0.5
    check_agent(noisy_choice(learner()), BANDIT).raise_if_broken()


def test_illegal_answers_stay_impossible():
    agent = noisy_choice(load("agent", "q_learning").for_spaces(RISK.spaces))
    params = agent.around(agent.agent.params(), 3.0)
    _, stated = agent.act(params, agent.init(jax.random.key(0), params), jnp.asarray(0))
    np.testing.assert_allclose(np.exp([float(stated.log_prob(jnp.asarray(a))) for a in range(3)]), [1, 0, 0], atol=1e-6)


def test_noise_of_dopamine_stands_in_the_record():
    task = noisy_dopamine(BANDIT, 0.3)
    agent = learner()
    out = run(jax.random.key(0), agent, agent.params(), task, task.params(), 2000)
    stim = np.asarray(out.stim)
    assert abs(stim.mean()) < 4 * 0.3 / np.sqrt(2000) and stim.std() == pytest.approx(0.3, rel=0.07)
    np.testing.assert_allclose(out.latents.rpe - (out.reward + out.stim), -chosen(out), atol=1e-5)
    assert [r.law for r in check_task(task).broken] == ["outcomes"]  # the law that tasks do not stimulate by themselves
    with pytest.raises(BadValue, match="negative"):
        noisy_dopamine(BANDIT, -0.1)


def chosen(out):
    return np.take_along_axis(np.asarray(out.latents.q), np.asarray(out.action)[:, None], axis=1)[:, 0]
