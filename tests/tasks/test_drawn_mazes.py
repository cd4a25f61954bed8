"""Mazes drawn by a user: what is free, where goals move and when, and what is refused."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl import load_agent
from neurorl.cli.fits import task_with
from neurorl.core.errors import BadValue
from neurorl.loop import run
from neurorl.ops.drawn_mazes import drawn
from neurorl.ops.grids import ANSWERS, MAZES
from neurorl.tasks.gridworld import Gridworld

UP, DOWN, LEFT, RIGHT = range(len(ANSWERS))
CORRIDOR = "GS."
THERE_AND_BACK = "GS.//.SG"


def lead(task, answers):
    agent = load_agent("random_choice").for_spaces(task.spaces)
    forced = jnp.asarray(answers, jnp.int32)
    return run(jax.random.key(0), agent, agent.params(), task, task.params(), len(answers), forced=forced)


def test_a_drawing_is_the_maze_of_the_same_drawing_by_name():
    text = MAZES["dyna"].drawings[0]
    own, named = Gridworld(text), Gridworld("dyna")
    assert own.spaces == named.spaces
    for a, b in zip(own.grid, named.grid, strict=True):
        np.testing.assert_array_equal(a, b)


def test_one_line_by_hand():
    task = Gridworld("S#G/...")
    assert task.spaces.obs.labels == (
        "row 0 column 0", "row 0 column 2", "row 1 column 0", "row 1 column 1", "row 1 column 2"
    )  # fmt: skip
    t = lead(task, [RIGHT, DOWN, RIGHT, RIGHT, UP, LEFT])
    assert t.obs.tolist() == [0, 0, 2, 3, 4, 0] and t.reward.tolist() == [0, 0, 0, 0, 1, 0]


def test_goals_move_every_two_trials_and_stay_or_come_back():
    task = Gridworld(THERE_AND_BACK, change=2)
    answers = [LEFT, LEFT, RIGHT, RIGHT, RIGHT]
    assert lead(task, answers).reward.tolist() == [1, 1, 1, 1, 1]
    cycle = lead(replace(task, cycle=True), answers)
    assert cycle.reward.tolist() == [1, 1, 1, 1, 0] and cycle.truth.drawing.tolist() == [0, 0, 1, 1, 0]


def test_three_drawings_by_steps():
    task = Gridworld("GS./...//.SG/...//.S./..G", change=1, by="step")
    t = lead(task, [DOWN, UP, DOWN, DOWN])
    assert t.truth.drawing.tolist() == [0, 1, 2, 2]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("S.X/..G", "has 'X' in row 0"),
        ("S../.G", "has 2 cells in row 1, but 3 in row 0"),
        ("SS/.G", "has 2 starts"),
        ("../.G", "has 0 starts"),
        ("S./..", "has no goal"),
        ("S#/#G", "No way leads from row 0, column 0 to a goal"),
        ("/", "drawing of the maze is empty"),
        ("SG//S", "Drawing 2 of the maze has no goal"),
        ("SG//SG.", "must have one size, but they have 1 x 2, 1 x 3 cells"),
        ("SG//GS", "say after how many trials or steps"),
    ],
)
def test_what_is_refused(text, words):
    with pytest.raises(BadValue, match=words):
        drawn(text)


def test_a_change_in_mid_trial_must_leave_a_way_from_everywhere():
    walls = "S.G/...//S#G/.#."
    with pytest.raises(BadValue, match="No way leads from"):
        drawn(walls, change=3, by="step")


def test_from_the_command_line(tmp_path):
    (tmp_path / "maze.txt").write_text("S.#\n..G\n")
    task = task_with("gridworld", [f"maze=@{tmp_path / 'maze.txt'}", "limit=20"])
    assert task == Gridworld("S.#\n..G\n", limit=20) and task.layout.limit == 20
    assert task_with("gridworld", ["maze=S.G"]) == Gridworld("S.G")
    assert task_with("bandit", ["n_arms=4"]).spaces.action.n == 4
    for wrong, words in (
        ("maze", "write a name and a value"),
        ("maze=@nowhere.txt", "nowhere.txt cannot be read as text"),
        ("mase=S.G", "gridworld has no option 'mase'. The options of gridworld and their defaults are"),
        ("maze=triangle", "There is no maze 'triangle'"),
    ):
        with pytest.raises(BadValue, match=words):
            task_with("gridworld", [wrong])
