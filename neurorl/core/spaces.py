"""Spaces: what a task shows, what it accepts, and what it pays.

An agent is built from a task's `Spaces` alone (`Agent.for_spaces`), so an agent never knows which
task it plays. Labels carry the meaning: an agent for two-stage tasks looks for a state labelled
``"first"``, not for state number 1.
"""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Int

from neurorl.core.errors import BadValue, DoesNotFit


@dataclass(frozen=True)
class Discrete:
    """The integers 0 .. n-1, each with a label."""

    labels: tuple[str, ...]

    def __post_init__(self) -> None:
        if isinstance(self.labels, str):  # its letters would be taken as codes
            raise BadValue(f"A Discrete space takes a tuple of labels, such as ('left', 'right'), not '{self.labels}'.")

    @property
    def n(self) -> int:
        return len(self.labels)

    @property
    def form(self) -> jax.ShapeDtypeStruct:
        """Shape and dtype of a code."""
        return jax.ShapeDtypeStruct((), jnp.int32)

    def index(self, label: str) -> int:
        """The code of `label`; raises `DoesNotFit` with the labels there are."""
        if label not in self.labels:
            raise DoesNotFit(f"There is no code labelled '{label}' here; the labels are {', '.join(self.labels)}.")
        return self.labels.index(label)


@dataclass(frozen=True)
class Box:
    """Real arrays of one shape, each entry within [low, high]."""

    shape: tuple[int, ...]
    low: float = -float("inf")
    high: float = float("inf")
    labels: tuple[str, ...] = ()

    @property
    def form(self) -> jax.ShapeDtypeStruct:
        """Shape and dtype of an element, in the precision in use."""
        return jax.ShapeDtypeStruct(self.shape, jnp.result_type(float))


@dataclass(frozen=True)
class Spaces:
    """What stands between a task and an agent.

    Attributes:
        obs: what the agent sees at each step.
        action: what the agent may answer.
        reward: lowest and highest reward of one step.
        legal: for each observation code, which action codes the task accepts without penalty;
            `()` means all of them everywhere.
        free: for each observation code, whether the answer is a real choice (it can matter and
            there is more than one legal answer). Only free, legal choices are scored. `()` means all.
        steps_per_trial: number of steps in a complete trial.
        self_paced: whether a trial lasts as long as the subject takes, so that `steps_per_trial` is no bound.
        feedback: what is shown besides the reward; None for nothing.
        informed: for each observation code, whether the outcome of the answer is shown; `()` means all. Tables take
            the default of their column `informed` from it.
    """

    obs: Discrete | Box
    action: Discrete | Box
    reward: tuple[float, float]
    legal: tuple[tuple[bool, ...], ...] = ()
    free: tuple[bool, ...] = ()
    steps_per_trial: int = 1
    self_paced: bool = False
    feedback: Discrete | Box | None = None
    informed: tuple[bool, ...] = ()

    def legal_table(self) -> Bool[Array, "n_obs n_actions"]:
        """`legal` as an array (all True where the task states nothing)."""
        obs, action = self.discrete()
        return jnp.asarray(self.legal) if self.legal else jnp.ones((obs.n, action.n), bool)

    def discrete(self) -> tuple[Discrete, Discrete]:
        """Observation and action space, or `DoesNotFit` if either is continuous."""
        if not isinstance(self.obs, Discrete) or not isinstance(self.action, Discrete):
            raise DoesNotFit(
                "This agent needs discrete states and discrete actions, but the task has "
                f"{type(self.obs).__name__} observations and {type(self.action).__name__} actions."
            )
        return self.obs, self.action

    def discrete_action(self) -> Discrete:
        """The action space, or `DoesNotFit` if it is continuous."""
        if not isinstance(self.action, Discrete):
            raise DoesNotFit("This agent chooses among discrete actions, but the actions of the task are real numbers.")
        return self.action

    def is_choice(self, obs: Array, action: Int[Array, ""]) -> Bool[Array, ""]:
        """Whether this step was a free and legal choice, and so is scored by default."""
        scored = jnp.asarray(True)
        if self.free:
            scored = scored & jnp.asarray(self.free)[obs]
        if self.legal:
            scored = scored & jnp.asarray(self.legal)[obs, action]
        return scored
