"""Gridworlds: find the way through a maze, and find it again when the maze has changed.

What is seen is the cell one is in; answers go up, down, left or right. A trial runs from the start to the goal, which
pays 1, and the next one begins at the start; other steps pay nothing. The mazes are data (`ops/grids.py`):

- "dyna": 6 x 9 cells, seven of them wall, 14 steps from start to goal (Sutton & Barto 2018, Fig. 8.2);
- "blocking": after 1,000 steps of the session the short way is walled off and a longer one opens (Fig. 8.4);
- "shortcut": after 3,000 steps a shorter way opens (Fig. 8.5);
- "relocation": 6 x 6 cells; after 60 trials the goal lies elsewhere. A trial ends without a reward after 300 steps;
- "four_rooms": 104 cells in four rooms with doors (Sutton, Precup & Singh 1999);
- "jumps": 5 x 5 cells without a goal. Cell A pays 10 and leads to A', B pays 5 and leads to B', walking off the grid
  costs 1 and moves nothing. There are no trials: it goes on for ever (Sutton & Barto 2018, example 3.5).

A maze may also be drawn (`ops/drawn_mazes.py`): `maze="S..G/.##./...."`, a text of several lines, or several drawings,
each of which holds for `change` trials or steps (`by`). With `cycle` the first follows the last, else the last stays.

With probability `slip` an answer goes one of the three other ways, each equally likely (1/3 in Sutton, Precup & Singh
1999; 0 by default). With `trials` a session ends after so many of them.

Departs from the sources: the cells of start and goal in "four_rooms" and "relocation" are ours; where the start is not
drawn ("jumps") a session begins anywhere.
"""

import functools
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from neurorl.core.card import Card
from neurorl.core.errors import BadValue
from neurorl.core.spaces import Discrete, Spaces
from neurorl.core.task import Task
from neurorl.core.types import Outcome
from neurorl.ops.drawn_mazes import drawn, is_drawing
from neurorl.ops.grids import ANSWERS, Grid, Maze, grid, maze_of


class Params(eqx.Module):
    change: Int[Array, ""] = eqx.field(converter=jnp.asarray)  # trials or steps before the maze changes
    slip: Float[Array, ""] = eqx.field(default=0.0, converter=jnp.asarray)


class State(eqx.Module):
    cell: Int[Array, ""]
    trial: Int[Array, ""]
    step: Int[Array, ""]  # of the session
    in_trial: Int[Array, ""]  # steps of this trial


class Truth(eqx.Module):
    """Trial, step of the trial, and drawing of the maze (0, 1 after the change, ...) in which the answer was given."""

    trial: Int[Array, ""]
    in_trial: Int[Array, ""]
    drawing: Int[Array, ""]


