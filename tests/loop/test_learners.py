"""A learner and its modes, held against sums done by hand."""

from dataclasses import dataclass, replace
from typing import ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.agents.dqn import DQN, Experience
from neurorl.agents.rescorla_wagner import AGENT as RescorlaWagner
from neurorl.core.card import Card
from neurorl.core.errors import BadValue, DoesNotFit
from neurorl.core.learner import Learner
from neurorl.core.policy import Categorical
from neurorl.core.ring import draw, empty_ring, last, push, went_on
from neurorl.core.spaces import Spaces
from neurorl.loop import (
    Batch,
    ExperienceReplay,
    From,
    OnBehaviour,
    Parallel,
    batches,
    carried,
    copies,
    frozen,
    lagged,
    learn,
    replayed,
    run,
)
from neurorl.tasks.bandit import TASK
from neurorl.tasks.gridworld import Gridworld
from neurorl.testing.compiled import compiled

KEY = jax.random.key(3)
RATE, BETA = 0.5, 2.0  # halves are exact in binary


class Step(eqx.Module):
    action: jax.Array
    reward: jax.Array


@dataclass(frozen=True)
class Delta(Learner):
    """A delta rule with one update from all experiences: q += RATE mean[(r - q_a) onehot(a)]; it counts its steps."""

    spaces: Spaces
    card: ClassVar[Card] = Card(title="Delta", summary="A small learner.")

    @classmethod
    def for_spaces(cls, spaces):
        return cls(spaces)

    def params(self, key=None):
        return jnp.zeros(2)  # the initial values

    def begin(self, key, params):
        return params, jnp.zeros((), jnp.int32)

    def perceive(self, params, weights, actor, obs, touch):
        return actor + 1, Categorical(BETA * weights)

    def observe(self, params, weights, actor, transition):
        rpe = transition.reward - weights[transition.action]
        return actor, Step(transition.action, transition.reward), (rpe, actor, weights)

    def learn(self, params, learner, experiences):
        chosen = jax.nn.one_hot(experiences.action, 2)
        return learner + RATE * ((experiences.reward[:, None] - learner) * chosen).mean(axis=0)


AGENT = Delta(TASK.spaces)


def learned(agent, n_ticks=12, mode=None, task=TASK, params=None):
    params = agent.params(KEY) if params is None else params
    state, t = compiled(lambda key: learn(key, agent, params, task, task.params(), n_ticks, mode))(KEY)
    return state, jax.tree.map(np.asarray, t)


def after(q, actions, rewards):
    """The values after one update from these experiences."""
    change = [(r - q[a]) * np.eye(2)[a] for a, r in zip(actions, rewards, strict=True)]
    return q + RATE * np.mean(change, axis=0)


def same(a, b):
    for x, y in zip(jax.tree.leaves(a), jax.tree.leaves(b), strict=True):
        np.testing.assert_array_equal(np.squeeze(x), np.squeeze(y))


def test_on_behaviour_by_hand():
    state, t = learned(AGENT)
    rpe, counted, q_then = t.latents
    q = np.zeros(2)
    for i, (a, r) in enumerate(zip(t.action, t.reward, strict=True)):
        np.testing.assert_array_equal(q_then[i], q)
        p = np.exp(BETA * q) / np.exp(BETA * q).sum()
        assert t.log_prob[i] == pytest.approx(np.log(p[a]), abs=1e-6) and rpe[i] == r - q[a]
        q = after(q, [a], [r])
    np.testing.assert_array_equal(state.learner, q)
    assert counted.tolist() == list(range(1, 13)) and int(state.actor) == 12


def test_copies_share_one_learner_and_have_an_actor_each():
    state, t = learned(AGENT, 6, Parallel(3))
    q = np.zeros(2)
    for tick in range(6):
        np.testing.assert_allclose(t.latents[2][tick], [q] * 3, atol=1e-6)
        q = after(q, t.action[tick], t.reward[tick])  # one update from all three
    np.testing.assert_allclose(state.learner, q, atol=1e-6)
    assert state.actor.tolist() == [6] * 3 and t.reward.shape == (6, 3)


def test_batches_wait():
    state, t = learned(batches(AGENT, 4))
    q = np.zeros(2)
    for start in range(0, 12, 4):
        np.testing.assert_array_equal(t.latents[2][start : start + 4], [q] * 4)
        q = after(q, t.action[start : start + 4], t.reward[start : start + 4])
    np.testing.assert_array_equal(state.learner.learner, q)
    by_mode, _ = learned(AGENT, 12, Batch(4))
    same(by_mode.learner, q.astype(np.float32))
    # Two ticks of two bodies make a batch of four.
    state, t = learned(batches(AGENT, 4), 2, Parallel(2))
    np.testing.assert_array_equal(state.learner.learner, after(np.zeros(2), t.action.ravel(), t.reward.ravel()))


def test_a_lag_is_of_so_many_updates():
    state, t = learned(lagged(AGENT, 3))
    qs = [np.zeros(2)] * 4
    for i in range(12):
        np.testing.assert_allclose(t.latents[2][i], qs[i], atol=1e-6)  # acted on what was known three updates ago
        qs.append(after(qs[-1], t.action[i : i + 1], t.reward[i : i + 1]))
    np.testing.assert_allclose(state.learner.learner, qs[-1], atol=1e-6)
    assert not np.allclose(t.latents[2][4:], qs[7:15], atol=0.01)  # it is not a lag of none


