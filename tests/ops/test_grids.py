"""Drawings of mazes and what follows from them."""

import numpy as np
import pytest

from neurorl.core.errors import BadValue
from neurorl.ops.grids import ANSWERS, MAZES, Maze, grid, maze_of
from neurorl.ops.markov_decision import value_iteration

UP, DOWN, LEFT, RIGHT = range(4)


def test_the_mazes_have_the_published_sizes_and_shortest_ways():
    sizes = {name: grid(maze).n for name, maze in MAZES.items()}
    assert sizes["dyna"] == 54 - 7 and sizes["four_rooms"] == 104 and sizes["relocation"] == 36
    ways = {
        name: [float(grid(maze).steps_to_goal(d)[s]) for d, s in enumerate(grid(maze).start)]
        for name, maze in MAZES.items()
        if name != "jumps"
    }
    assert ways["dyna"] == [14] and ways["blocking"] == [10, 16] and ways["shortcut"] == [16, 10]
    assert ways["relocation"] == [5, 10]


def test_the_dyna_maze_is_the_one_of_the_book():
    maze = grid(MAZES["dyna"])
    walls = {(r, c) for r in range(6) for c in range(9)} - set(maze.cells)
    assert walls == {(1, 2), (2, 2), (3, 2), (0, 7), (1, 7), (2, 7), (4, 5)}
    assert maze.cells[maze.start[0]] == (2, 0)
    ends = {maze.cells[s] for s, a in zip(*np.nonzero(maze.ends[0]), strict=True)}
    assert ends == {(1, 8)}  # the goal (0, 8) has a wall on its left


def test_a_small_maze_by_hand():
    table = grid(Maze(("S#\n.G",), bump=0.5))
    assert table.cells == ((0, 0), (1, 0), (1, 1))
    np.testing.assert_array_equal(table.successors[0], [[0, 1, 0, 0], [0, 1, 1, 2], [2, 2, 1, 2]])
    assert table.ends[0, 1].tolist() == [False, False, False, True]
    assert table.rewards[0, 1].tolist() == [0, -0.5, -0.5, 1]


def test_walls_that_appear_are_states_all_along():
    table = grid(MAZES["blocking"])
    gap = table.cells.index((3, 8))  # open at first, wall afterwards
    below = table.cells.index((4, 8))
    assert table.successors[0, below, UP] == gap and table.successors[1, below, UP] == below


def test_slips_go_the_other_ways():
    table = grid(Maze(("S.\n.G",)))
    p, r = table.process(slip=0.3)
    np.testing.assert_allclose(p[0, RIGHT], [0.2, 0.7, 0.1, 0.0])  # up and left stay
    np.testing.assert_allclose(p.sum(axis=2)[1], [0.9, 0.3, 0.9, 0.9])  # down ends the trial
    np.testing.assert_allclose(r[1], [0.1, 0.7, 0.1, 0.1])


def test_four_rooms_exactly():
    table = grid(MAZES["four_rooms"])
    p, r = table.process()
    np.testing.assert_allclose(value_iteration(p, r, 0.95), 0.95 ** (table.steps_to_goal() - 1), atol=1e-9)


def test_bad_mazes_are_refused():
    with pytest.raises(BadValue, match="choose one of dyna"):
        maze_of("labyrinth")
    with pytest.raises(BadValue, match="equal length"):
        grid(Maze(("..\n.",)))
    assert len(ANSWERS) == 4
