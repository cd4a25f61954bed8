"""An analysis from Python does what `neurorl fit` does, step by step."""

import json

import numpy as np
import pandas as pd
import pytest

import neurorl
from neurorl.cli.main import main
from neurorl.core.errors import BadValue
from neurorl.data import Dataset


@pytest.fixture(scope="module")
def dataset(tmp_path_factory) -> Dataset:
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"subject": np.repeat(["a", "b"], 12), "trial": [*range(12)] * 2})
    table["choice"], table["reward"], table["age"] = rng.integers(2, size=24), rng.integers(2, size=24), 30
    path = tmp_path_factory.mktemp("data") / "t.csv"
    table.to_csv(path, index=False)
    return neurorl.data.read(path, task="bandit")


@pytest.fixture(scope="module")
def agents() -> dict:
    spaces = neurorl.load_task("bandit").spaces
    return {name: neurorl.load_agent(name).for_spaces(spaces) for name in ("rescorla_wagner", "random_choice")}


def test_it_finds_what_the_command_finds(dataset, agents, tmp_path, monkeypatch, capsys):
    choices = neurorl.Choices.of(dataset, "bandit")
    analysis = neurorl.Analysis(choices, agents, starts=1, quiet=True, out=tmp_path / "mine").fit()
    page = analysis.hold_out(2).write()
    assert page.is_file() and "held-out choices" in analysis.answer() and analysis.found.best in agents
    assert not (tmp_path / "mine" / ".unfinished").exists()
    command = ("fit", dataset.origin, "--task", "bandit", "--agents", "rescorla_wagner,random_choice", "--starts", "1")
    assert main([*command, "--cv", "2", "--no-checks", "--quiet", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    log_lik = {row["agent"]: row["log_lik"] for row in said["comparison"]}
    mine = analysis.found.comparison.set_index("agent")["log_lik"]
    assert log_lik == pytest.approx(mine.to_dict())
    assert [row["model"] for row in said["held_out"]] == analysis.found.held_out["model"].tolist()
    assert analysis.cautions() == said["read_this_first"]


def test_what_was_finished_is_taken_again(dataset, agents, tmp_path):
    choices = neurorl.Choices.of(dataset, "bandit")
    how = {"starts": 1, "quiet": True, "out": tmp_path}
    first = neurorl.Analysis(choices, agents, **how).fit()
    again = neurorl.Analysis(choices, agents, resume=True, **how).fit()
    assert again.stages.resumed == ["fit-rescorla_wagner", "fit-random_choice"]
    pd.testing.assert_frame_equal(first.found.comparison, again.found.comparison)
    with pytest.warns(UserWarning, match="computed again: seed was 0 and is now 1"):
        neurorl.Analysis(choices, agents, resume=True, seed=1, **how).fit()


def test_what_cannot_be_asked_is_a_sentence(dataset, agents):
    choices = neurorl.Choices.of(dataset, "bandit")
    with pytest.raises(BadValue, match="Nothing was fitted yet"):
        neurorl.Analysis(choices, agents).recover()
    with pytest.raises(BadValue, match="which map does not learn; use em, nuts or vi"):
        neurorl.Analysis(choices, agents, formulas={"beta": "age"})
    with pytest.raises(BadValue, match="No agent here has a parameter 'gamma' to explain"):
        neurorl.Analysis(choices, agents, method="em", formulas={"gamma": "1"})
    with pytest.raises(BadValue, match="folds is 2, but must be at least 3 with a ceiling"):
        neurorl.Analysis(choices, agents).hold_out(2, ceiling=True)
    with pytest.raises(BadValue, match="has no folder to write into"):
        neurorl.Analysis(choices, {"random": agents["random_choice"]}, quiet=True).fit().write()
    with pytest.raises(BadValue, match="by is 'trial', but must be 'subject' or 'session'"):
        neurorl.Choices.of(dataset, "bandit", by="trial")
    with pytest.raises(BadValue, match="There is no method 'mle'; there are em, hbi, map, ml, nuts, vi"):
        neurorl.Analysis(choices, agents, method="mle")
