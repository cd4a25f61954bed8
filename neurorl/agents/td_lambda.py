"""TD(lambda): values that are learned from the difference between successive predictions; dopamine as their error.

    V(t) = w . x(t)
    rpe(t) = r(t) + stim(t) + gamma V(t) - V(t-1)                              (Neftci & Averbeck 2019, eqs. 2-3)
    e <- e + x(t-1);   w <- w + alpha rpe(t) e;   e <- gamma lambda e          (Sutton 1988)

On Pavlovian tasks the features x are a representation of the time since each cue began (`ops/time_since_cues.py`): the
complete serial compound by default, or microstimuli (`TDLambda.microstimuli`). It is emptied at the end of a trial, so
that no cue predicts the next one. If states are codes and there is no choice (`random_walk`), x is the one-hot state.
At the end of a trial V is 0 and the trace is cleared.

On Pavlovian tasks P(respond) = sigmoid(bias + beta V), an anticipation that can be fitted. The error that belongs to
time t stands in the row of step t - 1, whose outcome is what arrives at t.

Departs from the papers, which have no responses; defaults are those of this project's simulations, lambda apart.
"""

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.errors import DoesNotFit
from neurorl.core.params import Beta, Gamma, Gaussian, Interval, param, unit
from neurorl.core.policy import Categorical
from neurorl.core.spaces import Discrete, Spaces
from neurorl.core.types import Transition
from neurorl.ops.pavlovian import cues_of, responding
from neurorl.ops.td import td_lambda
from neurorl.ops.time_since_cues import Microstimuli, Representation, SerialCompound, StateCodes, emptied


class Params(eqx.Module):
    alpha: Float[Array, ""] = param(0.1, unit, symbol="α", doc="learning rate", prior=Beta(1.5, 4.0))
    gamma: Float[Array, ""] = param(0.98, unit, symbol="γ", doc="discount of a step", prior=Beta(8.0, 1.2))
    lam: Float[Array, ""] = param(0.9, unit, symbol="λ", doc="share of eligibility that is left after one step")
    beta: Float[Array, ""] = param(
        5.0, Interval(0, 20), symbol="β", doc="slope of responding", units="1/reward", prior=Gamma(2.0, 3.0)
    )
    bias: Float[Array, ""] = param(
        -2.0, Interval(-10, 10), symbol="b", doc="log-odds of responding without a cue", prior=Gaussian(-2.0, 1.5)
    )


class State(eqx.Module):
    w: Float[Array, " features"]
    trace: Float[Array, " features"]
    memory: Any  # of the representation, up to what was seen last
    rewarded: Bool[Array, ""]  # whether a reward arrived with what is seen next


class Latents(eqx.Module):
    """Prediction error on arrival, value of where the step began (both reward units), and the weights after it."""

    rpe: Float[Array, ""]
    value: Float[Array, ""]
    w: Float[Array, " features"]


@dataclass(frozen=True)
class TDLambda(Agent):
    """TD(lambda) with linear values over a representation of the moment."""

    representation: Representation

    GOES_ON: ClassVar[tuple[str, ...]] = ("trace", "memory", "rewarded")
    card: ClassVar[Card] = Card(
        title="TD(λ): prediction errors in time",
        summary="Learns at every step from the change of its own prediction. Its errors move from reward to cue, dip "
        "when a reward is omitted and depend on its probability, as in dopamine neurons.",
        refs=("sutton1988", "schultz1997", "ludvig2008", "neftci2019:eqs. 2-3", "sutton2018:ch. 12"),
        tags=("pavlovian", "dopamine", "timing", "traces", "values"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        """With the complete serial compound, as long as a trial; where states are codes, with these."""
        if isinstance(spaces.obs, Discrete):
            if spaces.discrete_action().n > 1:
                raise DoesNotFit(
                    "This agent predicts and does not choose: it plays Pavlovian tasks and chains of states with a "
                    "single answer. For choices use a learner such as q_trace."
                )
            return cls(StateCodes(spaces.obs.n))
        return cls(SerialCompound(len(cues_of(spaces)), spaces.steps_per_trial))

    @classmethod
    def microstimuli(cls, spaces: Spaces, count: int = 10, decay: float = 0.9, width: float = 0.08) -> Self:
        """With `count` microstimuli of each cue and of the reward; the trace decays by `decay` a step."""
        return cls(Microstimuli(len(cues_of(spaces)), count, decay, width))

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        memory = self.representation.empty()
        zeros = jnp.zeros_like(self.representation.features(memory))
        return State(zeros, zeros, memory, jnp.asarray(False))

    def act(self, params: Params, state: State, obs: Array) -> tuple[State, Categorical]:
        memory = self.representation.see(state.memory, obs, state.rewarded)
        if isinstance(self.representation, StateCodes):
            policy = Categorical(jnp.zeros(1))
        else:
            policy = responding(state.w @ self.representation.features(memory), params.beta, params.bias)
        return State(state.w, state.trace, memory, state.rewarded), policy

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        t, ends = transition, transition.discount == 0
        x = self.representation.features(state.memory)
        rewarded = (t.reward > 0) & ~ends
        memory = emptied(self.representation, state.memory, ends)
        x_next = self.representation.features(self.representation.see(memory, t.next_obs, rewarded))
        w, trace, rpe = td_lambda(
            state.w, state.trace, x, t.reward, t.discount * params.gamma, x_next, params.alpha, params.lam, t.stim
        )
        return State(w, trace, memory, rewarded), Latents(rpe, state.w @ x, w)

    def uninformed(self, params: Params, before: State, after: State, latents: Latents) -> tuple[State, Latents]:
        state, latents = super().uninformed(params, before, after, latents)
        return state, replace(latents, w=state.w)


AGENT = TDLambda
