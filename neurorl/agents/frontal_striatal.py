"""Learners assembled from a graph of the brain: what each learns, what teaches it, and its paths to the output.

From `circuit` (by default Fig. 3 of Neftci & Averbeck 2019) are read
- the learners: each striatum and the amygdala; of pictures in the ventral loop, of sides in the dorsal one;
- what teaches them: dopamine where an edge says so (rates alpha_pos, alpha_neg), else activity alone (alpha_fast);
- their paths to the output: every path of excitation and inhibition to the cortex of their loop contributes with the
  product of the gains of all parts on it. A striatum has two paths with half the weight each: the direct pathway
  represents evidence for a choice, the indirect one evidence against it. Of several paths with one sign the strongest
  counts.

    V[s] = sum_loops omega_L sum_l pi_l voice_l v_l[s];     p(s) = softmax(beta V)
    pi    shares of the learners of a loop by reliability (eta_within), omega of the loops (eta, bias)
    v_l <- v_l + alpha plastic_l g_cortex g_dopamine rpe_l,     E <- E + rate (rpe^2 - E), for learners and for loops

Any part of the graph can be lesioned by its gain; no other part takes over its weight. `mixing` g lets the voices of
the striata mix by M(g) (`ops/frontal_striatal.gradient`). Without an amygdala it is `object_action`, without the dorsal
loop `fast_slow`. Values start at 0.5, E at 0.25.

Departs from the paper: it draws the graph and describes it in words; every equation is ours.
"""

from dataclasses import dataclass
from typing import ClassVar, Self

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.circuit import Circuit
from neurorl.core.options import option
from neurorl.core.params import Beta, Gamma, Gaussian, Interval, param, unit
from neurorl.core.parts import Part, intact
from neurorl.core.policy import Categorical
from neurorl.core.spaces import Spaces
from neurorl.core.types import Transition
from neurorl.ops.assembly import Learner, learners_of, loops_of
from neurorl.ops.delta import delta_by_sign
from neurorl.ops.frontal_striatal import FRONTAL_STRIATAL, VENTRAL, gradient
from neurorl.ops.options import Options, require_pictures_on_sides
from neurorl.ops.reliability import error_trace, shares


class Params(eqx.Module):
    parts: dict[str, Part]
    mixing: Float[Array, ""]  # g of the gradient between loops, 0 to 1; a fit leaves it as it is
    alpha_pos: Float[Array, ""] = param(
        0.3, unit, symbol="α₊", doc="learning rate by dopamine, errors above 0", prior=Beta(1.5, 1.5)
    )
    alpha_neg: Float[Array, ""] = param(
        0.3, unit, symbol="α₋", doc="learning rate by dopamine, other errors", prior=Beta(1.5, 1.5)
    )
    alpha_fast: Float[Array, ""] = param(
        0.9, unit, symbol="α_f", doc="learning rate by activity (amygdala)", prior=Beta(3.0, 1.5)
    )
    beta: Float[Array, ""] = param(
        8.0, Interval(0, 40), symbol="β", doc="inverse temperature", units="1/reward", prior=Gamma(2.0, 4.0)
    )
    eta: Float[Array, ""] = param(
        4.0,
        Interval(0, 10),
        symbol="η",
        doc="influence of reliability on the weights of the loops",
        prior=Beta(1.5, 1.5),
    )
    eta_within: Float[Array, ""] = param(
        1.0,
        Interval(0, 10),
        symbol="η_w",
        doc="influence of reliability on the weights within a loop",
        prior=Gamma(2.0, 1.0),
    )
    rate: Float[Array, ""] = param(0.1, unit, symbol="λ", doc="rate of the memory of errors", prior=Beta(1.5, 4.0))
    bias: Float[Array, ""] = param(
        0.0, Interval(-8, 8), symbol="ρ", doc="bias for the ventral loop, log-odds", prior=Gaussian(0.0, 2.0)
    )


class State(eqx.Module):
    values: Float[Array, "learners 2"]
    errors: Float[Array, " learners"]
    loop_errors: Float[Array, " loops"]


class Latents(eqx.Module):
    """At the moment of choice: errors and values of the learners (reward units), weights of learners and loops."""

    rpe: Float[Array, " learners"]
    values: Float[Array, "learners 2"]
    pi: Float[Array, " learners"]
    omega: Float[Array, " loops"]


