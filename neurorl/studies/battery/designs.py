"""Settings of the battery's tasks that are not their defaults."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jax.numpy as jnp

from neurorl.studies.battery.led import FREE, RANDOM
from neurorl.tasks.pavlovian import Trial

# The default programme of the Pavlovian task: cue at step 5, reward at step 15, one kind of trial a probability.
AT_CUE, AT_REWARD = 4, 14  # the steps on whose way out they come
NEVER, UNLIKELY, LIKELY, CERTAIN = 0, 1, 3, 4  # kinds of trial that pay with probability 0, 0.25, 0.75 and 1

X_ALONE, Y_ALONE = 3, 4  # kinds of trial in `blocking`

DEVALUED, KEPT = 0, 1  # levers: the outcome of the first loses its worth, that of the other keeps it
AT_LEVERS, TESTED = 0, 20  # what is seen there; trials without outcomes
MOVES, TRIES, LIMIT = 30, 20, 300  # of the maze: trials before its goal moves and after it; steps a trial may have

BEST, WORST = 2, 3  # signs of probabilistic selection, in the middle of the row (see `central`)

# Serial reversals: each phase is free at first and ends with forced choices of both arms in turn, which bring the
# values of any fixed learning rate to the same place before every reversal.
FREE_TRIALS, FORCED_TRIALS, REVERSALS = 20, 40, 15
PHASE = FREE_TRIALS + FORCED_TRIALS
BOTH_ARMS = (*(FREE,) * FREE_TRIALS, *(0, 1) * (FORCED_TRIALS // 2)) * (REVERSALS + 1)

# Devaluation: both levers are trained alike by forced presses, and free ones at the end of training show a preference.
FORCED_PRESSES = 80  # of 100 trials of two steps, lever and mouth
BOTH_LEVERS = (DEVALUED, FREE, KEPT, FREE) * (FORCED_PRESSES // 2)

RANDOM_TRIALS, TEST_TRIALS = 400, 20  # of the delayed bandit: choices without information, then free ones
AT_RANDOM = (RANDOM,) * RANDOM_TRIALS


def blocking(task: Any) -> Any:
    """A is rewarded. Then A with X and the new cue B with Y are rewarded. Then X and Y are shown alone, unrewarded."""
    now = (0, 1)
    types = {
        "A+": Trial({"A": now}, 1),
        "AX+": Trial({"A": now, "X": now}, 1),
        "BY+": Trial({"B": now, "Y": now}, 1),
        "X-": Trial({"X": now}),
        "Y-": Trial({"Y": now}),
    }
    return task.programme(types, ((100, {"A+": 1}), (200, {"AX+": 1, "BY+": 1}), (1, {"X-": 1, "Y-": 1})))


A_ALONE, C_ALONE = 4, 5  # kinds of trial in `overexpectation`


def overexpectation(task: Any) -> Any:
    """A, B and C are each rewarded. Then A and B are shown together with one reward, and A and C alone without one."""
    now = (0, 1)
    types = {
        "A+": Trial({"A": now}, 1),
        "B+": Trial({"B": now}, 1),
        "C+": Trial({"C": now}, 1),
        "AB+": Trial({"A": now, "B": now}, 1),
        "A-": Trial({"A": now}),
        "C-": Trial({"C": now}),
    }
    return task.programme(types, ((600, {"A+": 1, "B+": 1, "C+": 1}), (400, {"AB+": 1}), (2, {"A-": 1, "C-": 1})))


def _paying(p_good: float) -> Callable[[Any], Any]:
    return lambda task: replace(task.params(), p_good=jnp.asarray(p_good))


certain, noisy = _paying(1.0), _paying(0.7)


def all_what(task: Any) -> Any:
    """Only blocks in which pictures are rewarded, 80/20 each."""
    return replace(task.params(), p_what=jnp.asarray(1.0), p_good=jnp.asarray([0.8]))


def all_where(task: Any) -> Any:
    """Only blocks in which sides are rewarded, 80/20 each."""
    return replace(task.params(), p_what=jnp.asarray(0.0), p_good=jnp.asarray([0.8]))


HELD_FROM, HELD = 40, 20  # what and where: the trial of the reversal, and trials with pictures where they lay


def _held(params: Any) -> Any:
    return replace(
        params, reversal_low=jnp.asarray(HELD_FROM), reversal_high=jnp.asarray(HELD_FROM), held=jnp.asarray(HELD)
    )


def what_held(task: Any) -> Any:
    """A what block with the reversal under one arrangement of the pictures and the test under the other."""
    return _held(all_what(task))


def where_held(task: Any) -> Any:
    """The same with a where block."""
    return _held(all_where(task))


def central(task: Any) -> Any:
    """The best and the worst sign (0.8, 0.2) are in the middle: a preference for a position does not find them."""
    return replace(task.params(), p_reward=jnp.asarray([0.6, 0.4, 0.8, 0.2, 0.7, 0.3]))


def equal_phases(task: Any) -> Any:
    """Serial reversals at equal distances."""
    return replace(task.params(), phase=jnp.asarray(PHASE), reversals=jnp.asarray(REVERSALS))


def all_chances(task: Any) -> Any:
    """The matching task, including base probabilities that networks did not meet in training."""
    return replace(task, held_out=False).params()


def moved_goal(task: Any) -> Any:
    """The goal moves sooner than in the published setting, so that learners that never find it take fewer steps."""
    return replace(task.params(), change=jnp.asarray(MOVES))
