"""Lesions at the command line: `neurorl simulate --lesion`, and the parts that `neurorl show` lists."""

import json

import pandas as pd
import pytest

from neurorl.cli.main import main

SIMULATE = ("simulate", "what_where_reversal", "object_action", "--subjects", "2", "--steps", "40", "--out", "t.csv")


def run(capsys, *arguments):
    code = main(list(arguments))
    out, err = capsys.readouterr()
    return code, out, err


def values(capsys, *more):
    code, _, err = run(capsys, *SIMULATE, *more)
    assert code == 0, err
    return pd.read_csv("t.csv")


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_parts_are_shown(capsys):
    code, out, _ = run(capsys, "show", "object_action", "--json")
    assert code == 0 and json.loads(out)["parts"] == ["ventral_striatum", "dorsal_striatum", "dopamine"]
    assert "parts" not in json.loads(run(capsys, "show", "rescorla_wagner", "--json")[1])


def test_a_frozen_part_stays_and_a_lesioned_one_changes_choices(capsys):
    whole = values(capsys)
    frozen = values(capsys, "--freeze", "ventral_striatum=0")
    assert set(frozen[["latent_objects_0", "latent_objects_1"]].to_numpy().ravel()) == {0.5}
    assert frozen["latent_actions_0"].nunique() > 2
    lesioned = values(capsys, "--lesion", "ventral_striatum=0", "--lesion", "dorsal_striatum=0")
    assert lesioned["log_prob"].tolist() == pytest.approx([-0.693147] * 80, abs=1e-4)
    assert whole["log_prob"].tolist() != lesioned["log_prob"].tolist()


@pytest.mark.parametrize(
    ("more", "sentence"),
    [(("--lesion", "cortex=0"), "no part 'cortex'"), (("--lesion", "dopamine=-1"), "negative")],
)
def test_what_cannot_be_lesioned_is_said(capsys, more, sentence):
    code, out, err = run(capsys, *SIMULATE, *more)
    assert code == 2 and out == "" and sentence in err
