"""The rules reach every reader: one fault, each format that can carry it, and the option that settles it."""

import numpy as np
import pandas as pd
import pytest

from neurorl.core.errors import BadData
from neurorl.data import Dataset, read, reading
from neurorl.data.formats._nwb import write_sessions
from neurorl.ops.arms import arm_spaces

RNG = np.random.default_rng(3)
SIDE, PAID = RNG.integers(0, 2, 24), RNG.integers(0, 2, 24)
WHO = np.repeat(["A", "B"], 12)

# For each layout: a table of two subjects from sides (0, 1), rewards and further columns.
LAYOUTS = {
    "table": lambda who, side, paid: {"subject": who, "choice": side, "reward": paid},
    "hbayesdm": lambda who, side, paid: {"subjID": who, "choice": side + 1, "outcome": paid},
    "hssm": lambda who, side, paid: {"participant_id": who, "response": side, "feedback": paid},
    "cpm": lambda who, side, paid: {"ppt": who, "response": side, "feedback": paid},
    "aind": lambda who, side, paid: {"subject_id": who, "animal_response": side, "earned_reward": paid},
    "bids": lambda who, side, paid: {"response": side, "feedback": paid},
    "nwb": lambda who, side, paid: {"subject": "A", "session": "x", "choice": side, "reward": paid},
}
REWARD = {"hbayesdm": "outcome", "hssm": "feedback", "cpm": "feedback", "bids": "feedback"}


def written(folder, layout: str, side=SIDE, paid=PAID, who=WHO, **more):
    """A file in a layout, and how it is read."""
    table = pd.DataFrame(LAYOUTS[layout](who, side, paid) | more)
    path = folder / {"bids": "sub-01_task-x_beh.tsv", "nwb": "n.nwb"}.get(layout, "t.csv")
    if layout == "nwb":
        write_sessions(table, path, {})
    else:
        table.to_csv(path, index=False, sep="\t" if layout == "bids" else ",", na_rep="n/a" if layout == "bids" else "")
    return path


def refused(path, *rules: str, **how) -> str:
    with pytest.raises(BadData) as caught:
        read(path, task="bandit", **how)
    assert caught.value.rules == rules, str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_sound_file_says_nothing_of_the_rules(layout, tmp_path):
    dataset = read(written(tmp_path, layout), task="bandit")
    assert len(dataset) == 24
    assert not any(word in " ".join(dataset.notes) for word in ("Never", "missing", "gap", "exactly"))


@pytest.mark.parametrize("layout", [name for name in LAYOUTS if name != "aind"])  # there rewards are flags
def test_rewards_of_another_task(layout, tmp_path):
    name = REWARD.get(layout, "reward")
    points = written(tmp_path, layout, paid=PAID * 50)
    said = refused(points, "reward-range")
    assert f"{name} is outside 0 to 1, the range of the task (it is 50)" in said
    assert f"codes={{'{name}': {{50: 1}}}}" in said
    assert read(points, task="bandit", codes={name: {50: 1}}).table["reward"].tolist() == PAID.tolist()
    points.unlink()
    signed = reading(written(tmp_path, layout, paid=2 * PAID - 1), task="bandit")
    assert signed.dataset.table["reward"].tolist() == PAID.tolist()
    assert any("Rewards -1 and 1 became 0 and 1" in note for note in signed.dataset.notes)


@pytest.mark.parametrize("layout", [name for name in LAYOUTS if name != "nwb"])  # an NWB file is a session
@pytest.mark.parametrize("column", ["run", "sess", "day", "Visit", "block"])
def test_a_column_of_sessions_is_used_or_asked_about(layout, column, tmp_path):
    halves = np.repeat([1, 2], 12) if layout == "bids" else np.tile(np.repeat([1, 2], 6), 2)  # one subject, or two
    path = written(tmp_path, layout, **{column: halves})
    if (layout, column) == ("hbayesdm", "block"):  # that layout's own word for it
        assert read(path, task="bandit").n_sessions == 4
        return
    said = refused(path, "session-ignored")
    assert f"column {column} differs within a subject" in said and f"rename={{'{column}': 'session'}}" in said
    sessions = read(path, task="bandit", rename={column: "session"}).n_sessions
    assert sessions == (2 if layout == "bids" else 4)
    assert read(path, task="bandit", session=0).n_sessions == (1 if layout == "bids" else 2)


@pytest.mark.parametrize("layout", ["hbayesdm", "hssm", "cpm", "aind", "bids", "table"])
def test_a_column_called_session_is_the_session(layout, tmp_path):
    path = written(tmp_path, layout, session=np.tile(np.repeat([1, 2], 6), 2))
    if layout == "bids":
        path = written(tmp_path, layout, session=np.repeat([1, 2, 3, 4], 6))
    assert read(path, task="bandit").n_sessions == 4


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_export_appended_to_itself(layout, tmp_path):
    path = written(tmp_path, layout, np.tile(SIDE, 2), np.tile(PAID, 2), np.tile(WHO, 2))
    if layout == "table":  # its sessions must be in one piece
        assert "the session goes on after other rows" in refused(path, "structure")
        path = written(tmp_path, layout, np.tile(SIDE, 2), np.tile(PAID, 2), "A")
    assert "an export appended to an older one" in refused(path, "appended-twice")
    # With numbers of trials it is a problem of its own, or no copy.
    numbered = written(tmp_path, layout, np.tile(SIDE, 2), np.tile(PAID, 2), "A", trial=np.arange(48))
    assert len(read(numbered, task="bandit")) == 48


