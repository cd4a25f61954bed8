"""`neurorl fit` with everything switched on, `neurorl recover`, and what they say when asked for what cannot be."""

import json
from pathlib import Path

import pandas as pd
import pytest

from neurorl.analyse.stages import Stages
from neurorl.cli.main import main


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    code = main(argv)
    out, err = capsys.readouterr()
    return code, out, err


def table(capsys: pytest.CaptureFixture[str], sessions: str) -> None:
    play = ("simulate", "bandit", "rescorla_wagner", "--set", "beta=5", "--subjects", "3", "--steps", "30")
    assert run(capsys, *play, "--sessions", sessions, "--out", "t.csv")[0] == 0


FIT = ("fit", "t.csv", "--task", "bandit", "--agents", "rescorla_wagner,random_choice", "--starts", "1", "--quiet")


def test_a_fit_gives_a_report_with_everything(capsys: pytest.CaptureFixture[str]) -> None:
    table(capsys, "2")
    code, out, err = run(capsys, *FIT, "--cv", "2", "--regressors", "--fix", "beta=5")
    assert code == 0, err
    assert "Report: fits/t/report.html" in out
    assert "Scored 180 of 180 decisions." in out and "rescorla_wagner, initial" in out
    page = Path("fits/t/report.html").read_text()
    for text in (
        "held-out",
        "Checks",
        "Parameters",
        "Provenance",
        "protected exceedance",
        "Recovery on this design was",
    ):
        assert text in page
    held = pd.read_csv("fits/t/held_out.csv").set_index("model")
    assert held.loc["random_choice", "bits_per_choice"] == pytest.approx(1.0)
    assert held.loc["rescorla_wagner", "n_choices"] == 180
    assert (pd.read_csv("fits/t/rescorla_wagner.csv")["beta"] == 5).all()
    told = pd.read_csv("fits/t/regressors_rescorla_wagner.csv")
    assert {"rpe", "q_0", "q_1", "p_choice"} <= set(told) and len(told) == 180
    assert not Path("fits/t/.unfinished").exists()


def test_what_cannot_be_is_said_before_the_work(capsys: pytest.CaptureFixture[str]) -> None:
    table(capsys, "1")
    assert "--cv is 1, but must be 2 or more" in run(capsys, *FIT, "--cv", "1")[2]
    assert "which is not a column of the table" in run(capsys, *FIT, "--method", "em", "--formula", "beta ~ age")[2]
    assert "'gamma' to explain" in run(capsys, *FIT, "--method", "em", "--formula", "gamma ~ subject")[2]
    assert "explains nothing without a formula" in run(capsys, *FIT, "--covariates", "t.csv")[2]
    assert "map does not learn" in run(capsys, *FIT, "--formula", "beta ~ age", "--covariates", "t.csv")[2]
    own = ("fit", "trepka_monkeys", "--agents", "random_choice", "--task", "two_step")
    assert "recorded on the task reversal" in run(capsys, *own)[2]


POPULATION = ("fit", "t.csv", "--task", "bandit", "--starts", "1", "--quiet", "--no-checks")


def test_a_population_with_its_covariates(capsys: pytest.CaptureFixture[str]) -> None:
    play = ("simulate", "bandit", "rescorla_wagner", "--set", "beta=5", "--subjects", "8", "--steps", "40")
    assert run(capsys, *play, "--out", "t.csv")[0] == 0
    own = pd.read_csv("t.csv")
    own.assign(diagnosis=["ill" if s % 2 else "well" for s in own["subject"]]).to_csv("t.csv", index=False)
    em = ("--agents", "rescorla_wagner,risk_sensitive_td", "--method", "em", "--formula")
    code, out, err = run(capsys, *POPULATION, *em, "alpha ~ C(diagnosis, well)", "--fix", "beta=5")
    assert code == 0, err
    group = pd.read_csv("fits/t/group.csv").set_index(["model", "parameter", "term"])
    assert {"se", "sd_between", "low", "high", "mean_on_scale"} <= set(group) and "sd" not in group
    assert {("rescorla_wagner", "alpha", term) for term in ("Intercept", "diagnosis[ill]")} <= set(group.index)
    assert ("risk_sensitive_td", "alpha_pos", "Intercept") in group.index  # it has no alpha to explain
    assert "Effects of covariates" in Path("fits/t/report.html").read_text() and "integrated bic" in out


