"""The layout of two-stage decision tasks, shared by the tasks, agents and data sets of that family.

A trial runs ``[fixation ->] first -> second_a | second_b``. On a common transition *left* leads to A and
*right* to B. In Daw's form the second stage is a choice of its own; in Miller's and Wang's form both
answers pay the same there.
"""

from dataclasses import dataclass
from typing import Self

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from neurorl.core.errors import DoesNotFit
from neurorl.core.policy import ILLEGAL
from neurorl.core.spaces import Discrete, Spaces
from neurorl.core.types import Transition


def two_stage_spaces(*, fixation: bool, second_choice: bool) -> Spaces:
    """The spaces of a two-stage task.

    Args:
        fixation: each trial starts with a step that accepts only the centre response; a response that
            a state does not accept costs 1.
        second_choice: the second stage is a free choice that matters (Daw et al. 2011).
    """
    states = ("first", "second_a", "second_b")
    free = (True, second_choice, second_choice)
    if not fixation:
        return Spaces(Discrete(states), Discrete(("left", "right")), (0.0, 1.0), free=free, steps_per_trial=2)
    choice = (False, True, True)
    return Spaces(
        Discrete(("fixation", *states)),
        Discrete(("centre", "left", "right")),
        (-1.0, 1.0),
        legal=((True, False, False), choice, choice, choice),
        free=(False, *free),
        steps_per_trial=3,
    )


@dataclass(frozen=True)
class TwoStage:
    """Where things are in a two-stage task's codes.

    Attributes:
        first, second_a, second_b: observation codes.
        left, right: action codes.
        n_actions: number of action codes.
        second_choice: whether the second stage is a choice that matters.
        legal: `Spaces.legal`, or all True.
    """

    first: int
    second_a: int
    second_b: int
    left: int
    right: int
    n_actions: int
    second_choice: bool
    legal: tuple[tuple[bool, ...], ...]

    @classmethod
    def of(cls, spaces: Spaces) -> Self:
        """Read the layout from a task's labels; raises `DoesNotFit` if this is not a two-stage task."""
        obs, action = spaces.discrete()
        missing = [s for s in ("first", "second_a", "second_b") if s not in obs.labels]
        missing += [a for a in ("left", "right") if a not in action.labels]
        if missing:
            raise DoesNotFit(
                "This agent plays two-stage tasks, whose codes are labelled first, second_a, second_b, left and "
                f"right; this task has no {', '.join(missing)}."
            )
        second_a = obs.index("second_a")
        return cls(
            first=obs.index("first"),
            second_a=second_a,
            second_b=obs.index("second_b"),
            left=action.index("left"),
            right=action.index("right"),
            n_actions=action.n,
            second_choice=not spaces.free or spaces.free[second_a],
            legal=spaces.legal or ((True,) * action.n,) * obs.n,
        )

    def stage(self, obs: Int[Array, ""]) -> Int[Array, ""]:
        """0 for second stage A, 1 for B (0 for any other state)."""
        return (obs == self.second_b).astype(jnp.int32)

    def is_second(self, obs: Int[Array, ""]) -> Bool[Array, ""]:
        """Whether this state is one of the two second stages."""
        return (obs == self.second_a) | (obs == self.second_b)

    def side(self, action: Int[Array, ""]) -> Int[Array, ""]:
        """0 for left, 1 for right (0 for any other answer)."""
        return (action == self.right).astype(jnp.int32)

    @property
    def p_common(self) -> float:
        """Published probability of a common transition: 0.7 in Daw's form, 0.8 in Miller's and Wang's."""
        return 0.7 if self.second_choice else 0.8

    @property
    def n_options(self) -> int:
        """Options that differ at a second stage: 2 where its answer matters, else 1."""
        return 2 if self.second_choice else 1

    def first_choice(self, transition: Transition) -> Float[Array, "2"]:
        """One-hot over left and right on a step with a legal first-stage choice, else zeros."""
        sides = jnp.stack([transition.action == self.left, transition.action == self.right])
        return jnp.where((transition.obs == self.first) & sides, 1.0, 0.0)

    def second_answer(self, transition: Transition) -> Float[Array, "2 n_options"]:
        """One-hot over second stages A, B and their options on a step with a legal answer there, else zeros.

        Only on such a step is the reward an outcome; the cost of an answer that a state does not accept is none.
        """
        stages = jnp.stack([transition.obs == self.second_a, transition.obs == self.second_b])
        sides = jnp.stack([transition.action == self.left, transition.action == self.right])
        options = sides if self.second_choice else sides.any(keepdims=True)
        return jnp.where(stages[:, None] & options, 1.0, 0.0)

    def logits(
        self, obs: Int[Array, ""], first: Float[Array, "2"], second: Float[Array, "2 n_options"]
    ) -> Float[Array, " n_actions"]:
        """Policy logits over all action codes in any state.

        Args:
            obs: the state.
            first: preference for left and right at the first stage.
            second: preference for the options of second stages A and B; one option stands for both answers.
        """
        here = jnp.where(obs == self.first, first, second[self.stage(obs)])
        here = jnp.where((obs == self.first) | self.is_second(obs), here, 0.0)
        logits = jnp.zeros(self.n_actions, here.dtype).at[self.left].set(here[0]).at[self.right].set(here[1])
        return jnp.where(jnp.asarray(self.legal)[obs], logits, ILLEGAL)