def test_an_older_export_before_a_longer_one(tmp_path):
    rng = np.random.default_rng(1)
    side, paid = rng.integers(0, 2, 50), rng.integers(0, 2, 50)
    path = written(tmp_path, "hssm", np.r_[side[:20], side], np.r_[paid[:20], paid], "A")
    assert "In 1 of 1 sessions the same rows occur twice" in refused(path, "appended-twice")


def test_a_fixed_order_of_cues_is_no_copy(tmp_path):
    """Deterministic answers to cues in a fixed order repeat by design."""
    table = pd.DataFrame({"subjID": "A", "cue": [1, 2, 3, 4] * 10, "keyPressed": [1, 0, 1, 0] * 10, "outcome": 1})
    table.to_csv(tmp_path / "t.csv", index=False)
    assert len(read(tmp_path / "t.csv")) == 40


def test_two_sessions_of_one_name(tmp_path):
    path = written(tmp_path, "hssm", who="A", session=[1] * 8 + [2] * 8 + [1] * 8)
    assert "Session 1 of subject A goes on in row 16 after another session" in refused(path, "session-in-pieces")
    # Subjects that take turns are no such case: their rows are brought together, and nothing is said of trial numbers.
    mixed = reading(written(tmp_path, "hssm", who=np.tile(["A", "B"], 12)), task="bandit")
    assert mixed.dataset.n_sessions == 2 and mixed.dataset.table["choice"].tolist() == [*SIDE[::2], *SIDE[1::2]]
    (note,) = [note for note in mixed.notes if "in one piece" in note]
    assert "keeps the order that its rows have in the file" in note and "sorted by trial" not in note


def test_minus_one_in_a_table(tmp_path):
    path = written(tmp_path, "table", 2 * SIDE - 1)
    assert "codes={'choice': {-1: 'left', 1: 'right'}}" in refused(path, "minus-one")
    sided = read(path, task="bandit", codes={"choice": {-1: "left", 1: "right"}})
    assert sided.table["choice"].tolist() == SIDE.tolist()
    missing = read(path, task="bandit", codes={"choice": {-1: "missing"}})
    assert (missing.table["choice"] == -1).sum() == (SIDE == 0).sum()
    assert any("more than a third" in note for note in missing.notes)


@pytest.mark.parametrize("form", ["text", "category"])
def test_labels_in_tables(form, tmp_path):
    words = np.array(["left", "right"])[SIDE]
    if form == "text":
        path = written(tmp_path, "table", words)
    else:
        path = tmp_path / "t.parquet"
        pd.DataFrame({"subject": WHO, "choice": pd.Categorical(words), "reward": PAID}).to_parquet(path)
    found = reading(path, task="bandit")
    assert found.dataset.table["choice"].tolist() == SIDE.tolist()
    assert found.codes["choice"] == {"left": "0 left", "right": "1 right"}


def test_words_are_refused_with_the_option_that_settles_them(tmp_path):
    said = refused(written(tmp_path, "table", np.array(["F", "J"])[SIDE]), "structure", "words")
    assert "codes={'choice': {" in said and "(left, right, missing)" in said


def test_a_second_choice_that_is_a_side(tmp_path):
    table = pd.DataFrame({"subjID": 1, "level1_choice": SIDE + 1, "level2_choice": PAID + 1, "reward": PAID})
    table.to_csv(tmp_path / "ts.csv", index=False)
    with pytest.raises(BadData, match="it seems to hold the side taken, not the option"):
        read(tmp_path / "ts.csv")


@pytest.mark.parametrize("end", ["", "\n"])
@pytest.mark.parametrize("name", ["t.csv", "t.txt", "t.csv.gz"])
def test_a_file_that_ends_within_a_row(name, end, tmp_path):
    import gzip

    separator = "\t" if name == "t.txt" else ","
    lines = ["subject,trial,choice,reward", "s,0,1,1", "s,1,0,1", "s,2,1"]
    text = ("\n".join(lines) + end).replace(",", separator)
    (tmp_path / name).write_bytes(gzip.compress(text.encode()) if name.endswith("gz") else text.encode())
    with pytest.raises(BadData, match=r"row 2 has fewer fields than the header \(row 2: 3 of 4.*was it cut off"):
        read(tmp_path / name, task="bandit")


def test_a_short_row_in_a_canonical_file(tmp_path):
    head = "subject,session,trial,step,state,choice,reward\n"
    (tmp_path / "t.csv").write_text(head + "s,0,0,0,0,1,1\ns,0,1,0,0\ns,0,2,0,0,1,1\n")
    with pytest.raises(BadData, match="row 1 has fewer fields than the header"):
        Dataset.read(tmp_path / "t.csv", arm_spaces(2))
    (tmp_path / "t.csv").write_text(head + "s,0,0,0,0,1,1\ns,0,1,0,0,,\n")  # a missed trial has its commas
    assert Dataset.read(tmp_path / "t.csv", arm_spaces(2)).table["valid"].tolist() == [True, False]


@pytest.mark.parametrize("layout", ["table", "hbayesdm", "hssm", "bids"])
def test_numerals(layout, tmp_path):
    side = pd.Series(
        LAYOUTS[layout](WHO, SIDE, PAID)[{"table": "choice", "hbayesdm": "choice"}.get(layout, "response")]
    )
    odd = side.astype(object).where(side.index != 3, "0_1")
    column = {"table": "choice", "hbayesdm": "choice"}.get(layout, "response")
    path = written(tmp_path, layout, **{column: odd})
    with pytest.raises(BadData, match="0_1"):
        read(path, task="bandit")
    fine = written(tmp_path, layout, **{column: side.map(lambda code: f" {code} ")})
    assert len(read(fine, task="bandit")) == 24