def test_inference_over_models_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    table(capsys, "2")
    agents = ("--agents", "rescorla_wagner,risk_sensitive_td", "--method", "hbi", "--fix", "beta=5")
    code, _, err = run(capsys, *POPULATION, *agents)
    assert code == 0, err
    assert "Piray" in Path("fits/t/report.html").read_text()
    selection = pd.read_csv("fits/t/selection.csv").set_index("model")
    assert {"frequency", "mean_responsibility", "n_most_likely"} <= set(selection)
    followed = pd.read_csv("fits/t/followed.csv")
    assert selection.loc["rescorla_wagner", "mean_responsibility"] == pytest.approx(
        followed["rescorla_wagner"].mean(), abs=0.01
    )
    assert (
        len(followed) == 3
        and followed[["rescorla_wagner", "risk_sensitive_td"]].sum(axis=1).tolist() == [pytest.approx(1)] * 3
    )


def test_the_name_of_a_family_of_tasks_stands_for_its_form(capsys: pytest.CaptureFixture[str]) -> None:
    fit = ("fit", "nspn_two_step", "--task", "two_step", "--agents", "random_choice", "--subjects", "2", "--quiet")
    code, out, err = run(capsys, *fit, "--json")
    assert code == 0, err
    assert json.loads(out)["task"] == "two_step_daw" and len(json.loads(out)["fits"]["random_choice"]) == 2


def test_stages_are_read_back_only_for_the_same_work(tmp_path: Path) -> None:
    folder, a, b = tmp_path / "x", {"seed": 0}, {"seed": 1}
    assert Stages(folder, a, resume=False)("one", lambda: 1) == 1
    again = Stages(folder, a, resume=True)
    assert again("one", lambda: 2) == 1 and again.resumed == ["one"]
    with pytest.warns(UserWarning, match="one is computed again: seed was 0 and is now 1"):
        assert Stages(folder, b, resume=True)("one", lambda: 3) == 3
    (folder / "one.kept").write_bytes(b"torn")
    with pytest.warns(UserWarning, match=r"one is computed again: .*truncated or damaged"):
        assert Stages(folder, b, resume=True)("one", lambda: 4) == 4
    Stages(folder, b, resume=True).done()
    assert not (tmp_path / "x").exists()


