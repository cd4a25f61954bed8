"""The revaluation task: its map, its payments, its phases; and the walkers that are held against it."""

import functools
import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.core import catalogue
from neurorl.core.errors import BadValue, DoesNotFit
from neurorl.core.types import Transition
from neurorl.loop import simulate_many
from neurorl.ops.dynamic_programming import finite_horizon
from neurorl.ops.revaluation import Revaluation, derangement_graph, distances
from neurorl.ops.successor import finite_representations, random_walk, successor_representation
from neurorl.tasks.revaluation import Revaluation as Task

TASK = catalogue.load("task", "revaluation")
MAP = TASK.layout
N = 1000


@functools.cache
def play(name):
    """N trials of one kind of walker."""
    agent = catalogue.load("agent", name).for_spaces(TASK.spaces)
    played = simulate_many(jax.random.key(3), agent, agent.params(), TASK, 10, subjects=1, sessions=N)
    return jax.tree.map(np.asarray, played)


def test_the_map_is_two_derangements():
    for seed in range(3):
        graph = np.array(derangement_graph(32, 2, seed))
        assert graph.shape == (32, 2)
        for way in graph.T:
            assert sorted(way) == list(range(32))  # a permutation: in-degree 2 in all
        assert (graph != np.arange(32)[:, None]).all()  # no self loops
        assert (graph[:, 0] != graph[:, 1]).all()  # no duplicate edges
        assert np.isfinite(distances(derangement_graph(32, 2, seed))).all()  # strongly connected
    assert derangement_graph(32, 2, 0) != derangement_graph(32, 2, 1)
    with pytest.raises(BadValue, match="does not exist"):
        derangement_graph(2, 2)


def test_the_map_is_always_the_same():
    assert derangement_graph(32, 2, 0)[:3] == ((24, 3), (7, 13), (5, 1))


def test_distances_by_hand():
    ring = ((1, 2), (2, 3), (3, 0), (0, 1))
    np.testing.assert_array_equal(distances(ring), [[0, 1, 1, 2], [2, 0, 1, 1], [1, 2, 0, 1], [1, 1, 2, 0]])
    assert distances(((1, 1), (1, 1)))[1, 0] == np.inf


def test_payments_are_a_permutation_and_starts_are_even():
    keys = jax.random.split(jax.random.key(0), 4000)
    state, obs = jax.vmap(TASK.reset, in_axes=(0, None))(keys, TASK.params())
    payments = np.sort(np.asarray(state.payments), axis=1)
    np.testing.assert_array_equal(payments, np.tile([-1.0] * 21 + [1.0] * 10 + [5.0], (4000, 1)))
    for codes in (state.state, state.payments.argmax(axis=1)):
        counts = np.bincount(np.asarray(codes), minlength=32)
        assert np.sum((counts - 125) ** 2 / 125) < 62  # chi-square, 31 degrees of freedom, p = .001
    good = np.asarray(state.payments == 1).mean(axis=0)
    assert np.abs(good - 10 / 32).max() < 0.03
    np.testing.assert_array_equal(jax.vmap(MAP.payments)(obs), state.payments)


def test_pondering_moves_nothing_and_acting_follows_the_map():
    played = play("random_choice")
    state, action, reward = (np.asarray(x) for x in (played.truth.state, played.action, played.reward))
    assert (state[:, :6] == state[:, :1]).all() and (reward[:, :5] == 0).all()
    successors, payments = np.array(MAP.successors), np.asarray(jax.vmap(MAP.payments)(played.obs[:, 0]))
    for t in range(5, 10):
        entered = successors[state[:, t], action[:, t]]
        np.testing.assert_array_equal(reward[:, t], payments[np.arange(N), entered])
        if t < 9:
            np.testing.assert_array_equal(state[:, t + 1], entered)
    np.testing.assert_array_equal(played.discount, np.tile([1.0] * 9 + [0.0], (N, 1)))
    acting = np.asarray(jax.vmap(jax.vmap(MAP.acting))(played.obs))
    np.testing.assert_array_equal(acting, np.tile([False] * 5 + [True] * 5, (N, 1)))


def test_the_layout_is_on_the_labels():
    assert Revaluation.of(TASK.spaces) == MAP
    assert Revaluation.of(Task(ponder=0, acts=3, n_states=8, n_good=2).spaces).ponder == 0
    with pytest.raises(DoesNotFit, match="shows no map"):
        Revaluation.of(catalogue.load("task", "bandit").spaces)
    for bad in (dict(acts=0), dict(ponder=-1), dict(n_good=32)):
        with pytest.raises(BadValue, match=r"must be|too many"):
            Task(**bad)


