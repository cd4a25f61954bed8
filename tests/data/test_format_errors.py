"""What users of other tools trip over: one error with every problem and its rows, or it is put right and said."""

import gzip

import numpy as np
import pandas as pd
import pytest
from format_tables import arms

from neurorl.core.errors import BadData, BadValue, DoesNotFit, NeurorlError, StorageFailed
from neurorl.data import guess, read, reading, write
from neurorl.data.source import read_text

HEAD = "subject,session,trial,step,state,choice,reward\n"


def rows(path, text: str, encoding: str = "utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


def error(path, **how) -> str:
    with pytest.raises(BadData) as caught:
        read(path, **how)
    return str(caught.value)


def test_all_problems_of_a_file_in_one_error(tmp_path):
    text = "subjID\ttrial\tchoice\toutcome\n1\t1\t1\t1\n1\t1\t3\t0\n1\tx\t2\tgood\n1\t4\t2\tNA\n"
    said = error(rows(tmp_path / "t.txt", text), task="bandit")
    assert "read as 'hbayesdm', has 5 problems (rows are counted from 0; row 0 is line 2 of a text file)" in said
    assert "Row 2: trial is not a whole number from 0 or 1 (it holds 'x')" in said
    assert "Row 1: trial repeats a trial of the same subject and session" in said
    assert "name its column as the session" in said
    assert "Row 1: choice is not one of 1 (0 left), 2 (1 right) (it holds 3)" in said
    assert "Row 2: outcome holds text where a reward is expected (it holds 'good')" in said
    assert "Row 3: reward is empty although the trial was answered" in said


def test_choices_counted_from_one(tmp_path):
    path = rows(tmp_path / "t.csv", HEAD + "a,0,0,0,0,1,1\na,0,1,0,0,2,0\n")
    said = error(path, task="bandit")
    assert "Row 1: choice is not one of the codes 0 left, 1 right" in said
    assert (
        "look as if they were counted from 1; then read the file with codes={'choice': {1: 'left', 2: 'right'}}" in said
    )
    found = reading(path, task="bandit", codes={"choice": {1: "left", 2: "right"}})
    assert found.dataset.table["choice"].tolist() == [0, 1] and found.codes["choice"] == {"1": "0 left", "2": "1 right"}


def test_minus_one_is_missing_unless_it_is_said_to_be_an_answer(tmp_path):
    path = rows(tmp_path / "t.csv", HEAD + "a,0,0,0,0,-1,\na,0,1,0,0,1,0\n")
    assert read(path, task="bandit").table["valid"].tolist() == [False, True]
    signed = rows(tmp_path / "s.csv", HEAD + "a,0,0,0,0,-1,1\na,0,1,0,0,1,0\n")
    said = reading(signed, task="bandit", codes={"choice": {-1: "left", 1: "right"}})
    assert said.dataset.table["choice"].tolist() == [0, 1]


def test_signed_choices_in_nwb_are_asked_about(tmp_path):
    dataset = arms()
    table = dataset.table.assign(choice=np.where(dataset.table["choice"] == 1, 1, -1), reward=1.0, valid=True)
    from neurorl.data.formats._nwb import write_sessions

    write_sessions(table.drop(columns=["step", "state", "valid", "scored", "discount", "stim"]), tmp_path / "n", {})
    said = error(tmp_path / "n", task="bandit")
    assert "Column choice holds -1, 1; their meaning is not clear" in said and "'left', 'right', or 'missing'" in said
    fixed = read(tmp_path / "n", task="bandit", codes={"choice": {-1: "right", 1: "left"}}).table
    assert fixed["choice"].tolist() == np.where(dataset.table["choice"] == 1, 0, 1).tolist()


def test_missing_responses_in_every_spelling(tmp_path):
    lines = "".join(f"1\t{t + 1}\t{c}\t{c}\n" for t, c in enumerate(("NA", "n/a", "", "NaN", "nan", "null", 1)))
    table = read(rows(tmp_path / "t.txt", "subjID\ttrial\tchoice\toutcome\n" + lines)).table
    assert table["choice"].tolist() == [-1] * 6 + [0] and table["valid"].tolist() == [False] * 6 + [True]


def test_sessions_of_unequal_length(tmp_path):
    lines = "".join(f"{s}\t{t}\t1\t1\n" for s, n in ((1, 5), (2, 1), (3, 3)) for t in range(1, n + 1))
    dataset = read(rows(tmp_path / "t.txt", "subjID\ttrial\tchoice\toutcome\n" + lines))
    assert dataset.records()[1]["n_steps"].tolist() == [5, 1, 3]


def test_rows_and_sessions_out_of_order_are_sorted_and_it_is_said(tmp_path):
    text = "subjID\tblock\ttrial\tchoice\toutcome\n" + "".join(
        f"{s}\t{b}\t{t}\t{c}\t1\n"
        for s, b, t, c in ((1, 2, 2, 1), (2, 1, 1, 2), (1, 2, 1, 2), (1, 1, 1, 2), (2, 1, 2, 1))
    )
    found = reading(rows(tmp_path / "t.txt", text))
    table = found.dataset.table
    assert table[["subject", "session", "trial"]].to_numpy().tolist() == [
        [1, 2, 0], [1, 2, 1], [1, 1, 0], [2, 1, 0], [2, 1, 1],
    ]  # fmt: skip
    assert table["choice"].tolist() == [1, 0, 1, 1, 0]
    assert any("out of order; rows were sorted by trial" in note for note in found.notes)
    # A canonical table is taken at its word: there the order is a problem.
    said = error(rows(tmp_path / "c.csv", HEAD + "a,0,1,0,0,1,1\na,0,0,0,0,0,1\n"), task="bandit")
    assert "comes after a later trial or step of its session; sort the table" in said


@pytest.mark.parametrize(
    ("name", "text", "notes"),
    [
        ("t.csv", "subjID,trial ,choice,outcome\n 007 ,1,1,1\n010,1, 2,-1\n", ["Spaces around column names"]),
        ("t.txt", "subjID\ttrial\tchoice\toutcome\n007\t1\t1\t1\n010\t1\t2\t-1\n", []),
        ("t.tsv", "\ufeffsubjID\ttrial\tchoice\toutcome\n007\t1\t1\t1\n010\t1\t2\t-1\n", ["byte order mark"]),
        ("s.csv", "subjID;trial;choice;outcome\n007;1;1;1,0\n010;1;2;-1,0\n", ["semicolons", "decimal point"]),
        ("w.txt", "subjID trial choice outcome\n007 1 1 1\n010 1 2 -1\n", ["separated by spaces"]),
        ("r.csv", ',subjID,trial,choice,outcome\n1,"007",1,1,1\n2,"010",1,2,-1\n', ["counts the rows was dropped"]),
    ],
)
def test_separators_marks_and_spaces(tmp_path, name, text, notes):
    found = reading(rows(tmp_path / name, text))
    assert found.dataset.subjects == ("007", "010")  # no numbers: a zero in front is part of a name
    assert found.dataset.table[["choice", "reward"]].to_numpy().tolist() == [[0, 1], [1, -1]]
    assert all(any(words in note for note in found.notes) for words in notes)


def test_text_of_other_kinds(tmp_path):
    text = "subject,session,trial,step,state,choice,reward\n1,0,0,0,0,1,1\n"
    assert read(rows(tmp_path / "u.csv", text, "utf-16"), task="bandit").table["choice"].tolist() == [1]
    (tmp_path / "z.csv.gz").write_bytes(gzip.compress(text.encode()))
    assert read(tmp_path / "z.csv.gz", task="bandit").table["choice"].tolist() == [1]
    with pytest.raises(BadData, match=r"is not UTF-8 text \(line 2\); save it as UTF-8"):
        read(rows(tmp_path / "l.csv", "subject,choice,reward\nJosé,1,1\n", "latin-1"), task="bandit")
    with pytest.raises(BadData, match="more than one column called choice"):
        read(rows(tmp_path / "d.csv", "subject,choice,choice,reward\n1,1,1,1\n"), task="bandit")
    with pytest.raises(BadData, match="is empty; a table with a header line is expected"):
        read(rows(tmp_path / "e.csv", "\n"), task="bandit")
    with pytest.raises(BadData, match="more fields in its rows than in its header"):
        read(rows(tmp_path / "f.csv", "subject,choice,reward\n1,1,1,\n"), task="bandit")
    (tmp_path / "cut.csv.gz").write_bytes(gzip.compress(text.encode() * 50)[:60])
    with pytest.raises(StorageFailed, match="Is the file complete"):
        read(tmp_path / "cut.csv.gz", task="bandit")
    with pytest.raises(StorageFailed, match="There is no file or folder"):
        read(tmp_path / "nowhere.csv", task="bandit")


def test_types_of_columns(tmp_path):
    text = "subject,a,b,c,d,e,f\n1,1,1.5,true,x,007,\n2,2,n/a,False,None,010,NA\n"
    table, _ = read_text(rows(tmp_path / "t.csv", text))
    assert table["a"].dtype == np.int64 and table["b"].dtype == float and table["c"].tolist() == [True, False]
    assert table["d"][0] == "x" and table["d"].isna()[1] and table["f"].isna().all()
    assert table["e"].tolist() == ["007", "010"]
    numbers = np.random.default_rng(1).normal(size=50)
    pd.DataFrame({"subject": 1, "x": numbers}).to_csv(tmp_path / "x.csv", index=False)
    assert (read_text(tmp_path / "x.csv")[0]["x"] == numbers).all()  # the very numbers that were written


def test_rewards_out_of_the_tasks_range(tmp_path):
    path = rows(tmp_path / "t.txt", "subjID\tchoice\toutcome\n1\t1\t0\n1\t2\t25\n")
    said = error(path, task="bandit")
    assert "Row 1: outcome is outside 0 to 1, the range of the task (it is 25)" in said
    assert "Read the file with codes={'outcome': {25: 1}}" in said
    assert read(path, task="bandit", codes={"outcome": {25: 1}}).table["reward"].tolist() == [0, 1]
    assert read(path).table["reward"].tolist() == [0, 25]


def test_what_may_be_left_out_of_a_canonical_table(tmp_path):
    found = reading(rows(tmp_path / "t.csv", "subject,choice,reward\na,0,1\na,1,0\nb,1,1\n"), task="bandit")
    assert found.dataset.table["trial"].tolist() == [0, 1, 0] and len(found.notes) == 4
    said = error(rows(tmp_path / "b.csv", "subject,block,trial,choice,reward\na,1,0,0,1\na,2,0,1,0\n"), task="bandit")
    assert "There is no column 'session'" in said and "rename={'block': 'session'}" in said
    assert read(tmp_path / "b.csv", task="bandit", rename={"block": "session"}).n_sessions == 2
    said = error(rows(tmp_path / "s.csv", "subject,choice,reward\na,0,1\n"), task="two_step_daw")
    assert "There is no column 'trial'" in said and "There is no column 'step'" in said


def test_renaming_and_recoding_what_is_not_there(tmp_path):
    path = rows(tmp_path / "t.csv", "subject,choice,reward\na,F,1\na,J,0\n")
    table = read(path, task="bandit", codes={"choice": {"F": "left", "J": "right"}}).table
    assert table["choice"].tolist() == [0, 1]
    with pytest.raises(BadValue, match="has no column who to rename; its columns are subject, choice, reward"):
        read(path, task="bandit", rename={"who": "subject"})
    assert "Column choice holds no K to recode; it holds F, J" in error(path, task="bandit", codes={"choice": {"K": 1}})
    assert "codes of choice: 'up' is not one of left, right, missing" in error(
        path, task="bandit", codes={"choice": {"F": "up"}}
    )


def test_formats_that_cannot_be_guessed(tmp_path):
    with pytest.raises(BadValue, match=r"The layout of .* is not known. Its columns are a, b. Name it with format="):
        guess(rows(tmp_path / "t.csv", "a,b\n1,2\n"))
    both = rows(tmp_path / "b.csv", "subject,choice,reward,subjID,outcome\n1,1,1,1,1\n")
    with pytest.raises(BadValue, match=r"could be more than one format: hbayesdm .*; table .*Say which"):
        guess(both)
    with pytest.raises(BadValue, match=r"The format .* does not define its codes; name the task"):
        read(rows(tmp_path / "c.csv", "subject,choice,reward\na,0,1\n"))
    with pytest.raises(NeurorlError, match=r"There is no format called 'nvb'. Did you mean 'nwb'"):
        read(both, format="nvb", task="bandit")
    with pytest.raises(DoesNotFit, match="The layout aind has 2 answers, but the task has 3"):
        write(arms(paid_when_missing=0.0), tmp_path / "a.csv", "aind")
        read(tmp_path / "a.csv", task=arms(n_arms=3).schema.spaces)


def test_without_pynwb_a_sentence_says_how_to_get_it(tmp_path, monkeypatch):
    import sys

    write(arms(), tmp_path / "n", "nwb")
    monkeypatch.setitem(sys.modules, "pynwb", None)
    with pytest.raises(NeurorlError, match=r"not installed; install it with: pip install 'neurorl\[nwb\]'"):
        read(tmp_path / "n", task="bandit")


def test_an_nwb_file_without_trials_or_cut_short(tmp_path):
    from datetime import UTC, datetime

    pynwb = pytest.importorskip("pynwb")
    with pynwb.NWBHDF5IO(str(tmp_path / "e.nwb"), "w") as io:
        io.write(pynwb.NWBFile("s", "i", datetime(2026, 1, 1, tzinfo=UTC)))
    with pytest.raises(BadData, match="has no trials table"):
        read(tmp_path / "e.nwb", task="bandit")
    (tmp_path / "cut.nwb").write_bytes((tmp_path / "e.nwb").read_bytes()[:2000])
    with pytest.raises(StorageFailed, match="Is the file complete"):
        read(tmp_path / "cut.nwb", task="bandit")


def test_each_problem_is_listed_once_where_no_task_is_named(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("subjID\ttrial\tchoice\toutcome\n1\t1\t1\t1\n1\t2\t2\tgood\n")
    with pytest.raises(BadData, match="has 1 problem "):
        read(path)
