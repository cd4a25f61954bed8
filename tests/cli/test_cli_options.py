"""Options and held parameters of single agents, in every command that takes an agent, and what reports say of them."""

import json
from pathlib import Path

import pandas as pd
import pytest

from neurorl.cli.agents import chosen_agents, held_for, players_for
from neurorl.cli.main import main
from neurorl.core.errors import BadValue

BOTH = "zero=rescorla_wagner,late=rescorla_wagner"


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    code = main(argv)
    out, err = capsys.readouterr()
    return code, out, err


def test_an_alias_names_one_agent_under_two_settings() -> None:
    chosen = chosen_agents(f"{BOTH},my/own.py, b = hybrid")
    assert chosen == {"zero": "rescorla_wagner", "late": "rescorla_wagner", "own": "my/own.py", "b": "hybrid"}
    players = players_for(chosen_agents(f"{BOTH},random_choice"), "bandit", ["late.initial=.25", "initial=0"])
    assert (players["zero"].initial, players["late"].initial) == (0.0, 0.25)


def test_what_is_said_of_one_agent_wins_over_what_is_said_of_all() -> None:
    players = players_for(chosen_agents(f"{BOTH},q_learning"), "bandit")
    held = held_for(players, ["late.beta=3", "beta=5", "phi=0.2"])
    assert held == {"zero": {"beta": 5}, "late": {"beta": 3}, "q_learning": {"beta": 5, "phi": 0.2}}


@pytest.mark.parametrize(
    ("agents", "options", "said"),
    [
        (
            BOTH,
            ["start=1"],
            "no agent here has the option 'start'. The options of zero and their defaults are: initial",
        ),
        (BOTH, ["none.initial=1"], "no agent 'none' here; the agents are: zero, late"),
        (BOTH, ["late.kernel_rate=1"], "late has no option 'kernel_rate'"),
        (BOTH, ["late.initial=high"], "initial of late is 'high', but must be a finite number"),
        (BOTH, ["initial=nan"], "must be a finite number"),
        (BOTH, ["initial=1_0"], "must be a finite number"),
        (BOTH, ["initial"], "write --option NAME=VALUE"),
        (BOTH, ["initial=0", "initial=1"], "gives initial twice"),
        ("gru", ["hidden=0"], "hidden of gru is 0, but must be a whole number, at least 1"),
        ("gru", ["hidden=1.5"], "must be a whole number"),
        ("gru", ["feedback=all"], "must be one of reward, rpe, none"),
        ("striatal_loop", ["linear=2"], "must be True or False"),
        ("random_choice", ["greedy=True"], "random_choice has no options"),
    ],
)
def test_options_that_are_refused(agents: str, options: list[str], said: str) -> None:
    with pytest.raises(BadValue) as error:
        players_for(chosen_agents(agents), "bandit", options)
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("fix", "said"),
    [
        (["zero.phi=1"], "zero has no parameter 'phi'. The parameters of zero are: alpha, beta"),
        (["gamma=1"], "no agent here has the parameter 'gamma'"),
        (["late.beta=25"], "--fix for late: beta is 25, but must lie in its range"),
        (["beta=inf"], "write a name and a finite number"),
        (["x.beta=1"], "no agent 'x' here"),
    ],
)
def test_held_parameters_that_are_refused(fix: list[str], said: str) -> None:
    with pytest.raises(BadValue) as error:
        held_for(players_for(chosen_agents(BOTH), "bandit"), fix)
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("agents", "said"),
    [
        ("hybrid,hybrid", "are called hybrid; give each its own name"),
        ("late=", "write a name and an agent"),
        ("comparison=hybrid", "which is a table of the report"),
    ],
)
def test_names_of_agents_that_are_refused(agents: str, said: str) -> None:
    with pytest.raises(BadValue) as error:
        chosen_agents(agents)
    assert said in str(error.value)


