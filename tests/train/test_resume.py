"""A run goes on from the newest checkpoint that can be used, and only if it is the very same run."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from neurorl.agents.lstm import LSTM
from neurorl.core.catalogue import load
from neurorl.core.errors import StorageFailed
from neurorl.tasks.two_step import TwoStep
from neurorl.train import ActorCritic, driver, load_trained, train_agent

TASK = TwoStep(fixation=False)
AGENT = LSTM.for_spaces(TASK.spaces, hidden=4)
TINY = ActorCritic(sessions=16, steps=6, replicas=2, parallel=2, chunk=2)  # 8 updates in 4 chunks, as in test_train


def train(folder: Path, agent=AGENT, **more):
    return train_agent(agent, TASK, TINY, seed=3, folder=folder, quiet=True, **more)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("run")
    return folder, train(folder)


@pytest.fixture
def run(finished, tmp_path: Path):
    """A copy of a finished run, its newest checkpoint, and what it came to."""
    shutil.copytree(finished[0], tmp_path / "run")
    return tmp_path / "run", tmp_path / "run" / "checkpoint-00000008.kept", finished[1]


def same(a, b) -> bool:
    return np.array_equal(a.params.weight, b.params.weight) and all(
        np.array_equal(a.curve[name], b.curve[name]) for name in a.curve if name != "seconds"
    )


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "inside").touch()


def loop(path: Path) -> None:
    path.unlink()
    path.symlink_to(path)


def flipped(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b'"seed": 3', b'"seed": 4'))


def nowhere(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.with_name("gone"))


SPOILED = {
    "folder": folder,
    "loop": loop,
    "dangling link": nowhere,
    "flipped seed": flipped,
    "empty": lambda path: path.write_bytes(b""),
    "text": lambda path: path.write_text("{}\n"),
    "half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
def test_whatever_became_of_the_newest_checkpoint_the_older_one_is_used(run, spoil):
    where, newest, whole = run
    spoil(newest)
    with pytest.warns(UserWarning, match=r"checkpoint-00000008\.kept was passed over"):
        assert same(train(where, resume=True), whole)
    assert newest.is_file() and not newest.is_symlink()


def test_if_none_can_be_used_nothing_is_trained_over_it(run):
    where, newest, _ = run
    for path in where.glob("checkpoint-*"):
        path.write_bytes(path.read_bytes()[:-1])
    before = newest.read_bytes()
    with pytest.raises(StorageFailed, match=r"None of the checkpoints .*00000008.*00000006.*Restore one of them"):
        train(where, resume=True)
    assert newest.read_bytes() == before


def test_a_run_of_an_older_version_is_said_to_be_one(tmp_path):
    (tmp_path / "checkpoint-00000004.eqx").write_bytes(b"{}\n")
    for resume in (True, False):
        with pytest.raises(StorageFailed, match="older version of neurorl"):
            train(tmp_path, resume=resume)


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "was lost"), (b"", "was damaged"), (b"replica,ses", "was damaged"), (b"\xff", "could not")],
)
def test_metrics_that_are_lost_or_torn_are_written_again(run, content, said):
    where, _, _ = run
    path = where / "metrics.csv"
    whole = path.read_bytes()
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.warns(UserWarning, match=rf"metrics\.csv {said}.*written again"):
        train(where, resume=True)
    assert path.read_bytes() == whole


def test_trained_parameters_come_with_their_curve(run):
    loaded = load_trained(run[0], AGENT)
    assert same(loaded, run[2])


MINE = '''"""An LSTM of one's own."""
from dataclasses import dataclass

from neurorl.agents.lstm import LSTM


@dataclass(frozen=True)
class Mine(LSTM):
    pass


AGENT = Mine
'''


def test_an_edited_agent_file_is_refused_by_name(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text(MINE)
    mine = load("agent", str(file)).for_spaces(TASK.spaces, hidden=4)
    train(tmp_path / "run", mine)
    train(tmp_path / "run", mine, resume=True)
    file.write_text(MINE + "# edited\n")
    mine = load("agent", str(file)).for_spaces(TASK.spaces, hidden=4)
    with pytest.raises(StorageFailed, match=r"other settings \(the agent file mine\.py has changed since\)"):
        train(tmp_path / "run", mine, resume=True)


def test_another_version_and_other_settings_are_refused_by_name(run, monkeypatch):
    where = run[0]
    with monkeypatch.context() as patch:
        patch.setattr(driver, "version_of", lambda package: "0.0.1")
        with pytest.raises(StorageFailed, match=r"the version of jax was '.*' and is now '0\.0\.1'"):
            train(where, resume=True)
    with pytest.raises(StorageFailed, match=r"\(discount was 0\.9 and is now 0\.5\)"):
        train_agent(AGENT, TASK, ActorCritic(**vars(TINY) | {"discount": 0.5}), seed=3, folder=where, resume=True)


def test_temporary_files_of_the_killed_are_swept(run):
    (run[0] / f".{2**22 + 1}.metrics.csv").write_text("half")
    (run[0] / f".{os.getppid()}.metrics.csv").write_text("half")  # that process lives
    train(run[0], resume=True)
    assert [path.name for path in run[0].glob(".*")] == [f".{os.getppid()}.metrics.csv"]


def test_a_stop_before_the_first_checkpoint_claims_none(tmp_path, monkeypatch):
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(driver, "_compiled_chunk", lambda *_: stopped)
    with pytest.raises(KeyboardInterrupt, match=r"after 0 sessions a replica\. No checkpoint was written yet"):
        train(tmp_path / "run")
    assert not (tmp_path / "run").exists()
