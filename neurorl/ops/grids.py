"""Mazes drawn as text, and what follows from a drawing: where each answer leads, what it pays, where a trial ends.

One character is a cell: `.` free, `#` wall, `S` where trials start, `G` the goal, capital letters A and B cells from
which every answer leads to the small letter. A maze has one drawing, or several where it changes. States are all cells
that are free in some drawing, in reading order; walls are no states. Answers go up, down, left and right; into a wall
or off the grid one stays.
"""

import functools
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from neurorl.core.errors import BadValue

ANSWERS = ("up", "down", "left", "right")
MOVES = ((-1, 0), (1, 0), (0, -1), (0, 1))  # row and column steps of the answers
WALL, START, GOAL = "#", "S", "G"


@dataclass(frozen=True)
class Maze:
    """A maze and its settings.

    Attributes:
        drawings: as it is at first and, where it changes, after each change.
        change: trials or steps from one drawing to the next.
        by: what `change` counts.
        limit: steps after which a trial ends without a reward; 0 for none.
        jumps: capital letter -> what leaving such a cell pays, reward units.
        bump: what an answer that moves nothing costs, reward units.
        source: where the maze is from.
    """

    drawings: tuple[str, ...]
    change: int = 0
    by: Literal["trial", "step"] = "trial"
    limit: int = 0
    jumps: tuple[tuple[str, float], ...] = ()
    bump: float = 0.0
    source: str = ""


MAZES = {
    "dyna": Maze(
        ("""
         .......#G
         ..#....#.
         S.#....#.
         ..#......
         .....#...
         .........
         """,),
        source="Sutton & Barto 2018, Fig. 8.2",
    ),
    "blocking": Maze(
        ("""
         ........G
         .........
         .........
         ########.
         .........
         ...S.....
         """, """
         ........G
         .........
         .........
         .########
         .........
         ...S.....
         """),
        change=1_000,
        by="step",
        source="Sutton & Barto 2018, Fig. 8.4",
    ),
    "shortcut": Maze(
        ("""
         ........G
         .........
         .........
         .########
         .........
         ...S.....
         """, """
         ........G
         .........
         .........
         .#######.
         .........
         ...S.....
         """),
        change=3_000,
        by="step",
        source="Sutton & Barto 2018, Fig. 8.5",
    ),
    "relocation": Maze(
        ("""
         G.....
         ......
         ......
         ......
         ......
         S.....
         """, """
         .....G
         ......
         ......
         ......
         ......
         S.....
         """),
        change=60,
        limit=300,
        source="after Neftci & Averbeck 2019; the cells are ours",
    ),
    "four_rooms": Maze(
        ("""
         #############
         #S....#.....#
         #.....#.....#
         #...........#
         #.....#.....#
         #.....#.....#
         ##.####.....#
         #.....###G###
         #.....#.....#
         #.....#.....#
         #...........#
         #.....#.....#
         #############
         """,),
        source="Sutton, Precup & Singh 1999, Fig. 2",
    ),
    "jumps": Maze(
        ("""
         .A.B.
         .....
         ...b.
         .....
         .a...
         """,),
        jumps=(("A", 10.0), ("B", 5.0)),
        bump=1.0,
        source="Sutton & Barto 2018, example 3.5",
    ),
}  # fmt: skip


class Grid(NamedTuple):
    """A maze as tables; the first axis is the drawing.

    Attributes:
        cells: row and column of each state.
        successors: where each answer leads.
        rewards: what it pays, reward units.
        ends: whether the trial ends with it.
        start: where trials start; -1 for anywhere.
    """

    cells: tuple[tuple[int, int], ...]
    successors: Int[np.ndarray, "d n 4"]
    rewards: Float[np.ndarray, "d n 4"]
    ends: Bool[np.ndarray, "d n 4"]
    start: Int[np.ndarray, " d"]

    @property
    def n(self) -> int:
        """Number of states."""
        return len(self.cells)

    def process(
        self, drawing: int = 0, slip: float = 0.0
    ) -> tuple[Float[np.ndarray, "n 4 n"], Float[np.ndarray, "n 4"]]:
        """Transition probabilities and rewards, as `ops.markov_decision` takes them: no way on where a trial ends.

        With probability `slip` an answer goes one of the three other ways.
        """
        p = np.eye(self.n)[self.successors[drawing]] * ~self.ends[drawing][..., None]
        went = np.where(np.eye(len(ANSWERS), dtype=bool), 1.0 - slip, slip / (len(ANSWERS) - 1))  # answer -> way
        return np.einsum("ab,sbj->saj", went, p), self.rewards[drawing] @ went.T

    def steps_to_goal(self, drawing: int = 0) -> Float[np.ndarray, " n"]:
        """Steps on the shortest way to the end of the trial; infinite where there is no way."""
        left = np.full(self.n, np.inf)
        for _ in range(self.n):
            left = 1 + np.where(self.ends[drawing], 0.0, left[self.successors[drawing]]).min(axis=1)
        return left


def maze_of(name: str) -> Maze:
    """The maze of this name."""
    if name not in MAZES:
        raise BadValue(f"There is no maze '{name}'; choose one of {', '.join(MAZES)}, or draw one (S..G/.##./....).")
    return MAZES[name]


@functools.cache
def grid(maze: Maze) -> Grid:
    """The tables of a maze; read-only."""
    drawings = [[line.strip() for line in drawing.strip().splitlines()] for drawing in maze.drawings]
    shapes = {(len(rows), len(row)) for rows in drawings for row in rows}
    if len(shapes) != 1:
        raise BadValue("A maze is one drawing, or several of the same size, with rows of equal length.")
    (height, width) = shapes.pop()
    places = [(r, c) for r in range(height) for c in range(width)]
    cells = tuple(at for at in places if any(rows[at[0]][at[1]] != WALL for rows in drawings))
    tables = [_tables(maze, rows, cells) for rows in drawings]
    successors, rewards, ends, start = (np.stack(part) for part in zip(*tables, strict=True))
    for table in (successors, rewards, ends, start):
        table.setflags(write=False)
    return Grid(cells, successors, rewards, ends, start)


def _tables(maze: Maze, rows: list[str], cells: tuple[tuple[int, int], ...]) -> tuple[np.ndarray, ...]:
    """Successors, rewards, ends and start of one drawing."""
    state = {cell: i for i, cell in enumerate(cells)}
    seen = {rows[r][c]: (r, c) for r, c in cells}
    pays = dict(maze.jumps)
    successors, rewards = np.zeros((len(cells), 4), np.int32), np.zeros((len(cells), 4))
    ends = np.zeros((len(cells), 4), bool)
    for (r, c), i in state.items():
        for a, (down, right) in enumerate(MOVES):
            to = (r + down, c + right)
            if rows[r][c] in pays:
                successors[i, a], rewards[i, a] = state[seen[rows[r][c].lower()]], pays[rows[r][c]]
            elif to in state and rows[to[0]][to[1]] != WALL:
                ends[i, a] = rows[to[0]][to[1]] == GOAL
                successors[i, a], rewards[i, a] = state[to], float(ends[i, a])
            else:
                successors[i, a], rewards[i, a] = i, -maze.bump
    return successors, rewards, ends, np.asarray(state[seen[START]] if START in seen else -1)
