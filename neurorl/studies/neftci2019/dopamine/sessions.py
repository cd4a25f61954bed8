"""The sessions of the dopamine study, variants of Schultz's trial, and the learners that are run on them.

A trial has 25 steps; cue A is on from step 5 to 15, and the reward comes at 15.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np

from neurorl.agents.td_lambda import Params as Rates
from neurorl.agents.td_lambda import TDLambda
from neurorl.core.params import replace
from neurorl.ops.time_since_cues import Microstimuli, Representation, SerialCompound
from neurorl.tasks.pavlovian import Params, Pavlovian, Trial

STEPS, CUE, REWARD = 25, 5, 15
GAMMA, ALPHA = 0.98, 0.1
BEFORE = 2  # the step of a cue before the cue
TASK = Pavlovian(cues=("A", "X"), steps=STEPS)

_A = {"A": (CUE, REWARD)}
TYPES = {
    "rewarded": Trial(_A, REWARD),
    "omitted": Trial(_A),
    "early": Trial(_A, 10),
    "late": Trial(_A, 20),
    "cue before": Trial({"X": (BEFORE, CUE), **_A}, REWARD),
    "X then A": Trial({"X": (CUE, 10), "A": (10, REWARD)}),
    "compound": Trial({"X": (CUE, REWARD), **_A}, REWARD),
    "X alone": Trial({"X": (CUE, REWARD)}),
}
COMPOUND = list(TYPES).index("compound")
TRAINED = 500  # trials before anything is changed
TRIALS = 1001

# Three phases each, one type a phase; what is probed comes on the first trial of the last phase.
SESSIONS: Mapping[str, tuple[tuple[int, str], ...]] = {
    "omitted": ((250, "rewarded"), (250, "rewarded"), (1, "omitted")),
    "early": ((250, "rewarded"), (250, "rewarded"), (1, "early")),
    "late": ((250, "rewarded"), (250, "rewarded"), (1, "late")),
    "cue before": ((250, "rewarded"), (250, "rewarded"), (1, "cue before")),
    "second order": ((250, "rewarded"), (250, "rewarded"), (1, "X then A")),
    "blocking": ((500, "rewarded"), (500, "compound"), (1, "X alone")),
}


@dataclass(frozen=True)
class Learner:
    """A learner in the comparison: its title, its representation of time, its rates."""

    title: str
    representation: Representation
    lam: float
    alpha: float = ALPHA

    def agent(self) -> TDLambda:
        return TDLambda(self.representation)

    def params(self) -> Rates:
        return replace(Rates(), alpha=self.alpha, gamma=GAMMA, lam=self.lam)


LEARNERS = {
    "td0": Learner("TD(0), serial compound", SerialCompound(2, STEPS), 0.0),
    "td_trace": Learner("TD(.9), serial compound", SerialCompound(2, STEPS), 0.9),
    "td_reset": Learner("TD(0), a reward ends the compound", SerialCompound(2, STEPS, reset=True), 0.0),
    "microstimuli": Learner("TD(.95), microstimuli", Microstimuli(2), 0.95),
}


def sessions() -> Params:
    """Params of all sessions, stacked in the order of `SESSIONS`."""
    made = (TASK.programme(TYPES, [(n, {kind: 1.0}) for n, kind in phases]) for phases in SESSIONS.values())
    return jax.tree.map(lambda *rows: jnp.stack(rows), *made)


CHANCES = (0.0, 0.25, 0.5, 0.75, 1.0)


def graded() -> Params:
    """Params of five sessions in which A is followed by the reward with each of `CHANCES`."""
    one = Pavlovian(cues=("A",), steps=STEPS)
    made = (one.programme({"A": Trial(_A, REWARD, p)}, [(1, {"A": 1.0})]) for p in CHANCES)
    return jax.tree.map(lambda *rows: jnp.stack(rows), *made)


# Starkweather et al. 2017, recalled: reward 1.2 to 2.8 s after the cue in bins of .2 s, Gaussian about 2 s; here bins
# are steps and the standard deviation is .5 s. Their second task leaves the reward out on a tenth of trials.
BINS = np.arange(6, 15)
_HEIGHT = np.exp(-0.5 * ((BINS - 10) / 2.5) ** 2)
TIMED = {"always": 1.0, "nine of ten": 0.9}


def timed() -> Params:
    """Params of both tasks with rewards at uncertain times."""
    one = Pavlovian(cues=("A",), steps=STEPS)
    types = {f"after {k}": Trial({"A": (CUE, CUE + 1)}, CUE + int(k)) for k in BINS} | {
        "never": Trial({"A": (CUE, CUE + 1)})
    }
    made = []
    for rewarded in TIMED.values():
        odds = dict(zip(types, [*(rewarded * _HEIGHT / _HEIGHT.sum()), 1 - rewarded], strict=True))
        made.append(one.programme(types, [(1, odds)]))
    return jax.tree.map(lambda *rows: jnp.stack(rows), *made)


def timed_errors(rewarded: float, *, reset: bool) -> np.ndarray:
    """The error at a reward in each bin once values have settled, in closed form [bins].

    Without reset the value of a bin counts the rewards that came before it as well, so that the error is 1 - p_k. With
    reset it is 1 - V(k - 1), where V(k - 1) = h_k + (1 - h_k) gamma V(k) and h_k is the hazard.
    """
    p = rewarded * _HEIGHT / _HEIGHT.sum()
    if not reset:
        return 1 - p
    hazard = p / (1 - np.concatenate([[0.0], np.cumsum(p)[:-1]]))
    value, out = 0.0, []
    for h in hazard[::-1]:
        value = h + (1 - h) * GAMMA * value
        out.append(1 - value)
    return np.asarray(out[::-1])
