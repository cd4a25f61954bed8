"""Sessions in trials and tasks with options, from the command line."""

import json
from pathlib import Path

import pandas as pd
import pytest

from neurorl.cli.main import main


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    code = main(argv)
    out, err = capsys.readouterr()
    return code, out, err


def test_trials_in_a_drawn_maze(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "maze.txt").write_text("S.\n.G\n")
    out = str(tmp_path / "walks.csv")
    argv = ("simulate", "gridworld", "random_choice", "--task-option", f"maze=@{tmp_path / 'maze.txt'}")
    code, said, _ = run(capsys, *argv, "--trials", "3", "--steps", "400", "--subjects", "2", "--out", out, "--json")
    assert code == 0 and json.loads(said)["trials"] == 6
    table = pd.read_csv(out)
    assert set(table["state"]) <= {0, 1, 2} and table.groupby("subject")["trial"].nunique().tolist() == [3, 3]
    code, _, said = run(capsys, *argv, "--trials", "3", "--out", out)
    assert code == 2 and "--steps at the command line" in said
    with pytest.warns(UserWarning, match="2 of 2 sessions reached their last step, 20, before trial 50 had ended"):
        assert run(capsys, *argv, "--trials", "50", "--steps", "20", "--subjects", "2", "--out", out)[0] == 0


def test_an_option_the_task_does_not_have(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    argv = ("simulate", "bandit", "random_choice", "--out", str(tmp_path / "x.csv"))
    code, _, said = run(capsys, *argv, "--task-option", "arms=3")
    assert code == 2 and "The options of bandit and their defaults are: n_arms (2), clock (False)" in said
    code, _, said = run(capsys, *argv, "--trials", "0")
    assert code == 2 and "--trials is 0, but must be at least 1" in said