def test_a_memory_of_one_is_the_last_step():
    state, t = learned(replayed(AGENT, 2, capacity=1))
    plain, twice = np.zeros(2), np.zeros(2)
    for a, r in zip(t.action, t.reward, strict=True):
        plain = after(plain, [a, a], [r, r])
    np.testing.assert_array_equal(state.learner.learner, plain)
    state, t = learned(AGENT, 12, ExperienceReplay(1, capacity=1))
    for a, r in zip(t.action, t.reward, strict=True):
        twice = after(twice, [a, a], [r, r])  # the new one, and the one remembered
    np.testing.assert_array_equal(state.learner, twice)


@pytest.mark.parametrize(
    ("agent", "mode"),
    [(AGENT, Parallel(1)), (AGENT, Batch(1)), (AGENT, ExperienceReplay(0)), (lagged(AGENT, 0), OnBehaviour())],
    ids=["copies", "batches", "replayed", "lagged"],
)
def test_the_simplest_case_of_each_mode_is_on_behaviour(agent, mode):
    same(learned(agent, 12, mode), learned(AGENT))


def test_the_frozen_learn_nothing_and_the_carried_begin_where_others_ended():
    known = jnp.array([0.25, 0.75])
    state, t = learned(frozen(carried(AGENT)), params=From(jnp.zeros(2), known))
    np.testing.assert_array_equal(state.learner, known)
    np.testing.assert_array_equal(t.latents[2], [known] * 12)
    assert int(state.actor) == 12  # the actor goes on
    going, _ = learned(carried(AGENT), 1, params=From(jnp.zeros(2), known))
    assert (np.asarray(going.learner) != known).sum() == 1
    assert float(carried(AGENT).params(KEY).learner.sum()) == 0


def test_a_memory_inside_a_learner_is_that_of_the_wrapper():
    inside = DQN(TASK.spaces, hidden=3, capacity=5, batch=4, copy_every=2)
    outside = replayed(replace(inside, capacity=0), 4, 5)
    params = inside.params(KEY)
    met = Experience(
        *(jnp.asarray(x) for x in (np.ones((8, 1)), np.arange(8) % 2, np.arange(8.0), np.ones(8))), jnp.ones((8, 1))
    )
    met = jax.tree.map(lambda leaf: leaf.astype(jnp.float32) if leaf.dtype != jnp.int32 else leaf, met)

    def taught(agent, key):
        def step(learner, one):
            return agent.learn(params, learner, jax.tree.map(lambda leaf: leaf[None], one)), None

        return compiled(lambda key: jax.lax.scan(step, agent.begin(key, params)[0], met)[0])(key)

    a, b = taught(inside, jax.random.fold_in(KEY, 1)), taught(outside, KEY)
    same(a.weights, b.learner.weights)
    same(a.memory, b.ring)
    assert (np.asarray(a.weights.online[0].weight) != np.asarray(params.layers[0].weight)).any()


def test_a_ring_keeps_the_last_rows_and_a_step_that_did_not_happen_leaves_no_trace():
    ring = empty_ring(jax.ShapeDtypeStruct((), jnp.int32), 3)
    for i in range(7):
        ring = push(ring, jnp.array([i]))
        undone = went_on(jnp.asarray(False), push(ring, jnp.array([-1])), ring)
        kept = list(range(max(0, i - 2), i + 1))
        assert last(undone, len(kept)).tolist() == kept
        assert set(draw(jax.random.key(i), undone, 64).tolist()) == set(kept)
        ring = undone
    counts = np.bincount(np.asarray(draw(KEY, ring, 3000)), minlength=7)[4:]
    assert np.abs(counts - 1000).max() < 5 * np.sqrt(3000 * 2 / 9)


class Wide(Delta):
    """Its experiences hold seven numbers more."""

    def observe(self, params, weights, actor, transition):
        actor, step, latents = super().observe(params, weights, actor, transition)
        return actor, (step, jnp.full(7, transition.reward)), latents

    def learn(self, params, learner, experiences):
        step, wide = experiences
        return super().learn(params, learner, step) + 0 * wide.sum()


def test_a_memory_is_not_copied_at_each_step():
    # Rows that may not have happened: a choice between the memory before and after would copy it.
    agent, valid = replayed(Wide(TASK.spaces), 2, capacity=999), jnp.ones(20, bool)
    go = jax.jit(lambda key, valid: run(key, agent, agent.params(), TASK, TASK.params(), 20, valid=valid).reward)
    lines = [line for line in go.lower(KEY, valid).compile().as_text().splitlines() if "= f32[1000,7]" in line]
    assert any("dynamic-update-slice(" in line for line in lines)
    assert not any(" select(" in line or " copy(" in line for line in lines)


def test_what_does_not_fit_is_a_sentence():
    with pytest.raises(DoesNotFit, match="RescorlaWagner is not one"):
        copies(RescorlaWagner(TASK.spaces, initial=0.0), 2)
    with pytest.raises(BadValue, match="number of copies is 0, but must be at least 1"):
        copies(AGENT, 0)
    with pytest.raises(BadValue, match="Batches of 3 experiences are not a whole number of ticks of 2"):
        learned(batches(AGENT, 3), 2, Parallel(2))
    maze = Gridworld(trials=1)
    dqn = DQN(maze.spaces, hidden=2, capacity=0)
    with pytest.raises(DoesNotFit, match="Sessions of this task end by themselves"):
        jax.eval_shape(lambda key: learn(key, dqn, dqn.params(), maze, maze.params(), 2, Parallel(2)), KEY)
    with pytest.raises(BadValue, match="Own defines update, which follow from the other functions"):

        class Own(Delta):
            def update(self, params, state, transition):
                return state, None
