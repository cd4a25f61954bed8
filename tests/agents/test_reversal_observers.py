"""Observers of serial and of timed reversals against beliefs written apart, and against known numbers."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import beta as beta_function
from scipy.stats import beta as beta_distribution

from neurorl.agents.hmm_observer import HMMObserver
from neurorl.agents.hmm_observer import Params as HMMParams
from neurorl.agents.reversal_timing_observer import Params as TimingParams
from neurorl.agents.reversal_timing_observer import ReversalTimingObserver
from neurorl.agents.serial_reversal_observer import Params as SerialParams
from neurorl.agents.serial_reversal_observer import SerialReversalObserver
from neurorl.core.errors import BadValue, DoesNotFit
from neurorl.core.types import Record
from neurorl.fit import fit_map
from neurorl.loop import replay, run
from neurorl.ops.arms import arm_spaces
from neurorl.ops.serial_reversal_belief import HAZARDS, beta_weights, log_grid
from neurorl.tasks import reversal_timing, serial_reversal

SEED = jax.random.key(0)


def record_of(action, reward, obs=None):
    action, reward = np.asarray(action), np.asarray(reward, float)
    obs = np.zeros(len(action), int) if obs is None else np.asarray(obs)
    zero, yes = np.zeros(len(action)), np.ones(len(action), bool)
    return Record(*map(jnp.asarray, (obs, action, reward, zero, zero, np.roll(obs, -1), yes, yes)))


def random_session(n, seed=0):
    rng = np.random.default_rng(seed)
    return rng.integers(0, 2, n), rng.integers(0, 2, n).astype(float)


# Joint belief over state, hazard and noise


def on_grid(x, a, b):
    """Mass of Beta(a, b) around each point, and below the lowest, where its density is x^(a - 1) / B(a, b)."""
    mass = beta_distribution.pdf(x, a, b) * x * np.log(x[1] / x[0])
    mass[0] += x[0] ** a / (a * beta_function(a, b))
    return mass


def test_a_prior_keeps_the_mean_that_it_has_off_the_grid():
    with jax.enable_x64(True):
        h = log_grid(*HAZARDS, SerialReversalObserver.n_h)
        for a, b in ((0.05, 500.0), (1.0, 60.0)):
            assert float(h @ beta_weights(h, jnp.asarray(a), jnp.asarray(b))) == pytest.approx(a / (a + b), rel=0.01)


def test_the_joint_belief_equals_bayes_rule_on_a_grid_written_apart():
    n_h, n_eps, action, reward = 12, 7, *random_session(40)
    a_h, b_h, a_eps, b_eps, beta = 0.4, 20.0, 3.0, 8.0, 4.0
    h, eps = np.geomspace(1e-12, 0.5, n_h), np.geomspace(0.005, 0.5, n_eps)
    prior = np.outer(on_grid(h, a_h, b_h), on_grid(eps, a_eps, b_eps))
    belief = np.stack([prior, prior])
    left, hazard, noise = [], [], []
    for a, r in zip(action, reward, strict=True):
        belief = belief / belief.sum()
        left.append(belief[0].sum())
        hazard.append((belief.sum((0, 2)) * h).sum())
        noise.append((belief.sum((0, 1)) * eps).sum())
        speaks_for = a if r else 1 - a
        seen = np.stack([belief[s] * np.where(speaks_for == s, 1 - eps, eps) for s in (0, 1)])
        belief = np.stack([(1 - h[:, None]) * seen[s] + h[:, None] * seen[1 - s] for s in (0, 1)])
    agent = SerialReversalObserver(n_h=n_h, n_eps=n_eps)
    with jax.enable_x64(True):
        seen = replay(SEED, agent, SerialParams(a_h, b_h, a_eps, b_eps, beta), record_of(action, reward))
    np.testing.assert_allclose(seen.latents.p_left_good, left, atol=1e-10)
    np.testing.assert_allclose(seen.latents.hazard, hazard, atol=1e-10)
    np.testing.assert_allclose(seen.latents.noise, noise, atol=1e-10)
    p_left = 1 / (1 + np.exp(-beta * (2 * np.array(left) - 1)))
    np.testing.assert_allclose(seen.log_prob, np.log(np.where(action == 0, p_left, 1 - p_left)), atol=1e-9)


def test_reversals_speed_up_from_nine_trials_to_two():
    # Neftci & Averbeck 2019, learning to learn, with the prior that a reversal is nearly unheard of.
    task, agent = serial_reversal.TASK, SerialReversalObserver(greedy=True)
    played = jax.jit(lambda: run(SEED, agent, agent.params(), task, task.params(), 500))()
    there = np.asarray(played.valid)
    right = (np.asarray(played.action) == np.asarray(played.truth.best))[there]
    phase = np.asarray(played.truth.phase)[there]
    trials = [int(np.argmax(right[phase == n])) for n in range(1, 16)]
    assert trials == [9, 5, 4, 4, 3, 3, 3, 3, 3, 3, 3, 2, 2, 2, 2]


def test_with_a_known_noise_and_a_sure_hazard_it_is_the_hidden_markov_model():
    record = record_of(*random_session(60, 1))
    # So strong a prior that the grid of hazards has its weight on one point.
    agent = SerialReversalObserver(n_h=120, known_noise=0.2)
    at = int(np.abs(np.geomspace(1e-12, 0.5, 120) - 0.04).argmin())
    h = float(np.geomspace(1e-12, 0.5, 120)[at])
    with jax.enable_x64(True):
        params = SerialParams(a_h=1e6 * h, b_h=1e6 * (1 - h), beta=5.0)
        ours = replay(SEED, agent, params, record)
        theirs = replay(SEED, HMMObserver(), HMMParams(h=h, p_hi=0.8, beta=5.0), record)
    np.testing.assert_allclose(ours.latents.p_left_good, theirs.latents.p_left_good, atol=1e-6)
    np.testing.assert_allclose(ours.log_prob, theirs.log_prob, atol=1e-5)
    assert agent.frozen_params == ("a_eps", "b_eps")


# The hidden Markov model


def test_the_filter_equals_a_sum_over_all_paths_and_infers_the_other_arm():
    n, h, p_hi, p_lo = 12, 0.07, 0.8, 0.3
    action, reward = random_session(n, 2)
    paths = (np.arange(2**n)[:, None] >> np.arange(n)) & 1  # 1: the right arm is good
    moves = np.where(paths[:, 1:] != paths[:, :-1], h, 1 - h)
    for asymmetric, other in ((False, 1 - p_hi), (True, p_lo)):
        pays = np.where(paths == action, p_hi, other)
        seen = np.where(reward > 0, pays, 1 - pays)
        left = []
        for t in range(n):
            weight = 0.5 * np.prod(moves[:, :t], axis=1) * np.prod(seen[:, :t], axis=1)
            prefixes = np.unique(paths[:, : t + 1], axis=0, return_index=True)[1]  # later states do not matter
            left.append(weight[prefixes][paths[prefixes, t] == 0].sum() / weight[prefixes].sum())
        with jax.enable_x64(True):
            agent = HMMObserver(asymmetric=asymmetric)
            ours = replay(SEED, agent, HMMParams(h=h, p_hi=p_hi, p_lo=p_lo), record_of(action, reward))
        np.testing.assert_allclose(ours.latents.p_left_good, left, atol=1e-10)
    # A loss on one arm raises the value of the other, which was not tried.
    lost = replay(SEED, HMMObserver(), HMMParams(), record_of([0, 0], [0.0, 0.0])).latents.q
    assert lost[1, 1] > lost[0, 1]


# When the reversal comes


def timing_posterior(action, reward, p_hi, prior):
    """Posterior [b, m] before each trial, by enumeration."""
    m = np.arange(1, 81)
    out, joint = [], np.stack([prior, prior])
    for k, (a, r) in enumerate(zip(action, reward, strict=True)):
        out.append(joint / joint.sum())
        for b in (0, 1):
            good = np.where(m > k, b, 1 - b)
            p = np.where(a == good, p_hi, 1 - p_hi)
            joint[b] = joint[b] * (p if r else 1 - p)
    return np.array(out)


M = np.arange(1, 81)
PRIORS = {
    "flat": np.full(80, 1 / 80),
    "hazard": (1 - 1 / 80) ** (M - 1) / 80,
    "uniform": ((M >= 30) & (M <= 50)) / 21,
    "gaussian": np.exp(-0.5 * ((M - 35) / 4) ** 2),
}


@pytest.mark.parametrize("prior", PRIORS)
def test_the_posterior_over_timing_equals_enumeration(prior):
    action, reward = random_session(80, 3)
    joint = timing_posterior(action, reward, 0.7, PRIORS[prior].astype(float))
    k = np.arange(80)
    left = [joint[t, 0][t < M].sum() + joint[t, 1][t >= M].sum() for t in k]
    with jax.enable_x64(True):
        agent = ReversalTimingObserver(prior=prior)
        seen = replay(SEED, agent, TimingParams(p_hi=0.7, beta=3.0, mean=35.0, sd=4.0), record_of(action, reward))
    np.testing.assert_allclose(seen.latents.timing, joint.sum(axis=1), atol=1e-10)
    np.testing.assert_allclose(seen.latents.p_left_good, left, atol=1e-10)
    reversed_ = [joint[t].sum(axis=0)[t >= M].sum() for t in k]
    np.testing.assert_allclose(seen.latents.p_reversed, reversed_, atol=1e-10)
    np.testing.assert_allclose(seen.latents.reversal, joint.sum(axis=1) @ M, atol=1e-9)


def test_sharpening_narrows_a_gaussian_prior_and_leaves_even_ones_alone():
    record = record_of(*random_session(60, 4))

    def scores(prior, **values):
        return replay(SEED, ReversalTimingObserver(prior=prior), TimingParams(**values), record).log_prob

    np.testing.assert_allclose(scores("gaussian", sd=8.0, w=4.0), scores("gaussian", sd=4.0), atol=1e-5)
    for prior in ("flat", "uniform"):
        np.testing.assert_allclose(scores(prior, w=4.0), scores(prior), atol=1e-5)
    assert np.abs(scores("hazard", w=4.0) - scores("hazard")).max() > 1e-3
    frozen = {prior: ReversalTimingObserver(prior=prior).frozen_params for prior in ("flat", "hazard", "gaussian")}
    assert frozen == {"flat": ("mean", "sd", "w", "c"), "hazard": ("mean", "sd", "c"), "gaussian": ("w", "c")}


def test_a_learned_prior_is_even_counts_plus_the_posteriors_of_past_blocks():
    action, reward = random_session(161, 5)
    obs = (np.arange(161) % 80 > 0).astype(int)
    c, prior = 4.0, np.full(80, 1 / 80)
    counts = np.zeros(80)
    for block in (0, 1):
        rows = slice(80 * block, 80 * block + 80)
        # One more, made-up trial shows the posterior after the block's last outcome.
        ended = timing_posterior(np.r_[action[rows], 0], np.r_[reward[rows], 0.0], 0.8, prior)[-1]
        counts += ended.sum(axis=0)
        prior = (c / 80 + counts) / (c + block + 1)
    agent = dataclasses.replace(
        ReversalTimingObserver.for_spaces(reversal_timing.ReversalTiming(blocks=3).spaces), prior="learned"
    )
    with jax.enable_x64(True):
        seen = replay(SEED, agent, TimingParams(c=c), record_of(action, reward, obs))
    np.testing.assert_allclose(seen.latents.timing[80], (c / 80 + counts - ended.sum(axis=0)) / (c + 1), atol=1e-10)
    np.testing.assert_allclose(seen.latents.timing[160], prior, atol=1e-10)


def test_the_prior_on_timing_comes_back_from_choices():
    task, agent = reversal_timing.TASK, ReversalTimingObserver(prior="gaussian")
    true = TimingParams(p_hi=0.7, beta=6.0, mean=35.0, sd=4.0)
    params = dataclasses.replace(task.params(), p_good=jnp.asarray(0.7))
    played = jax.jit(jax.vmap(lambda key: run(key, agent, true, task, params, 80)))(jax.random.split(SEED, 60))
    fitted = fit_map(agent, Record.of(played), starts=2, groups=np.zeros(60, int), quiet=True)
    assert fitted.values["mean"][0] == pytest.approx(35, abs=2)
    assert fitted.values["sd"][0] == pytest.approx(4, abs=1.5)
    assert fitted.values["p_hi"][0] == pytest.approx(0.7, abs=0.05)


def test_what_does_not_fit_is_said():
    with pytest.raises(DoesNotFit, match="two actions"):
        ReversalTimingObserver.for_spaces(arm_spaces(3))
    with pytest.raises(DoesNotFit, match="two actions"):
        SerialReversalObserver.for_spaces(arm_spaces(3))
    with pytest.raises(BadValue, match="prior is 'wild', but must be"):
        ReversalTimingObserver(prior="wild")
