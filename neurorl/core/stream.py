"""Tasks made of arrays: patterns, digits, recorded events, shown one after the other.

A trial shows one example: x[i, 0], x[i, 1], ... for as many steps as the example has. All numbers are made before the
session, so that a step only reads its row; the cost of making the next trial, which under `vmap` is paid at every step,
is not there. Feedback is read in the same way: one entry an example, or one a step.
"""

import abc
import hashlib
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Int, PRNGKeyArray

from neurorl.core.card import Card
from neurorl.core.errors import BadValue
from neurorl.core.spaces import Box, Discrete, Spaces
from neurorl.core.task import Task
from neurorl.core.types import Outcome

Order = Literal["shuffled", "given"]


class Examples(eqx.Module):
    """The arrays of a stream.

    Attributes:
        x: what is shown [n, steps, ...]; small integers save memory and become real numbers when they are shown.
        feedback: [n, ...] or, with `each_step`, [n, steps, ...]; None where nothing is shown besides the reward.
        each_step: whether feedback differs between the steps of a trial.
    """

    x: Array
    feedback: Array | None = None
    each_step: bool = eqx.field(default=False, static=True)


class State(eqx.Module):
    """How far the session is, and the order of its examples."""

    trial: Int[Array, ""]
    step: Int[Array, ""]  # of the trial
    order: Int[Array, " n"]


class Truth(eqx.Module):
    """Which example is shown."""

    example: Int[Array, ""]


class StreamTask(Task):
    """A task whose params are `Examples`; a subclass says `spaces` and `params`.

    Where feedback is a code of the action space (the right answer), that answer pays 1 on the last step of the trial.

    Attributes:
        order: "shuffled" (anew in each session) or "given".
        repeat: whether the examples come again, in the same order, when all were shown; else the session is over.
    """

    order: Order
    repeat: bool

    @abc.abstractmethod
    def params(self) -> Examples:
        """The arrays."""

    @property
    def ends(self) -> bool:
        return not self.repeat

    def reset(self, key: PRNGKeyArray, params: Examples) -> tuple[State, Array]:
        order = jnp.arange(params.x.shape[0], dtype=jnp.int32)
        order = jax.random.permutation(key, order) if self.order == "shuffled" else order
        zero = jnp.asarray(0, jnp.int32)
        state = State(zero, zero, order)
        return state, self._shown(params, state)

    def step(self, key: PRNGKeyArray, params: Examples, state: State, action: Any) -> tuple[State, Outcome]:
        example = self._example(params, state)
        last = state.step == params.x.shape[1] - 1
        feedback = None
        if params.feedback is not None:
            feedback = params.feedback[(example, state.step) if params.each_step else example]
        number = jnp.zeros((), jnp.result_type(float))
        reward = number
        if feedback is not None and self.spaces.feedback == self.spaces.action:
            reward = jnp.where(last & (feedback == action), 1.0, number)
        after = State(state.trial + last, jnp.where(last, 0, state.step + 1).astype(jnp.int32), state.order)
        shown = self._shown(params, after)
        return after, Outcome(shown, reward, jnp.where(last, number, 1.0), number, Truth(example), feedback)

    def over(self, params: Examples, state: State) -> Bool[Array, ""]:
        return jnp.asarray(not self.repeat) & (state.trial >= params.x.shape[0])

    def _example(self, params: Examples, state: State) -> Int[Array, ""]:
        return state.order[state.trial % params.x.shape[0]]

    def _shown(self, params: Examples, state: State) -> Array:
        row = params.x[self._example(params, state), state.step]
        return row.astype(jnp.int32 if isinstance(self.spaces.obs, Discrete) else jnp.result_type(float))


class Held:
    """Arrays that a task carries: equal, and of equal hash, where their contents are."""

    def __init__(self, examples: Examples) -> None:
        self.examples = examples
        digest = hashlib.sha256()
        for leaf in jax.tree.leaves(examples):
            values = np.ascontiguousarray(leaf)
            digest.update(f"{values.dtype}{values.shape}{examples.each_step}".encode())
            digest.update(values.tobytes())
        self.digest = digest.hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Held) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        return f"{self.examples.x.shape[0]} examples {self.digest[:8]}"


