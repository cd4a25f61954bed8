"""Catch: move a paddle under a falling ball.

The board has 10 rows and 5 columns (Osband et al. 2020, "catch"; the game is that of Mnih et al. 2014). At the start of
a trial the ball is in the top row, in a column drawn at random, and the paddle is in the middle of the bottom row. At
each step the paddle moves one column to the left, stays, or moves one to the right; it stops at the walls. Then the
ball falls by one row. When the ball reaches the bottom row, the reward is 1 if the paddle is under it and -1 if not,
and the trial ends (discount 0). All other steps pay 0. With 10 rows a trial has 9 steps.

The observation is the board, row by row: 1 where the ball or the paddle is, 0 elsewhere. The observation after the last
step of a trial is the first board of the next one. The optimal return is 1 per trial. A policy that ignores the ball
catches one ball in five (return -0.6 per trial).

Departs from the source: trials follow each other without a separate reset step.
"""

from dataclasses import dataclass
from typing import ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from neurorl.core.card import Card
from neurorl.core.errors import BadValue
from neurorl.core.spaces import Box, Discrete, Spaces
from neurorl.core.task import Task
from neurorl.core.types import Outcome

MOVES = ("left", "stay", "right")


class Params(eqx.Module):
    """`starts`: relative frequency with which a ball starts in each column, [columns]."""

    starts: Float[Array, " columns"] = eqx.field(converter=jnp.asarray)


class State(eqx.Module):
    ball_row: Int[Array, ""]
    ball_column: Int[Array, ""]
    paddle: Int[Array, ""]  # column


class Truth(eqx.Module):
    """Row and column of the ball and column of the paddle, from 0, when the answer was given."""

    ball_row: Int[Array, ""]
    ball_column: Int[Array, ""]
    paddle: Int[Array, ""]


@dataclass(frozen=True)
class Catch(Task):
    """Catch on a board of `rows` x `columns`; a trial has rows - 1 steps."""

    rows: int = 10
    columns: int = 5

    card: ClassVar[Card] = Card(
        title="Catch",
        summary="Move a paddle under a falling ball. A small control task in which the reward comes only at the end of "
        "a trial; a standard test of deep reinforcement learning.",
        refs=("osband2020", "mnih2014", "neftci2019"),
        tags=("control", "deep-rl", "delayed-reward"),
    )

    def __post_init__(self) -> None:
        if self.rows < 2 or self.columns < 2:
            raise BadValue(f"A board of {self.rows} x {self.columns} is too small; Catch needs 2 rows and 2 columns.")

    @property
    def spaces(self) -> Spaces:
        board = Box((self.rows * self.columns,), 0.0, 1.0)
        return Spaces(board, Discrete(MOVES), (-1.0, 1.0), steps_per_trial=self.rows - 1)

    def params(self) -> Params:
        return Params(starts=jnp.full(self.columns, 1.0 / self.columns))

    def reset(self, key: PRNGKeyArray, params: Params) -> tuple[State, Float[Array, " cells"]]:
        state = self._start(jax.random.uniform(key), params)
        return state, self._board(state, params)

    def step(self, key: PRNGKeyArray, params: Params, state: State, action: Int[Array, ""]) -> tuple[State, Outcome]:
        paddle = jnp.clip(state.paddle + action - 1, 0, self.columns - 1).astype(jnp.int32)
        row = state.ball_row + 1
        ends = row == self.rows - 1
        dtype = params.starts.dtype
        caught = jnp.where(paddle == state.ball_column, 1.0, -1.0).astype(dtype)
        new = self._start(jax.random.uniform(key), params)
        after = jax.tree.map(lambda a, b: jnp.where(ends, a, b), new, State(row, state.ball_column, paddle))
        outcome = Outcome(
            obs=self._board(after, params),
            reward=jnp.where(ends, caught, 0.0),
            discount=1.0 - ends.astype(dtype),
            stim=jnp.zeros((), dtype),
            truth=Truth(state.ball_row, state.ball_column, state.paddle),
        )
        return after, outcome

    def _start(self, u: Float[Array, ""], params: Params) -> State:
        """The ball in the top row, in a column drawn by `u` in [0, 1); the paddle in the middle."""
        cumulative = jnp.cumsum(params.starts)
        column = jnp.sum(cumulative <= u * cumulative[-1]).astype(jnp.int32)
        return State(jnp.asarray(0, jnp.int32), column, jnp.asarray(self.columns // 2, jnp.int32))

    def _board(self, state: State, params: Params) -> Float[Array, " cells"]:
        cells = jnp.arange(self.rows * self.columns)
        ball = cells == state.ball_row * self.columns + state.ball_column
        paddle = cells == (self.rows - 1) * self.columns + state.paddle
        return (ball | paddle).astype(params.starts.dtype)


TASK = Catch()