@dataclass(frozen=True)
class FrontalStriatal(Agent):
    """A circuit that learns; `circuit` may be any graph with the roles of `ops/frontal_striatal`."""

    spaces: Spaces
    circuit: Circuit = FRONTAL_STRIATAL
    initial: float = option(0.5, "value of an option before its first outcome, reward units")

    card: ClassVar[Card] = Card(
        title="Frontal-striatal circuit, assembled from its graph",
        summary="Ventral and dorsal loop, amygdala, hippocampus and dopamine as a graph from which the learners are "
        "assembled; every node can be lesioned.",
        refs=("neftci2019:Fig. 3", "rothenhoefer2017", "costa2016"),
        tags=("model-free", "circuit", "striatum", "amygdala", "arbitration", "lesion"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        require_pictures_on_sides(spaces)
        return cls(spaces)

    @property
    def learners(self) -> tuple[Learner, ...]:
        """Read from the graph, in its order."""
        return learners_of(self.circuit)

    @property
    def loops(self) -> tuple[str, ...]:
        """The loops that learn."""
        return loops_of(self.circuit)

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params(intact(*(node.name for node in self.circuit.nodes)), jnp.zeros((), float))

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        n, loops = len(self.learners), len(self.loops)
        return State(jnp.full((n, 2), self.initial, float), jnp.full(n, 0.25, float), jnp.full(loops, 0.25, float))

    def act(self, params: Params, state: State, obs: Int[Array, ""]) -> tuple[State, Categorical]:
        gains = {name: part.gain for name, part in params.parts.items()}
        voices = self._mixed(params, jnp.stack([learner.voice(gains) for learner in self.learners]))
        pictures = Options.of(self.spaces)
        offered = jnp.stack(
            [pictures.on_offer(v, obs) if own.loop == VENTRAL else v for own, v in self._with(state.values)]
        )
        weights = self._omega(params, state)[jnp.asarray(self._loop)] * self._pi(params, state) * voices
        return state, Categorical(params.beta * jnp.sum(weights[:, None] * offered, axis=0))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        t, dtype = transition, state.values.dtype
        picture = Options.of(self.spaces).taken(t.obs, t.action, dtype)
        side = (jnp.arange(2) == t.action).astype(dtype)
        chosen = [picture if learner.loop == VENTRAL else side for learner in self.learners]
        received = t.reward + t.stim
        learned = [
            delta_by_sign(v, x, received, *self._rates(params, own))
            for (own, v), x in zip(self._with(state.values), chosen, strict=True)
        ]
        values, rpe = (jnp.stack(part) for part in zip(*learned, strict=True))
        pi, omega = self._pi(params, state), self._omega(params, state)
        # What a loop expected of the choice is what its learners expected, weighted.
        loop_rpe = jnp.stack([jnp.sum(jnp.where(jnp.asarray(mine), pi * rpe, 0.0)) for mine in self._members()])
        errors, loop_errors = (
            error_trace(trace, error, params.rate)
            for trace, error in ((state.errors, rpe), (state.loop_errors, loop_rpe))
        )
        return State(values, errors, loop_errors), Latents(rpe, state.values, pi, omega)

    def _with(self, values: Float[Array, "learners 2"]) -> list[tuple[Learner, Float[Array, "2"]]]:
        return [(learner, values[i]) for i, learner in enumerate(self.learners)]

    @property
    def _loop(self) -> tuple[int, ...]:
        """For each learner the number of its loop."""
        return tuple(self.loops.index(learner.loop) for learner in self.learners)

    def _members(self) -> list[list[bool]]:
        """For each loop, which learners are its own."""
        return [[own == i for own in self._loop] for i in range(len(self.loops))]

    def _pi(self, params: Params, state: State) -> Float[Array, " learners"]:
        """Shares of the learners within their loops."""
        out = jnp.zeros_like(state.errors)
        for mine in self._members():
            apart = jnp.where(jnp.asarray(mine), 0.0, -jnp.inf)
            out = out + jnp.where(jnp.asarray(mine), shares(state.errors, params.eta_within, apart), 0.0)
        return out

    def _omega(self, params: Params, state: State) -> Float[Array, " loops"]:
        leaning = jnp.stack([params.bias if loop == VENTRAL else jnp.zeros_like(params.bias) for loop in self.loops])
        return shares(state.loop_errors, params.eta, leaning)

    def _mixed(self, params: Params, voices: Float[Array, " learners"]) -> Float[Array, " learners"]:
        """Voices of the learners that dopamine teaches, mixed between loops; the others speak in their own alone."""
        mixing = [i for i, learner in enumerate(self.learners) if learner.by_dopamine]
        m = gradient(len(mixing), params.mixing).astype(voices.dtype)
        return voices.at[jnp.asarray(mixing)].set(m @ voices[jnp.asarray(mixing)])

    def _rates(self, params: Params, learner: Learner) -> tuple[Float[Array, ""], Float[Array, ""]]:
        """Learning rates of a learner after errors above 0 and others."""
        plastic = params.parts[learner.name].plastic
        if not learner.by_dopamine:
            return params.alpha_fast * plastic, params.alpha_fast * plastic
        for name in (*learner.teachers, *learner.cortex):
            plastic = plastic * params.parts[name].gain
        return params.alpha_pos * plastic, params.alpha_neg * plastic


AGENT = FrontalStriatal
