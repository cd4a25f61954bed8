"""Mazes drawn by a user: one character a cell, one line (or part between slashes) a row.

`.` is a free cell, `#` a wall, `S` the start, `G` a goal. Several drawings, separated by an empty line (or `//`), are
the maze before and after each change: goals move where `G` moves, ways open and close.
"""

from typing import Literal

import numpy as np

from neurorl.core.errors import BadValue
from neurorl.ops.grids import GOAL, START, WALL, Maze, grid

FREE = "."
_KNOWN = f"{FREE}{WALL}{START}{GOAL}"


def is_drawing(text: str) -> bool:
    """Whether a text is a drawing and no name: it has rows, or characters that only drawings have."""
    return any(mark in text for mark in ("\n", "/", FREE, WALL))


def drawn(text: str, change: int = 0, by: Literal["trial", "step"] = "trial", limit: int = 0) -> Maze:
    """The maze of a drawing.

    Args:
        text: the drawing, or several.
        change: trials or steps between one drawing and the next.
        by: what `change` counts.
        limit: steps after which a trial ends without a reward; 0 for none.

    Raises:
        BadValue: a character that is none of `. # S G`, rows or drawings of unequal size, not one start, no goal, or a
            goal that no way leads to.
    """
    drawings = _drawings(text)
    for number, rows in enumerate(drawings, 1):
        name = "The maze" if len(drawings) == 1 else f"Drawing {number} of the maze"
        _require_sound(rows, name)
    if len({(len(rows), len(rows[0])) for rows in drawings}) > 1:
        sizes = ", ".join(f"{len(rows)} x {len(rows[0])}" for rows in drawings)
        raise BadValue(f"The drawings of a maze must have one size, but they have {sizes} cells.")
    if len(drawings) > 1 and change < 1:
        raise BadValue(
            f"There are {len(drawings)} drawings; say after how many trials or steps the next one holds (change=60)."
        )
    maze = Maze(tuple("\n".join(rows) for rows in drawings), change, by, limit, source="drawn by the user")
    table = grid(maze)
    mid_trial = len(drawings) > 1 and by == "step"  # a change may find the subject anywhere
    for number, start in enumerate(table.start):
        steps = table.steps_to_goal(number)
        free = [i for i, (row, column) in enumerate(table.cells) if drawings[number][row][column] in (FREE, START)]
        lost = [i for i in (free if mid_trial else [int(start)]) if not np.isfinite(steps[i])]
        if lost:
            row, column = table.cells[lost[0]]
            raise BadValue(
                f"No way leads from row {row}, column {column} to a goal (rows and columns are counted from 0), so "
                "that a trial could last for ever; open a way, or mark cells that are never entered as walls (#)."
            )
    return maze


def _drawings(text: str) -> list[list[str]]:
    """The rows of each drawing."""
    lines = [line.strip() for line in text.replace("//", "\n\n").replace("/", "\n").splitlines()]
    found: list[list[str]] = [[]]
    for line in lines:
        if line:
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    found = [rows for rows in found if rows]
    if not found:
        raise BadValue("The drawing of the maze is empty; draw it with . (free), # (wall), S (start) and G (goal).")
    return found


def _require_sound(rows: list[str], name: str) -> None:
    for number, row in enumerate(rows):
        odd = [mark for mark in row if mark not in _KNOWN]
        if odd:
            raise BadValue(
                f"{name} has {odd[0]!r} in row {number} (counted from 0); the characters are . (free), # (wall), "
                "S (start) and G (goal)."
            )
        if len(row) != len(rows[0]):
            raise BadValue(f"{name} has {len(row)} cells in row {number}, but {len(rows[0])} in row 0 (from 0).")
    whole = "".join(rows)
    if whole.count(START) != 1:
        raise BadValue(f"{name} has {whole.count(START)} starts (S); exactly one is expected.")
    if GOAL not in whole:
        raise BadValue(f"{name} has no goal (G), so that its trials would never end.")
