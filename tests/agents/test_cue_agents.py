"""Learners of two cues by hand: what a reversal does to the values of both."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.agents.cue_observer import CueObserver
from neurorl.agents.cue_td import CueTD
from neurorl.core.errors import DoesNotFit
from neurorl.core.types import Transition
from neurorl.ops.cued import Cued
from neurorl.tasks import bandit
from neurorl.tasks.inferred_value import TASK

G = 0.9
V0 = 0.5 * G**2 / (1 - G**4)
CODES = Cued.of(TASK.spaces)


def trial(agent, state, cue, reward, stim=0.0):
    """One trial with cue 0 or 1: state, the values at the four steps, expected rewards at the cue."""
    values, expected = [], None
    obs = (0, 1 + cue, 3, 4, 0)
    for step in range(4):
        state, _ = agent.act(None, state, jnp.asarray(obs[step]))
        outcome = Transition(
            jnp.asarray(obs[step]),
            jnp.asarray((0, 0, 1 + cue, 0)[step]),
            jnp.asarray(reward if step == 2 else 0.0),
            jnp.asarray(0.0 if step == 3 else 1.0),
            jnp.asarray(stim if step == 2 else 0.0),
            jnp.asarray(obs[step + 1]),
        )
        state, latents = agent.update(None, state, outcome)
        values.append(float(latents.value))
        expected = latents.q if step == 1 else expected
    return state, values, np.asarray(expected)


def start(agent):
    return agent.init(jax.random.key(0), None)


def test_td_moves_the_value_of_the_cue_it_met_and_no_other():
    agent = CueTD(CODES, alpha=0.8)
    state, _, _ = trial(agent, start(agent), cue=0, reward=1.0)
    np.testing.assert_allclose(state.w, [0.9, 0.5], rtol=1e-6)
    state, _, _ = trial(agent, state, cue=1, reward=0.0)
    np.testing.assert_allclose(state.w, [0.9, 0.1], rtol=1e-6)
    # Reversal: the left cue pays nothing. What it tells about the right one, this learner cannot know.
    state, _, before = trial(agent, state, cue=0, reward=0.0)
    np.testing.assert_allclose(before, [0.9, 0.1], rtol=1e-6)
    np.testing.assert_allclose(state.w, [0.18, 0.1], rtol=1e-6)


def test_values_of_the_steps_and_errors_between_them():
    agent = CueTD(CODES)
    state, values, _ = trial(agent, start(agent), cue=0, reward=1.0)
    w = 0.5
    np.testing.assert_allclose(values, [V0, G * w + G**3 * V0, w + G**2 * V0, G * V0], rtol=1e-5)
    state, values, expected = trial(agent, state, cue=0, reward=1.0)
    np.testing.assert_allclose(G * values[1] - values[0], G**2 * (expected[0] - 0.5), atol=1e-6)
    np.testing.assert_allclose(G * values[2] - values[1], 0.0, atol=1e-6)
    np.testing.assert_allclose(1.0 + G * values[3] - values[2], 1.0 - expected[0], atol=1e-6)
    np.testing.assert_allclose(G * V0 - values[3], 0.0, atol=1e-6)


def test_stimulation_at_the_outcome_teaches_td():
    agent = CueTD(CODES, alpha=0.5)
    state, _, _ = trial(agent, start(agent), cue=1, reward=0.0, stim=0.5)
    np.testing.assert_allclose(state.w, [0.5, 0.5], rtol=1e-6)


def test_the_observer_infers_the_cue_it_did_not_meet():
    agent = CueObserver(CODES)
    state, _, before = trial(agent, start(agent), cue=0, reward=1.0)
    np.testing.assert_allclose(before, [0.5, 0.5])
    state, values, known = trial(agent, state, cue=1, reward=0.0)
    np.testing.assert_allclose(known, [0.9, 0.1], rtol=1e-6)
    np.testing.assert_allclose(G * values[1] - values[0], -0.324, atol=1e-6)
    state, _, _ = trial(agent, state, cue=0, reward=0.0)  # reversal
    state, values, known = trial(agent, state, cue=1, reward=1.0)
    np.testing.assert_allclose(known, [0.1, 0.9], rtol=1e-6)
    np.testing.assert_allclose(G * values[1] - values[0], 0.324, atol=1e-6)


def test_an_observer_who_counts_is_sure_within_a_block_and_unsure_at_its_start():
    agent = CueObserver(CODES, block=3, hazard=0.5)
    state, expected = start(agent), []
    for _ in range(4):
        state, _, known = trial(agent, state, cue=0, reward=1.0)
        expected.append(known[0])
    np.testing.assert_allclose(expected, [0.5, 1.0, 1.0, 0.5])


def test_a_wrong_answer_tells_the_observer_nothing():
    agent = CueObserver(CODES, hazard=0.0)
    state, _, _ = trial(agent, start(agent), cue=0, reward=1.0)
    state, _, _ = trial(agent, state, cue=0, reward=-1.0)
    assert state.p_left == 1.0


def test_other_tasks_are_declined_with_a_sentence():
    for agent in (CueTD, CueObserver):
        with pytest.raises(DoesNotFit, match="no fixation, cue_left"):
            agent.for_spaces(bandit.TASK.spaces)
