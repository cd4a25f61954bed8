"""Two cues that reverse together: the steps, the costs, the statistics of blocks."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.agents.cue_observer import CueObserver
from neurorl.core.errors import BadValue
from neurorl.loop import run
from neurorl.tasks.inferred_value import TASK, InferredValue

N_SESSIONS, N_STEPS = 400, 200


def sessions(task, n_steps=N_STEPS):
    agent = CueObserver.for_spaces(task.spaces)
    keys = jax.random.split(jax.random.key(0), N_SESSIONS)
    params = task.params()
    played = jax.jit(jax.vmap(lambda key: run(key, agent, agent.params(), task, params, n_steps)))(keys)
    return jax.tree.map(np.asarray, played)


@pytest.fixture(scope="module")
def fixed():
    return sessions(TASK)


def near(frequency, p, n):
    """Within four standard errors of a proportion."""
    return abs(frequency - p) < 4 * np.sqrt(p * (1 - p) / n)


def test_four_steps_a_trial(fixed):
    assert set(fixed.obs[:, 0::4].flat) == {0} and set(fixed.obs[:, 1::4].flat) == {1, 2}
    assert set(fixed.obs[:, 2::4].flat) == {3} and set(fixed.obs[:, 3::4].flat) == {4}
    np.testing.assert_array_equal(fixed.discount, np.tile([1.0, 1.0, 1.0, 0.0], (N_SESSIONS, 50)))
    np.testing.assert_array_equal(fixed.obs[:, 1::4] - 1, fixed.truth.cue[:, 1::4])
    assert not fixed.scored.any()


def test_the_rewarded_cue_pays_and_only_at_the_response(fixed):
    assert not fixed.reward[:, np.arange(N_STEPS) % 4 != 2].any()
    pays = fixed.truth.cue == fixed.truth.rewarded
    np.testing.assert_array_equal(fixed.reward[:, 2::4], pays[:, 2::4])


def test_blocks_of_five_switch_half_the_time(fixed):
    place, rewarded = fixed.truth.place[:, 0::4], fixed.truth.rewarded[:, 0::4]
    np.testing.assert_array_equal(place, np.tile(np.arange(5), (N_SESSIONS, 10)))
    np.testing.assert_array_equal(fixed.truth.block[:, 0::4], np.tile(np.repeat(np.arange(10), 5), (N_SESSIONS, 1)))
    changed = rewarded[:, 1:] != rewarded[:, :-1]
    starts = place[:, 1:] == 0
    assert not changed[~starts].any()
    assert near(changed[starts].mean(), 0.5, starts.sum())


def test_cues_are_shown_evenly_whatever_pays(fixed):
    cue, rewarded = fixed.truth.cue[:, 0::4], fixed.truth.rewarded[:, 0::4]
    for side in (0, 1):
        assert near(cue[rewarded == side].mean(), 0.5, (rewarded == side).sum())
    repeats = cue[:, 1:] == cue[:, :-1]
    assert near(repeats.mean(), 0.5, repeats.size)


def test_varied_blocks_have_three_to_seven_trials():
    place = sessions(InferredValue("varied")).truth.place[:, 0::4]
    lengths = place[:, :-1][place[:, 1:] == 0] + 1
    assert set(lengths) == {3, 4, 5, 6, 7}
    first = np.array([row[:-1][row[1:] == 0][0] + 1 for row in place])  # later ones may be cut off by the end
    assert abs(first.mean() - 5) < 4 * np.sqrt(2 / len(first))


def test_hazard_blocks_switch_before_any_trial():
    rewarded = sessions(InferredValue("hazard")).truth.rewarded[:, 0::4]
    changed = rewarded[:, 1:] != rewarded[:, :-1]
    assert near(changed.mean(), 0.1, changed.size)


def test_wrong_answers_cost_one_and_time_goes_on():
    agent = CueObserver.for_spaces(TASK.spaces)
    legal = run(jax.random.key(3), agent, agent.params(), TASK, TASK.params(), 4)
    wrong_side = 3 - int(legal.action[2])
    for step, answer in ((0, 1), (1, 2), (2, 0), (2, wrong_side), (3, 1)):
        forced = legal.action.at[step].set(answer)
        played = run(jax.random.key(3), agent, agent.params(), TASK, TASK.params(), 4, forced=forced)
        assert played.reward[step] == -1.0
        np.testing.assert_array_equal(played.obs, legal.obs)
        others = np.arange(4) != step
        np.testing.assert_array_equal(played.reward[others], legal.reward[others])


def test_unknown_blocks_are_named():
    with pytest.raises(BadValue, match="fixed, varied or hazard"):
        InferredValue("random").params()  # type: ignore[arg-type]
    assert jnp.shape(TASK.params().p_switch) == ()
