"""On behaviour, from copies, in batches, from memory: what reaches a learner, held against sums done by hand."""

from dataclasses import dataclass, replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.agents.q_trace import AGENT as QTrace
from neurorl.agents.random_choice import RandomChoice
from neurorl.agents.rescorla_wagner import AGENT as RescorlaWagner
from neurorl.analysis.regret import cumulative_regret
from neurorl.core import catalogue
from neurorl.core.errors import BadValue, DoesNotFit
from neurorl.core.params import replace as with_params
from neurorl.core.types import Record, Transition
from neurorl.loop import Batch, ExperienceReplay, OnBehaviour, Parallel, learn, relearn, run
from neurorl.loop.remembering import Remembering
from neurorl.loop.shared import in_turn
from neurorl.tasks.bandit import TASK, Bandit
from neurorl.tasks.gridworld import TASK as MAZE

KEY = jax.random.key(3)
MODES = (OnBehaviour(), Parallel(2), Batch(2), ExperienceReplay(2, capacity=3))
LEARNER = RescorlaWagner(TASK.spaces, initial=0.0)
HALF = with_params(LEARNER.params(), alpha=0.5, beta=2.0)  # halves are exact in binary


def learned(key, agent, params, task, n_ticks, mode):
    settings = task.params()
    return jax.jit(lambda key: learn(key, agent, params, task, settings, n_ticks, mode))(key)


def same(a, b):
    """Bit for bit, whatever axes of length 1 one of them has."""
    for x, y in zip(jax.tree.leaves(a), jax.tree.leaves(b), strict=True):
        x, y = (jax.random.key_data(v) if jnp.issubdtype(v.dtype, jax.dtypes.prng_key) else v for v in (x, y))
        np.testing.assert_array_equal(np.squeeze(x), np.squeeze(y))


# On behaviour


def test_on_behaviour_is_the_loop():
    _, trajectory = learned(KEY, LEARNER, HALF, TASK, 20, OnBehaviour())
    same(trajectory, jax.jit(lambda key: run(key, LEARNER, HALF, TASK, TASK.params(), 20))(KEY))


def test_regret_is_reported_while_learning():
    settings = replace(TASK.params(), low=jnp.array([0.25, 0.75]), high=jnp.array([0.25, 0.75]))
    _, t = jax.jit(lambda key: learn(key, LEARNER, HALF, TASK, settings, 40))(KEY)
    choice = np.asarray(t.action)
    regret = cumulative_regret(choice[None], np.array([[0.25, 0.75]]))[0]
    assert regret.shape == (40,)
    np.testing.assert_allclose(regret, 0.5 * np.cumsum(choice == 0))
    # What is reported at a tick needs nothing of what comes after it.
    np.testing.assert_array_equal(cumulative_regret(choice[None, :7], np.array([[0.25, 0.75]]))[0], regret[:7])


# What was logged, learned from again; and modes that come to the same

PAIRS = [
    ("rescorla_wagner", "bandit"),
    ("q_learning", "two_step"),
    ("dyna_q", "gridworld"),
    ("hmm_observer", "reversal"),
    ("uncertainty_arbitration", "devaluation"),
]


@pytest.mark.parametrize(("agent", "task"), PAIRS)
def test_what_was_logged_gives_the_final_state_bit_for_bit(agent, task):
    task = catalogue.load("task", task)
    agent = catalogue.load("agent", agent).for_spaces(task.spaces)
    params = agent.params()
    state, log = learned(KEY, agent, params, task, 60, OnBehaviour())
    same(state, jax.jit(lambda key, log: relearn(key, agent, params, log))(KEY, Record.of(log)))
    first = agent.init(jax.random.split(KEY, 4)[0], params)
    assert any((np.asarray(a) != np.asarray(b)).any() for a, b in zip(values(state), values(first), strict=True))


def values(state):
    return [leaf for leaf in jax.tree.leaves(state) if not jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key)]


