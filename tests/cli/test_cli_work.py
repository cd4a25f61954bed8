"""simulate, fit, run and report, on small things; files of one's own in place of names."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from neurorl.cli.main import main
from neurorl.cli.runtime import prepare

STUDY = '''"""A study of one's own."""
from neurorl.core.card import Card
from neurorl.core.study import Evidence, Expect, Measures, Study

def gather(context):
    return Evidence(numbers={"x": 1.5})

def measure(evidence):
    return Measures({"x": evidence.numbers["x"]})

STUDY = Study(
    "own", Card(title="X is small", summary="A fake."), (), (), {"quick": None}, gather, measure,
    tuple(Expect(f"X is below {high}", "x", 0, high, "Nobody 2000", "ours") for high in (2, 1)),
    lambda evidence, measures: (),
)
'''


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    code = main(argv)
    out, err = capsys.readouterr()
    return code, out, err


def simulate(capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, str, str]:
    return run(capsys, "simulate", "bandit", "rescorla_wagner", "--subjects", "3", "--steps", "30", *more)


def test_simulate_writes_a_table(capsys: pytest.CaptureFixture[str], own_folder: Path) -> None:
    code, out, _ = simulate(
        capsys, "--set", "alpha=0.2", "--set", "beta=3", "--sessions", "2", "--out", "t.csv", "--json"
    )
    assert code == 0
    summary = json.loads(out)
    table = pd.read_csv("t.csv")
    assert len(table) == summary["steps"] == 3 * 2 * 30
    assert summary["subjects"] == 3 and summary["sessions"] == 6
    assert summary["reward_per_trial"] == pytest.approx(table["reward"].mean())
    # the settings reached the agent: Q of the chosen arm moves by 0.2 of the error from its first value on
    first = table.query("subject == 0 and session == 0").iloc[:2]
    chosen = f"latent_q_{int(first['choice'].iloc[0])}"
    before, after = first[chosen]
    assert after - before == pytest.approx(0.2 * (first["reward"].iloc[0] - before), abs=1e-6)


def test_simulate_is_reproducible_and_pipes(capsys: pytest.CaptureFixture[str]) -> None:
    first, again, other = simulate(capsys)[1], simulate(capsys)[1], simulate(capsys, "--seed", "1")[1]
    assert first == again != other
    assert first.startswith("subject,session,trial,step,state,choice,reward") and first.count("\n") == 91


def test_simulate_with_settings_of_the_task(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("simulate", "two_step", "random_choice", "--subjects", "2", "--steps", "30", "--task-set")
    code, out, _ = run(capsys, *arguments, "p_good=1", "--task-set", "p_switch=0")
    assert code == 0
    truth = {tuple(line.split(",")[-2:]) for line in out.splitlines()[1:]}
    assert truth <= {("1.0", "0.0"), ("0.0", "1.0")}
    assert "no scalar setting 'p_god'" in run(capsys, *arguments, "p_god=1")[2]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--set", "alpha=7"), "alpha is 7, but must lie in its range (0, 1)"),
        (("--set", "alhpa=.1"), "There is no free parameter 'alhpa'"),
        (("--set", "alpha"), "write a name and a number"),
        (("--out", "t.xlsx"), "must end in .csv"),
        (("--json",), "add --out"),
        (("--steps", "0"), "--steps is 0, but must be at least 1"),
        (("--params", "missing.csv"), "There is no file missing.csv"),
        (("--params", "a.csv", "--trained", "b"), "give one of them"),
    ],
)
def test_simulate_says_what_is_wrong(capsys: pytest.CaptureFixture[str], more: tuple[str, ...], sentence: str) -> None:
    code, out, err = simulate(capsys, *more)
    assert code in (2, 4) and out == "" and sentence in err


def test_simulate_says_what_does_not_fit(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "simulate", "bandit", "hybrid")
    assert code == 2 and "The agent hybrid does not fit the task bandit." in err


def test_simulate_with_parameters_of_each_subject(capsys: pytest.CaptureFixture[str]) -> None:
    parameters = {info["name"]: [info["default"]] * 2 for info in _parameters(capsys)}
    pd.DataFrame(parameters | {"alpha": [0.1, 0.9]}).to_csv("p.csv", index=False)
    run(capsys, "simulate", "bandit", "rescorla_wagner", "--params", "p.csv", "--steps", "20", "--out", "t.csv")
    table = pd.read_csv("t.csv")
    for subject, alpha in enumerate((0.1, 0.9)):
        mine = table[table["subject"] == subject]
        q = mine[["latent_q_0", "latent_q_1"]].to_numpy()
        change = np.abs(np.diff(q, axis=0)).sum(axis=1)
        assert change == pytest.approx(alpha * mine["latent_rpe"].abs().to_numpy()[:-1], abs=1e-6)
    play = ("simulate", "bandit", "rescorla_wagner", "--params", "p.csv", "--steps", "2", "--out", "t.csv")
    pd.DataFrame({"subject": ["07", "b"]} | parameters).to_csv("p.csv", index=False)
    run(capsys, *play)
    assert pd.read_csv("t.csv", dtype={"subject": str})["subject"].unique().tolist() == ["07", "b"]
    pd.DataFrame({"subject": ["b", "b"]} | parameters).to_csv("p.csv", index=False)
    with pytest.warns(UserWarning, match="holds subject b in several rows"):
        run(capsys, *play)
    assert pd.read_csv("t.csv")["subject"].unique().tolist() == [0, 1]
    pd.DataFrame(parameters | {"alpha": [0.1, "x"]}).to_csv("p.csv", index=False)
    assert "alpha lies outside (0, 1) or is missing in rows [1]" in run(capsys, *play)[2]
    pd.DataFrame(parameters | {"alpha": [0.1, 9.0]}).to_csv("p.csv", index=False)
    err = run(capsys, "simulate", "bandit", "rescorla_wagner", "--params", "p.csv")[2]
    assert "alpha lies outside (0, 1) or is missing in rows [1]" in err


def test_simulate_with_trained_weights(capsys: pytest.CaptureFixture[str]) -> None:
    import jax

    from neurorl.agents.lstm import LSTM
    from neurorl.tasks.bandit import TASK
    from neurorl.train import load_trained

    train = ("train", "bandit", "lstm", "--sessions", "1", "--replicas", "2", "--trials", "5", "--hidden", "3")
    code, _, err = run(capsys, *train, "--out", "trained", "--quiet")
    assert code == 0, err
    simulate = ("simulate", "bandit", "lstm", "--subjects", "3", "--steps", "2", "--trained")
    code, _, err = run(capsys, *simulate, "trained", "--out", "t.csv")
    assert code == 0, err
    agent = LSTM.for_spaces(TASK.spaces, hidden=3)
    weights = load_trained(Path("trained"), agent).params
    first = pd.read_csv("t.csv").groupby("subject")["latent_value"].first()
    for subject, replica in enumerate((0, 1, 0)):  # replicas are shared out in turn
        params = jax.tree.map(lambda leaf, replica=replica: leaf[replica], weights)
        state, _ = agent.act(params, agent.init(jax.random.key(0), params), 0)
        assert first[subject] == pytest.approx(float(state.value), abs=1e-6)
    assert "There is no whole checkpoint in nowhere" in run(capsys, *simulate, "nowhere")[2]
    code, _, err = run(capsys, "simulate", "bandit", "gru", "--trained", "trained")
    assert code == 4 and "holds a trained LSTM(hidden=3" in err


def _parameters(capsys: pytest.CaptureFixture[str]) -> list[dict]:
    return json.loads(run(capsys, "show", "rescorla_wagner", "--json")[1])["parameters"]


def test_fit_compares_agents(capsys: pytest.CaptureFixture[str]) -> None:
    simulate(capsys, "--set", "beta=5", "--out", "t.csv")
    fit = ("fit", "t.csv", "--task", "bandit", "--agents", "rescorla_wagner,random_choice", "--starts", "2", "--quiet")
    code, out, err = run(capsys, *fit, "--out", "fits", "--json")
    assert code == 0, err
    rows = {row["agent"]: row for row in json.loads(out)["comparison"]}
    assert rows["random_choice"]["log_lik"] == pytest.approx(90 * np.log(0.5), abs=1e-4)
    assert rows["random_choice"]["bic"] == pytest.approx(2 * 90 * np.log(2), abs=1e-3)
    better = rows["rescorla_wagner"]
    assert better["log_lik"] > rows["random_choice"]["log_lik"]
    assert better["log_lik_per_choice"] == pytest.approx(better["log_lik"] / 90)
    for name in ("rescorla_wagner", "random_choice", "comparison"):
        assert Path(f"fits/{name}.csv").exists() and Path(f"fits/{name}.parquet").exists()
    assert len(pd.read_csv("fits/rescorla_wagner.csv")) == 3
    # what fit writes, simulate reads
    code, out, err = run(capsys, "simulate", "bandit", "rescorla_wagner", "--params", "fits/rescorla_wagner.csv")
    assert code == 0, err


def test_fit_says_what_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    simulate(capsys, "--out", "t.csv")
    assert "Add --task" in run(capsys, "fit", "t.csv", "--agents", "random_choice")[2]
    assert "--agents is empty" in run(capsys, "fit", "t.csv", "--task", "bandit", "--agents", ",")[2]
    assert "Did you mean 'nspn_two_step'" in run(capsys, "fit", "nspn_twostep", "--agents", "hybrid")[2]
    table = pd.read_csv("t.csv")
    table.loc[3, "choice"] = 7
    table.to_csv("bad.csv", index=False)
    code, _, err = run(capsys, "fit", "bad.csv", "--task", "bandit", "--agents", "random_choice")
    assert code == 2 and "choice" in err and "3" in err


def test_an_agent_of_ones_own_simulates_and_fits(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "new", "agent", "mine")
    code, _, err = run(capsys, "simulate", "bandit", "mine.py", "--subjects", "2", "--steps", "30", "--out", "t.csv")
    assert code == 0, err
    fit = (
        "fit",
        "t.csv",
        "--task",
        "bandit",
        "--agents",
        "mine.py,random_choice",
        "--starts",
        "2",
        "--quiet",
        "--json",
    )
    code, out, err = run(capsys, *fit)
    assert code == 0, err
    assert {row["agent"] for row in json.loads(out)["comparison"]} == {"mine", "random_choice"}


def test_run_report_and_strict(capsys: pytest.CaptureFixture[str], own_folder: Path) -> None:
    (own_folder / "own.py").write_text(STUDY)
    code, out, _ = run(capsys, "run", "own.py")
    assert code == 0
    assert "1 held, 1 missed" in out and "Report: runs/own/quick-seed0/report.html" in out
    code, out, _ = run(capsys, "run", "own.py", "--strict", "--json")
    assert code == 1
    result = json.loads(out)
    assert [v["outcome"] for v in result["verdicts"]] == ["held", "missed"] and result["origin"]["cached"] is True
    page = own_folder / "runs/own/quick-seed0/report.html"
    before = page.read_text()
    page.unlink()
    assert run(capsys, "report", str(page.parent))[0] == 0
    assert page.read_text() == before
    assert "no scale 'paper'" in run(capsys, "run", "own.py", "--scale", "paper")[2]
    assert "There is no result.json in nowhere" in run(capsys, "report", "nowhere")[2]


def test_devices_are_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    from neurorl.core.errors import BadValue

    monkeypatch.delenv("JAX_NUM_CPU_DEVICES", raising=False)
    monkeypatch.setenv("NEURORL_DEVICES", "many")
    with pytest.raises(BadValue, match="NEURORL_DEVICES=many"):
        prepare()
