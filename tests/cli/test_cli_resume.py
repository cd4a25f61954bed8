"""`--resume` takes only what was made from the very same things, and says what differs."""

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from neurorl.analyse import steps
from neurorl.cli.main import main
from neurorl.core.keeper import open_kept

AGENT = '''"""Rescorla-Wagner from a file of one's own."""
from dataclasses import dataclass

from neurorl.agents.rescorla_wagner import AGENT as Base
from my_helper import SHIFT


@dataclass(frozen=True)
class Mine(Base):
    def act(self, params, state, obs):
        return super().act(params, state, obs)


AGENT = Mine
'''
FIT = ["fit", "t.csv", "--task", "bandit", "--starts", "1", "--out", "o", "--quiet", "--no-checks"]


@pytest.fixture
def stopped(own_folder: Path, capsys, monkeypatch):
    """A fit of two agents that was stopped after the fits; gives a function that resumes it, and what it said."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"subject": np.repeat(["a", "b"], 12), "trial": [*range(12)] * 2})
    table["choice"], table["reward"], table["note"] = rng.integers(2, size=24), rng.integers(2, size=24), "x"
    table.to_csv("t.csv", index=False)
    (own_folder / "my_helper.py").write_text("SHIFT = 1\n")
    Path("mine.py").write_text(AGENT)
    monkeypatch.syspath_prepend(str(own_folder))
    monkeypatch.delitem(__import__("sys").modules, "my_helper", raising=False)

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    def run(*more: str, agents: str = "mine.py,rescorla_wagner") -> tuple[int, str]:
        with monkeypatch.context() as patch, warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            patch.setattr(steps.methods, "fit", lambda *a, **k: {"log_lik": np.array([-1.0])})  # what is kept, not how
            patch.setattr(steps, "compared", interrupted)
            code = main([*FIT, "--agents", agents, *more])
        return code, "\n".join([*(str(one.message) for one in warned), capsys.readouterr().err])

    code, said = run()
    assert code == 130 and "Finished and saved in o/.unfinished: fit-mine, fit-rescorla_wagner." in said
    return run


def test_the_same_command_takes_everything(stopped):
    before = Path("o/.unfinished/fit-mine.kept").stat().st_mtime_ns
    code, said = stopped("--resume")
    assert code == 130 and "computed again" not in said
    assert Path("o/.unfinished/fit-mine.kept").stat().st_mtime_ns == before
    assert open_kept(Path("o/.unfinished/fit-mine.kept")).about["seed"] == 0


@pytest.mark.parametrize("file", ["mine.py", "my_helper.py"])
def test_an_edited_agent_file_is_fitted_again_and_the_others_are_not(stopped, file):
    Path(file).write_text(Path(file).read_text() + "\n# edited\n")
    _, said = stopped("--resume")
    assert "The stage fit-mine is computed again: the agent file mine.py has changed since." in said
    assert "fit-rescorla_wagner is computed again" not in said


def test_another_agent_beside_them_costs_no_fit(stopped):
    _, said = stopped("--resume", agents="mine.py,rescorla_wagner,random_choice")
    assert "computed again" not in said


@pytest.mark.parametrize(
    ("more", "phrase"),
    [
        (["--seed", "1"], "seed was 0 and is now 1"),
        (["--starts", "2"], "starts was 1 and is now 2"),
        (["--fix", "beta=3"], "the held parameters of mine was '' and is now 'beta=3.0'"),
        (["--by", "session"], "by was 'subject' and is now 'session'"),
        (["--subjects", "1"], "the table of choices has changed since"),
        (["--method", "ml"], "method was 'map' and is now 'ml'"),
    ],
)
def test_other_options_are_named(stopped, more, phrase):
    _, said = stopped("--resume", *more)
    assert phrase in said


@pytest.mark.parametrize("column", ["note", "reward"])
def test_any_column_of_the_table_counts(stopped, column):
    table = pd.read_csv("t.csv")
    table.loc[3, column] = "y" if column == "note" else 1 - table.loc[3, column]
    table.to_csv("t.csv", index=False)
    _, said = stopped("--resume")
    assert "fit-rescorla_wagner is computed again: the table of choices has changed since" in said


def test_another_version_is_named(stopped, monkeypatch):
    monkeypatch.setattr("neurorl.analyse.made_from.version_of", lambda package: "0.0.1")
    _, said = stopped("--resume")
    assert "the version of jax was" in said and "and is now '0.0.1'" in said


def test_a_stop_before_anything_is_finished_claims_nothing(own_folder, stopped, monkeypatch, capsys):
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(steps, "fit_all", interrupted)
    assert main([*FIT, "--agents", "rescorla_wagner"]) == 130
    assert capsys.readouterr().err.strip() == "Stopped. No stage was finished, so nothing was saved."


def test_a_place_that_cannot_be_written_is_noticed_before_work_begins(own_folder, stopped, capsys):
    Path("file").touch()
    for command in (
        [*FIT[:-4], "--agents", "rescorla_wagner", "--out", "file"],
        ["recover", "bandit", "--agents", "rescorla_wagner", "--out", "file"],
        ["train", "bandit", "lstm", "--out", "file"],
        ["train", "bandit", "lstm", "--keep", "file/x.npz"],
        ["run", "two_step", "--out", "file"],
        ["simulate", "bandit", "rescorla_wagner", "--out", "file/x.csv"],
        ["convert", "t.csv", "file/x.csv", "--task", "bandit"],
        ["new", "agent", "mine_too", "--folder", "file"],
        ["fit", "file" * 100, "--task", "bandit", "--agents", "rescorla_wagner", "--out", "o"],
    ):
        assert main(command) == 4, command
        assert "file" in capsys.readouterr().err
