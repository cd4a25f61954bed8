"""Harlow's task at its three levels: what is seen, what is paid, when a session is over."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.core.errors import BadValue
from neurorl.ops.gaze import CHOICE
from neurorl.tasks.harlow_gaze import SETS, HarlowGaze
from neurorl.tasks.harlow_pixels import HarlowPixels
from neurorl.tasks.harlow_vector import HarlowVector

SMALL = HarlowPixels(height=12, width=24, size=10, objects="fractals", repeat=4, momentum=True)


def expert(task, key, right, steps=70):
    """Play with the truth: hold the cross, turn to the rewarded object if `right`, else to the other."""
    params = task.params()

    def body(carry, key):
        state, _ = carry
        want = jnp.where(state.left == right, -params.geometry.target, params.geometry.target)
        aim = jnp.where(state.phase == CHOICE, want, 0.0)
        off = aim - state.heading
        action = jnp.where(jnp.abs(off) < 2.2, 0, jnp.where(off < 0, 1, 2))
        over = task.over(params, state)
        state, outcome = task.step(key, params, state, action)
        return (state, outcome.obs), (outcome.reward, outcome.discount, over, outcome.truth, outcome.obs)

    first = task.reset(key, params)
    return jax.lax.scan(body, first, jax.random.split(key, steps))[1]


@pytest.mark.parametrize("right", [True, False])
def test_an_expert_is_paid_or_fined_six_times_and_the_session_is_over(key, right):
    reward, discount, over, truth, _ = expert(HarlowGaze(part="held-out", repeat=4, momentum=True), key, right)
    happened = ~np.asarray(over)
    ends = (np.asarray(discount) == 0) & happened
    assert ends.sum() == 6 and over[-1]
    np.testing.assert_allclose(np.asarray(reward)[ends], 1.0 if right else -1.0)
    np.testing.assert_allclose(np.asarray(reward)[happened].sum(), 6 * 0.2 + (6 if right else -6), rtol=1e-5)
    assert np.asarray(truth.trial)[ends].tolist() == list(range(6))
    # Hold the cross, turn to the object, wait on the way back: six to ten decisions a trial.
    assert 30 <= happened.sum() <= 64


def test_pixels_and_strip_share_their_rules(key):
    strip, pixels = HarlowGaze(repeat=4, momentum=True), SMALL
    for task in (strip, pixels):
        assert task.spaces.action.labels == ("rest", "left", "right")
    a, b = expert(strip, key, True), expert(pixels, key, True)
    np.testing.assert_allclose(a[0], b[0])
    np.testing.assert_allclose(a[3].heading, b[3].heading)


def test_pictures_are_seen_on_the_sides_that_the_truth_says(key):
    task = HarlowPixels()
    params = task.params()
    gaze, _ = task.reset(key, params)
    gaze = dataclasses.replace(gaze, phase=jnp.asarray(CHOICE, jnp.int32), heading=jnp.asarray(0.0))
    seen = np.asarray(task._see(params, gaze))
    left, right = (gaze.rewarded, gaze.other) if gaze.left else (gaze.other, gaze.rewarded)
    for which, first in ((left, 2), (right, 26)):
        picture = np.asarray(params.pictures[which]).transpose(1, 0, 2) / 255
        np.testing.assert_allclose(seen[2:22, first : first + 20], picture, atol=1e-6)


def test_held_out_objects_are_others():
    pictures = [HarlowPixels(part=part).params().pictures for part in ("training", "held-out")]
    assert not {p.tobytes() for p in np.asarray(pictures[0])} & {p.tobytes() for p in np.asarray(pictures[1])}
    codes = [HarlowGaze(part=part).params().codes for part in ("training", "held-out")]
    assert not {p.tobytes() for p in np.asarray(codes[0])} & {p.tobytes() for p in np.asarray(codes[1])}
    assert codes[0].shape == (SETS, 12)


def test_the_paper_has_its_view():
    task = HarlowPixels.paper()
    assert task.spaces.obs.shape == (84, 84, 3) and (task.size, task.repeat) == (34, 4)
    _, obs = jax.eval_shape(lambda k: task.reset(k, task.params()), jax.random.key(0))
    assert obs.shape == (84, 84, 3)


def test_vector_trial_by_hand(key):
    task = HarlowVector(n=4)
    params = task.params()
    state, obs = task.reset(key, params)
    assert obs.tolist() == [1.0] + [0.0] * 8
    state, out = task.step(key, params, state, jnp.asarray(0))
    assert float(out.reward) == 0 and float(out.discount) == 1
    left, right = (state.rewarded, state.other) if state.left else (state.other, state.rewarded)
    np.testing.assert_array_equal(out.obs, jnp.concatenate([jnp.zeros(1), left, right]))
    for action in (1, 2):
        _, out = task.step(key, params, state, jnp.asarray(action))
        assert float(out.reward) == (1.0 if (action == 1) == bool(state.left) else -1.0) and float(out.discount) == 0
    after, out = task.step(key, params, state, jnp.asarray(0))
    assert float(out.reward) == -1 and int(after.trial) == 1  # an invalid answer ends the trial
    np.testing.assert_array_equal(after.rewarded, state.rewarded)


def test_vector_control_changes_the_other_object_only(key):
    task = HarlowVector(constant="rewarded")
    params = task.params()
    state, _ = task.reset(key, params)
    state, _ = task.step(key, params, state, jnp.asarray(0))
    after, _ = task.step(key, params, state, jnp.asarray(1))
    np.testing.assert_array_equal(after.rewarded, state.rewarded)
    assert (after.other != state.other).any()


def test_faults_are_sentences():
    with pytest.raises(BadValue, match="constant is 'none'"):
        HarlowPixels(constant="none")
    with pytest.raises(BadValue, match="do not fit into a view"):
        HarlowPixels(size=30)
    with pytest.raises(BadValue, match="part is "):
        HarlowGaze(part="test")
    with pytest.raises(BadValue, match="are too short for"):
        HarlowGaze(n=5)
