"""The contract of a recurrent network: perceiving and deciding are two steps, so that one can act in between."""

import abc
import dataclasses
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array

from neurorl.core.informed import without_error
from neurorl.core.policy import Policy
from neurorl.core.units import Touch, UnitAgent, untouched


class RecurrentAgent(UnitAgent):
    """An agent whose state has hidden units `h` and whose latents report them; its weights do not change in a session.

    `act` is `perceive` (the cell) and then `decide` (the heads). A perturbation that holds or shifts units stands
    between the two, and so reaches both the answer given now and everything that follows. The groups of units are the
    fields of the state that are arrays [n]. A network that changes its weights within a session is a `Learner`.
    """

    @abc.abstractmethod
    def perceive(self, params: Any, state: Any, obs: Any) -> Any:
        """The state after the recurrent cell has seen `obs`."""

    @abc.abstractmethod
    def decide(self, params: Any, state: Any) -> tuple[Any, Policy]:
        """Policy and value, read from the units of a state that has perceived."""

    def answer(self, params: Any, state: Any, obs: Any, touch: Touch) -> tuple[Any, Policy]:
        state = self.perceive(params, state, obs)
        if touch is not untouched:
            for name, activity in vars(state).items():
                if isinstance(activity, jax.Array) and activity.ndim == 1:
                    changed: Array = touch(name, activity)
                    if changed is not activity:
                        state = eqx.tree_at(lambda s, name=name: getattr(s, name), state, changed)
        return self.decide(params, state)

    def groups(self) -> dict[str, int]:
        key = jax.random.key(0)
        state = jax.eval_shape(lambda: self.init(key, self.params(key)))
        return {name: leaf.shape[0] for name, leaf in vars(state).items() if len(getattr(leaf, "shape", ())) == 1}

    def uninformed(self, params: Any, before: Any, after: Any, latents: Any) -> tuple[Any, Any]:
        """The whole state goes on: it is activity, and what is learned lies in the weights.

        The input `told` (reward or prediction error of the last step) is 0 where no outcome was shown.
        """
        told = {"told": jnp.zeros_like(after.told)} if hasattr(after, "told") else {}
        return dataclasses.replace(after, **told), without_error(latents)
