"""Models of the world and what is learned from them, against value iteration, a real queue, and by hand."""

import heapq

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.core.types import Transition
from neurorl.ops.grids import MAZES, Maze, grid
from neurorl.ops.learned_model import LearnedModel
from neurorl.ops.markov_decision import look_ahead, value_iteration
from neurorl.ops.successor import random_walk, successor_representation, successor_td
from neurorl.ops.world_model import WorldModel, rehearse, sweep

GAMMA = 0.9
SMALL = grid(Maze(("S..\n.#.\n..G",)))


def step(obs, action, reward, discount, after):
    numbers = [jnp.asarray(x, float) for x in (reward, discount, 0.0)]
    return Transition(jnp.asarray(obs), jnp.asarray(action), *numbers, jnp.asarray(after))


def explored(table):
    """A model in which everything was tried once."""
    n = table.n
    return WorldModel(
        jnp.asarray(table.successors[0]),
        jnp.asarray(table.rewards[0], float),
        1.0 - jnp.asarray(table.ends[0], float),
        jnp.zeros((n, 4), jnp.int32),
        jnp.asarray(1, jnp.int32),
    )


def optimal(table):
    p, r = table.process()
    return look_ahead(p, r, GAMMA, value_iteration(p, r, GAMMA))


def test_the_last_outcome_is_remembered():
    model = WorldModel.blank(3, 2)
    assert not model.tried.any()
    model = model.after(step(0, 1, 0.5, 1.0, 2)).after(step(2, 0, 1.0, 0.0, 0)).after(step(0, 1, 0.25, 1.0, 1))
    assert model.next_state[0, 1] == 1 and model.reward[0, 1] == 0.25 and model.go_on[2, 0] == 0
    assert model.tried.sum() == 2 and model.tried_at[0, 1] == 2 and model.steps_since[2, 0] == 2
    assert model.steps_since[1, 1] == 3  # never tried: since the start
    assert model.next_state[1, 1] == 1  # ... and taken to lead nowhere


def test_much_rehearsal_is_value_iteration():
    model, legal = explored(SMALL), jnp.ones((SMALL.n, 4), bool)
    one, gamma = jnp.asarray(1.0), jnp.asarray(GAMMA)
    q = rehearse(jax.random.key(0), jnp.zeros((SMALL.n, 4)), model, model.tried, legal, one, gamma, 3000)
    np.testing.assert_allclose(q, optimal(SMALL), atol=1e-6)


def test_only_what_was_tried_is_rehearsed():
    model = WorldModel.blank(4, 3).after(step(1, 2, 1.0, 0.0, 0)).after(step(3, 0, 2.0, 0.0, 0))
    legal, half = jnp.ones((4, 3), bool), jnp.asarray(0.5)
    q = rehearse(jax.random.key(1), jnp.zeros((4, 3)), model, model.tried, legal, half, half, 200)
    expected = np.zeros((4, 3))
    expected[1, 2], expected[3, 0] = 1.0, 2.0
    np.testing.assert_allclose(q, expected, atol=1e-6)


def test_states_are_drawn_evenly_and_then_their_answers():
    # State 0 has one tried answer, state 1 has two. One rehearsal with alpha 1 marks the pair that was drawn.
    model = WorldModel.blank(3, 2)
    for state, action in ((0, 1), (1, 0), (1, 1)):
        model = model.after(step(state, action, 1.0, 0.0, 2))
    legal, one = jnp.ones((3, 2), bool), jnp.asarray(1.0)
    keys = jax.random.split(jax.random.key(0), 4000)
    drawn = jax.vmap(lambda key: rehearse(key, jnp.zeros((3, 2)), model, model.tried, legal, one, one, 1))(keys)
    np.testing.assert_allclose(drawn.mean(axis=0), [[0, 0.5], [0.25, 0.25], [0, 0]], atol=0.03)


