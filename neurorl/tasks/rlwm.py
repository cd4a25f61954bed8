"""Learning which key goes with which picture, a few pictures or many: the task of working memory and RL.

A session is a block: a set of n new pictures, n drawn from `set_size_low .. set_size_high` (2 to 6), each with one
right key of three. A trial shows a picture and asks for a key; the right one pays 1, the others 0, always (Collins &
Frank 2012). The pictures come in rounds, each once a round in an order drawn anew, so that the same picture returns
after 0 to 2 n - 2 others; a block has `rounds` of them (13) and is then over. The observation says which picture of
how many it is.

Departs from the paper: keys are drawn for each picture independently, so two pictures may share one and a key may have
none; the paper's sequences are pseudo-random with 9 to 15 appearances of each picture.
"""

from dataclasses import dataclass
from typing import ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Int, PRNGKeyArray

from neurorl.core.card import Card
from neurorl.core.spaces import Spaces
from neurorl.core.task import Task
from neurorl.core.types import Outcome
from neurorl.ops.pictures_and_keys import LARGEST, picture_code, picture_spaces

N_KEYS = 3


class Params(eqx.Module):
    set_size_low: Int[Array, ""] = eqx.field(default=2, converter=jnp.asarray)  # pictures, ends included, at most 6
    set_size_high: Int[Array, ""] = eqx.field(default=6, converter=jnp.asarray)
    rounds: Int[Array, ""] = eqx.field(default=13, converter=jnp.asarray)  # appearances of each picture


class State(eqx.Module):
    set_size: Int[Array, ""]
    right_key: Int[Array, " pictures"]
    order: Int[Array, " pictures"]  # of this round; only the first `set_size` are shown
    place: Int[Array, ""]  # in the round
    rounds_left: Int[Array, ""]


class Truth(eqx.Module):
    """The right key of the picture that was shown, and the number of pictures."""

    right_key: Int[Array, ""]
    set_size: Int[Array, ""]


@dataclass(frozen=True)
class RLWM(Task):
    """Pictures, three keys, certain outcomes; the set size varies from session to session."""

    card: ClassVar[Card] = Card(
        title="RLWM: pictures and keys, small sets and large",
        summary="Which of three keys goes with each of two to six pictures, with deterministic outcomes. Small sets "
        "can be held in working memory; large sets must be learned slowly.",
        refs=("collins2012", "collins2025"),
        tags=("working-memory", "instrumental", "habit"),
    )

    @property
    def spaces(self) -> Spaces:
        return picture_spaces(N_KEYS)

    def params(self) -> Params:
        return Params()

    def reset(self, key: PRNGKeyArray, params: Params) -> tuple[State, Int[Array, ""]]:
        key_size, key_right, key_order = jax.random.split(key, 3)
        set_size = jax.random.randint(key_size, (), params.set_size_low, params.set_size_high + 1)
        right_key = jax.random.randint(key_right, (LARGEST,), 0, N_KEYS)
        state = State(set_size, right_key, _round(key_order, set_size), jnp.asarray(0, jnp.int32), params.rounds)
        return state, _seen(state)

    def step(self, key: PRNGKeyArray, params: Params, state: State, action: Int[Array, ""]) -> tuple[State, Outcome]:
        right = jnp.sum(jnp.where(jnp.arange(LARGEST) == _picture(state), state.right_key, 0))
        reward = (action == right).astype(jnp.result_type(float))
        ends = state.place + 1 >= state.set_size
        after = State(
            state.set_size,
            state.right_key,
            jnp.where(ends, _round(key, state.set_size), state.order),
            jnp.where(ends, 0, state.place + 1),
            state.rounds_left - ends,
        )
        nothing = jnp.zeros_like(reward)
        return after, Outcome(_seen(after), reward, nothing, nothing, Truth(right, state.set_size))

    def over(self, params: Params, state: State) -> Bool[Array, ""]:
        return state.rounds_left <= 0


def _round(key: PRNGKeyArray, set_size: Int[Array, ""]) -> Int[Array, " pictures"]:
    """The pictures of the set in an order drawn anew, then those that are not in it."""
    u = jax.random.uniform(key, (LARGEST,))
    return jnp.argsort(jnp.where(jnp.arange(LARGEST) < set_size, u, 2.0)).astype(jnp.int32)


def _picture(state: State) -> Int[Array, ""]:
    return jnp.sum(jnp.where(jnp.arange(LARGEST) == state.place, state.order, 0)).astype(jnp.int32)


def _seen(state: State) -> Int[Array, ""]:
    return picture_code(state.set_size, _picture(state)).astype(jnp.int32)


TASK = RLWM()
