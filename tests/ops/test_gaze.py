"""The rules of Harlow's task for an eye that turns, by hand."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.ops.gaze import CHOICE, FIXATION, INTERVAL, Geometry, another, look, start_gaze, wrap

G = Geometry()
LEFT, REST, RIGHT = -1.0, 0.0, 1.0


def decide(gaze, push, key=0):
    return look(jax.random.key(key), G, gaze, jnp.asarray(push), 4, 10)


def fixed(heading=0.0, constant="both", **changes):
    gaze = start_gaze(jax.random.key(0), G, 10, constant)
    values = dict(heading=jnp.asarray(heading), left=jnp.asarray(True)) | changes
    return type(gaze)(**{name: values.get(name, getattr(gaze, name)) for name in gaze.__dataclass_fields__})


def test_one_push_turns_by_4_4_degrees_in_the_end_and_most_of_it_at_once():
    gaze, _, _ = decide(fixed(-60.0), RIGHT)
    assert 3.5 < float(gaze.heading) + 60 < 4.4
    for _ in range(4):
        gaze, _, _ = decide(gaze, REST)
    np.testing.assert_allclose(float(gaze.heading) + 60, 4.4, atol=1e-3)


def test_holding_the_cross_for_four_frames_pays_and_brings_the_objects():
    gaze, reward, chosen = decide(fixed(0.0), REST)
    assert int(gaze.phase) == CHOICE and np.isclose(reward, 0.2) and not chosen


def test_looking_away_starts_the_hold_anew():
    gaze, reward, _ = decide(fixed(3.0), RIGHT)
    assert int(gaze.phase) == FIXATION and float(reward) == 0 and float(gaze.clock) == 0


@pytest.mark.parametrize(("push", "reward"), [(LEFT, 1.0), (RIGHT, -1.0)])
def test_three_decisions_choose_and_the_rewarded_side_pays(push, reward):
    gaze, _, _ = decide(fixed(0.0), REST)
    for _ in range(2):
        gaze, paid, chosen = decide(gaze, push)
        assert not chosen and float(paid) == 0
    gaze, paid, chosen = decide(gaze, push)
    assert chosen and float(paid) == reward
    assert int(gaze.phase) == INTERVAL and int(gaze.trial) == 1


def test_the_cross_is_back_after_ten_frames():
    gaze = fixed(-12.0, phase=jnp.asarray(INTERVAL, jnp.int32))
    phases = []
    for _ in range(3):
        gaze, _, _ = decide(gaze, REST)
        phases.append(int(gaze.phase))
    assert phases == [INTERVAL, INTERVAL, FIXATION]
    assert float(gaze.clock) == 0  # two frames of the third decision were fixation, but not on the cross


@pytest.mark.parametrize(
    ("constant", "rewarded_stays", "other_stays"), [("both", True, True), ("rewarded", True, False)]
)
def test_which_objects_stay_the_same(constant, rewarded_stays, other_stays):
    gaze = fixed(-9.0, constant, phase=jnp.asarray(CHOICE, jnp.int32))
    after = [decide(gaze, LEFT, key)[0] for key in range(8)]
    assert all(int(a.trial) == 1 for a in after)
    assert all(int(a.rewarded) == int(gaze.rewarded) for a in after) == rewarded_stays
    assert all(int(a.other) == int(gaze.other) for a in after) == other_stays
    assert all(int(a.other) != int(a.rewarded) for a in after)


def test_either_keeps_one_object_in_half_of_the_sessions_each():
    keys = jax.random.split(jax.random.key(1), 200)
    keep = np.asarray(jax.vmap(lambda k: start_gaze(k, G, 10, "either").keep)(keys))
    assert (keep.sum(axis=1) == 1).all() and 0.4 < keep[:, 0].mean() < 0.6


def test_another_is_never_the_one_that_is_taken():
    drawn = {int(another(jnp.asarray(u), jnp.asarray(3), 5)) for u in np.linspace(0, 0.999, 50)}
    assert drawn == {0, 1, 2, 4}


def test_angles_wrap():
    np.testing.assert_allclose(wrap(jnp.array([190.0, -190.0, 370.0])), [-170.0, 170.0, 10.0])
