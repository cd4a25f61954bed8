"""Tables with one row an event: made into trials by rules, recognised where no rules are given, never guessed."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from neurorl.core.errors import BadData, BadValue
from neurorl.data import read, reading
from neurorl.data.events import advice, rules, stream

RULES = {"choice": "response:key", "reward": "feedback:points"}


def log(path: Path, rows: list[tuple], columns: str = "subject,trial_no,event,time,key,points") -> Path:
    names = columns.split(",")
    lines = [",".join("" if v is None else str(v) for v in row) for row in rows]
    separator = "\t" if path.suffix == ".tsv" else ","
    path.write_text("\n".join([columns, *lines]).replace(",", separator) + "\n")
    assert all(len(row) == len(names) for row in rows)
    return path


def events(n: int = 3, subject: str = "a") -> list[tuple]:
    """Cue, response and feedback of n trials: keys 0, 1, 0, ..., paid where the key is 1."""
    rows: list[tuple] = []
    for t in range(n):
        rows += [
            (subject, t, "cue", t * 10, None, None),
            (subject, t, "response", t * 10 + 1, t % 2, None),
            (subject, t, "feedback", t * 10 + 2, None, t % 2),
        ]
    return rows


def without(rows: list[tuple], *places: int) -> list[tuple]:
    return [row for i, row in enumerate(rows) if i not in places]


def no_trials(rows: list[tuple]) -> list[tuple]:
    return [(row[0], None, *row[2:]) for row in rows]


def test_rules_make_trials(tmp_path):
    path = log(tmp_path / "t.csv", [*events(), *events(2, "b")])
    found = reading(path, task="bandit", event=RULES, rename={"trial_no": "trial"})
    table = found.dataset.table
    assert table["choice"].tolist() == [0, 1, 0, 0, 1] and table["reward"].tolist() == [0, 1, 0, 0, 1]
    assert table["trial"].tolist() == [0, 1, 2, 0, 1] and found.dataset.subjects == ("a", "b")
    assert table["time_response"].tolist() == [1, 11, 21, 1, 11] and "key" not in table
    notes = " ".join(found.notes)
    assert "15 rows are events (event) of 5 trials; taken were choice from response:key, reward from" in notes
    assert "Other events were left out: cue." in notes


def test_a_trial_without_a_response_is_missing(tmp_path):
    path = log(tmp_path / "t.csv", without(events(), 4, 5))
    table = read(path, task="bandit", event=RULES, rename={"trial_no": "trial"}).table
    assert table["choice"].tolist() == [0, -1, 0] and table["valid"].tolist() == [True, False, True]
    path = log(tmp_path / "u.csv", without(no_trials(events()), 4, 5))
    with pytest.raises(BadData, match=r"do not repeat in one order|cannot be told apart") as caught:
        read(log(tmp_path / "v.csv", without(no_trials(events()), 4)), task="bandit", event=RULES)
    assert "--event trial=EVENT" in str(caught.value)
    table = read(path, task="bandit", event=RULES | {"trial": "cue"}).table
    assert table["choice"].tolist() == [0, -1, 0] and table["trial"].tolist() == [0, 1, 2]


def test_trials_are_counted_by_the_order_of_events(tmp_path):
    found = reading(log(tmp_path / "t.csv", no_trials(events())), task="bandit", event=RULES)
    assert found.dataset.table["choice"].tolist() == [0, 1, 0]
    assert "Trials were counted by the order of the events (response, feedback)." in found.notes
    early = [("a", None, "response", 0, 1, None), *no_trials(events())]
    with pytest.raises(BadData, match=r"row 0 \(response\) comes before the first cue"):
        read(log(tmp_path / "e.csv", early), task="bandit", event=RULES | {"trial": "cue"})


def test_several_events_in_a_trial(tmp_path):
    rows = events()
    rows.insert(2, ("a", 0, "response", 2, 1, None))
    path, how = log(tmp_path / "t.csv", rows), {"task": "bandit", "rename": {"trial_no": "trial"}}
    with pytest.raises(BadData, match=r"1 trials have more than one event response \(rows 2\).*key:first or :last"):
        read(path, event=RULES, **how)
    for which, first in (("first", 0), ("last", 1)):
        assert read(path, event=RULES | {"choice": f"response:key:{which}"}, **how).table["choice"].iloc[0] == first


def test_constant_columns_and_sessions_are_kept(tmp_path):
    rows = [(*row, day, "odd" if row[1] % 2 else "even", i) for day in (1, 2) for i, row in enumerate(events())]
    columns = "subject,trial_no,event,time,key,points,session,kind,line"
    how = {"task": "bandit", "event": RULES, "rename": {"trial_no": "trial"}}
    table = read(log(tmp_path / "t.csv", rows, columns), **how).table
    assert table["session"].tolist() == [1, 1, 1, 2, 2, 2] and table["kind"].tolist() == ["even", "odd", "even"] * 2
    assert "line" not in table


def test_wrong_rules_are_sentences(tmp_path):
    path = log(tmp_path / "t.csv", events())
    with pytest.raises(BadValue, match="event choice=response is not understood; write the event and its column"):
        rules({"choice": "response", "reward": "feedback:points"})
    with pytest.raises(BadValue, match="Events need a rule for the choice and one for the reward"):
        rules({"choice": "response:key"})
    with pytest.raises(BadValue, match="no column with the events press; column event holds cue, feedback, response"):
        read(path, task="bandit", event=RULES | {"choice": "press:key"})
    with pytest.raises(BadValue, match="has no column button for choice; its columns are subject"):
        read(path, task="bandit", event=RULES | {"choice": "response:button"})
    with pytest.raises(BadValue, match=r"event='response' \(--event\) names a trial_type of BIDS"):
        read(log(tmp_path / "c.csv", [("a", 1, 1)], "subject,choice,reward"), task="bandit", event="response")
    np.savez(tmp_path / "t.npz", xs=np.zeros((2, 1, 2)), ys=np.zeros((2, 1, 1)))
    with pytest.raises(BadValue, match="applies to tables with one row per event"):
        read(tmp_path / "t.npz", event=RULES)


def test_a_stream_is_recognised_though_its_columns_have_our_names(tmp_path):
    columns = "subject,trial_no,event,time,choice,reward"
    path = log(tmp_path / "t.csv", no_trials(events()), columns)
    with pytest.raises(BadData, match=r"one row an event, not one a trial: column event holds cue, response, feedback"):
        read(path, task="bandit", format="table")
    assert len(read(path, task="bandit", event={"choice": "response:choice", "reward": "feedback:reward"})) == 3
    both = [(*row[:2], "trial" if row[2] == "response" else row[2], row[3], row[4], row[4]) for row in events()]
    with pytest.raises(BadData, match=r"--where event=EVENT"):
        read(log(tmp_path / "b.csv", both, columns), task="bandit", rename={"trial_no": "trial"})
    assert len(read(tmp_path / "b.csv", task="bandit", where={"event": "trial"}, rename={"trial_no": "trial"})) == 3


def test_go_and_nogo_trials_are_no_stream():
    table = pd.DataFrame({"trial_type": ["go", "nogo"] * 4, "choice": [1, None] * 4, "reward": [1, 1] * 4})
    assert stream(table) is None
    assert stream(table.assign(trial_type="go")) is None and stream(table.drop(columns="reward")) is None
    assert advice(table.assign(trial_type=range(8))) is None or "trial_type" in str(advice(table))
    assert advice(table.drop(columns="trial_type")) is None


def test_events_of_bids(tmp_path):
    folder = tmp_path / "sub-01" / "func"
    folder.mkdir(parents=True)
    for run, n in ((1, 3), (2, 2)):
        path = folder / f"sub-01_task-x_run-{run}_events.tsv"
        log(path, [row[2:] for row in events(n)], "trial_type,onset,response,outcome")
    with pytest.raises(BadData, match="one row an event, not one a trial: column trial_type holds cue"):
        read(tmp_path, task="bandit")
    found = reading(tmp_path, task="bandit", event={"choice": "response:response", "reward": "feedback:outcome"})
    table = found.dataset.table
    assert table["choice"].tolist() == [0, 1, 0, 0, 1] and table["reward"].tolist() == [0, 1, 0, 0, 1]
    assert table["session"].unique().tolist() == ["run-1", "run-2"]
    assert table["onset_response"].tolist() == [1, 11, 21, 1, 11]