def test_the_activity_of_a_network_comes_back_up_to_rounding():
    # Its weights do not change in a session. XLA rounds its matrix products differently in the two programs.
    agent = catalogue.load("agent", "lstm").for_spaces(TASK.spaces)
    params = agent.params(jax.random.key(1))
    state, log = learned(KEY, agent, params, TASK, 60, OnBehaviour())
    again = jax.jit(lambda key, log: relearn(key, agent, params, log))(KEY, Record.of(log))
    for a, b in zip(values(state), values(again), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


@pytest.mark.parametrize("mode", [Parallel(1), Batch(1), ExperienceReplay(0)], ids=str)
@pytest.mark.parametrize(("agent", "task"), [("q_learning", "two_step"), ("dyna_q", "gridworld")])
def test_one_copy_batches_of_one_and_no_replay_are_on_behaviour(agent, task, mode):
    task = catalogue.load("task", task)
    agent = catalogue.load("agent", agent).for_spaces(task.spaces)
    expected = learned(KEY, agent, agent.params(), task, 60, OnBehaviour())
    same(learned(KEY, agent, agent.params(), task, 60, mode), expected)


# Copies


def test_copies_by_hand():
    state, t = learned(KEY, LEARNER, HALF, TASK, 5, Parallel(3))
    assert t.reward.shape == t.log_prob.shape == (5, 3) and t.truth.p_reward.shape == (5, 3, 2)
    assert len(np.unique(t.truth.p_reward[0, :, 0])) == 3  # each copy has its own luck
    q = np.zeros(2)
    for tick in range(5):
        p = np.exp(2 * q) / np.exp(2 * q).sum()  # one policy for all copies of a tick
        for copy in range(3):
            a, r = int(t.action[tick, copy]), float(t.reward[tick, copy])
            assert t.log_prob[tick, copy] == pytest.approx(np.log(p[a]), abs=1e-6)
            assert float(t.latents.rpe[tick, copy]) == r - q[a]  # but values move from one to the next
            q[a] += 0.5 * (r - q[a])
    np.testing.assert_array_equal(np.asarray(state.q).ravel(), q)


class Once(Bandit):
    """A session ends with the first reward."""

    def step(self, key, params, state, action):
        state, outcome = super().step(key, params, state, action)
        return replace(state, trial=state.trial + 100 * outcome.reward.astype(jnp.int32)), outcome

    def over(self, params, state):
        return state.trial >= 100


def test_a_copy_whose_session_is_over_is_learned_from_no_more():
    state, t = learned(KEY, LEARNER, HALF, Once(), 12, Parallel(4))
    reward = np.asarray(t.reward)
    first = np.argmax(reward > 0, axis=0)
    expected = np.arange(12)[:, None] <= np.where((reward > 0).any(axis=0), first, 12)
    np.testing.assert_array_equal(t.valid, expected)
    assert len(np.unique(first)) > 1 and not expected.all()
    np.testing.assert_array_equal(t.scored, expected)
    assert not np.asarray(t.log_prob)[~expected].any()
    q = np.zeros(2)
    for tick, copy in np.argwhere(expected):
        a = int(t.action[tick, copy])
        q[a] += 0.5 * (reward[tick, copy] - q[a])
    np.testing.assert_array_equal(np.asarray(state.q).ravel(), q)


def test_a_trace_runs_through_all_copies():
    agent = QTrace.for_spaces(MAZE.spaces)
    here, there = jnp.array([0, 5], jnp.int32), jnp.array([1, 6], jnp.int32)
    action, reward = jnp.array([3, 2], jnp.int32), jnp.array([0.0, 1.0])
    both = Transition(here, action, reward, jnp.ones(2), jnp.zeros(2), there)
    state, _ = in_turn(agent, agent.params(), agent.init(KEY, agent.params()), both)
    # Neither led to the other, yet the first answer is credited with the second one's reward.
    assert float(state.q[0, 3]) == float(state.q[5, 2]) == pytest.approx(0.1)


# Batches


def test_a_batch_is_answered_by_one_policy_and_then_learned_in_order():
    state, t = learned(KEY, LEARNER, HALF, TASK, 12, Batch(4))
    q = np.zeros(2)
    for start in range(0, 12, 4):
        p = np.exp(2 * q) / np.exp(2 * q).sum()
        for tick in range(start, start + 4):
            a, r = int(t.action[tick]), float(t.reward[tick])
            assert float(t.log_prob[tick]) == pytest.approx(np.log(p[a]), abs=1e-6)
            assert float(t.latents.rpe[tick]) == r - q[a]
            q[a] += 0.5 * (r - q[a])
    np.testing.assert_array_equal(np.asarray(state.q).ravel(), q)
    assert len(np.unique(np.asarray(t.entropy).reshape(3, 4).round(6), axis=1)[0]) == 1


def test_a_batch_of_a_session_that_is_over_teaches_nothing():
    state, t = learned(KEY, LEARNER, HALF, Once(), 12, Batch(3))
    n = int(np.argmax(np.asarray(t.reward) > 0)) + 1
    assert np.asarray(t.valid).sum() == n < 12
    q = np.zeros(2)
    for a, r in zip(np.asarray(t.action)[:n], np.asarray(t.reward)[:n], strict=True):
        q[a] += 0.5 * (r - q[a])
    np.testing.assert_array_equal(np.asarray(state.q).ravel(), q)


# Replay


def test_a_memory_of_one_repeats_each_step():
    state, t = learned(KEY, LEARNER, HALF, TASK, 6, ExperienceReplay(1, capacity=1))
    q = np.zeros(2)
    for a, r in zip(np.asarray(t.action), np.asarray(t.reward), strict=True):
        for _ in range(2):
            q[a] += 0.5 * (r - q[a])
    np.testing.assert_array_equal(np.asarray(state.q).ravel(), q)


@dataclass(frozen=True)
class Counter(RandomChoice):
    """Counts how often it learned from each observation."""

    n: int = 0

    def init(self, key, params):
        return jnp.zeros(self.n)

    def update(self, params, state, transition):
        return state.at[transition.obs].add(1.0), state[0]


def test_the_last_transitions_are_drawn_equally_often():
    n_ticks, capacity, n = 200, 10, 50
    ticks, zeros = jnp.arange(n_ticks), jnp.zeros(n_ticks)
    true = jnp.ones(n_ticks, bool)
    record = Record(ticks, jnp.zeros(n_ticks, jnp.int32), zeros, zeros, zeros, ticks + 1, true, true)
    row = Transition(*(jnp.zeros((), leaf.dtype) for leaf in (ticks, record.action, zeros, zeros, zeros, ticks)))
    remembering = Remembering(Counter(TASK.spaces, n_ticks), n, capacity, row)
    state = jax.jit(lambda key: relearn(key, remembering, None, record))(KEY)
    assert sorted(np.asarray(state.ring.obs)) == list(range(190, 200)) and int(state.met) == n_ticks
    count = np.asarray(state.agent)
    assert count.sum() == (1 + n) * n_ticks
    # A tick is in memory for ten ticks and drawn 500 times a tenth: 1 + 50, with a standard deviation of 6.7.
    usual = count[capacity : n_ticks - capacity]
    assert np.abs(usual - 51).max() < 5 * 6.7 and abs(usual.mean() - 51) < 1.0
    # The first tick was alone at first: 50 (1 + 1/2 + ... + 1/10) draws.
    assert count[0] == pytest.approx(1 + 50 * 2.929, abs=5 * 10)


# Who may learn how


def test_every_task_is_learned_in_every_way():
    for name in catalogue.names("task"):
        task = catalogue.load("task", name)
        settings, agent = task.params(), learner_for(task)
        for mode in MODES:

            def session(key, agent=agent, task=task, settings=settings, mode=mode):
                return learn(key, agent, agent.params(), task, settings, 4, mode)

            _, trajectory = jax.eval_shape(session, KEY)
            assert trajectory.reward.shape == ((4, 2) if mode == Parallel(2) else (4,)), (name, mode)


def learner_for(task):
    try:
        return catalogue.load("agent", "q_learning").for_spaces(task.spaces)
    except DoesNotFit:
        return catalogue.load("agent", "random_choice").for_spaces(task.spaces)


@pytest.mark.parametrize("mode", MODES[1:], ids=str)
@pytest.mark.parametrize("name", ["lstm", "td_lambda"])
def test_an_agent_that_perceives_is_refused(name, mode):
    task = TASK if name == "lstm" else catalogue.load("task", "hidden_reward")
    agent = catalogue.load("agent", name).for_spaces(task.spaces)
    params, settings = agent.params(KEY), task.params()
    with pytest.raises(DoesNotFit, match="changes its state while it answers"):
        jax.eval_shape(lambda key: learn(key, agent, params, task, settings, 4, mode), KEY)


def test_settings_that_cannot_be():
    with pytest.raises(BadValue, match="10 ticks are no whole number of batches of 3"):
        learned(KEY, LEARNER, HALF, TASK, 10, Batch(3))
    for make in (lambda: Parallel(0), lambda: Batch(0), lambda: ExperienceReplay(-1), lambda: ExperienceReplay(1, 0)):
        with pytest.raises(BadValue, match="cannot be; at least"):
            make()
