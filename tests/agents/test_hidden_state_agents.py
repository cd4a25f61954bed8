"""TD over beliefs, attractor networks and two rates at once, against numbers by hand and rules written apart."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.agents.attractor import Attractor
from neurorl.agents.attractor import Params as AttractorParams
from neurorl.agents.attractor_decision import AttractorDecision
from neurorl.agents.attractor_decision import Params as DecisionParams
from neurorl.agents.belief_td import BeliefTD
from neurorl.agents.dual_rate import DualRate
from neurorl.agents.dual_rate import Params as DualParams
from neurorl.core.errors import BadValue, DoesNotFit
from neurorl.core.types import Record
from neurorl.fit import fit_map
from neurorl.loop import replay, run, simulate_many
from neurorl.ops import hidden_reward, wong_wang
from neurorl.ops.arms import arm_spaces
from neurorl.tasks import hidden_reward as waiting
from neurorl.tasks import random_dots, reversal

SEED = jax.random.key(0)
STEPS = hidden_reward.STEPS


def record_of(obs, action, reward, discount):
    obs, action = jnp.asarray(obs), jnp.asarray(action)
    reward, discount = jnp.asarray(reward, float), jnp.asarray(discount, float)
    yes = jnp.ones(len(reward), bool)
    return Record(obs, action, reward, discount, 0 * reward, jnp.roll(obs, -1), yes, yes)


def waited(bins):
    """A record of trials whose reward comes in these bins; 0: omitted."""
    step = np.arange(STEPS)
    obs = np.concatenate([step == 0 for _ in bins]).astype(int)
    reward = np.concatenate([(step + 1 == b) & (b > 0) for b in bins])
    discount = np.tile(step < STEPS - 1, len(bins))
    return record_of(obs, np.zeros(len(obs), int), reward, discount)


# TD over beliefs


@pytest.mark.parametrize("p_omission", [0.0, 0.1])
def test_the_belief_is_bayes_rule_on_survival(p_omission):
    p = np.zeros(15)
    p[6:] = hidden_reward.reward_weights()
    survives = 1 - np.cumsum(p)[:14]  # no reward up to this bin, given that there is one
    expected = (1 - p_omission) * survives / ((1 - p_omission) * survives + p_omission)
    seen = replay(SEED, BeliefTD(p_omission=p_omission), None, waited([0]))
    np.testing.assert_allclose(seen.latents.p_waiting[:14], expected, atol=1e-5)
    came = replay(SEED, BeliefTD(p_omission=p_omission), None, waited([8]))
    assert (np.asarray(came.latents.p_waiting)[8:] == 0).all()


def test_errors_at_the_reward_converge_to_their_closed_form():
    # With no omissions V of bin t is the discounted probability of what is to come: sum_k gamma^(k-t-1) p_k / S_t.
    gamma, p = 0.98, np.zeros(15)
    p[6:] = hidden_reward.reward_weights()
    value = [sum(gamma ** (k - t - 1) * p[k] for k in range(t + 1, 15)) / p[t + 1 :].sum() for t in range(14)]
    agent = BeliefTD(alpha=0.05)
    task = waiting.TASK
    played = jax.jit(lambda: run(SEED, agent, agent.params(), task, task.params(), STEPS * 8000))()
    late = (np.asarray(played.reward) > 0) & (np.arange(STEPS * 8000) > STEPS * 4000)
    came, rpe = np.asarray(played.truth.reward_bin)[late], np.asarray(played.latents.rpe)[late]
    for k in range(6, 15):
        assert rpe[came == k].mean() == pytest.approx(1 - value[k - 1], abs=0.01)


def test_values_of_time_do_not_know_that_the_reward_has_come():
    record = waited([6, 14] * 2)
    values = {f: replay(SEED, BeliefTD(features=f), None, record).latents.value for f in ("time", "time_until_reward")}
    after = slice(STEPS * 2 + 8, STEPS * 2 + 13)  # in a trial whose reward came in bin 6
    assert (np.asarray(values["time_until_reward"])[after] == 0).all()
    assert (np.asarray(values["time"])[STEPS * 2 + 13] > 0).all()  # it still waits for the one in bin 14


def test_stimulation_is_added_to_the_error():
    record = waited([8])
    stimulated = dataclasses.replace(record, stim=record.stim.at[3].set(0.5))
    plain, lit = (replay(SEED, BeliefTD(), None, r).latents.rpe for r in (record, stimulated))
    assert float(lit[3] - plain[3]) == pytest.approx(0.5)


# Attractors


def test_the_network_rests_or_holds_one_of_two_states():
    none = jnp.zeros(2)
    rest = wong_wang.settle(jnp.full(2, 0.1), none, 5.0, 0.025)
    assert np.ptp(rest) < 1e-5
    high = wong_wang.settle(jnp.array([0.5, 0.1]), none, 5.0, 0.025)
    rates = wong_wang.rate(wong_wang.drive(high, none, wong_wang.J_SELF, wong_wang.J_CROSS))
    assert float(rates[0]) == pytest.approx(20.4, abs=0.3) and float(rates[1]) == pytest.approx(0.5, abs=0.1)
    np.testing.assert_allclose(wong_wang.settle(high[::-1], none, 1.0, 0.025), high[::-1], atol=1e-4)
    np.testing.assert_allclose(wong_wang.drift(high, none), 0, atol=1e-3)


def test_the_rate_is_smooth_at_its_removable_singularity():
    x = jnp.linspace(-1e-5, 1e-5, 5)
    np.testing.assert_allclose(wong_wang.rate(x), 1 / wong_wang.D + 0.5 * wong_wang.A * x, rtol=1e-5)
    slope = jax.vmap(jax.grad(lambda at: wong_wang.rate(at)))(jnp.array([-1e-9, 0.0, 1e-9]))
    np.testing.assert_allclose(slope, 0.5 * wong_wang.A, rtol=1e-3)


@pytest.mark.parametrize(("gain", "losses"), [(0.012, 3), (0.015, 2), (0.026, 1)])
def test_losses_in_a_row_carry_the_state_across_and_a_win_puts_it_back(gain, losses):
    agent, params = Attractor(), AttractorParams(gain=gain)
    wins = [0] * 6

    def difference(outcomes):
        n = len(outcomes)
        seen = replay(
            SEED,
            agent,
            params,
            record_of(np.zeros(n + 1, int), wins * 0 + [0] * (n + 1), [*outcomes, 0], [0] * (n + 1)),
        )
        return float(seen.latents.s[-1, 0] - seen.latents.s[-1, 1])

    start = [1.0] * 6
    assert difference(start) > 0.4
    assert difference(start + [0.0] * (losses - 1)) > 0
    assert difference(start + [0.0] * losses) < 0
    if losses > 1:
        assert difference([*start, *([0.0] * (losses - 1)), 1.0, 0.0]) > 0


def test_the_current_of_outcomes_comes_back_from_choices():
    agent, task = Attractor(), reversal.TASK
    true = AttractorParams(gain=0.013, beta=7.0)
    played = simulate_many(SEED, agent, true, task, 100, subjects=1, sessions=20)
    held = {"j_self": wong_wang.J_SELF, "j_cross": wong_wang.J_CROSS}
    fitted = fit_map(agent, Record.of(played), starts=2, groups=np.zeros(20, int), fixed=held, quiet=True)
    assert fitted.converged.all() and fitted.standard_errors is not None
    for name, value in (("gain", 0.013), ("beta", 7.0)):
        assert abs(fitted.values[name][0] - value) < 4 * fitted.standard_errors[name][0], name


def test_decisions_are_right_when_easy_and_at_chance_when_there_is_nothing_to_see():
    agent, task = AttractorDecision(particles=40), random_dots.TASK
    params = dataclasses.replace(task.params(), coherences=jnp.array([0.0, 0.512]))
    played = jax.jit(lambda: run(SEED, agent, agent.params(), task, params, 24))()
    coherence = np.asarray(played.truth.coherence)
    p_left = np.exp(np.where(np.asarray(played.action) == 0, played.log_prob, np.log1p(-np.exp(played.log_prob))))
    right_side = np.asarray(played.truth.side) == 1
    assert (np.where(right_side, 1 - p_left, p_left)[coherence > 0] > 0.99).all()
    assert abs(p_left[coherence == 0].mean() - 0.5) < 4 * 0.5 / np.sqrt(40 * (coherence == 0).sum())


def test_without_self_excitation_nothing_is_held():
    task = random_dots.TASK
    agent = AttractorDecision(particles=4)
    played = jax.jit(lambda p: run(SEED, agent, p, task, task.params(), 12))(DecisionParams(j_self=0.2))
    assert float(jnp.abs(played.latents.late[:, 0] - played.latents.late[:, 1]).max()) < 0.05


# Two rates


def test_two_rates_equal_two_delta_rules_written_apart():
    rng = np.random.default_rng(0)
    action, reward = rng.integers(0, 2, 50), rng.integers(0, 2, 50).astype(float)
    alpha, ratio, w, beta = 0.6, 0.15, 0.4, 4.0
    fast, slow, log_prob = np.full(2, 0.5), np.full(2, 0.5), []
    for a, r in zip(action, reward, strict=True):
        q = w * fast + (1 - w) * slow
        log_prob.append(beta * q[a] - np.log(np.exp(beta * q).sum()))
        fast[a] += alpha * (r - fast[a])
        slow[a] += alpha * ratio * (r - slow[a])
    record = record_of(np.zeros(50, int), action, reward, np.zeros(50))
    seen = replay(SEED, DualRate(arm_spaces(2)), DualParams(alpha, ratio, w, beta), record)
    np.testing.assert_allclose(seen.log_prob, log_prob, atol=1e-5)


def test_what_does_not_fit_is_said():
    with pytest.raises(DoesNotFit, match="moving dots"):
        AttractorDecision.for_spaces(arm_spaces(2))
    with pytest.raises(DoesNotFit, match="hidden_reward"):
        BeliefTD.for_spaces(arm_spaces(2))
    with pytest.raises(BadValue, match="features is 'smell', but must be"):
        BeliefTD(features="smell")
