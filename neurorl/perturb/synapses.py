"""Weights made of synapses: what an agent keeps in its state, or the trained weights of a network.

    agent = synaptic(q_learning, ("q",), Bits(6))            # values of six bits; learns, plays, is scored as before
    params = imprint(key, trained_params, Mismatch(0.4))     # a trained network on a device with mismatch

`synaptic` lets the agent learn as it does and takes what `update` added to the named leaves of its state as the change
that is proposed to the synapses:

    change = leaf after update - read(synapses);   synapses <- write(synapses, change);   leaf <- read(synapses)

so that both `act` and `update` see the leaves only as the synapses hold them. Parameters stay those of the agent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.errors import BadValue, DoesNotFit
from neurorl.core.policy import Categorical, Policy
from neurorl.core.spaces import Spaces
from neurorl.core.synapse import Synapse
from neurorl.core.types import Transition
from neurorl.core.units import Touch, UnitAgent
from neurorl.core.wrapped import AroundAgent

_DRAWS = 2  # what is folded into the session's key for the synapses, so that the agent has its own as before


class State(eqx.Module):
    """The agent's state, the synapses of its leaves, and the importance of each weight (None where nobody reads it)."""

    inner: Any
    synapses: Any
    importance: Any


@dataclass(frozen=True)
class Synaptic(AroundAgent, Agent):
    """An agent some leaves of whose state are made of synapses."""

    agent: Agent
    leaves: tuple[str, ...]
    synapse: Synapse

    card: ClassVar[Card] = Card(title="A learner made of synapses", summary="What it learns is written to synapses.")
    INSTEAD: ClassVar[str] = "Build the agent for these spaces first, then make it of synapses."

    @property
    def draws_in_private(self) -> bool:
        """Where the agent or its synapses do."""
        return self.synapse.draws or self.agent.draws_in_private

    @property
    def has_gradient(self) -> bool:
        """Where the agent and its synapses have one."""
        return self.synapse.differentiable and self.agent.has_gradient

    def init(self, key: PRNGKeyArray, params: Any) -> State:
        inner = self.agent.init(key, params)
        weights = read_leaves(inner, self.leaves)
        synapses = self.synapse.init(jax.random.fold_in(key, _DRAWS), weights)
        importance = jax.tree.map(jnp.zeros_like, weights) if self.synapse.reads_importance else None
        return State(write_leaves(inner, self.leaves, self.synapse.read(synapses)), synapses, importance)

    def act(self, params: Any, state: State, obs: Any) -> tuple[State, Policy]:
        inner, policy = self.agent.act(params, state.inner, obs)
        return State(inner, state.synapses, self._importance(params, state, obs)), policy

    def update(self, params: Any, state: State, transition: Transition) -> tuple[State, Any]:
        inner, latents = self.agent.update(params, state.inner, transition)
        before = self.synapse.read(state.synapses)
        change = jax.tree.map(lambda new, old: new - old, read_leaves(inner, self.leaves), before)
        synapses = self.synapse.write(state.synapses, change, state.importance)
        inner = write_leaves(inner, self.leaves, self.synapse.read(synapses))
        return State(inner, synapses, state.importance), latents

    def uninformed(self, params: Any, before: State, after: State, latents: Any) -> tuple[State, Any]:
        """Synapses stay as they were; only leaves that move without an outcome (a choice kernel) are written."""
        inner, latents = self.agent.uninformed(params, before.inner, after.inner, latents)
        if not set(self.leaves) & set(self.agent.GOES_ON):
            return State(inner, before.synapses, before.importance), latents
        held = self.synapse.read(before.synapses)
        change = jax.tree.map(lambda new, old: new - old, read_leaves(inner, self.leaves), held)
        synapses = self.synapse.write(before.synapses, change, before.importance)
        inner = write_leaves(inner, self.leaves, self.synapse.read(synapses))
        return State(inner, synapses, before.importance), latents

    def _importance(self, params: Any, state: State, obs: Any) -> Any:
        """E[(d log p(a) / d weight)^2] over the answers a of the policy; None where no synapse reads it."""
        if not self.synapse.reads_importance:
            return None

        def log_probs(weights: Any) -> Any:
            _, policy = self.agent.act(params, write_leaves(state.inner, self.leaves, weights), obs)
            if not isinstance(policy, Categorical):
                raise DoesNotFit(
                    f"Importance is an average over the answers of a policy, of which a {type(policy).__name__} has "
                    "infinitely many; choose synapses that do not read importance."
                )
            return jax.nn.log_softmax(policy.logits)

        weights = read_leaves(state.inner, self.leaves)
        p = jnp.exp(log_probs(weights))
        slopes = jax.jacrev(log_probs)(weights)
        return jax.tree.map(lambda d: jnp.tensordot(p, d**2, 1), slopes)


