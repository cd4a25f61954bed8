"""The contract of an agent that learns weights: what all bodies share, and what each body has of its own.

The state of a `Learner` has two parts. The *learner* is shared: weights, the state of an optimiser, a memory for
replay. The *actor* belongs to one stream of experience (one body): hidden activity, membranes, traces. Four functions,
written for a single stream, say everything:

    learner, actor              = begin(key, params)
    actor, policy               = perceive(params, weights(learner), actor, obs, touch)
    actor, experience, latents  = observe(params, weights(learner), actor, transition)
    learner                     = learn(params, learner, experiences)          # leading axis n

On behaviour there is one body and n is 1. With n bodies (`neurorl.loop.copies`) the same functions are vmapped over
actors, and `learn` receives the n experiences of a tick at once. Neftci & Averbeck 2019, Fig. 1.

An experience is small: a transition, or for each layer the activity before and after the weights and the error. A
gradient or an outer product is as large as the weights; with many bodies it must be made once, in `learn`.
"""

import abc
from dataclasses import dataclass
from typing import Any, ClassVar, Self, final

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, PRNGKeyArray

from neurorl.core.card import Card
from neurorl.core.errors import BadValue, DoesNotFit
from neurorl.core.policy import Policy
from neurorl.core.spaces import Spaces
from neurorl.core.types import Transition
from neurorl.core.units import Touch, UnitAgent, untouched

FINAL = ("init", "act", "answer", "update")


class Streams(eqx.Module):
    """The state of a learner.

    Attributes:
        learner: what is learned; shared by all bodies.
        actor: of one body; with n bodies its leaves have a leading axis n.
    """

    learner: Any
    actor: Any


class Learner(UnitAgent):
    """An agent that learns weights within a session. `init`, `act` and `update` are final and follow from the rest."""

    spaces: Spaces
    GOES_ON: ClassVar[tuple[str, ...]] = ("actor",)  # where no outcome is shown: activity goes on, learning does not

    @abc.abstractmethod
    def begin(self, key: PRNGKeyArray, params: Any) -> tuple[Any, Any]:
        """The learner and one actor at the start of a session. Initial weights belong to `params`."""

    @abc.abstractmethod
    def perceive(self, params: Any, weights: Any, actor: Any, obs: Any, touch: Touch) -> tuple[Any, Policy]:
        """The actor that has seen `obs`, and its policy.

        `touch(name, activity)` is called on each group of hidden units [n] when its activity has been computed, before
        the next layer reads it; the agent goes on with what it returns.
        """

    @abc.abstractmethod
    def observe(self, params: Any, weights: Any, actor: Any, transition: Transition) -> tuple[Any, Any, Any]:
        """The actor after a step, the experience it contributes, and the latents of the step."""

    @abc.abstractmethod
    def learn(self, params: Any, learner: Any, experiences: Any) -> Any:
        """The learner after these experiences, which have a leading axis n."""

    def weights(self, learner: Any) -> Any:
        """What actors read of the learner; all of it by default.

        Leave out what only `learn` needs (a replay memory, the optimiser): `lagged` keeps copies of the rest.
        """
        return learner

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        own = [name for name in FINAL if getattr(cls, name) is not getattr(Learner, name)]
        if own:
            raise BadValue(
                f"{cls.__name__} defines {', '.join(own)}, which follow from the other functions of a Learner; write "
                "begin, perceive, observe and learn."
            )

    @final
    def init(self, key: PRNGKeyArray, params: Any) -> Streams:
        return Streams(*self.begin(key, params))

    @final
    def answer(self, params: Any, state: Streams, obs: Any, touch: Touch) -> tuple[Streams, Policy]:
        actor, policy = self.perceive(params, self.weights(state.learner), state.actor, obs, touch)
        return Streams(state.learner, actor), policy

    @final
    def update(self, params: Any, state: Streams, transition: Transition) -> tuple[Streams, Any]:
        weights = self.weights(state.learner)
        actor, experience, latents = self.observe(params, weights, state.actor, transition)
        one = jax.tree.map(lambda leaf: leaf[None], experience)
        return Streams(self.learn(params, state.learner, one), actor), latents

    def groups(self) -> dict[str, int]:
        found: dict[str, int] = {}

        def note(name: str, activity: Array) -> Array:
            found[name] = activity.shape[0]
            return activity

        def perceive(key: PRNGKeyArray, obs: Array) -> Any:
            params = self.params(key)
            learner, actor = self.begin(key, params)
            return self.perceive(params, self.weights(learner), actor, obs, note)

        jax.eval_shape(perceive, jax.random.key(0), self.spaces.obs.form)
        return found

    def experience(self, params: Any) -> Any:
        """Shapes and dtypes of one experience."""

        def live(key: PRNGKeyArray, params: Any, obs: Any, action: Any, number: Array, feedback: Any) -> Any:
            learner, actor = self.begin(key, params)
            weights = self.weights(learner)
            actor, _ = self.perceive(params, weights, actor, obs, untouched)
            return self.observe(params, weights, actor, Transition(obs, action, number, number, number, obs, feedback))[
                1
            ]

        number, spaces = jnp.zeros(()), self.spaces
        feedback = None if spaces.feedback is None else spaces.feedback.form
        return jax.eval_shape(live, jax.random.key(0), params, spaces.obs.form, spaces.action.form, number, feedback)


@dataclass(frozen=True)
class AroundLearner(Learner):
    """A learner made from another one, of which it changes a part."""

    agent: Learner
    card: ClassVar[Card] = Card(title="A learner in another mode", summary="Experience reaches it in another way.")

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        raise DoesNotFit(f"{cls.__name__} is made from another learner: make that for these spaces first.")

    @property
    def draws_in_private(self) -> bool:
        """As the learner."""
        return self.agent.draws_in_private

    @property
    def has_gradient(self) -> bool:
        """As the learner."""
        return self.agent.has_gradient

    @property
    def spaces(self) -> Spaces:  # type: ignore[override]  # borrowed, where a learner's own are a field
        """Those of the learner."""
        return self.agent.spaces

    def params(self, key: PRNGKeyArray | None = None) -> Any:
        return self.agent.params(key)

    def begin(self, key: PRNGKeyArray, params: Any) -> tuple[Any, Any]:
        return self.agent.begin(key, params)

    def weights(self, learner: Any) -> Any:
        return self.agent.weights(learner)

    def perceive(self, params: Any, weights: Any, actor: Any, obs: Any, touch: Touch) -> tuple[Any, Policy]:
        return self.agent.perceive(params, weights, actor, obs, touch)

    def observe(self, params: Any, weights: Any, actor: Any, transition: Transition) -> tuple[Any, Any, Any]:
        return self.agent.observe(params, weights, actor, transition)

    def learn(self, params: Any, learner: Any, experiences: Any) -> Any:
        return self.agent.learn(params, learner, experiences)