@dataclass(frozen=True)
class Gridworld(Task):
    """Walk through `maze`, a name or a drawing; a session has `trials` trials, or is as long as the loop asks (0).

    Attributes:
        maze: name or drawing.
        trials: trials in a session; 0 for as many as the loop asks for.
        change: trials or steps from one drawing to the next; 0 for the maze's own.
        by: what `change` counts; "" for the maze's own.
        limit: steps after which a trial ends without a reward; 0 for the maze's own.
        cycle: whether the first drawing follows the last.
    """

    maze: str = "dyna"
    trials: int = 0
    change: int = 0
    by: Literal["", "trial", "step"] = ""
    limit: int = 0
    cycle: bool = False

    card: ClassVar[Card] = Card(
        title="Gridworlds: mazes that may change",
        summary="Find the way to a goal, and find it again after walls or goal have moved. Standard tasks to "
        "distinguish planning on a learned model from caching.",
        refs=("sutton2018:ch. 8", "sutton1999options", "neftci2019"),
        tags=("planning", "maze", "model-based", "self-paced", "deterministic"),
    )

    def __post_init__(self) -> None:
        for name in ("trials", "change", "limit"):
            if getattr(self, name) < 0:
                raise BadValue(f"{name} is {getattr(self, name)}, but must be 0 or more.")
        _layout(self)

    @property
    def layout(self) -> Maze:
        """The maze's drawings and settings."""
        return _layout(self)

    @property
    def grid(self) -> Grid:
        """The maze as tables."""
        return grid(self.layout)

    @property
    def spaces(self) -> Spaces:
        cells = tuple(f"row {row} column {column}" for row, column in self.grid.cells)
        rewards = self.grid.rewards
        pays = (float(rewards.min()), float(rewards.max()))
        return Spaces(Discrete(cells), Discrete(ANSWERS), pays, self_paced=True)

    @property
    def ends(self) -> bool:
        return self.trials > 0

    def params(self) -> Params:
        return Params(change=self.layout.change)

    def reset(self, key: PRNGKeyArray, params: Params) -> tuple[State, Int[Array, ""]]:
        zero = jnp.asarray(0, jnp.int32)
        cell = self._start(jax.random.uniform(key), zero)
        return State(cell, zero, zero, zero), cell

    def step(self, key: PRNGKeyArray, params: Params, state: State, action: Int[Array, ""]) -> tuple[State, Outcome]:
        u_slip, u_start = jax.random.uniform(key, (2,))
        turned = 1 + jnp.floor(3 * u_slip / jnp.maximum(params.slip, 1e-9)).astype(jnp.int32)
        way = jnp.where(u_slip < params.slip, (action + turned) % len(ANSWERS), action)
        drawing = self._drawing(params, state.trial, state.step)
        table, at = self.grid, (drawing, state.cell, way)
        ends = jnp.asarray(table.ends)[at]
        if self.layout.limit:
            ends = ends | (state.in_trial >= self.layout.limit - 1)
        reward = jnp.asarray(table.rewards, float)[at]
        trial, step = state.trial + ends, state.step + 1
        start = self._start(u_start, self._drawing(params, trial, step))
        cell = jnp.where(ends, start, jnp.asarray(table.successors)[at]).astype(jnp.int32)
        in_trial = jnp.where(ends, 0, state.in_trial + 1).astype(jnp.int32)
        outcome = Outcome(
            obs=cell,
            reward=reward,
            discount=1.0 - ends.astype(reward.dtype),
            stim=jnp.zeros_like(reward),
            truth=Truth(state.trial, state.in_trial, drawing),
        )
        return State(cell, trial, step, in_trial), outcome

    def over(self, params: Params, state: State) -> Bool[Array, ""]:
        return (self.trials > 0) & (state.trial >= self.trials)

    def _drawing(self, params: Params, trial: Int[Array, ""], step: Int[Array, ""]) -> Int[Array, ""]:
        """The drawing that holds now: 0 before the first change, 1 after it, ..."""
        n = len(self.layout.drawings)
        if n == 1:
            return jnp.asarray(0, jnp.int32)
        so_far = trial if self.layout.by == "trial" else step
        changes = jnp.where(params.change > 0, so_far // jnp.maximum(params.change, 1), n - 1)
        return (changes % n if self.cycle else jnp.minimum(changes, n - 1)).astype(jnp.int32)

    def _start(self, u: Float[Array, ""], drawing: Int[Array, ""]) -> Int[Array, ""]:
        start = jnp.asarray(self.grid.start, jnp.int32)[drawing]
        return jnp.where(start >= 0, start, jnp.floor(u * self.grid.n).astype(jnp.int32))


@functools.lru_cache(maxsize=64)
def _layout(task: Gridworld) -> Maze:
    """Drawings and settings of a maze by name or by drawing."""
    if is_drawing(task.maze):
        return drawn(task.maze, task.change, task.by or "trial", task.limit)
    maze = maze_of(task.maze)
    return replace(maze, change=task.change or maze.change, by=task.by or maze.by, limit=task.limit or maze.limit)


TASK = Gridworld()