def test_a_fit_says_what_its_models_were_given_and_how_many_decisions_it_scored(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = [(s, t, (s + t) % 3 % 2, float(t % 2)) for s in range(2) for t in range(12)]
    table = pd.DataFrame(rows, columns=["subject", "trial", "choice", "reward"]).assign(session=0, step=0, state=0)
    table.loc[[3, 4, 20], ["choice", "reward"]] = None
    table.to_csv("t.csv", index=False)
    fit = ("fit", "t.csv", "--task", "bandit", "--agents", BOTH, "--starts", "1", "--quiet", "--no-checks")
    asked = ("--option", "zero.initial=0", "--option", "late.initial=0.25", "--fix", "late.beta=3")
    code, out, err = run(capsys, *fit, *asked, "--json", "--out", "fits/t")
    assert code == 0, err
    page, said = Path("fits/t/report.html").read_text(), json.loads(out)
    first = " ".join(said["read_this_first"])
    for text in (
        "The models differ in the option initial (value of an option before its first outcome, reward units): "
        "0.0 in zero; 0.25 in late.",
        "The models treat the parameter beta differently: held at 3 in late; fitted in zero.",
        "Scored 21 of 24 decisions",
        "3 (12.5%) are not scored: 3 missed choices.",
    ):
        assert text in first and text in page, text
    assert "late: rescorla_wagner, initial 0.25, beta held at 3" in page and "21 of 24 decisions scored" in page
    models = pd.read_csv("fits/t/models.csv").set_index("model")
    assert models.loc["late"].tolist() == ["rescorla_wagner", "initial = 0.25", "beta = 3", "alpha"]
    assert (pd.read_csv("fits/t/late.csv")["beta"] == 3).all() and pd.read_csv("fits/t/zero.csv")["beta"].nunique() == 2
    play = ("simulate", "bandit", "rescorla_wagner", "--params", "fits/t/late.csv", "--steps", "3", "--out", "x.csv")
    with pytest.warns(UserWarning, match=r"fitted with other options \(initial = 0.25\) than rescorla_wagner plays"):
        assert run(capsys, *play)[0] == 0
    assert run(capsys, *play, "--option", "initial=.25")[0] == 0
    assert said["counts"]["scored"] == 21 and said["counts"]["missed"] == 3
    assert said["models"]["late"] == {
        "agent": "rescorla_wagner", "options": {"initial": 0.25}, "held": {"beta": 3.0}, "free": ["alpha"],
    }  # fmt: skip


def test_the_battery_examines_an_agent_under_options() -> None:
    from neurorl import load_study

    study = load_study("battery").about("rescorla_wagner", {"initial": "0"})
    assert study.name == "battery_rescorla_wagner-initial=0" and study.card.title.endswith("with initial = 0")
    assert "Options of the agent: initial = 0." in study.notes and study.scales["smoke"].options == {"initial": "0"}


def test_show_lists_options_with_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    said = json.loads(run(capsys, "show", "gru", "--option", "hidden=12", "--json")[1])["options"]
    assert [(row["name"], row["value"], row["default"]) for row in said[:2]] == [("hidden", 12, 48), ("scale", 3, 3)]
    assert all(row["meaning"] for row in said)
    assert "--option is for agents" in run(capsys, "show", "bandit", "--option", "hidden=12")[2]


def test_simulate_train_and_run_take_options(capsys: pytest.CaptureFixture[str]) -> None:
    play = ("simulate", "bandit", "rescorla_wagner", "--subjects", "1", "--steps", "3", "--json", "--out", "x.csv")
    code, out, _ = run(capsys, *play, "--option", "initial=0.75")
    assert code == 0 and json.loads(out)["options"] == {"initial": 0.75}
    assert pd.read_csv("x.csv").loc[0, "latent_q_0"] == 0.75
    assert (
        "leave one of the two out" in run(capsys, "train", "bandit", "gru", "--hidden", "4", "--option", "hidden=5")[2]
    )
    assert "name the agent with --agent" in run(capsys, "run", "battery", "--option", "initial=0")[2]
    battery = ("run", "battery", "--agent", "rescorla_wagner", "--option", "start=1")
    assert "rescorla_wagner has no option 'start'" in run(capsys, *battery)[2]
