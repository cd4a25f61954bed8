"""Goal or habit: a planner and a cache value the same answer, weighted by their certainty.

For each answer a at the levers, with n(a, o) how often it brought o and V(o) what o was worth when last taken,

    model-based:  p(o | a) = n(a, o) / n(a);  Q_MB(a) = sum_o p(o | a) V(o)
                  S_MB(a) = [sum_o p(o | a) V(o)^2 - Q_MB(a)^2] / (n(a) + 1) + noise_mb
    model-free:   Q_MF(a) += alpha (r + stim - Q_MF(a));  S_MF(a) <- (1 - alpha)^2 S_MF(a) + noise_mf
    both:         w(a) = S_MF(a) / (S_MB(a) + S_MF(a));  Q(a) = w(a) Q_MB(a) + (1 - w(a)) Q_MF(a)

and p(a) = softmax(beta Q). S are variances: of the planner, the posterior variance of Q_MB, when each n starts at 1
(Dirichlet), and the noise of planning; of the cache, the remainder of its initial variance (S_MF starts at 1), and the
noise of each update. Daw, Niv & Dayan 2005, as simplified in Neftci & Averbeck 2019. Early in training the planner is
more certain and controls behaviour; later the cache is more certain than the planner, and a habit has formed.

Its parts are `planner`, `cache` and `dopamine`. The gain of a system multiplies its precision: at 0 it is lesioned, and
the other controls behaviour alone; a system that is not plastic keeps its values. Dopamine trains the cache only.

Departs from the paper: there both systems hold distributions over values, computed by trees and by Bayesian
Q-learning; here means and variances. An outcome is worth what it was worth when last taken (incentive learning).
"""

from dataclasses import dataclass
from typing import ClassVar, Self

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.params import Beta, Gamma, Interval, param, unit
from neurorl.core.parts import DOPAMINE, Part, intact
from neurorl.core.policy import Categorical
from neurorl.core.spaces import Spaces
from neurorl.core.types import Transition
from neurorl.ops.instrumental import Instrumental

PLANNER, CACHE = "planner", "cache"


class Params(eqx.Module):
    alpha: Float[Array, ""] = param(0.02, unit, symbol="α", doc="learning rate of the cache", prior=Beta(1.1, 8.0))
    beta: Float[Array, ""] = param(
        5.0, Interval(0, 20), symbol="β", doc="inverse temperature", units="1/reward", prior=Gamma(2.0, 3.0)
    )
    noise_mb: Float[Array, ""] = param(
        0.02, Interval(0, 1), symbol="σ²_MB", doc="noise of planning", units="reward²", prior=Beta(1.1, 20.0)
    )
    noise_mf: Float[Array, ""] = param(
        0.001, Interval(0, 0.1), symbol="σ²_MF", doc="noise of an update", units="reward²", prior=Beta(1.1, 20.0)
    )
    parts: dict[str, Part] = eqx.field(default_factory=lambda: intact(PLANNER, CACHE, DOPAMINE))


class State(eqx.Module):
    count: Float[Array, "n_answers n_found"]  # what each answer brought, the prior's 1 included
    worth: Float[Array, " n_found"]  # of what was found, when last taken, reward units
    q_mf: Float[Array, " n_answers"]
    var_mf: Float[Array, " n_answers"]
    given: Float[Array, " n_answers"]  # one-hot of this trial's answer at the levers, until its outcome


class Latents(eqx.Module):
    """Prediction error of the cache; values by both systems, their mix, and the planner's weight, before the step."""

    rpe: Float[Array, ""]
    q_mb: Float[Array, " n_answers"]
    q_mf: Float[Array, " n_answers"]
    q: Float[Array, " n_answers"]
    w_mb: Float[Array, " n_answers"]


@dataclass(frozen=True)
class UncertaintyArbitration(Agent):
    """Planner and cache on an instrumental task, weighted by their certainty."""

    layout: Instrumental

    GOES_ON: ClassVar[tuple[str, ...]] = ("given",)
    card: ClassVar[Card] = Card(
        title="Goal-directed and habitual control, arbitrated by uncertainty",
        summary="A planner and a cache value each lever press and are weighted by their certainty, so that long "
        "training leads to a habit that is insensitive to the value of the outcome.",
        refs=("daw2005", "neftci2019"),
        tags=("habit", "model-based", "model-free", "arbitration", "devaluation"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        return cls(Instrumental.of(spaces))

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        n = self.layout.n_answers
        none = jnp.zeros(n)
        return State(jnp.ones((n, self.layout.n_found)), jnp.zeros(self.layout.n_found), none, none + 1.0, none)

    def act(self, params: Params, state: State, obs: Int[Array, ""]) -> tuple[State, Categorical]:
        q = self._values(params, state)[2]
        return state, Categorical(jnp.where(self.layout.at_levers(obs), params.beta * q, 0.0))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        t, layout, parts = transition, self.layout, params.parts
        q_mb, w_mb, q = self._values(params, state)
        answered = layout.at_levers(t.obs)
        given = jnp.where(answered, jnp.arange(layout.n_answers) == t.action, state.given)
        models = parts[PLANNER].plastic
        count = state.count + models * jnp.where(answered, 1.0, 0.0) * given[:, None] * layout.what(t.next_obs)

        taken = layout.what(t.obs)
        worth = jnp.where(taken > 0, state.worth + models * (t.reward - state.worth), state.worth)
        error = t.reward + t.stim - state.q_mf
        # The answer of this trial is taught by its outcome; what is found in the home cage teaches none.
        taught = given * taken.sum()
        alpha = params.alpha * parts[CACHE].plastic
        q_mf = state.q_mf + alpha * taught * parts[DOPAMINE].gain * error
        less_doubt = (1.0 - alpha) ** 2 * state.var_mf + params.noise_mf
        var_mf = jnp.where(taught > 0, less_doubt, state.var_mf)
        after = State(count, worth, q_mf, var_mf, jnp.where(t.discount > 0, given, 0.0))
        return after, Latents(jnp.sum(taught * error), q_mb, state.q_mf, q, w_mb)

    def _values(
        self, params: Params, state: State
    ) -> tuple[Float[Array, " n_answers"], Float[Array, " n_answers"], Float[Array, " n_answers"]]:
        """The planner's values, its weights, and the mixed values."""
        n = state.count.sum(axis=1)
        p = state.count / n[:, None]
        q_mb = p @ state.worth
        var_mb = (p @ state.worth**2 - q_mb**2) / (n + 1.0) + params.noise_mb
        for_mb, for_mf = params.parts[PLANNER].gain * state.var_mf, params.parts[CACHE].gain * var_mb
        w_mb = for_mb / (for_mb + for_mf)
        return q_mb, w_mb, w_mb * q_mb + (1.0 - w_mb) * state.q_mf


AGENT = UncertaintyArbitration
