"""`neurorl train` as a user meets it."""

import json

import pytest

from neurorl.cli.main import main

TINY = ["--sessions", "8", "--replicas", "2", "--parallel", "2", "--trials", "4", "--hidden", "4", "--quiet"]


def test_train_leaves_metrics_and_weights_that_play(own_folder, capsys):
    arguments = ["train", "bandit", "vanilla_rnn", *TINY, "--entropy", "0.1", "0"]
    assert main([*arguments, "--json"]) == 0
    out = json.loads(capsys.readouterr().out)
    assert [row["replica"] for row in out["last"]] == [0, 1]
    run = own_folder / "runs" / "train" / "bandit-vanilla_rnn-seed0"
    assert (run / "metrics.csv").read_text().startswith("replica,sessions,reward")

    assert main(arguments) == 4
    assert "already holds a training run. Add --resume" in capsys.readouterr().err
    assert main([*arguments, "--resume"]) == 0
    assert "neurorl simulate bandit vanilla_rnn --trained" in capsys.readouterr().out

    played = own_folder / "played.csv"
    simulate = ["simulate", "bandit", "vanilla_rnn", "--trained", str(run), "--subjects", "2", "--steps", "5"]
    assert main([*simulate, "--out", str(played), "--json"]) == 0
    assert len(played.read_text().splitlines()) == 11


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["bandit", "rescorla_wagner"], "no `value`"),
        (["bandit", "lstm", "--sessions", "0"], "at least 1"),
        (["bandit", "lstm", "--entropy", "1", "0.5", "0"], "one value, or a start and an end"),
        (["bandit", "lstmm"], "Did you mean 'lstm'"),
        (["bandit"], "Which agent should learn bandit?"),
        (["bandit", "lstm", "--keep", "x.txt"], "must end in .npz"),
        (["wang2018/nothing"], "No study trains a network called"),
        (["wang2018/two_step", "--hidden", "8"], "do not apply"),
    ],
)
def test_what_cannot_be_trained_is_a_sentence(own_folder, capsys, arguments, sentence):
    assert main(["train", *arguments, "--quiet"]) != 0
    error = capsys.readouterr().err
    assert sentence in error and "Traceback" not in error


def test_a_kept_network_is_trained_again_and_plays(own_folder, capsys, monkeypatch):
    kept = own_folder / "mine.npz"
    assert main(["train", "bandit", "vanilla_rnn", *TINY, "--keep", str(kept), "--json"]) == 0
    assert main(["train", str(kept), "--out", str(own_folder / "again"), "--json", "--quiet"]) == 0
    first, again = capsys.readouterr().out.strip().split("}\n{")
    assert json.loads(first + "}")["last"] == json.loads("{" + again)["last"]
    played = ["simulate", "bandit", "vanilla_rnn", "--trained", str(kept), "--subjects", "2", "--steps", "5"]
    assert main([*played, "--out", str(own_folder / "p.csv"), "--json"]) == 0
    assert main(["simulate", "bandit", "lstm", *played[3:], "--out", str(own_folder / "q.csv")]) != 0
    assert "is a trained VanillaRNN, not a LSTM" in capsys.readouterr().err


def test_another_algorithm_trains_and_its_network_is_trained_again(own_folder, capsys):
    kept = own_folder / "mine.npz"
    lagged = ["--algorithm", "v_trace", "--setting", "lag=2", "--setting", "step_size=(1e-3, 0)"]
    assert main(["train", "bandit", "feedforward", *TINY, *lagged, "--keep", str(kept), "--json"]) == 0
    first = json.loads(capsys.readouterr().out)
    assert set(first["last"][0]) >= {"reward", "importance"}
    assert main(["train", str(kept), "--out", str(own_folder / "again"), "--json", "--quiet"]) == 0
    assert json.loads(capsys.readouterr().out)["last"] == first["last"]


def test_a_file_of_weights_never_chooses_the_algorithm(own_folder, capsys):
    assert main(["new", "algorithm", "climbing"]) == 0
    mine = ["train", "bandit", "feedforward", *TINY, "--algorithm", "climbing.py"]
    assert main([*mine, "--keep", "mine.npz", "--json"]) == 0
    assert main(["train", "mine.npz", "--quiet"]) != 0
    assert "'climbing.py', which is not an algorithm of the catalogue" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--algorithm", "v_tracee"], "Did you mean 'v_trace'"),
        (["--setting", "lag=2"], "actor_critic has no setting 'lag'. Its settings and their defaults are: sessions"),
        (["--setting", "lag"], "write --setting NAME=VALUE"),
        (["--discount", "0.5", "--setting", "discount=0.6"], "The setting discount is given twice"),
        (["--algorithm", "v_trace", "--recipe", "paper"], "VTrace has no recipe 'paper'"),
    ],
)
def test_settings_of_algorithms_are_checked(own_folder, capsys, arguments, sentence):
    assert main(["train", "bandit", "feedforward", "--quiet", *arguments]) != 0
    error = capsys.readouterr().err
    assert sentence in error and "Traceback" not in error
