"""Fast inference without plasticity: a choice is a state of activity, and outcomes push it over the ridge.

Two populations compete (`ops/wong_wang.py`). Which of them is active says which arm is held for the good one, and
lasts from trial to trial by recurrent excitation; no weight changes. The outcome of a choice comes back as a pulse of
current, `gain` towards the chosen population and away from the other after a reward, the other way round after none:

    I_chosen = gain (2 r - 1),  I_other = -I_chosen    for `pulse` seconds;  no input for `delay` seconds
    p(a) = softmax(beta S)                             S: open channels of each population

One loss leaves the state in its basin, a second or third one in a row carries it across, a win in between puts it back:
the network counts losses, and reverses in two or three trials (Neftci & Averbeck 2019, attractor dynamics; Wong & Wang
2006).

Departs from the paper: the pulse of reward is ours. The network is without noise, so that its choices have an exact
likelihood and its parameters a gradient; the softmax stands for all noise. `rpe` is the reward less the probability
of the choice.
"""

from dataclasses import dataclass
from typing import ClassVar, Self

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.options import option
from neurorl.core.params import Gamma, Gaussian, Interval, param
from neurorl.core.policy import Categorical
from neurorl.core.spaces import Spaces
from neurorl.core.types import Transition
from neurorl.ops import wong_wang
from neurorl.ops.arms import require_two_arms


class Params(eqx.Module):
    gain: Float[Array, ""] = param(
        0.015, Interval(0, 0.1), symbol="g", doc="current of an outcome", units="nA", prior=Gamma(2.0, 0.01)
    )
    beta: Float[Array, ""] = param(
        8.0, Interval(0, 50), symbol="β", doc="inverse temperature of open channels", prior=Gamma(2.0, 4.0)
    )
    j_self: Float[Array, ""] = param(
        wong_wang.J_SELF, Interval(0.15, 0.35), symbol="J₊", doc="self-excitation", units="nA",
        prior=Gaussian(wong_wang.J_SELF, 0.01),
    )  # fmt: skip
    j_cross: Float[Array, ""] = param(
        wong_wang.J_CROSS, Interval(0, 0.15), symbol="J₋", doc="cross-inhibition", units="nA",
        prior=Gaussian(wong_wang.J_CROSS, 0.01),
    )  # fmt: skip


class State(eqx.Module):
    s: Float[Array, "2"]


class Latents(eqx.Module):
    """Before the outcome: error (reward units), share of open channels of both populations."""

    rpe: Float[Array, ""]
    s: Float[Array, "2"]


@dataclass(frozen=True)
class Attractor(Agent):
    """Attractor network for two arms; times in seconds."""

    pulse: float = option(0.3, "duration of an outcome's current, s", low=0)
    delay: float = option(0.3, "time between trials, s", low=0)
    dt: float = option(0.025, "time step of the integration, s", low=0.0001)

    card: ClassVar[Card] = Card(
        title="Attractor network that reverses without plasticity",
        summary="Holds which arm is good as persistent activity. Outcomes push the state, and two or three losses in "
        "a row move it to the other attractor; all weights are constant.",
        refs=("wong2006", "neftci2019"),
        tags=("bandit", "reversal", "inference", "working memory", "dynamics"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        require_two_arms(spaces)
        return cls()

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        return State(jnp.full(2, wong_wang.REST))

    def act(self, params: Params, state: State, obs: Int[Array, ""]) -> tuple[State, Categorical]:
        return state, Categorical(params.beta * state.s)

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        t = transition
        towards = jnp.where(jnp.arange(2) == t.action, 1.0, -1.0)
        push = params.gain * (2.0 * t.reward - 1.0) * towards
        pushed = wong_wang.settle(state.s, push, self.pulse, self.dt, params.j_self, params.j_cross)
        rested = wong_wang.settle(pushed, jnp.zeros(2), self.delay, self.dt, params.j_self, params.j_cross)
        expected = jnp.sum(jnp.where(towards > 0, jax.nn.softmax(params.beta * state.s), 0.0))
        return State(rested), Latents(t.reward + t.stim - expected, state.s)


AGENT = Attractor
