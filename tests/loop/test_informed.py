"""Steps that show no outcome: scored, hidden from the agent, and without effect on its values."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl import load_agent, load_task
from neurorl.core.types import Record
from neurorl.loop import Batch, ExperienceReplay, Parallel, learn, replay, run
from neurorl.perturb import dopaminergic, noisy_choice, shift

TASK = load_task("probabilistic_selection")
PARAMS = replace(TASK.params(), trials_per_pair=jnp.asarray(8), test_rounds=jnp.asarray(1))
N_TRAINING, N = 24, 39


@pytest.fixture(scope="module")
def session():
    agent = load_agent("q_learning").for_spaces(TASK.spaces)
    params = agent.params()
    return agent, params, jax.jit(lambda key: run(key, agent, params, TASK, PARAMS, N))(jax.random.key(0))


@pytest.fixture(scope="module")
def replayed(session):
    agent, params, _ = session
    return jax.jit(lambda record: replay(jax.random.key(0), agent, params, record))


def test_the_test_phase_is_scored_and_values_do_not_move_in_it(session):
    _, _, t = session
    assert t.informed.tolist() == [True] * N_TRAINING + [False] * (N - N_TRAINING)
    assert t.scored.all() and (t.log_prob[N_TRAINING:] < 0).all()
    values = np.asarray(t.latents.q)  # all displays share one row of values, which latents report before the outcome
    assert (values[N_TRAINING:] == values[N_TRAINING]).all()
    assert (np.abs(np.diff(values[: N_TRAINING + 1], axis=0)).max(axis=1) > 0).all()
    assert (t.latents.rpe[N_TRAINING:] == 0).all() and (t.latents.rpe[:N_TRAINING] != 0).all()


def test_the_choice_kernel_goes_on_by_hand(session):
    agent, params, t = session
    one = jax.tree.map(lambda leaf: leaf[N_TRAINING : N_TRAINING + 2], Record.of(t))
    out = replay(jax.random.key(0), agent, params, replace(one, obs=jnp.full(2, 4), action=jnp.zeros(2, jnp.int32)))
    # The first choice of A leaves its kernel at 1: odds of A over C go up by exp(kappa), all values being equal.
    kappa, epsilon = float(params.kappa), float(params.epsilon)
    p = (1 - epsilon) / (1 + np.exp(-kappa)) + epsilon / 2
    np.testing.assert_allclose(np.exp(out.log_prob), [0.5, p], rtol=1e-6)


def test_what_the_record_holds_in_such_rows_has_no_effect(session, replayed):
    _, _, t = session
    record = Record.of(t)
    before = replayed(record)
    np.testing.assert_allclose(before.log_prob, t.log_prob, rtol=1e-6)
    hidden = ~record.informed
    after = replayed(replace(record, reward=jnp.where(hidden, jnp.nan, record.reward), stim=1.0 * hidden))
    np.testing.assert_array_equal(after.log_prob, before.log_prob)
    np.testing.assert_array_equal(after.latents.rpe, before.latents.rpe)


def test_a_reward_that_is_paid_but_not_shown_stays_in_the_trajectory(session, replayed):
    _, _, t = session
    record = replace(Record.of(t), reward=jnp.ones(N))
    assert (replayed(record).reward == 1).all()


@pytest.mark.parametrize("mode", [Parallel(2), Batch(3), ExperienceReplay(2, 10)])
def test_in_every_way_of_learning(mode):
    agent = load_agent("rescorla_wagner").for_spaces(TASK.spaces)
    params = agent.params()
    ticks = (N_TRAINING, N)
    q = [learn(jax.random.key(1), agent, params, TASK, PARAMS, n, mode)[0].q for n in ticks]
    assert (np.asarray(q[0]) != 0.5).any()
    np.testing.assert_array_equal(q[0], q[1])


def test_wrappers_hand_it_on():
    for wrapped in (dopaminergic, noisy_choice):
        agent = wrapped(load_agent("q_learning").for_spaces(TASK.spaces))
        t = run(jax.random.key(0), agent, agent.params(), TASK, PARAMS, N_TRAINING + 3)
        assert (t.latents.q[N_TRAINING:] == t.latents.q[N_TRAINING]).all()


def test_a_network_sees_no_reward_and_goes_on():
    """What lies beyond the session is not valid; within the test the network's inputs differ only by what is seen."""
    plain = load_agent("gru").for_spaces(TASK.spaces)
    params = plain.params(jax.random.key(0))
    t = run(jax.random.key(0), plain, params, TASK, PARAMS, N)
    rewarded = replace(Record.of(t), reward=jnp.where(t.informed, t.reward, 1.0))
    out = replay(jax.random.key(0), plain, params, rewarded)
    np.testing.assert_allclose(out.latents.h, t.latents.h, atol=1e-6)
    assert (np.abs(np.diff(out.latents.h[N_TRAINING:], axis=0)).max(axis=1) > 0).all()
    shifted = shift(plain, 0, 0.0)
    again = replay(jax.random.key(0), shifted, params, rewarded)
    np.testing.assert_allclose(again.log_prob, out.log_prob, atol=1e-6)