def queue_sweep(q, queue, table, alpha, n, theta):
    """Prioritised sweeping with a heap: (priority, pair), the largest first."""
    for _ in range(n):
        if not queue:
            break
        _, (s, a) = heapq.heappop(queue)
        target = table.rewards[0, s, a] + GAMMA * (not table.ends[0, s, a]) * q[table.successors[0, s, a]].max()
        q[s, a] += alpha * (target - q[s, a])
        for before, answer in zip(*np.nonzero(table.successors[0] == s), strict=True):
            ahead = GAMMA * (not table.ends[0, before, answer]) * q[s].max()
            off = abs(table.rewards[0, before, answer] + ahead - q[before, answer])
            if off > theta and all(pair != (before, answer) for _, pair in queue):
                heapq.heappush(queue, (-off, (before, answer)))
    return q


def test_sweeping_to_the_end_is_value_iteration_and_needs_fewer_updates_than_rehearsal():
    table = grid(MAZES["dyna"])
    model, legal = explored(table), jnp.ones((table.n, 4), bool)
    one, gamma = jnp.asarray(1.0), jnp.asarray(GAMMA)
    zeros = jnp.zeros((table.n, 4))
    into_goal = jnp.asarray(table.ends[0], float)  # the surprise of having been paid
    swept, _ = sweep(zeros, into_goal, model, legal, one, gamma, 250, 1e-6)
    np.testing.assert_allclose(swept, optimal(table), atol=1e-5)
    rehearsed = rehearse(jax.random.key(0), zeros, model, model.tried, legal, one, gamma, 250)
    assert np.abs(rehearsed - optimal(table)).max() > 0.1


def test_sweeping_follows_a_real_queue():
    model, legal = explored(SMALL), jnp.ones((SMALL.n, 4), bool)
    surprise = np.argwhere(SMALL.ends[0])[0]  # one of the two ways into the goal
    priority = jnp.zeros((SMALL.n, 4)).at[tuple(surprise)].set(1.0)
    one = jnp.asarray(1.0)
    for n in (1, 3, 30):
        swept, _ = sweep(jnp.zeros((SMALL.n, 4)), priority, model, legal, one, jnp.asarray(GAMMA), n, 1e-4)
        by_queue = queue_sweep(np.zeros((SMALL.n, 4)), [(-1.0, tuple(surprise))], SMALL, 1.0, n, 1e-4)
        np.testing.assert_allclose(np.sort(swept, axis=None), np.sort(by_queue, axis=None), atol=1e-6)


def test_transitions_by_hand():
    model = LearnedModel.blank(2, 1)
    eta, alpha = jnp.asarray(0.4), jnp.asarray(0.25)
    model, spe = model.after(step(0, 0, 2.0, 1.0, 1), eta, alpha)
    assert spe == pytest.approx(0.5)
    np.testing.assert_allclose(model.p[0, 0], [0.3, 0.7])  # 1/2 scaled by .6; 1/2 + .4 x .5
    assert model.reward[0, 0] == pytest.approx(0.5) and model.go_on[0, 0] == 1
    model, spe = model.after(step(0, 0, 0.0, 0.0, 0), eta, alpha)
    assert spe == pytest.approx(0.7)
    np.testing.assert_allclose(model.p[0, 0], [0.58, 0.42])
    assert model.reward[0, 0] == pytest.approx(0.375) and model.go_on[0, 0] == pytest.approx(0.6)
    np.testing.assert_allclose(model.p[1, 0], [0.5, 0.5])


def test_visits_learned_from_a_walk_are_the_exact_ones():
    ring = random_walk(((1,), (2,), (0,)))
    m, discount = np.eye(3), 0.8
    for visit in range(3000):
        s, after = visit % 3, (visit + 1) % 3
        m[s] = successor_td(m[s], np.eye(3)[s], m[after], discount, 0.2)
    np.testing.assert_allclose(m, successor_representation(ring, discount), atol=1e-9)
