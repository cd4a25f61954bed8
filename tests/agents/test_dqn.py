"""Deep Q-learning: its targets and its update against arithmetic, and its course on Catch."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.agents.dqn import AGENT, DQN, Experience
from neurorl.core.errors import DoesNotFit
from neurorl.core.spaces import Box, Discrete, Spaces
from neurorl.loop import Parallel, lagged, learn, replayed
from neurorl.ops.dense import Layer
from neurorl.tasks.catch import TASK
from neurorl.testing.compiled import compiled

SPACES = Spaces(Box((2,)), Discrete(("a", "b", "c")), (-1.0, 1.0))


def network(values):
    """A network whose values are these, whatever it sees."""
    flat = [Layer(jnp.zeros((2, 4)), jnp.zeros(4)), Layer(jnp.zeros((4, 4)), jnp.zeros(4))]
    return (*flat, Layer(jnp.zeros((4, 3)), jnp.asarray(values)))


ONLINE, TARGET = network([0.5, 2.0, 1.0]), network([3.0, -1.0, 4.0])


@pytest.mark.parametrize(("double", "best"), [(False, 4.0), (True, -1.0)])
def test_the_update_by_hand(double, best):
    # Plain: the best value of the target copy. Double: what the target gives to the answer the online network prefers.
    agent = DQN(SPACES, hidden=4, capacity=0, copy_every=2, double=double)
    params = replace(agent.params(), layers=ONLINE, gamma=jnp.asarray(0.5), rate=jnp.asarray(0.01))
    learner, _ = agent.begin(jax.random.key(0), params)
    learner = replace(learner, weights=replace(learner.weights, target=TARGET))
    seen = jnp.ones((2, 2))
    told = Experience(seen, jnp.array([0, 2]), jnp.array([1.0, 0.25]), jnp.array([1.0, 0.0]), seen)
    after = compiled(agent.learn)(params, learner, told)
    # Errors: a: 1 + best / 2 - .5; c: .25 - 1 = -.75. Huber: slope of the error, at most 1; the mean of two.
    slope = np.array([-np.clip(0.5 + best / 2, -1, 1), 0.0, 0.75]) / 2
    # The first step of Adam is rate * sign of the slope.
    expected = np.array([0.5, 2.0, 1.0]) - 0.01 * np.sign(slope)
    np.testing.assert_allclose(after.weights.online[2].bias, expected, atol=1e-6)
    np.testing.assert_allclose(after.adam[0].mu[2].bias, 0.1 * slope, atol=1e-6)
    np.testing.assert_array_equal(after.weights.target[2].bias, TARGET[2].bias)
    again = compiled(agent.learn)(params, after, told)
    np.testing.assert_array_equal(again.weights.target[2].bias, again.weights.online[2].bias)  # copied every second


def test_answers_are_epsilon_greedy_and_forbidden_ones_are_not_given():
    agent = DQN(SPACES, hidden=4, capacity=0)
    params = replace(agent.params(), layers=ONLINE)
    state = agent.init(jax.random.key(0), params)
    _, policy = agent.act(params, state, jnp.zeros(2))
    np.testing.assert_allclose(
        np.exp([policy.log_prob(a) for a in range(3)]), [0.1 / 3, 0.9 + 0.1 / 3, 0.1 / 3], atol=1e-6
    )
    some = Spaces(Discrete(("x", "y")), SPACES.action, (-1.0, 1.0), legal=((True, False, True), (True, True, True)))
    agent = replace(agent, spaces=some)
    _, policy = agent.act(params, state, jnp.asarray(0))
    np.testing.assert_allclose(np.exp([policy.log_prob(a) for a in range(3)]), [0.05, 0.0, 0.95], atol=1e-6)


def test_pictures_do_not_fit():
    with pytest.raises(DoesNotFit, match="codes or vectors"):
        AGENT.for_spaces(Spaces(Box((4, 4)), SPACES.action, (0.0, 1.0)))


def course(agent, mode=None, n_ticks=16_000):
    """Return per trial in eight stretches of a session, mean of five seeds."""

    def session(key):
        params = agent.params(jax.random.fold_in(key, 1))
        return learn(key, agent, params, TASK, TASK.params(), n_ticks, mode)[1].reward

    play = jax.jit(session)
    rewards = np.stack([np.asarray(play(jax.random.key(seed))) for seed in range(5)])
    return 9 * rewards.reshape(5, 8, -1).mean(axis=(0, 2))


@pytest.mark.slow
@pytest.mark.parametrize("way", ["on behaviour", "16 copies", "replayed", "lagged"])
def test_catch_is_learned_in_every_way(way):
    # Steps 2,000 to 4,000 and the end: at least .55 and .75 (with epsilon .1 about .8 is the most).
    agent = AGENT.for_spaces(TASK.spaces)
    ways = {
        "on behaviour": (agent, None),
        "16 copies": (agent, Parallel(16)),
        "replayed": (replayed(replace(agent, capacity=0)), None),
        "lagged": (lagged(agent, 16), None),
    }
    returns = course(*ways[way])
    assert returns[1] >= 0.55 and returns[-1] >= 0.75, returns
