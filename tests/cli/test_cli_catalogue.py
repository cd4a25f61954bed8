"""list, show, cite, new and check."""

import json
from pathlib import Path

import pytest

from neurorl.cli.main import main
from neurorl.core.catalogue import names
from neurorl.core.references import parse


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    code = main(argv)
    out, err = capsys.readouterr()
    return code, out, err


def as_json(capsys: pytest.CaptureFixture[str], *argv: str):
    code, out, _ = run(capsys, *argv, "--json")
    assert code == 0
    return json.loads(out)


def test_list_is_the_catalogue(capsys: pytest.CaptureFixture[str]) -> None:
    assert {e["name"] for e in as_json(capsys, "list", "agents")} == set(names("agent"))
    assert {e["kind"] for e in as_json(capsys, "list")} >= {"tasks", "agents"}
    out = run(capsys, "list", "tasks")[1]
    assert "Two-step task, reversing rewards" in out and "Hybrid" not in out


def test_list_by_tag(capsys: pytest.CaptureFixture[str]) -> None:
    found = as_json(capsys, "list", "--tag", "meta-rl")
    assert {"two_step", "lstm"} <= {e["name"] for e in found}
    assert all("meta-rl" in e["tags"] for e in found)
    code, _, err = run(capsys, "list", "--tag", "nonsense")
    assert code == 2 and "meta-rl" in err


def test_list_of_agents_that_fit(capsys: pytest.CaptureFixture[str]) -> None:
    on_bandit = {e["name"] for e in as_json(capsys, "list", "--fits", "bandit")}
    on_two_step = {e["name"] for e in as_json(capsys, "list", "--fits", "two_step")}
    assert "hybrid" in on_two_step - on_bandit and "rescorla_wagner" in on_bandit and "lstm" in on_bandit & on_two_step


def test_show_an_agent(capsys: pytest.CaptureFixture[str]) -> None:
    shown = as_json(capsys, "show", "hybrid")
    w = next(p for p in shown["parameters"] if p["name"] == "w")
    assert (w["range"], w["units"]) == ("(0, 1)", "1")
    assert set(w) == {"name", "symbol", "default", "units", "range", "prior", "meaning"}
    assert "two_step_daw" in shown["fits_tasks"] and "Daw et al. 2011" in shown["docstring"]
    out = run(capsys, "show", "hybrid")[1]
    assert "weight of model-based values" in out and "1/reward" in out and "daw2011 (supplement)" in out


def test_show_a_task(capsys: pytest.CaptureFixture[str]) -> None:
    shown = as_json(capsys, "show", "two_step")
    assert shown["settings"]["p_common"] == 0.8 and shown["spaces"]["steps per trial"] == 3
    assert "hybrid" in shown["fits_agents"]
    assert "p_common" in run(capsys, "show", "two_step")[1]


def test_show_a_data_set(capsys: pytest.CaptureFixture[str]) -> None:
    about = as_json(capsys, "show", "nspn_two_step")["about"]
    assert (about["subjects"], about["steps"], about["licence"]) == (554, 349_508, "Apache-2.0")


def test_show_the_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "show", "hybird")[::2] == (2, "There is no name called 'hybird'. Did you mean 'hybrid'?\n")


def test_cite(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(parse(run(capsys, "cite", "two_step")[1])) == ["wang2018", "miller2017", "akam2015", "daw2011"]
    assert list(parse(run(capsys, "cite", "neurorl")[1])) == ["neurorl", "wang2018", "neftci2019"]
    (entry,) = as_json(capsys, "cite", "daw2011")
    assert entry["doi"] == "10.1016/j.neuron.2011.02.027" and entry["bibtex"].startswith("@article{daw2011,")
    code, _, err = run(capsys, "cite", "wang208")
    assert code == 2 and "Did you mean 'wang2018'?" in err


@pytest.mark.parametrize("kind", ["task", "agent"])
def test_new_then_check_show_and_list(capsys: pytest.CaptureFixture[str], own_folder: Path, kind: str) -> None:
    code, out, _ = run(capsys, "new", kind, "my_own", "--folder", "models")
    assert code == 0 and "neurorl check models/my_own.py" in out
    code, out, err = run(capsys, "check", "models/my_own.py")
    assert code == 0, out + err
    assert "laws hold" in out
    assert run(capsys, "show", "models/my_own.py")[0] == 0
    assert run(capsys, "new", kind, "my_own", "--folder", "models")[0] == 2  # never overwrites


def test_check_names_the_broken_law(capsys: pytest.CaptureFixture[str], own_folder: Path) -> None:
    run(capsys, "new", "task", "my_own")
    file = own_folder / "my_own.py"
    file.write_text(file.read_text().replace("reward=", "reward=99.0 + 0 * "))
    code, out, _ = run(capsys, "check", "my_own.py")
    assert code == 1 and "broken" in out
    code, out, _ = run(capsys, "check", "my_own.py", "--json")
    report = json.loads(out)
    assert code == 1 and report["held"] is False
    assert {"law", "verdict", "where", "detail", "seconds"} == set(report["laws"][0])


def test_check_says_what_it_cannot_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert "is a data set" in run(capsys, "check", "nspn_two_step")[2]
    assert "--task is for agents" in run(capsys, "check", "bandit", "--task", "two_step")[2]