def test_a_stopped_fit_says_how_to_go_on(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    from neurorl.analyse import steps

    table(capsys, "2")

    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(steps, "held_out", stopped)
    code, _, err = run(capsys, *FIT, "--cv", "2")
    assert code == 130 and "with --resume to continue" in err
    assert Path("fits/t/.unfinished/fit-rescorla_wagner.kept").exists()


def test_recovery_takes_over_what_the_fit_was_asked_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from neurorl.analyse import recovery

    asked: dict[str, dict] = {}
    real = recovery.recover

    def watched(*args: object, **more: object) -> object:
        asked["parameters"] = more
        return real(*args, **more)

    def models(*args: object, **more: object) -> None:
        asked["models"] = more

    monkeypatch.setattr(recovery, "recover", watched)
    monkeypatch.setattr(recovery, "recover_models", models)
    table(capsys, "2")
    again = (*POPULATION[:4], "--agents", "rescorla_wagner,risk_sensitive_td", "--fix", "beta=5", "--no-checks")
    code, out, err = run(capsys, *again, "--method", "em", "--starts", "2", "--recover", "--json", "--quiet")
    assert code == 0, err
    assert "Recovery by em: 40 simulated subjects, 1 fit of rescorla_wagner and 4 for model recovery: up to" in err
    for more in asked.values():
        assert more["method"] == "em" and more["starts"] == 2 and more["schedule"].subjects == 40
    assert asked["parameters"]["fixed"] == {"beta": 5.0} and asked["models"]["fixed"]["risk_sensitive_td"] == {
        "beta": 5
    }
    said = json.loads(out)
    about = said["recovery"]["rescorla_wagner"]["about"]
    assert about == (
        "Recovery by em with 2 starts: 40 simulated subjects, true values from the population that em learned."
    )
    assert {"coverage_90", "n_intervals", "n_undetermined"} <= set(said["recovery"]["rescorla_wagner"]["summary"][0])
    assert any("the sessions and steps of the 3 subjects, over and over" in line for line in said["read_this_first"])


def test_what_recovery_costs_is_in_proportion_to_the_fits() -> None:
    from neurorl.analyse.recovery import cost, duration

    took = {"fit-a": 60.0, "fit-b": 30.0, "left-out-units-a": 5.0, "left-out-units-b": 5.0}
    said = cost("nuts", ["a", "b"], "a", took, 2.0, 40)  # 2 (60 + 2 (60 + 30 + 5 + 5)) s
    assert "1 fit of a and 4 for model recovery: up to about 9 min" in said
    assert "up to about 2 min" in cost("map", ["a"], "a", took, 2.0, 40)
    assert "1 inference over 2 models: up to about 25 s" in cost("hbi", ["a", "b"], "a", {"models": 10.0}, 1.0, 40)
    assert "the time is not known" in cost("em", ["a", "b"], "a", {"fit-a": 1.0}, 1.0, 40)
    assert [duration(s) for s in (0.2, 20, 240, 9000)] == ["1 s", "20 s", "4 min", "2.5 h"]


def test_options_that_would_be_ignored_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    table(capsys, "1")
    for method in ("vi", "nuts"):
        assert f"which {method} does not make" in run(capsys, *FIT, "--method", method)[2]
    assert "name their folder by --out" in run(capsys, *FIT, "--regressors", "--json")[2]
    own = ("recover", "t.csv", "--task", "bandit", "--agents", "rescorla_wagner", "--sessions", "2", "--steps", "9")
    assert "sessions and steps of its own; leave --sessions and --steps out" in run(capsys, *own)[2]


def test_recover_on_the_design_of_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    table(capsys, "2")
    agents = ("--agents", "rescorla_wagner,random_choice", "--starts", "2", "--quiet", "--json")
    code, out, err = run(capsys, "recover", "t.csv", "--task", "bandit", *agents)
    assert code == 0, err
    said = json.loads(out)
    assert said["subjects"] == 3 and {row["parameter"] for row in said["parameters"]["rescorla_wagner"]["summary"]}
    assert all(sum(v for k, v in row.items() if k != "simulated") == pytest.approx(1) for row in said["confusion"])
    assert "Add --task" in run(capsys, "recover", "t.csv", *agents)[2]


def test_recover_says_whose_parameters_the_choices_bound(capsys: pytest.CaptureFixture[str]) -> None:
    design = ("recover", "bandit", "--agents", "rescorla_wagner", "--subjects", "4", "--steps", "30", "--starts", "2")
    code, out, err = run(capsys, *design, "--identify", "--out", "r", "--quiet", "--json")
    assert code == 0, err
    said = json.loads(out)["parameters"]["rescorla_wagner"]["identified"]
    assert [row["parameter"] for row in said] == ["alpha", "beta"]
    assert all(row["bounded"] <= min(row["bounded_below"], row["bounded_above"]) for row in said)
    intervals = pd.read_csv("r/rescorla_wagner_intervals.csv")
    beta = intervals[intervals["parameter"] == "beta"]
    assert beta["bounded_above"].mean() == said[1]["bounded_above"]
    assert (beta.loc[~beta["bounded_above"], "high"] == 20.0).all()  # the end of its range
    assert Path("r/rescorla_wagner_profiles.png").exists()
