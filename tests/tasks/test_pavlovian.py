"""The Pavlovian task against its own programme: when cues are on show, when rewards come, and how often."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.agents.random_choice import RandomChoice
from neurorl.core.errors import BadValue
from neurorl.loop import run
from neurorl.tasks.pavlovian import TASK, Pavlovian, Trial

TWO = Pavlovian(cues=("A", "X"), steps=6)
TYPES = {
    "A+": Trial({"A": (1, 4)}, reward_at=4),
    "AX": Trial({"A": (0, 6), "X": (2, 3)}),
    "X?": Trial({"X": (5, 6)}, 6, p=0.25),
}


@partial(jax.jit, static_argnums=(0, 2))
def play(task, params, n_steps, key):
    agent = RandomChoice.for_spaces(task.spaces)
    return run(key, agent, agent.params(), task, params, n_steps)


def session(task, params, trials, seed=0):
    played = play(task, params, trials * task.steps, jax.random.key(seed))
    return jax.tree.map(lambda leaf: np.asarray(leaf).reshape(trials, task.steps, *leaf.shape[1:]), played)


def test_cues_and_rewards_come_when_the_programme_says():
    params = TWO.programme(TYPES, ((1, {"A+": 1}), (1, {"AX": 1}), (1, {"X?": 1})))
    played = session(TWO, params, 3)
    np.testing.assert_array_equal(played.obs[0, :, 0], [0, 1, 1, 1, 0, 0])
    np.testing.assert_array_equal(played.obs[1], np.stack([np.ones(6), [0, 0, 1, 0, 0, 0]], axis=1))
    np.testing.assert_array_equal(played.obs[2, :, 1], [0, 0, 0, 0, 0, 1])
    # A reward at step 4 is paid by the row of step 3, on the way into step 4.
    np.testing.assert_array_equal(played.reward[0], [0, 0, 0, 1, 0, 0])
    assert played.reward[1].sum() == 0
    np.testing.assert_array_equal(played.discount, np.tile([1, 1, 1, 1, 1, 0], (3, 1)))
    np.testing.assert_array_equal(played.truth.kind[:, 0], [0, 1, 2])


def test_phases_follow_one_another_and_the_last_goes_on():
    params = TWO.programme(TYPES, ((2, {"A+": 1}), (3, {"AX": 1}), (1, {"X?": 1})))
    played = session(TWO, params, 9)
    np.testing.assert_array_equal(played.truth.phase[:, 0], [0, 0, 1, 1, 1, 2, 2, 2, 2])
    np.testing.assert_array_equal(played.truth.kind[:, 0], played.truth.phase[:, 0])


def test_types_come_at_their_odds_and_rewards_at_theirs():
    params = TWO.programme(TYPES, ((1, {"A+": 1, "X?": 3}),))
    played = session(TWO, params, 4000)
    kind, paid = played.truth.kind[:, 0], played.reward.sum(1)
    n = (kind == 2).sum()
    assert abs(n / 4000 - 0.75) < 4 * np.sqrt(0.75 * 0.25 / 4000)
    assert abs(paid[kind == 2].mean() - 0.25) < 4 * np.sqrt(0.25 * 0.75 / n)
    assert set(paid[kind == 0]) == {1.0} and not (kind == 1).any()
    follows = kind[1:][kind[:-1] == 0]  # independent of the trial before
    assert abs((follows == 2).mean() - 0.75) < 4 * np.sqrt(0.75 * 0.25 / len(follows))


def test_published_settings_grade_the_probability_of_reward():
    params = TASK.params()
    np.testing.assert_array_equal(params.p_reward, [0, 0.25, 0.5, 0.75, 1])
    played = session(TASK, params, 2000)
    for kind, p in enumerate(params.p_reward):
        here = played.truth.kind[:, 0] == kind
        assert abs(played.reward[here, 14].mean() - p) <= 4 * np.sqrt(p * (1 - p) / here.sum())
        np.testing.assert_array_equal(played.obs[here][:, 5:15, kind], 1)
        assert played.obs[here][:, :5].sum() == played.obs[here][:, 15:].sum() == 0


def test_answers_change_nothing():
    params = TWO.programme(TYPES, ((1, {"A+": 1, "AX": 1, "X?": 2}),))
    agent = RandomChoice.for_spaces(TWO.spaces)
    go = jax.jit(lambda forced: run(jax.random.key(3), agent, agent.params(), TWO, params, 60, forced=forced))
    still, always = go(jnp.zeros(60, jnp.int32)), go(jnp.ones(60, jnp.int32))
    np.testing.assert_array_equal(still.reward, always.reward)
    np.testing.assert_array_equal(still.obs, always.obs)
    assert bool(still.scored.all())


@pytest.mark.parametrize(
    ("types", "phases", "sentence"),
    [
        ({"B": Trial({"B": (0, 1)})}, ((1, {"B": 1}),), "shows B; the cues of this task are A, X"),
        ({"A": Trial({"A": (3, 7)})}, ((1, {"A": 1}),), "does not lie within 0 to 6"),
        ({"A": Trial({"A": (3, 5)}, reward_at=0)}, ((1, {"A": 1}),), "rewards arrive at steps 1 to 6"),
        ({"A": Trial({"A": (3, 5)}, 4, p=1.5)}, ((1, {"A": 1}),), "with probability 1.5"),
        ({"A": Trial({"A": (3, 5)})}, ((1, {"A-": 1}),), "no type called A-"),
        ({"A": Trial({"A": (3, 5)})}, ((1, {"A": 0}),), "odds above 0"),
    ],
)
def test_programmes_that_cannot_be_are_sentences(types, phases, sentence):
    with pytest.raises(BadValue, match=sentence):
        TWO.programme(types, phases)


def test_a_trial_has_steps_and_cues():
    with pytest.raises(BadValue, match="0 steps"):
        Pavlovian(steps=0)