@dataclass(frozen=True)
class Stream(StreamTask):
    """A task made of a user's arrays; `stream(...)` makes one."""

    held: Held
    form: Spaces
    order: Order = "shuffled"
    repeat: bool = True

    card: ClassVar[Card] = Card(
        title="A stream of examples", summary="Shows arrays one after the other, with feedback.", tags=("stream",)
    )

    @property
    def spaces(self) -> Spaces:
        return self.form

    def params(self) -> Examples:
        return self.held.examples


def stream(
    x: Any,
    answers: tuple[str, ...],
    *,
    feedback: Any = None,
    in_time: bool = False,
    labels: tuple[str, ...] = (),
    order: Order = "shuffled",
    repeat: bool = True,
) -> Stream:
    """A task made of arrays.

    Args:
        x: what is shown: [n, ...], one step a trial, or with `in_time` [n, steps, ...]. Codes where `labels` are given.
        answers: labels of the answers.
        feedback: what is shown after each answer besides the reward. Whole numbers [n] (or [n, steps]) are codes of the
            right answers, -1 where none is shown; real numbers [n, k] (or [n, steps, k]) are targets, NaN where one is
            not shown.
        in_time: whether the second axis of `x` is time.
        labels: meaning of the codes in `x`.
        order: "shuffled" (anew in each session) or "given".
        repeat: whether the examples come again when all were shown; else the session is over.

    Raises:
        BadValue: arrays of unequal length, a code that has no label, or a value that is not finite.
    """
    shown = np.asarray(x)
    if shown.ndim < 1 + in_time or shown.shape[0] == 0:
        raise BadValue(f"x has shape {shown.shape}; [n, {'steps, ' if in_time else ''}...] is expected, n at least 1.")
    shown = shown if in_time else shown[:, None]
    if not np.isfinite(shown).all():
        raise BadValue("x holds a value that is not finite; a stream shows finite numbers only.")
    if order not in ("shuffled", "given"):
        raise BadValue(f"order is '{order}', but must be 'shuffled' or 'given'.")
    obs = _seen(shown, labels)
    space, values, each_step = _feedback(feedback, answers, shown.shape[:2])
    form = Spaces(obs, Discrete(tuple(answers)), (0.0, 1.0), steps_per_trial=shown.shape[1], feedback=space)
    examples = Examples(jnp.asarray(shown), None if values is None else jnp.asarray(values), each_step)
    return Stream(Held(examples), form, order, repeat)


def _seen(x: np.ndarray, labels: tuple[str, ...]) -> Discrete | Box:
    if not labels:
        return Box(x.shape[2:], float(x.min()), float(x.max()))
    if x.ndim != 2 or not np.issubdtype(x.dtype, np.integer) or x.min() < 0 or x.max() >= len(labels):
        raise BadValue(f"labels name codes 0 to {len(labels) - 1}, so that x must hold such whole numbers, one a step.")
    return Discrete(tuple(labels))


def _feedback(
    feedback: Any, answers: tuple[str, ...], shape: tuple[int, ...]
) -> tuple[Discrete | Box | None, np.ndarray | None, bool]:
    """Space and values of the feedback, and whether it has one entry a step."""
    if feedback is None:
        return None, None, False
    values = np.asarray(feedback)
    codes = np.issubdtype(values.dtype, np.integer)
    if values.shape[:1] != shape[:1]:
        raise BadValue(
            f"There are {shape[0]} examples, but feedback has shape {values.shape}; give one entry for each."
        )
    each_step = values.ndim == (2 if codes else 3)
    if values.ndim - each_step != (1 if codes else 2) or (each_step and values.shape[1] != shape[1]):
        raise BadValue(
            f"feedback has shape {values.shape}; expected are codes [n] or [n, steps], or real numbers [n, k] or "
            f"[n, steps, k], with n = {shape[0]} and {shape[1]} steps."
        )
    if codes:
        if values.min() < -1 or values.max() >= len(answers):
            raise BadValue(
                f"feedback holds codes from {values.min()} to {values.max()}, but there are {len(answers)} answers, "
                "counted from 0; -1 stands for an answer that is not shown."
            )
        return Discrete(tuple(answers)), values.astype(np.int32), each_step
    if np.isinf(values).any() or np.isnan(values).all():
        raise BadValue("feedback holds an infinite value or no number at all; NaN marks an entry that is not shown.")
    return Box(values.shape[-1:], float(np.nanmin(values)), float(np.nanmax(values))), values, each_step
