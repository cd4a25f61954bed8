"""Streams of examples: rows as they are in the arrays, orders, feedback, ends, and what is refused."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl import load_agent
from neurorl.core.errors import BadValue
from neurorl.core.stream import stream
from neurorl.data import from_trajectory
from neurorl.loop import run, simulate_many
from neurorl.tasks.spike_patterns import SpikePatterns, examples_of
from neurorl.testing import check_task

X = np.arange(24).reshape(4, 3, 2)
TARGETS = np.linspace(0, 1, 12).reshape(4, 3, 1)


def played(task, n_steps, key=0):
    agent = load_agent("random_choice").for_spaces(task.spaces)
    return run(jax.random.key(key), agent, agent.params(), task, task.params(), n_steps)


def test_rows_are_those_of_the_arrays_in_the_order_given():
    task = stream(X, ("a", "b"), feedback=[0, 1, 1, -1], in_time=True, order="given")
    t = played(task, 14)
    np.testing.assert_array_equal(t.obs, np.concatenate([X, X[:2]]).reshape(-1, 2)[:14])
    np.testing.assert_array_equal(t.next_obs[:-1], t.obs[1:])
    np.testing.assert_array_equal(t.feedback, np.repeat([0, 1, 1, -1, 0], 3)[:14])
    np.testing.assert_array_equal(t.discount, [1, 1, 0] * 4 + [1, 1])
    np.testing.assert_array_equal(t.reward, (t.discount == 0) & (t.action == t.feedback))
    np.testing.assert_array_equal(t.truth.example, np.repeat([0, 1, 2, 3, 0], 3)[:14])


def test_shuffled_shows_each_example_once_a_pass():
    task = stream(X[:, 0], ("a", "b"))
    first, again, other = (np.asarray(played(task, 8, key).truth.example) for key in (0, 0, 5))
    assert sorted(first[:4]) == [0, 1, 2, 3] and (first[:4] == first[4:]).all()
    assert (first == again).all() and (first != other).any()


def test_targets_in_time():
    task = stream(X, ("a", "b"), feedback=TARGETS, in_time=True, order="given", repeat=False)
    t = played(task, 15)
    np.testing.assert_allclose(t.feedback[:12, 0], TARGETS.ravel(), rtol=1e-6)
    assert t.valid.sum() == 12 and not t.reward.any()


def test_codes_are_shown_as_codes():
    task = stream([0, 1, 2], ("a", "b"), feedback=[0, 1, 0], labels=("x", "y", "z"), order="given")
    assert played(task, 3).obs.tolist() == [0, 1, 2] and task.spaces.obs.labels == ("x", "y", "z")


def test_equal_arrays_make_equal_tasks():
    one, same, other = (stream(x, ("a", "b")) for x in (X, X.copy(), X + 1))
    assert one == same and hash(one) == hash(same) and one != other


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"x": np.zeros((0, 2))}, "x has shape"),
        ({"x": [[np.nan]]}, "not finite"),
        ({"x": X, "in_time": True, "feedback": [0, 1]}, "There are 4 examples"),
        ({"x": X, "in_time": True, "feedback": [0, 1, 2, 0]}, "there are 2 answers"),
        ({"x": X, "in_time": True, "feedback": np.zeros((4, 2), int)}, "feedback has shape"),
        ({"x": X, "in_time": True, "feedback": np.full((4, 1), np.nan)}, "no number at all"),
        ({"x": [0, 5], "labels": ("a", "b")}, "labels name codes 0 to 1"),
        ({"x": X, "order": "random"}, "must be 'shuffled' or 'given'"),
    ],
)
def test_what_is_refused(arguments, words):
    with pytest.raises(BadValue, match=words):
        stream(answers=("a", "b"), **arguments)


def test_the_laws_hold_for_a_users_arrays():
    task = stream(X, ("a", "b"), feedback=[0, 1, 1, -1], in_time=True)
    check_task(task).raise_if_broken()


def test_a_session_is_a_table():
    task = stream(X, ("a", "b"), feedback=[0, 1, 1, -1], in_time=True)
    agent = load_agent("random_choice").for_spaces(task.spaces)
    t = simulate_many(jax.random.key(0), agent, agent.params(), task, 12, subjects=2)
    table = from_trajectory(t, task.spaces).table
    np.testing.assert_array_equal(table["feedback"], np.asarray(t.feedback).ravel())
    assert table["trial"].max() == 3 and {"obs_0", "obs_1"} <= set(table)


def test_spike_patterns_have_the_stated_statistics():
    x, kind = examples_of(SpikePatterns(examples=400))
    assert x.shape == (400, 100, 50) and np.bincount(kind).tolist() == [40] * 10
    rate = 1 - (1 - 0.03 * 0.7) * (1 - 0.01)  # a spike that stayed, or one that was added; a few fall together
    assert abs(x.mean() - rate) < 0.001
    clean, kind = examples_of(SpikePatterns(examples=40, deletion=0.0, insertion=0.0, jitter=0))
    np.testing.assert_array_equal(clean[0], clean[10])
    other, _ = examples_of(SpikePatterns(examples=40, deletion=0.0, insertion=0.0, jitter=0, draw=1))
    np.testing.assert_array_equal(clean, other)  # the templates are those of the seed
    noisy, _ = examples_of(SpikePatterns(examples=40, draw=1))
    assert (noisy != examples_of(SpikePatterns(examples=40))[0]).any()
    late, _ = examples_of(SpikePatterns(examples=40, deletion=0.0, insertion=0.0))
    spread = np.array([np.roll(clean, k, axis=1) for k in range(-2, 3)]).any(axis=0)
    assert not (late[:, 2:-2] & ~spread[:, 2:-2] & 1).any()


def test_impossible_settings_are_sentences():
    with pytest.raises(BadValue, match=r"deletion is 1\.5, but must lie between 0 and 1"):
        SpikePatterns(deletion=1.5)
    with pytest.raises(BadValue, match="classes is 1, but must be 2 or more"):
        SpikePatterns(classes=1)
    assert jnp.asarray(SpikePatterns(examples=3).params().x).dtype == jnp.uint8
