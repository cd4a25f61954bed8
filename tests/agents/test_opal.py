"""Opponent pathways by hand, their negative control, and dopamine that follows richness."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.core.catalogue import load
from neurorl.core.errors import DoesNotFit
from neurorl.core.types import Record
from neurorl.loop import replay, run
from neurorl.perturb import dopamine_at_choice, dopamine_at_learning, lesion_part

TASK = load("task", "probabilistic_selection")
BANDIT = load("task", "bandit")
OPAL = load("agent", "opal").for_spaces(TASK.spaces)
STAR = load("agent", "opal_star").for_spaces(BANDIT.spaces)


@pytest.fixture(scope="module", autouse=True)
def double():
    with jax.enable_x64(True):
        yield


@pytest.fixture(scope="module")
def record(double):
    few = replace(TASK.params(), trials_per_pair=jnp.asarray(40))
    return Record.of(run(jax.random.key(1), OPAL, OPAL.params(), TASK, few, 150))


def led(agent, params, record):
    return replay(jax.random.key(0), agent, params, record)


def of(choices, rewards, obs):
    n = len(choices)
    obs, ones = jnp.asarray(obs, jnp.int32), jnp.ones(n, bool)
    following, zeros = jnp.append(obs[1:], obs[-1]), jnp.zeros(n)
    return Record(
        obs, jnp.asarray(choices, jnp.int32), jnp.asarray(rewards, float), zeros, zeros, following, ones, ones
    )


def test_three_trials_by_hand():
    params = type(OPAL.params())(alpha_c=0.5, alpha_g=0.2, alpha_n=0.4, beta=2.0, rho=0.3)
    # AB: A pays; AB: A does not; AC without an outcome (code 4): nothing is learned
    record = replace(of([0, 0, 2, 0], [1, 0, 0, 0], [0, 0, 4, 0]), informed=jnp.array([True, True, False, True]))
    out = led(OPAL, params, record)
    np.testing.assert_allclose(out.latents.rpe, [0.5, -0.75, 0, -0.375])
    go = [1, 1.1, 1.1 * (1 - 0.15), 1.1 * (1 - 0.15)]
    no_go = [1, 0.8, 0.8 * 1.3, 0.8 * 1.3]
    np.testing.assert_allclose(out.latents.go[:, 0], go)
    np.testing.assert_allclose(out.latents.no_go[:, 0], no_go)
    act = 2.0 * (1.3 * (go[2] - 1) - 0.7 * (no_go[2] - 1))  # A against C, whose weights are both 1
    assert float(out.log_prob[2]) == pytest.approx(-np.log(1 + np.exp(act)), abs=1e-12)


def test_without_the_hebbian_factor_dopamine_at_choice_does_nothing(record):
    plain = replace(OPAL, hebbian=False)
    out = [led(plain, dopamine_at_choice(plain, plain.params(), rho), record).log_prob for rho in (-0.8, 0.0, 0.8)]
    np.testing.assert_allclose(out[0], out[1], atol=1e-12, rtol=0)
    np.testing.assert_allclose(out[2], out[1], atol=1e-12, rtol=0)
    hebbian = [led(OPAL, dopamine_at_choice(OPAL, OPAL.params(), rho), record).log_prob for rho in (-0.8, 0.8)]
    assert np.abs(hebbian[0] - hebbian[1]).max() > 0.1


def test_dopamine_at_choice_and_lesions_of_the_pathways(record):
    parts = OPAL.params().parts
    assert tuple(parts) == ("direct_pathway", "indirect_pathway", "dopamine")
    low = dopamine_at_choice(OPAL, OPAL.params(), -1.0)  # as if there were no direct pathway, the other at double gain
    alone = lesion_part(OPAL, lesion_part(OPAL, OPAL.params(), "direct_pathway"), "indirect_pathway", gain=2.0)
    np.testing.assert_allclose(led(OPAL, low, record).log_prob, led(OPAL, alone, record).log_prob, atol=1e-12)
    blocked = led(OPAL, dopamine_at_learning(OPAL, OPAL.params(), 0.0), record)
    assert (blocked.latents.go == 1).all() and np.allclose(blocked.log_prob, np.log(0.5))


def test_saturation_and_annealing_slow_the_pathways(record):
    plain, full, slow = (
        led(agent, agent.params(), record).latents
        for agent in (OPAL, replace(OPAL, saturation=10.0), replace(OPAL, anneal=10.0))
    )
    # first change of G of the first sign taken: alpha rpe (1 - 1 / 10), and alpha rpe at t = 0
    step = float(plain.rpe[0]) * 0.1
    first = lambda latents: float((latents.go[1:] - 1)[np.nonzero(latents.go[1:] - 1)][0])  # noqa: E731
    assert first(plain) == pytest.approx(step) == first(slow)
    assert first(full) == pytest.approx(0.9 * step)
    assert np.abs(slow.go - 1).max() < np.abs(plain.go - 1).max()


def test_dopamine_follows_richness_once_it_is_sure():
    params = type(STAR.params())(sensitivity=2.0, rho=0.1)
    out = led(STAR, params, of([0] * 5, [1] * 5, [0] * 5))
    # Beta(1,1): mean .5; Beta(2,1): .667, sd .236, unsure; Beta(3,1): .75, sd .194, sure
    np.testing.assert_allclose(out.latents.rho[:3], [0.1, 0.1, 0.1 + 2 * 0.25])
    np.testing.assert_allclose(out.latents.rpe[:3], [1 - 1 / 2, 1 - 2 / 3, 1 - 3 / 4])
    assert float(out.latents.rho[4]) == pytest.approx(0.1 + 2 * (5 / 6 - 0.5))
    lean = led(STAR, type(params)(sensitivity=20.0), of([0] * 5, [0] * 5, [0] * 5))
    assert float(lean.latents.rho[4]) == -1
    assert (np.asarray(led(STAR, type(params)(sensitivity=0.0), of([0] * 5, [0] * 5, [0] * 5)).latents.rho) == 0).all()


def test_the_critic_needs_rewards_between_0_and_1():
    with pytest.raises(DoesNotFit, match="between 0 and 1"):
        load("agent", "opal_star").for_spaces(replace(BANDIT.spaces, reward=(-1.0, 1.0)))


def test_annealed_rates_halve_after_the_stated_outcomes():
    star = replace(STAR, anneal=2.0)
    params = replace(star.params(), alpha_g=jnp.asarray(0.2), alpha_n=jnp.asarray(0.2))
    out = led(star, params, of([0, 0, 0, 0], [1, 1, 1, 1], [0, 0, 0, 0]))
    # The critic's mean before each outcome is 1/2, 2/3, 3/4; rates are .2, .2 / 1.5, .2 / 2.
    go = np.cumprod([1, 1 + 0.2 * (1 - 1 / 2), 1 + 0.2 / 1.5 * (1 - 2 / 3), 1 + 0.1 * (1 - 3 / 4)])
    np.testing.assert_allclose(out.latents.go[:, 0], go)