@dataclass(frozen=True)
class SynapticUnits(Synaptic, UnitAgent):
    """The same around an agent with hidden units, which can be shifted, held and recorded."""

    agent: UnitAgent

    def answer(self, params: Any, state: State, obs: Any, touch: Touch) -> tuple[State, Policy]:
        inner, policy = self.agent.answer(params, state.inner, obs, touch)
        return State(inner, state.synapses, self._importance(params, state, obs)), policy

    def groups(self) -> dict[str, int]:
        return self.agent.groups()


def synaptic(agent: Agent, leaves: Sequence[str] | str, synapse: Synapse) -> Synaptic:
    """The agent with some leaves of its state made of synapses.

    Args:
        agent: any agent, one that is perturbed included.
        leaves: fields of its state that hold weights: "q", or "model.values" for a field of a field. A field that holds
            a tree of arrays counts as all of them. Beliefs and other numbers that must keep a form (probabilities that
            sum to 1) are not weights: a synapse may break it.
        synapse: of what they are made.

    Raises:
        DoesNotFit: the state has no such field, or it holds no real numbers.
        BadValue: rewards of the task lie outside of what the synapse can hold.
    """
    names = (leaves,) if isinstance(leaves, str) else tuple(leaves)
    if not isinstance(synapse, Synapse):
        raise BadValue(f"synapse must be a synapse such as Bits(6), but it is {synapse!r}.")
    if not names:
        raise BadValue("Name at least one leaf of the agent's state, such as 'q'.")
    key = jax.random.key(0)
    state = jax.eval_shape(lambda: agent.init(key, agent.params(key)))
    for name in names:
        _require_weights(agent, state, name)
    _require_room(agent, synapse)
    kind = SynapticUnits if isinstance(agent, UnitAgent) else Synaptic
    return kind(agent, names, synapse)  # pyright: ignore[reportArgumentType]


def imprint(key: PRNGKeyArray, params: Any, synapse: Synapse) -> Any:
    """Parameters as synapses hold them once they are set to these: read(init(key, weights)).

    For trained networks, whose weights are parameters. Every array of real numbers counts as weights (biases and the
    state at the start of a session too); use `eqx.tree_at` to choose among them. For a stack of replicas:

        jax.vmap(lambda key, one: imprint(key, one, synapse))(jax.random.split(key, n), params)

    Args:
        key: of the device and of rounding at random.
        params: of an agent.
        synapse: what weights are made of. For `Bits`, `span=None` takes the range of each array from its own weights.
    """
    weights, rest = eqx.partition(params, eqx.is_inexact_array)
    return eqx.combine(synapse.read(synapse.init(key, weights)), rest)


def read_leaves(state: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """The leaves of these names."""
    return {name: _leaf(state, name) for name in names}


def write_leaves(state: Any, names: tuple[str, ...], values: dict[str, Any]) -> Any:
    """The state with other leaves of these names."""
    return eqx.tree_at(lambda s: [_leaf(s, name) for name in names], state, [values[name] for name in names])


def _leaf(state: Any, name: str) -> Any:
    for part in name.split("."):
        state = state[part] if isinstance(state, dict) else getattr(state, part)
    return state


def _require_weights(agent: Agent, state: Any, name: str) -> None:
    try:
        arrays = jax.tree.leaves(_leaf(state, name))
    except (AttributeError, KeyError, TypeError):
        there = ", ".join(_names(state)) or "none"
        raise DoesNotFit(
            f"The state of {type(agent).__name__} has no field '{name}'; its fields of real numbers are: {there}."
        ) from None
    if not arrays or not all(jnp.issubdtype(leaf.dtype, jnp.floating) for leaf in arrays):
        raise DoesNotFit(
            f"The field '{name}' of the state of {type(agent).__name__} holds no real numbers, so it cannot be made of "
            f"synapses; its fields of real numbers are: {', '.join(_names(state)) or 'none'}."
        )


def _names(state: Any) -> list[str]:
    """Fields of a state that hold real numbers, with dots."""
    found = jax.tree_util.tree_flatten_with_path(state)[0]
    return [
        jax.tree_util.keystr(path, simple=True, separator=".")
        for path, leaf in found
        if path and jnp.issubdtype(leaf.dtype, jnp.floating)
    ]


def _require_room(agent: Agent, synapse: Synapse) -> None:
    """An error where single rewards already lie beyond what can be held."""
    spaces = getattr(agent, "spaces", None)
    if synapse.limits is None or not isinstance(spaces, Spaces):
        return
    low, high = synapse.limits
    least, most = spaces.reward
    if jnp.isfinite(least) and jnp.isfinite(most) and (least < low or most > high):
        span = max(abs(least), abs(most))
        raise BadValue(
            f"The task pays rewards from {least:g} to {most:g}, but these synapses hold weights from {low:g} to "
            f"{high:g} only, so values would be cut off; give a wider range, such as span={span:g}."
        )
