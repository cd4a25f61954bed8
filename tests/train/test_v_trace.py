"""V-trace: without a lag it is the actor-critic; with one it learns from older weights and needs the correction."""

import dataclasses

import jax
import numpy as np
import pytest

from neurorl.agents.feedforward import Feedforward
from neurorl.agents.lstm import LSTM
from neurorl.core.errors import BadValue
from neurorl.tasks.catch import TASK as CATCH
from neurorl.tasks.harlow_vector import TASK as HARLOW
from neurorl.tasks.two_step import TwoStep
from neurorl.train import ActorCritic, solve, train_agent
from neurorl.train.algorithms.v_trace import VTrace
from neurorl.train.playing import whole_sessions

TWO_STEP = TwoStep(fixation=False)
SHARED = ("discount", "across_trials", "value_cost", "entropy", "step_size", "optimiser", "clip")

CASES = {
    # A recurrent network over stretches of a session: it is replayed from the state in which each stretch began.
    "stretches": (LSTM.for_spaces(TWO_STEP.spaces, hidden=4), TWO_STEP, {"steps": 6, "unroll": 2}),
    # Whole sessions of a task that ends by itself: steps after the end did not happen.
    "sessions that end": (LSTM.for_spaces(HARLOW.spaces, hidden=4), HARLOW, {"steps": 14}),
}


@pytest.mark.parametrize("name", CASES)
def test_without_a_lag_it_is_the_actor_critic(name):
    agent, task, lengths = CASES[name]
    recipe = VTrace(sessions=16, replicas=1, parallel=2, chunk=4, **lengths)
    same = ActorCritic(sessions=16, replicas=1, parallel=2, chunk=4, **lengths)
    same = dataclasses.replace(same, **{setting: getattr(recipe, setting) for setting in SHARED})

    def trained(algorithm):
        return jax.jit(lambda key: solve(key, algorithm, agent, task, task.params()))(jax.random.key(2))

    (ours, metrics), (theirs, expected) = trained(recipe), trained(same)
    for a, b in zip(jax.tree.leaves(ours.params), jax.tree.leaves(theirs.params), strict=True):
        np.testing.assert_allclose(a, b, atol=2e-5)
    for metric in expected:
        np.testing.assert_allclose(metrics[metric], expected[metric], rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(metrics["importance"], 1, atol=1e-5)


def test_the_weights_that_act_are_those_of_so_many_updates_ago():
    agent, lag = Feedforward.for_spaces(CATCH.spaces, hidden=8), 2
    recipe = VTrace(sessions=12, steps=9, replicas=1, parallel=2, chunk=1, lag=lag)

    @jax.jit
    def update(state):
        return recipe.update(state, agent, CATCH, CATCH.params())

    @jax.jit
    def by_hand(state, acting):
        keys = jax.random.split(recipe.now(state)[0], 2)
        played = whole_sessions(keys, agent, acting, CATCH, CATCH.params(), 9)
        return recipe.loss(state.params, agent, CATCH, played, None, 0.01)[1]

    state, states, metrics = recipe.start(jax.random.key(4), agent, CATCH, CATCH.params()), [], []
    for _ in range(5):
        states.append(state)
        state, measured = update(state)
        metrics.append(measured)
    for n, measured in enumerate(metrics):
        for name, value in by_hand(states[n], states[max(n - lag, 0)].params).items():
            np.testing.assert_allclose(measured[name], value, rtol=1e-5, atol=1e-6, err_msg=name)
    importance = [float(measured["importance"]) for measured in metrics]
    assert importance[0] == pytest.approx(1, abs=1e-6) and max(importance[1:]) < 1 - 1e-4


def test_a_lag_below_zero_is_a_sentence():
    with pytest.raises(BadValue, match="lag of VTrace is -1, but must be a whole number, at least 0"):
        VTrace(lag=-1)


@pytest.mark.slow
def test_the_correction_is_needed_with_a_lag_of_40_updates():
    """Catch, 64 units, 5 networks, 800 updates of 16 trials, RMSProp with epsilon 1e-5: return per trial at the end."""
    agent = Feedforward.for_spaces(CATCH.spaces)

    def final(lag: int, correction: str) -> float:
        recipe = VTrace(sessions=12_800, steps=9, replicas=5, parallel=16, chunk=80, lag=lag, clip=None)
        curve = train_agent(agent, CATCH, dataclasses.replace(recipe, correction=correction), quiet=True).curve
        return float(np.mean(curve["reward"][-5:]))

    assert final(0, "v-trace") > 0.95
    corrected, uncorrected = final(40, "v-trace"), final(40, "none")
    assert corrected > 0.9
    assert corrected - uncorrected > 0.4
