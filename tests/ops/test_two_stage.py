"""The layout of two-stage tasks: where things are, what counts as a choice, and the shared value maths."""

import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.core.errors import DoesNotFit
from neurorl.core.policy import ILLEGAL
from neurorl.core.spaces import Discrete, Spaces
from neurorl.core.types import Transition
from neurorl.ops.two_stage import TwoStage, two_stage_spaces
from neurorl.ops.two_stage_values import Choices, arrival_rpe, greedy_logits, outcome_rpe, plan

WANG = TwoStage.of(two_stage_spaces(fixation=True, second_choice=False))  # fixation 0, first 1, A 2, B 3; centre 0
DAW = TwoStage.of(two_stage_spaces(fixation=False, second_choice=True))  # first 0, A 1, B 2; left 0, right 1


def step(obs, action, next_obs, reward=0.0, discount=1.0, stim=0.0):
    return Transition(*(jnp.asarray(x) for x in (obs, action, reward, discount, stim, next_obs)))


def test_layout():
    assert (WANG.first, WANG.second_a, WANG.second_b, WANG.left, WANG.right) == (1, 2, 3, 1, 2)
    assert (DAW.first, DAW.second_a, DAW.second_b, DAW.left, DAW.right) == (0, 1, 2, 0, 1)
    assert (WANG.n_options, DAW.n_options, WANG.p_common, DAW.p_common) == (1, 2, 0.8, 0.7)
    with pytest.raises(DoesNotFit, match="second_b, left, right"):
        TwoStage.of(Spaces(Discrete(("first", "second_a")), Discrete(("a", "b")), (0.0, 1.0)))


@pytest.mark.parametrize(
    "obs, action, expected", [(1, 1, [1, 0]), (1, 2, [0, 1]), (1, 0, [0, 0]), (0, 1, [0, 0]), (2, 1, [0, 0])]
)
def test_first_choice(obs, action, expected):
    np.testing.assert_array_equal(WANG.first_choice(step(obs, action, 2)), expected)


@pytest.mark.parametrize(
    "layout, obs, action, expected",
    [
        (WANG, 2, 1, [[1], [0]]),
        (WANG, 3, 2, [[0], [1]]),
        (WANG, 3, 0, [[0], [0]]),
        (WANG, 1, 1, [[0], [0]]),
        (DAW, 1, 1, [[0, 1], [0, 0]]),
        (DAW, 2, 0, [[0, 0], [1, 0]]),
        (DAW, 0, 0, [[0, 0], [0, 0]]),
        (DAW, 1, -1, [[0, 0], [0, 0]]),
    ],
)
def test_second_answer(layout, obs, action, expected):
    np.testing.assert_array_equal(layout.second_answer(step(obs, action, 0)), expected)


def test_logits_in_every_state():
    first, shared = jnp.array([1.0, 2.0]), jnp.array([[3.0], [4.0]])
    expected = [[0, ILLEGAL, ILLEGAL], [ILLEGAL, 1, 2], [ILLEGAL, 3, 3], [ILLEGAL, 4, 4]]
    for obs in range(4):
        np.testing.assert_allclose(WANG.logits(jnp.asarray(obs), first, shared), expected[obs])
    second = jnp.array([[3.0, 4.0], [5.0, 6.0]])
    for obs, here in enumerate([[1, 2], [3, 4], [5, 6]]):
        np.testing.assert_allclose(DAW.logits(jnp.asarray(obs), first, second), here)


def test_plan():
    np.testing.assert_allclose(plan(jnp.array([1.0, 0.5]), 0.7), [0.85, 0.65], atol=1e-7)


def test_prediction_errors_on_their_steps_only():
    q_first, v = jnp.array([0.2, 0.6]), jnp.array([0.5, 0.9])
    assert arrival_rpe(WANG, step(1, 2, 3), q_first, v) == pytest.approx(0.3)  # right, to B
    assert arrival_rpe(WANG, step(1, 1, 2, stim=0.1), q_first, v) == pytest.approx(0.4)  # left, to A, stimulated
    assert arrival_rpe(WANG, step(1, 0, 0, reward=-1.0, discount=0.0), q_first, v) == 0  # aborted
    assert arrival_rpe(WANG, step(2, 1, 0, reward=1.0, discount=0.0), q_first, v) == 0
    assert arrival_rpe(WANG, step(1, 1, 2, discount=0.0), q_first, v) == 0  # nothing is expected beyond the end
    assert outcome_rpe(WANG, step(3, 1, 0, reward=1.0, discount=0.0), v[:, None]) == pytest.approx(0.1)
    assert outcome_rpe(WANG, step(3, 0, 0, reward=-1.0, discount=0.0), v[:, None]) == 0  # a cost is no outcome
    q = jnp.array([[0.1, 0.2], [0.3, 0.4]])
    assert outcome_rpe(DAW, step(2, 0, 0, reward=0.0, discount=0.0, stim=0.5), q) == pytest.approx(0.2)
    assert outcome_rpe(DAW, step(0, 0, 1), q) == 0


def test_choices_forget_the_trial_at_its_end_and_keep_the_last():
    left, none, one, zero = jnp.array([1.0, 0.0]), jnp.zeros(2), jnp.asarray(1.0), jnp.asarray(0.0)
    chosen = Choices.none().after(left, one)
    np.testing.assert_array_equal([chosen.trial, chosen.last], [left, left])
    ended = chosen.after(none, zero)
    np.testing.assert_array_equal([ended.trial, ended.last], [none, left])
    aborted = ended.after(none, zero)
    np.testing.assert_array_equal([aborted.trial, aborted.last], [none, left])


def test_greedy_logits_split_ties():
    logits = greedy_logits(jnp.array([[0.5, 0.5 + 1e-8], [0.4, 0.5]]))
    np.testing.assert_allclose(logits, [[0, 0], [ILLEGAL, 0]])
