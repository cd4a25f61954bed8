"""Pavlovian conditioning in real time: cues come and go, rewards follow, whatever is answered.

A trial is `steps` time steps long. Its type says when each cue is on show and on the way into which step a reward may
arrive: a cue at (5, 15) is seen at steps 5 to 14, a reward at 15 is paid by the row of step 14. A programme is a row of
phases, each with a number of trials and the odds of its types; the last phase goes on for as long as the loop asks.
By it are written acquisition, extinction, blocking, overshadowing, overexpectation, conditioned inhibition,
second-order conditioning, omitted, early and late rewards, and uncertain ones. With `steps` = 1 a trial is a single
step, cues and outcome together, as when people say whether a meal will make a patient ill.

The time between trials is taken to be long and of random length, so that the start of a trial cannot be foreseen:
`discount` is 0 where a trial ends, and learners forget what they saw.

By default five cues are followed by a reward with probability 0, 1/4, 1/2, 3/4 and 1 (Fiorillo et al. 2003), ten steps
after they come on (the trial of 25 steps, cue at 5, reward at 15, is the one of Neftci & Averbeck 2019 as simulated in
this project).

Departs from the papers: steps have no length in seconds; the animal may respond or not at every step (an answer is
scored at each), and a response neither costs nor earns anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from neurorl.core.card import Card
from neurorl.core.errors import BadValue
from neurorl.core.spaces import Spaces
from neurorl.core.task import Task
from neurorl.core.types import Outcome
from neurorl.ops.pavlovian import pavlovian_spaces

NEVER = -1


@dataclass(frozen=True)
class Trial:
    """A type of trial.

    Attributes:
        cues: cue -> (first step on which it is on show, first step on which it no longer is).
        reward_at: the step on the way into which a reward arrives, 1 to the number of steps; None for no reward.
        p: probability of the reward.
        size: the reward, reward units.
    """

    cues: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    reward_at: int | None = None
    p: float = 1.0
    size: float = 1.0


class Params(eqx.Module):
    """The types of trial (rows of the first five) and the phases (rows of the last two)."""

    shown_from: Int[Array, "types cues"] = eqx.field(converter=jnp.asarray)
    shown_until: Int[Array, "types cues"] = eqx.field(converter=jnp.asarray)
    reward_at: Int[Array, " types"] = eqx.field(converter=jnp.asarray)
    p_reward: Float[Array, " types"] = eqx.field(converter=jnp.asarray)
    size: Float[Array, " types"] = eqx.field(converter=jnp.asarray)
    odds: Float[Array, "phases types"] = eqx.field(converter=jnp.asarray)  # of each type; need not sum to 1
    trials: Int[Array, " phases"] = eqx.field(converter=jnp.asarray)


class State(eqx.Module):
    kind: Int[Array, ""]  # type of this trial
    step: Int[Array, ""]  # of this trial
    trial: Int[Array, ""]


class Truth(eqx.Module):
    """Type of the trial (in the order of the programme's types) and phase, both from 0."""

    kind: Int[Array, ""]
    phase: Int[Array, ""]


@dataclass(frozen=True)
class Pavlovian(Task):
    """Pavlovian conditioning with these `cues`, trials of `steps` steps and rewards up to `largest`."""

    cues: tuple[str, ...] = ("A", "B", "C", "D", "E")
    steps: int = 25
    largest: float = 1.0

    card: ClassVar[Card] = Card(
        title="Pavlovian conditioning in real time",
        summary="Cues start and end, and rewards follow or not, in a programme of phases. Prediction errors move "
        "from reward to cue, and cues compete for them.",
        refs=("neftci2019", "schultz1997", "fiorillo2003", "rescorla1972"),
        tags=("pavlovian", "dopamine", "timing"),
    )

    def __post_init__(self) -> None:
        if self.steps < 1 or not self.cues:
            raise BadValue(f"A trial has {self.steps} steps and {len(self.cues)} cues, but needs at least one of each.")

    @property
    def spaces(self) -> Spaces:
        return pavlovian_spaces(self.cues, self.steps, self.largest)

    def params(self) -> Params:
        """Each cue is followed by a reward with a probability of its own, evenly spaced from 0 to 1."""
        on, at = self.steps // 5, max(3 * self.steps // 5, 1)
        p = jnp.linspace(0.0, 1.0, max(len(self.cues), 2)).tolist()
        types = {cue: Trial({cue: (on, at)}, at, p[i], self.largest) for i, cue in enumerate(self.cues)}
        return self.programme(types, ((1, dict.fromkeys(types, 1.0)),))

    def programme(self, types: Mapping[str, Trial], phases: Sequence[tuple[int, Mapping[str, float]]]) -> Params:
        """Params from types of trial by name and phases.

        Args:
            types: name -> trial; `truth.kind` counts them in this order.
            phases: (number of trials, {type: odds}), one after the other.
        """
        for name, trial in types.items():
            self._check(name, trial)
        shown = [[trial.cues.get(cue, (NEVER, NEVER)) for cue in self.cues] for trial in types.values()]
        odds = [[float(of.get(name, 0.0)) for name in types] for _, of in phases]
        unknown = sorted({name for _, of in phases for name in of} - set(types))
        if unknown or not phases or min(map(sum, odds), default=0) <= 0:
            raise BadValue(
                f"Each phase needs odds above 0 for at least one of {', '.join(types)}"
                + (f"; there is no type called {', '.join(unknown)}." if unknown else ".")
            )
        return Params(
            shown_from=jnp.asarray([[span[0] for span in row] for row in shown], jnp.int32),
            shown_until=jnp.asarray([[span[1] for span in row] for row in shown], jnp.int32),
            reward_at=jnp.asarray([NEVER if t.reward_at is None else t.reward_at for t in types.values()], jnp.int32),
            p_reward=jnp.asarray([t.p for t in types.values()], float),
            size=jnp.asarray([t.size for t in types.values()], float),
            odds=jnp.asarray(odds, float),
            trials=jnp.asarray([trials for trials, _ in phases], jnp.int32),
        )

    def reset(self, key: PRNGKeyArray, params: Params) -> tuple[State, Float[Array, " cues"]]:
        zero = jnp.asarray(0, jnp.int32)
        state = State(self._kind(jax.random.uniform(key), params, zero), zero, zero)
        return state, self._see(params, state)

    def step(self, key: PRNGKeyArray, params: Params, state: State, action: Int[Array, ""]) -> tuple[State, Outcome]:
        u = jax.random.uniform(key, (2,))
        arrives = (state.step + 1 == params.reward_at[state.kind]) & (u[0] < params.p_reward[state.kind])
        reward = jnp.where(arrives, params.size[state.kind], 0.0)
        ends = state.step == self.steps - 1
        trial = state.trial + ends
        after = State(
            jnp.where(ends, self._kind(u[1], params, trial), state.kind),
            jnp.where(ends, 0, state.step + 1).astype(jnp.int32),
            trial,
        )
        outcome = Outcome(
            obs=self._see(params, after),
            reward=reward,
            discount=1.0 - ends.astype(reward.dtype),
            stim=jnp.zeros_like(reward),
            truth=Truth(state.kind, _phase(params, state.trial)),
        )
        return after, outcome

    def _see(self, params: Params, state: State) -> Float[Array, " cues"]:
        shown = (params.shown_from[state.kind] <= state.step) & (state.step < params.shown_until[state.kind])
        return shown.astype(params.p_reward.dtype)

    def _kind(self, u: Float[Array, ""], params: Params, trial: Int[Array, ""]) -> Int[Array, ""]:
        """Type of this trial, from a uniform number."""
        cumulative = jnp.cumsum(params.odds[_phase(params, trial)])
        return jnp.sum(cumulative <= u * cumulative[-1]).astype(jnp.int32)

    def _check(self, name: str, trial: Trial) -> None:
        unknown = sorted(set(trial.cues) - set(self.cues))
        if unknown:
            raise BadValue(
                f"Trial {name} shows {', '.join(unknown)}; the cues of this task are {', '.join(self.cues)}."
            )
        if any(not 0 <= start < end <= self.steps for start, end in trial.cues.values()):
            raise BadValue(
                f"Trial {name} shows a cue at {dict(trial.cues)}, which does not lie within 0 to {self.steps}."
            )
        if trial.reward_at is not None and not 1 <= trial.reward_at <= self.steps:
            raise BadValue(f"Trial {name} pays at step {trial.reward_at}; rewards arrive at steps 1 to {self.steps}.")
        if not 0 <= trial.p <= 1 or not 0 <= trial.size <= self.largest:
            raise BadValue(
                f"Trial {name} pays {trial.size:g} with probability {trial.p:g}; sizes go from 0 to {self.largest:g}."
            )


def _phase(params: Params, trial: Int[Array, ""]) -> Int[Array, ""]:
    return jnp.minimum(jnp.sum(trial >= jnp.cumsum(params.trials)), params.trials.shape[0] - 1).astype(jnp.int32)


TASK = Pavlovian()
