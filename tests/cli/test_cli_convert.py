"""convert: guess, say what became what, write; and regressors into recordings."""

import json
from pathlib import Path

import pandas as pd
import pytest

from neurorl.cli.main import main
from neurorl.data import Dataset, read

TRIALS = "subjID\ttrial\tchoice\toutcome\n007\t1\t1\t1\n007\t2\t2\t-1\n010\t1\tNA\tNA\n"


@pytest.fixture
def trials(tmp_path) -> Path:
    path = tmp_path / "trials.txt"
    path.write_text(TRIALS)
    return path


def run(capsys: pytest.CaptureFixture[str], *argv: object) -> tuple[int, str, str]:
    code = main([str(word) for word in argv])
    out, err = capsys.readouterr()
    return code, " ".join(out.split()), err


def test_convert_says_what_became_what_and_writes(capsys, trials, tmp_path):
    code, out, _ = run(capsys, "convert", trials, tmp_path / "t.csv", "--task", "reversal")
    assert code == 0 and "hbayesdm (guessed: it has a column subjID)" in out
    assert "subjects 2 sessions 2 trials 3 decisions 3 missing 1 scored 2" in out
    assert "Scored 2 of 3 decisions; not scored: 1 missed choice." in out
    assert "choice 1 0 left" in out and "outcome -1 0" in out and "became 0 and 1, which the task pays" in out
    written = Dataset.read(tmp_path / "t.csv", read(trials, task="reversal").schema.spaces).table
    assert written["subject"].tolist() == ["007", "007", "010"] and written["reward"].tolist()[:2] == [1, 0]


def test_json_and_dry_run(capsys, trials, tmp_path):
    code = main(["convert", str(trials), str(tmp_path / "t.npz"), "--dry-run", "--json"])
    said = json.loads(capsys.readouterr().out)
    assert code == 0 and said["format"] == "hbayesdm" and said["written"] is None and not (tmp_path / "t.npz").exists()
    assert said["counts"]["missing"] == 1 and said["codes"]["choice"] == {
        "1": "0 left",
        "2": "1 right",
        "empty": "missing",
    }
    main(["convert", str(trials), str(tmp_path / "t.npz"), "--json"])
    assert json.loads(capsys.readouterr().out)["written"] == str(tmp_path / "t.npz") and (tmp_path / "t.npz").exists()


def test_renames_and_codes(capsys, tmp_path):
    path = tmp_path / "my.csv"
    path.write_text("id,choice,reward\n1,F,1\n1,J,0\n")
    options = ("--rename", "id=subject", "--code", "choice:F=left", "--code", "choice:J=right")
    assert run(capsys, "convert", path, tmp_path / "o.csv", "--task", "bandit", *options)[0] == 0
    assert pd.read_csv(tmp_path / "o.csv")["choice"].tolist() == [0, 1]
    assert "--rename id is not understood" in run(capsys, "convert", path, "--dry-run", "--rename", "id")[2]
    assert "--code F=left is not understood" in run(capsys, "convert", path, "--dry-run", "--code", "F=left")[2]


def test_a_wrong_file_is_one_error_with_its_remedy_and_nothing_is_written(capsys, tmp_path):
    path = tmp_path / "my.csv"
    path.write_text("subject,choice,reward\n1,1,1\n1,2,0\n")
    code, _, err = run(capsys, "convert", path, tmp_path / "o.csv", "--task", "bandit")
    assert (
        code == 2
        and "Row 1: choice is not one of the codes" in err
        and "with --code choice:1=left --code choice:2=right" in err
    )
    assert not (tmp_path / "o.csv").exists()


def test_what_is_missing_is_asked_for(capsys, trials):
    assert "Name OUT, or add --dry-run" in run(capsys, "convert", trials)[2]
    assert "is the input file" in run(capsys, "convert", trials, trials)[2]
    assert "name their table with --add" in run(capsys, "convert", trials, "o.csv", "--at", "cue")[2]


def test_a_shipped_set_goes_out(capsys, tmp_path):
    code, out, _ = run(capsys, "convert", "trepka_monkeys", tmp_path / "m.csv", "--to", "cpm")
    assert code == 0 and "88,480" in out
    assert list(pd.read_csv(tmp_path / "m.csv", nrows=1))[:5] == ["ppt", "trial", "session", "arm_left", "arm_right"]


def test_regressors_into_events(capsys, tmp_path):
    events = tmp_path / "sub-1_task-x_events.tsv"
    events.write_text("onset\tduration\ttrial_type\n1\t0\tcue\n2\t0\tfeedback\n")
    table = tmp_path / "rpe.csv"
    pd.DataFrame({"subject": [1], "session": [0], "trial": [0], "rpe": [0.5]}).to_csv(table, index=False)
    out = tmp_path / "o_events.tsv"
    code, text, _ = run(capsys, "convert", events, out, "--add", table, "--at", "feedback")
    assert code == 0 and "Written to" in text and "0.5" in out.read_text().splitlines()[2]


def test_formats_are_listed_and_shown(capsys):
    code, out, _ = run(capsys, "list", "formats")
    assert code == 0 and "hBayesDM" in out and "NWB trials table" in out
    assert "participant_id or subj_idx, response, feedback" in run(capsys, "show", "hssm")[1]
    assert "All 5 laws hold" in run(capsys, "check", "hssm")[1]
    assert "neurorl convert my.csv" in run(capsys, "convert", "--help")[1]


def test_one_of_several_tasks_sheets_and_events(capsys, tmp_path):
    for task in ("bandit", "flanker"):
        folder = tmp_path / "study" / "sub-01" / "beh"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"sub-01_task-{task}_beh.tsv").write_text("choice\treward\n0\t1\n1\t0\n")
    code, _, err = run(capsys, "convert", tmp_path / "study", "--dry-run", "--task", "bandit")
    assert code == 2 and "--where task=bandit" in err
    code, out, _ = run(
        capsys, "convert", tmp_path / "study", "--dry-run", "--task", "bandit", "--where", "task=flanker"
    )
    assert code == 0 and "trials 2" in out and "All files are of the task flanker." in out
    log = tmp_path / "log.csv"
    log.write_text("subject,event,key,points\n" + "a,response,0,\na,feedback,,1\na,response,1,\na,feedback,,0\n")
    assert "--event choice=response:key" in run(capsys, "convert", log, "--dry-run", "--task", "bandit")[2]
    rules = ("--event", "choice=response:key", "--event", "reward=feedback:points")
    code, out, _ = run(capsys, "convert", log, "--dry-run", "--task", "bandit", *rules)
    assert code == 0 and "trials 2" in out and "4 rows are events (event) of 2 trials" in out
    assert (
        "--event choice:key is not"
        in run(capsys, "convert", log, "--dry-run", "--event", "choice:key", "--event", "a=b:c")[2]
    )
    assert "--where task is not understood" in run(capsys, "convert", log, "--dry-run", "--where", "task")[2]
    assert "--sheet names a sheet" in run(capsys, "convert", log, "--dry-run", "--sheet", "a")[2]
    assert "is a shipped data set" in run(capsys, "convert", "trepka_mice", "--dry-run", "--where", "a=b")[2]
