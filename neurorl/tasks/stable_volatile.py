"""Stable, then volatile: one of two arms pays, and how often they exchange roles changes once.

A trial is one choice, left or right; exactly one arm would have paid 1. For the `first` 120 trials the better arm pays
with probability 0.75 and nothing changes. From then on it pays with 0.8, and the arms exchange roles at once and after
every `block` trials. With `volatile_first` the two parts change places. Which arm is better at first is random (after
Behrens et al. 2007: blocks of 30 or 40).

Departs from the paper: magnitudes are not shown (`volatility` does); numbers of trials are recalled.
"""

from dataclasses import dataclass
from typing import ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from neurorl.core.card import Card
from neurorl.core.spaces import Spaces
from neurorl.core.task import Task
from neurorl.core.types import Outcome
from neurorl.ops.arms import arm_spaces, pull


class Params(eqx.Module):
    p_stable: Float[Array, ""] = eqx.field(default=0.75, converter=jnp.asarray)  # of the better arm
    p_volatile: Float[Array, ""] = eqx.field(default=0.8, converter=jnp.asarray)  # of the better arm
    first: Int[Array, ""] = eqx.field(default=120, converter=jnp.asarray)  # trials of the first part
    block: Int[Array, ""] = eqx.field(default=40, converter=jnp.asarray)  # trials between reversals while volatile
    volatile_first: Bool[Array, ""] = eqx.field(default=False, converter=jnp.asarray)


class State(eqx.Module):
    trial: Int[Array, ""]
    left_is_better: Bool[Array, ""]


class Truth(eqx.Module):
    """The better arm (0 left), whether this trial is in the volatile part, whether the left arm would have paid."""

    best: Int[Array, ""]
    volatile: Bool[Array, ""]
    left_paid: Bool[Array, ""]


@dataclass(frozen=True)
class StableVolatile(Task):
    """Two arms whose roles are stable in one part of the session and volatile in the other."""

    card: ClassVar[Card] = Card(
        title="Stable, then volatile reversals",
        summary="One of two arms is rewarded; the arms are stable for 120 trials and then exchange roles every 40. "
        "Tests whether learning is faster in volatile periods.",
        refs=("behrens2007", "mathys2011"),
        tags=("bandit", "reversal", "volatility"),
    )

    @property
    def spaces(self) -> Spaces:
        return arm_spaces(2)

    def params(self) -> Params:
        return Params()

    def reset(self, key: PRNGKeyArray, params: Params) -> tuple[State, Int[Array, ""]]:
        zero = jnp.asarray(0, jnp.int32)
        return State(zero, jax.random.bernoulli(key)), zero

    def step(self, key: PRNGKeyArray, params: Params, state: State, action: Int[Array, ""]) -> tuple[State, Outcome]:
        volatile = (state.trial >= params.first) ^ params.volatile_first
        p_better = jnp.where(volatile, params.p_volatile, params.p_stable)
        p_left = jnp.where(state.left_is_better, p_better, 1.0 - p_better)
        u = jax.random.uniform(key)
        best = jnp.where(state.left_is_better, 0, 1).astype(jnp.int32)
        # One number decides about both arms: left pays below p_left, right above it.
        outcome = pull(jnp.where(action == 0, u, 1.0 - u), jnp.stack([p_left, 1.0 - p_left]), action)
        truth = Truth(best, volatile, u < p_left)

        trial = state.trial + 1
        next_volatile = (trial >= params.first) ^ params.volatile_first
        since = trial - jnp.where(params.volatile_first, 0, params.first)
        reverses = next_volatile & (since % params.block == 0)
        return State(trial, state.left_is_better ^ reverses), eqx.tree_at(lambda o: o.truth, outcome, truth)


TASK = StableVolatile()
