"""A file that exports something else than a task or an agent is answered with a sentence, by every command and call."""

from pathlib import Path

import jax
import pytest

from neurorl.cli.main import main
from neurorl.core.catalogue import load
from neurorl.core.errors import BadValue
from neurorl.core.exports import require_agent, require_task
from neurorl.data import read
from neurorl.loop import simulate_many

ENVIRONMENT = """
class Env:
    action_space = observation_space = None

    def reset(self, seed=None):
        return 0, {}

    def step(self, action):
        return 0, 1.0, True, False, {}


TASK = Env%s
"""


@pytest.fixture
def environment(tmp_path) -> Path:
    path = tmp_path / "env.py"
    path.write_text(ENVIRONMENT % "()")
    return path


def test_an_environment_is_no_task(environment, tmp_path, capsys):
    table = tmp_path / "t.csv"
    table.write_text("subject,choice,reward\na,0,1\na,1,0\n")
    for words in (
        ("check", environment),
        ("simulate", environment, "q_learning", "--out", tmp_path / "o.csv"),
        ("train", environment, "lstm", "--out", tmp_path / "run"),
        ("fit", table, "--task", environment, "--agents", "q_learning", "--json"),
        ("recover", environment, "--agents", "q_learning"),
        ("convert", table, "--dry-run", "--task", environment),
    ):
        code, err = main([str(word) for word in words]), capsys.readouterr().err
        assert code == 2 and "TASK must be a task, for example TASK = MyTask(), but it is <" in err, words
        assert "It looks like a Gymnasium environment." in err and "neurorl new task" in err, words


def test_a_class_instead_of_a_task(tmp_path):
    (tmp_path / "env.py").write_text(ENVIRONMENT % "")
    with pytest.raises(BadValue, match=r"TASK must be a task, .* but it is the class Env"):
        load("task", str(tmp_path / "env.py"))
    (tmp_path / "agent.py").write_text("AGENT = 3\n")
    with pytest.raises(BadValue, match=r"AGENT must be the class of an agent, .* but it is 3"):
        load("agent", str(tmp_path / "agent.py"))


def test_the_same_in_python(tmp_path):
    agent = load("agent", "q_learning").for_spaces(load("task", "bandit").spaces)
    with pytest.raises(BadValue, match="task must be a task"):
        simulate_many(jax.random.key(0), agent, agent.params(), object(), 5, subjects=1)  # type: ignore[arg-type]
    (tmp_path / "t.csv").write_text("subject,choice,reward\na,0,1\n")
    with pytest.raises(BadValue, match="task must be a task"):
        read(tmp_path / "t.csv", task=object())
    assert require_task(load("task", "bandit")) is load("task", "bandit") and require_agent(type(agent)) is type(agent)
