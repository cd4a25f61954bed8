"""Working memory mixed with slow reinforcement learning, for learning which key goes with which picture.

    M <- M + phi (1/keys - M)          all of memory fades; then, for the pair that was met,
    M[s, a] <- M[s, a] + b_M (r - M[s, a]),    b_M = 1 after a reward, else neglect
    Q[s, a] <- Q[s, a] + alpha b_Q (r + stim - Q[s, a]),    b_Q = 1 after a reward, else neglect_slow
    p(a | s) = (1 - epsilon) [w softmax(beta (M[s] + kappa c)) + (1 - w) softmax(beta (Q[s] + kappa c))] + epsilon/keys

with w = rho min(1, K / n), n the set size, c the key pressed last, beta = 25 (Collins 2025, Methods, model "WM=RL";
Collins & Frank 2012). M and Q begin at 1/keys, so a session is a block of one set of pictures. With `shared_neglect`,
the default, both modules neglect errors alike; without it `neglect_slow` is a separate parameter, and holding it at 0
or 1 gives the other variants of the paper.

Departs from the paper: capacity K, 2 to 5 there as here, is real-valued (hold it at a whole number to fit as there);
`stim` joins the error of the slow module. Priors and defaults are ours.
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
from neurorl.core.params import Beta, Gaussian, Interval, param, unit
from neurorl.core.policy import Categorical
from neurorl.core.spaces import Spaces
from neurorl.core.types import Transition
from neurorl.ops.pictures_and_keys import Pictures
from neurorl.ops.rows import read_row
from neurorl.ops.working_memory import memory_weight, mixed_logits, remember


class Params(eqx.Module):
    alpha: Float[Array, ""] = param(0.1, unit, symbol="α", doc="learning rate of the slow module", prior=Beta(1.1, 3.0))
    stick: Float[Array, ""] = param(
        0.05, Interval(-1, 1), symbol="κ", doc="bias for the key pressed last", prior=Gaussian(0.0, 0.3)
    )
    rho: Float[Array, ""] = param(0.8, unit, symbol="ρ", doc="weight of memory within its capacity")
    forget: Float[Array, ""] = param(0.1, unit, symbol="φ", doc="decay of memory per trial", prior=Beta(1.1, 3.0))
    epsilon: Float[Array, ""] = param(0.05, unit, symbol="ε", doc="lapse rate", prior=Beta(1.1, 8.0))
    neglect: Float[Array, ""] = param(
        0.3, unit, symbol="b", doc="learning rate after errors, as a share of that after rewards"
    )
    neglect_slow: Float[Array, ""] = param(
        0.3, unit, symbol="b_Q", doc="learning rate of the slow module after errors, as a share of that after rewards"
    )
    capacity: Float[Array, ""] = param(
        3.0, Interval(2, 5), symbol="K", doc="capacity of memory, in pictures", units="pictures"
    )


class State(eqx.Module):
    q: Float[Array, "pictures keys"]
    memory: Float[Array, "pictures keys"]
    repeated: Float[Array, " keys"]


class Latents(eqx.Module):
    """Prediction error of the slow module, both modules' values of the picture shown (reward units), memory's share."""

    rpe: Float[Array, ""]
    q: Float[Array, " keys"]
    memory: Float[Array, " keys"]
    weight: Float[Array, ""]


@dataclass(frozen=True)
class WorkingMemoryRL(Agent):
    """Memory and slow values side by side; the set size is read off the observation."""

    spaces: Spaces
    shared_neglect: bool = option(True, "True: memory and values share one reduction of learning after errors")

    GOES_ON: ClassVar[tuple[str, ...]] = ("repeated",)
    card: ClassVar[Card] = Card(
        title="Working memory and slow reinforcement learning",
        summary="A fast, forgetful memory of limited capacity and a slow learner of values choose together; explains "
        "slower learning with more stimuli.",
        refs=("collins2012", "collins2025"),
        tags=("working-memory", "model-free", "instrumental"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        Pictures.of(spaces)
        return cls(spaces)

    @property
    def frozen_params(self) -> tuple[str, ...]:
        """Parameters without influence."""
        return ("neglect_slow",) if self.shared_neglect else ()

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        pictures = Pictures.of(self.spaces)
        start = jnp.full((pictures.most, pictures.n_keys), 1.0 / pictures.n_keys)
        return State(start, start, jnp.zeros(pictures.n_keys))

    def act(self, params: Params, state: State, obs: Int[Array, ""]) -> tuple[State, Categorical]:
        picture, set_size = Pictures.of(self.spaces).seen(obs)
        weight = memory_weight(params.rho, params.capacity, set_size)
        memory, q = read_row(state.memory, picture), read_row(state.q, picture)
        return state, Categorical(mixed_logits(memory, q, state.repeated, params.stick, weight, params.epsilon))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        t = transition
        picture, set_size = Pictures.of(self.spaces).seen(t.obs)
        memory, q = read_row(state.memory, picture), read_row(state.q, picture)
        chosen = jax.nn.one_hot(t.action, q.shape[0], dtype=q.dtype)
        here = (jnp.arange(state.q.shape[0]) == picture)[:, None] * chosen
        rpe = t.reward + t.stim - jnp.sum(chosen * q)
        slow = params.neglect if self.shared_neglect else params.neglect_slow
        rate_memory = jnp.where(t.reward > 0, 1.0, params.neglect)
        rate_slow = params.alpha * jnp.where(t.reward > 0, 1.0, slow)
        learned = State(
            state.q + rate_slow * rpe * here,
            remember(state.memory, here, t.reward, rate_memory, params.forget),
            chosen,
        )
        return learned, Latents(rpe, q, memory, memory_weight(params.rho, params.capacity, set_size))


AGENT = WorkingMemoryRL
