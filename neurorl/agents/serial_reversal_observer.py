"""Learning to reverse: an observer that learns how often two arms exchange roles, and how far outcomes can be trusted.

It keeps one joint belief over which arm is good, the hazard h of a reversal and the noise eps of outcomes, on a grid
(`ops/serial_reversal_belief.py`), and chooses by

    p(first arm) = softmax(beta P(first arm good), beta P(second arm good));   rpe = r + stim - E[r | a, belief]

Priors say what an animal holds before its first session: h ~ Beta(a_h, b_h), as if it had met a_h reversals in
a_h + b_h trials, and eps ~ Beta(a_eps, b_eps). With reversals the belief in them rises and the belief in noise falls,
so that reversals take fewer and fewer trials (Neftci & Averbeck 2019, learning to learn). Groups of animals differ in
their priors and learn at one rate (Jang et al. 2015).

Departs from the paper: Jang et al. fit a prior for every reversal; here it is carried on from trial to trial. With
`greedy` the likelier arm is chosen always, as in the review's simulations; such a player gives log-probability -1e9 to
the other answer and is not to be fitted. Stimulation shows in `rpe` and moves no belief.
"""

from dataclasses import dataclass
from typing import ClassVar, Self

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.options import option
from neurorl.core.params import Gamma, Interval, param
from neurorl.core.policy import Categorical
from neurorl.core.spaces import Spaces
from neurorl.core.types import Transition
from neurorl.ops import serial_reversal_belief as beliefs
from neurorl.ops.arms import require_two_arms
from neurorl.ops.beliefs import belief_logits


class Params(eqx.Module):
    a_h: Float[Array, ""] = param(
        0.05, Interval(0, 20), symbol="a_h", doc="reversals met before", units="reversals", prior=Gamma(1.0, 1.0)
    )
    b_h: Float[Array, ""] = param(
        500.0, Interval(0, 5000), symbol="b_h", doc="trials without one", units="trials", prior=Gamma(2.0, 250.0)
    )
    a_eps: Float[Array, ""] = param(
        60.0,
        Interval(0, 1000),
        symbol="a_ε",
        doc="misleading outcomes met before",
        units="trials",
        prior=Gamma(2.0, 30.0),
    )
    b_eps: Float[Array, ""] = param(
        140.0, Interval(0, 1000), symbol="b_ε", doc="true outcomes met before", units="trials", prior=Gamma(2.0, 70.0)
    )
    beta: Float[Array, ""] = param(
        8.0, Interval(0, 50), symbol="β", doc="inverse temperature of the belief", prior=Gamma(2.0, 3.0)
    )


class State(eqx.Module):
    belief: Float[Array, "2 n_h n_eps"]


class Latents(eqx.Module):
    """Before the outcome: error and expected rewards (reward units), belief in the first arm, E[h] and E[eps]."""

    rpe: Float[Array, ""]
    q: Float[Array, "2"]
    p_left_good: Float[Array, ""]
    hazard: Float[Array, ""]
    noise: Float[Array, ""]


@dataclass(frozen=True)
class SerialReversalObserver(Agent):
    """Joint observer of state, hazard and noise on a grid of n_h x n_eps.

    With `known_noise` above 0 the noise is that and is not learned; `greedy` takes the likelier arm always.
    """

    n_h: int = option(120, "grid points of the hazard", low=2)
    n_eps: int = option(60, "grid points of the noise", low=2)
    known_noise: float = option(0.0, "known noise; 0: the noise is learned", low=0, high=0.5)
    greedy: bool = option(False, "True: always the likelier arm, in place of the softmax")

    card: ClassVar[Card] = Card(
        title="Observer that learns to reverse",
        summary="Infers jointly which arm is the better one, the hazard of reversals and the noise of outcomes, and "
        "therefore reverses faster with the number of reversals. Its priors describe groups of animals.",
        refs=("neftci2019", "jang2015", "rabiner1989"),
        tags=("bandit", "reversal", "inference", "bayesian", "learning to learn"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        require_two_arms(spaces)
        return cls()

    @property
    def hazards(self) -> Float[Array, " n_h"]:
        """The grid of h."""
        return beliefs.log_grid(*beliefs.HAZARDS, self.n_h)

    @property
    def noises(self) -> Float[Array, " n_eps"]:
        """The grid of eps; one point where it is known."""
        return jnp.full(1, self.known_noise) if self.known_noise else beliefs.log_grid(*beliefs.NOISES, self.n_eps)

    @property
    def frozen_params(self) -> tuple[str, ...]:
        """The prior on noise does not matter where noise is known."""
        return ("a_eps", "b_eps") if self.known_noise else ()

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        hazard = beliefs.beta_weights(self.hazards, params.a_h, params.b_h)
        noise = beliefs.beta_weights(self.noises, params.a_eps, params.b_eps)
        return State(beliefs.prior(hazard, noise))

    def act(self, params: Params, state: State, obs: Int[Array, ""]) -> tuple[State, Categorical]:
        return state, Categorical(belief_logits(beliefs.left_good(state.belief), params.beta, greedy=self.greedy))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        t, b, hazards, noises = transition, state.belief, self.hazards, self.noises
        p_left = beliefs.left_pays(b, noises)
        q = jnp.stack([p_left, 1.0 - p_left])
        latents = Latents(
            t.reward + t.stim - q[t.action],
            q,
            beliefs.left_good(b),
            beliefs.expected_hazard(b, hazards),
            beliefs.expected_noise(b, noises),
        )
        return State(beliefs.after_trial(beliefs.after_outcome(b, noises, t.action, t.reward), hazards)), latents


AGENT = SerialReversalObserver