def test_dynamic_programming_is_the_best_of_all_walks():
    rng = np.random.default_rng(0)
    payments = rng.permutation([5.0] + [1.0] * 10 + [-1.0] * 21)
    values = np.asarray(finite_horizon(jnp.asarray(MAP.successors), jnp.asarray(payments), 5))
    for start in range(32):
        earned = []
        for walk in itertools.product((0, 1), repeat=5):
            state, total = start, 0.0
            for action in walk:
                state = MAP.successors[state][action]
                total += payments[state]
            earned.append(total)
        assert values[5, start] == max(earned)


def test_the_planner_earns_the_optimum_in_every_trial():
    played = play("horizon_planner")
    payments = jax.vmap(MAP.payments)(played.obs[:, 0])
    start = np.asarray(played.truth.state[:, 0])
    best = jax.vmap(lambda p: finite_horizon(jnp.asarray(MAP.successors), p, 5)[-1])(payments)
    np.testing.assert_allclose(np.asarray(played.reward).sum(axis=1), np.asarray(best)[np.arange(N), start])
    # Its value is what the rest of the trial then pays.
    to_come = np.cumsum(np.asarray(played.reward)[:, ::-1], axis=1)[:, ::-1]
    np.testing.assert_allclose(played.latents.value, to_come, atol=1e-5)


def test_walkers_stand_in_their_order():
    names = ("random_choice", "shortest_path", "successor_representation", "horizon_planner")
    earned = [float(np.asarray(play(name).reward).sum(axis=1).mean()) for name in names]
    assert earned == sorted(earned)
    assert earned[0] == pytest.approx(-30 / 32, abs=0.35)  # five times the mean payment; 4 s.e.


def test_the_greedy_walker_arrives_as_soon_as_can_be():
    played = play("shortest_path")
    start = np.asarray(played.truth.state[:, 0])
    goal = np.asarray(played.truth.goal[:, 0])
    entered = np.array(MAP.successors)[np.asarray(played.truth.state), np.asarray(played.action)][:, 5:]
    first = np.where((entered == goal[:, None]).any(axis=1), (entered == goal[:, None]).argmax(axis=1) + 1, 0)
    far = distances(MAP.successors)[start, goal]
    there = (far > 0) & (far <= 5)
    np.testing.assert_array_equal(first[there], far[there])
    assert (first[far > 5] == 0).all()


def test_successor_representation_by_hand_and_in_the_limit():
    cycle = np.array([[0.0, 1.0], [1.0, 0.0]])
    np.testing.assert_allclose(successor_representation(cycle, 0.5), np.array([[4, 2], [2, 4]]) / 3)
    np.testing.assert_allclose(finite_representations(cycle, 3)[-1], [[2, 1], [1, 2]])
    walk = random_walk(MAP.successors)
    np.testing.assert_allclose(walk.sum(axis=1), 1)
    np.testing.assert_allclose(
        successor_representation(walk, 0.3),
        sum(0.3**k * np.linalg.matrix_power(walk, k) for k in range(40)),
        atol=1e-12,
    )
    with pytest.raises(BadValue, match="of an infinite horizon"):
        successor_representation(walk, 1.0)


def test_q_1_reaches_back_to_the_first_choice_by_hand():
    agent = catalogue.load("agent", "q_trace").for_spaces(TASK.spaces)
    params = agent.params()
    state = agent.init(jax.random.key(0), params)
    payments = jnp.zeros(32).at[3].set(5.0)

    # 0 -> 3 by way 1 pays 5, then 3 -> 13 by way 0 pays nothing and the trial ends.
    def see(state, acting=True):
        return MAP.see(jnp.asarray(state), payments, jnp.asarray(acting))

    state, _ = agent.update(params, state, step(see(0, False), 1, 0.0, 1.0, see(0)))
    assert not np.asarray(state.q).any() and not np.asarray(state.trace).any()  # pondering teaches nothing
    state, latents = agent.update(params, state, step(see(0), 1, 0.0, 1.0, see(3)))
    assert float(latents.rpe) == 0.0
    state, latents = agent.update(params, state, step(see(3), 0, 5.0, 0.0, see(13)))
    assert float(latents.rpe) == 5.0
    np.testing.assert_allclose([state.q[0, 1], state.q[3, 0]], [0.5, 0.5])  # alpha .1 of 5, to both
    assert np.count_nonzero(state.q) == 2 and not np.asarray(state.trace).any()


def step(obs, action, reward, discount, after):
    return Transition(obs, jnp.asarray(action), jnp.asarray(reward), jnp.asarray(discount), jnp.asarray(0.0), after)
