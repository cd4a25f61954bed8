"""Working memory mixed with a habit: a slow process that learns from choices, not from outcomes.

    M <- M + phi (1/keys - M)          all of memory fades; then, for the pair that was met,
    M[s, a] <- M[s, a] + b (r - M[s, a])
    H[s, a] <- H[s, a] + alpha b (1 - H[s, a])          whatever the outcome
    b = 1 after a reward, else neglect
    p(a | s) = (1 - epsilon) [w softmax(beta (M[s] + kappa c)) + (1 - w) softmax(beta (H[s] + kappa c))] + epsilon/keys

with w = rho min(1, K / n), n the set size, c the key pressed last, beta = 25 (Collins 2025, Methods; the model that
describes people best there). An answer becomes more likely even after an error, but less so. M and H begin at 1/keys,
so a session is a block of one set of pictures. With `shared_neglect`, the default, both modules neglect errors alike;
without it `neglect_slow` is a separate parameter.

Departs from the paper: capacity K, 2 to 5 there as here, is real-valued (hold it at a whole number to fit as there).
Dopamine stimulation has no place in a habit and is ignored. Priors and defaults are ours.
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
    alpha: Float[Array, ""] = param(0.1, unit, symbol="α", doc="learning rate of the habit", prior=Beta(1.1, 3.0))
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
        0.3, unit, symbol="b_H", doc="learning rate of the habit after errors, as a share of that after rewards"
    )
    capacity: Float[Array, ""] = param(
        3.0, Interval(2, 5), symbol="K", doc="capacity of memory, in pictures", units="pictures"
    )


class State(eqx.Module):
    habit: Float[Array, "pictures keys"]
    memory: Float[Array, "pictures keys"]
    repeated: Float[Array, " keys"]


class Latents(eqx.Module):
    """How far the habit was from its ceiling, both modules' strengths for the picture shown, memory's weight."""

    surprise: Float[Array, ""]
    habit: Float[Array, " keys"]
    memory: Float[Array, " keys"]
    weight: Float[Array, ""]


@dataclass(frozen=True)
class WorkingMemoryHabit(Agent):
    """Memory and habit side by side; the set size is read off the observation."""

    spaces: Spaces
    shared_neglect: bool = option(True, "True: memory and habit share one reduction of learning after errors")

    GOES_ON: ClassVar[tuple[str, ...]] = ("repeated",)
    card: ClassVar[Card] = Card(
        title="Working memory and habit",
        summary="A fast, forgetful memory of limited capacity and a slow habit that ignores outcomes choose "
        "together; an account of human learning without reinforcement learning.",
        refs=("collins2025", "miller2019"),
        tags=("working-memory", "habit", "instrumental"),
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
        memory, habit = read_row(state.memory, picture), read_row(state.habit, picture)
        return state, Categorical(mixed_logits(memory, habit, state.repeated, params.stick, weight, params.epsilon))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        t = transition
        picture, set_size = Pictures.of(self.spaces).seen(t.obs)
        memory, habit = read_row(state.memory, picture), read_row(state.habit, picture)
        chosen = jax.nn.one_hot(t.action, habit.shape[0], dtype=habit.dtype)
        here = (jnp.arange(state.habit.shape[0]) == picture)[:, None] * chosen
        surprise = 1.0 - jnp.sum(chosen * habit)
        slow = params.neglect if self.shared_neglect else params.neglect_slow
        rate_memory = jnp.where(t.reward > 0, 1.0, params.neglect)
        rate_slow = params.alpha * jnp.where(t.reward > 0, 1.0, slow)
        learned = State(
            state.habit + rate_slow * surprise * here,
            remember(state.memory, here, t.reward, rate_memory, params.forget),
            chosen,
        )
        return learned, Latents(surprise, habit, memory, memory_weight(params.rho, params.capacity, set_size))


AGENT = WorkingMemoryHabit
