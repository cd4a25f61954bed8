"""Whose session a file is: every part of a path is kept or asked about, and no session counts twice."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from format_tables import arms

from neurorl.core.errors import BadData, BadValue, StorageFailed
from neurorl.data import read, reading, write


def beh(folder: Path, name: str, choices: str = "0110") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    rows = "".join(f"{t}\t{c}\t{t % 2}\n" for t, c in enumerate(choices))
    (folder / name).write_text("trial\tchoice\treward\n" + rows)


def trials(folder: Path, choices: str = "1212", **more: np.ndarray) -> None:
    """IBL arrays: 1 is left, 2 stands for -1 (right)."""
    folder.mkdir(parents=True, exist_ok=True)
    choice = np.array([1 if c == "1" else -1 for c in choices])
    arrays = {"choice": choice, "feedbackType": np.resize([1, -1], len(choices))} | more
    for name, values in arrays.items():
        np.save(folder / f"_ibl_trials.{name}.npy", values)


def sessions_of(path: Path, **how) -> list[tuple]:
    table = read(path, task="bandit", **how).table
    return list(table[["subject", "session"]].drop_duplicates().itertuples(index=False, name=None))


def test_every_part_of_a_bids_name_makes_a_session(tmp_path):
    for name in ("acq-a_run-1", "acq-a_run-2", "acq-b_run-1", "dir-x_run-1", "rec-y_run-1"):
        beh(tmp_path / "sub-01" / "ses-02" / "beh", f"sub-01_ses-02_task-bandit_{name}_beh.tsv")
    found = reading(tmp_path, task="bandit")
    assert found.dataset.table["session"].unique().tolist() == [
        "02_acq-a_run-1", "02_acq-a_run-2", "02_acq-b_run-1", "02_dir-x_run-1", "02_rec-y_run-1"
    ]  # fmt: skip
    assert found.counts()["trials"] == 20
    assert "Parts of the files' names that are kept in the session's name: acq, dir, rec, run." in found.notes
    assert "All files are of the task bandit." in found.notes
    assert sessions_of(tmp_path, where={"acq": "a", "run": "2"}) == [("01", "02_acq-a_run-2")]


def test_tasks_of_a_bids_folder_are_asked_about(tmp_path):
    for task in ("bandit", "flanker"):
        beh(tmp_path / "sub-01" / "beh", f"sub-01_task-{task}_run-1_beh.tsv")
    beh(tmp_path / "sub-01" / "beh", "sub-01_beh.tsv")
    with pytest.raises(BadValue, match=r"differ in the task: no task named \(1\), bandit \(1\), .*--where task=bandit"):
        read(tmp_path, task="bandit")
    found = reading(tmp_path, task="bandit", where={"task": "flanker"})
    assert found.counts()["trials"] == 4 and "1 of 3 files were read, those with task flanker." in found.notes
    with pytest.raises(BadValue, match="is of task stroop; there are bandit, flanker"):
        read(tmp_path, task="bandit", where={"task": "stroop"})
    with pytest.raises(BadValue, match="names a lab; files can be selected by sub, suffix, task, run, path"):
        read(tmp_path, task="bandit", where={"lab": "x"})


def test_a_bids_session_in_two_files_is_named(tmp_path):
    for kind in ("beh", "events"):
        beh(tmp_path / "sub-01" / "beh", f"sub-01_task-bandit_{kind}.tsv")
    with pytest.raises(BadData, match=r"Subject 01, session 0 comes from 2 places .*_beh.tsv and .*--where suffix=beh"):
        read(tmp_path, task="bandit")
    assert sessions_of(tmp_path, where={"suffix": "events"}) == [("01", 0)]
    (tmp_path / "sub-02").mkdir()
    beh(tmp_path / "sub-02", "sub-03_task-bandit_beh.tsv")
    with pytest.raises(BadData, match="lies in the folder of sub-02 but is named sub-03"):
        read(tmp_path, task="bandit")


def test_bids_files_that_are_left_out_are_said(tmp_path):
    beh(tmp_path / "sub-01", "sub-01_task-bandit_beh.tsv")
    beh(tmp_path / "sub-01", "sub-01_task-my_bandit_beh.tsv")
    beh(tmp_path / "derivatives" / "sub-01", "sub-01_task-bandit_beh.tsv")
    notes = " ".join(reading(tmp_path, task="bandit").notes)
    assert "not as BIDS asks" in notes and "sub-01_task-my_bandit_beh.tsv" in notes
    assert "Files in derivatives and sourcedata were left out: 1." in notes


def test_the_newest_revision_counts_once(tmp_path):
    alf = tmp_path / "labA" / "Subjects" / "M1" / "2021-05-06" / "001" / "alf"
    trials(alf, "1111")
    trials(alf / "#2022-01-01#", "2222")
    trials(alf / "#2023-01-01#", "1221")
    found = reading(tmp_path, task="bandit")
    assert found.counts()["sessions"] == 1 and found.dataset.table["choice"].tolist() == [0, 1, 1, 0]
    assert found.dataset.subjects == ("M1",) and found.dataset.table["session"].unique().tolist() == ["2021-05-06/001"]
    assert "Of each revised array the newest revision was taken (2023-01-01)." in found.notes
    assert read(alf / "#2022-01-01#", task="bandit").table["choice"].tolist() == [1, 1, 1, 1]  # asked for by name


def test_an_array_without_a_revision_stays(tmp_path):
    alf = tmp_path / "M1" / "2021-05-06" / "001" / "alf"
    trials(alf, "1111", probabilityLeft=np.array([0.5, 0.5, 0.8, 0.8]))
    table = pd.DataFrame({"choice": [-1, 1, 1, 1], "feedbackType": [1, 1, 1, 1]})
    (alf / "#2022-01-01#").mkdir()
    table.to_parquet(alf / "#2022-01-01#" / "_ibl_trials.table.pqt")
    found = read(tmp_path, task="bandit").table
    assert found["choice"].tolist() == [1, 0, 0, 0] and found["probabilityLeft"].tolist() == [0.5, 0.5, 0.8, 0.8]


def test_collections_are_sessions_of_their_own(tmp_path):
    for i, choices in enumerate(("1111", "222")):
        trials(tmp_path / "M1" / "2021-05-06" / "001" / "alf" / f"task_0{i}" / "#2022-02-02#", choices)
    found = reading(tmp_path, task="bandit")
    assert sessions_of(tmp_path) == [("M1", "2021-05-06/001/task_00"), ("M1", "2021-05-06/001/task_01")]
    assert "Collections (task_00, task_01) were read as separate sessions." in found.notes
    assert sessions_of(tmp_path, where={"collection": "task_01"}) == [("M1", "2021-05-06/001/task_01")]


@pytest.mark.parametrize(
    "folder, subject, session",
    [
        ("labs/labA/Subjects/M1/2021-05-06/001/alf", "M1", "2021-05-06/001"),
        ("M1/2021-05-06/1/alf", "M1", "2021-05-06/1"),
        ("M1/day3/alf", "M1", "day3"),
        ("M1/alf/task_00", "M1", "task_00"),
        ("M1", "M1", 0),
    ],
)
def test_who_and_when_from_the_path(tmp_path, folder, subject, session):
    trials(tmp_path / folder)
    assert sessions_of(tmp_path) == [(subject, session)]


def test_one_session_in_two_folders_is_named(tmp_path):
    for top in ("data", "backup"):
        trials(tmp_path / top / "M1" / "2021-05-06" / "001" / "alf")
    with pytest.raises(BadData, match=r"M1, session 2021-05-06/001 comes from 2 places .*backup/.* and data/"):
        read(tmp_path, task="bandit")
    assert len(sessions_of(tmp_path, where={"path": "data/*"})) == 1


def test_animals_of_one_name_in_two_laboratories_are_two(tmp_path):
    for lab in ("labA", "labB"):
        trials(tmp_path / lab / "Subjects" / "M1" / "2021-05-06" / "001" / "alf")
    assert [who for who, _ in sessions_of(tmp_path)] == ["labA/M1", "labB/M1"]


def test_arrays_of_another_length(tmp_path):
    alf = tmp_path / "M1" / "2021-05-06" / "001" / "alf"
    trials(alf, "1212", quiescencePeriod=np.ones(5), itiDuration=np.ones(3), rt=np.arange(4.0))
    found = reading(tmp_path, task="bandit")
    said = "left out: itiDuration (3 instead of 4), quiescencePeriod (5 instead of 4)."
    assert any(note.endswith(said) for note in found.notes)
    assert "rt" in found.dataset.table and "itiDuration" not in found.dataset.table
    trials(alf, "1212", contrastLeft=np.ones(5), contrastRight=np.ones(4))
    assert len(read(tmp_path, task="bandit")) == 4  # a bandit does not need what was seen
    with pytest.raises(StorageFailed, match="choice 4, feedbackType 4, contrastLeft 5, contrastRight 4"):
        read(tmp_path)
    trials(alf, "1212", feedbackType=np.ones(5))
    with pytest.raises(StorageFailed, match="differ in length"):
        read(tmp_path, task="bandit")


def test_two_files_of_one_array_are_named(tmp_path):
    trials(tmp_path / "M1")
    np.save(tmp_path / "M1" / "_ibl_trials.choice.00000000-0000-0000-0000-000000000000.npy", np.ones(4))
    with pytest.raises(BadData, match="both hold choice, so it is not clear which one is valid"):
        read(tmp_path, task="bandit")


def test_nwb_files_of_one_session_are_named(tmp_path):
    write(arms(), tmp_path / "n", "nwb")
    one = sorted((tmp_path / "n").iterdir())[0]
    (tmp_path / "n" / "again_desc-raw.nwb").write_bytes(one.read_bytes())
    for how in ({"format": "nwb", "task": "bandit"}, {"task": "bandit"}):
        with pytest.raises(BadData, match=r"Subject 007, session 1 comes from 2 places .*--where path="):
            read(tmp_path / "n", **how)
    assert read(tmp_path / "n", task="bandit", where={"path": "sub-*"}).n_sessions == 3


def test_an_nwb_column_of_another_length(tmp_path):
    import h5py

    write(arms(), tmp_path / "n", "nwb")
    path = sorted((tmp_path / "n").iterdir())[0]

    def shorten(name: str) -> None:
        with h5py.File(path, "a") as file:
            trials_ = file["intervals/trials"]
            kept = dict(trials_[name].attrs)
            values = trials_[name][:-1]
            del trials_[name]
            trials_.create_dataset(name, data=values).attrs.update(kept)

    shorten("rt")
    found = reading(path, task="bandit")
    assert any("another length than the trials were left out: rt" in note for note in found.notes)
    whole = arms().table.query("session == 1 and subject == '007'")
    assert found.dataset.table["choice"].tolist() == whole["choice"].tolist() and "rt" not in found.dataset.table
    shorten("choice")
    with pytest.raises(BadData, match=r"has 5 trials, but columns of another length \(choice 4\)"):
        read(path, task="bandit")


def test_further_arrays_of_an_npz_are_left_out(tmp_path):
    write(arms(), tmp_path / "t.npz")
    with np.load(tmp_path / "t.npz") as file:
        arrays = dict(file)
    np.savez(tmp_path / "more.npz", **arrays, notes=np.array([{}], object), weights=np.ones(99))
    found = reading(tmp_path / "more.npz")
    assert "Arrays that are not part of the layout were left out: notes, weights." in found.notes
    arrays["session"] = np.array(["1", "1", "1"])
    np.savez(tmp_path / "twice.npz", **arrays)
    with pytest.raises(BadData, match="Subject 007, session 1 stands in the arrays more than once"):
        read(tmp_path / "twice.npz")


def test_links_out_of_a_folder_are_not_followed(tmp_path):
    beh(tmp_path / "elsewhere", "secret.tsv")
    (tmp_path / "study" / "sub-01").mkdir(parents=True)
    (tmp_path / "study" / "sub-01" / "sub-01_task-x_beh.tsv").symlink_to(tmp_path / "elsewhere" / "secret.tsv")
    with pytest.raises(BadData, match=r"is a link to .*secret\.tsv, outside the folder"):
        read(tmp_path / "study", task="bandit")


def test_a_sidecar_above_the_data_set_is_not_opened(tmp_path):
    beh(tmp_path / "study" / "sub-01" / "beh", "sub-01_task-x_beh.tsv", "abba")
    levels = {"choice": {"Levels": {"a": "left", "b": "right"}}}
    (tmp_path / "task-x_beh.json").write_text(json.dumps(levels))
    with pytest.raises(BadData, match="their meaning is not clear"):
        read(tmp_path / "study", task="bandit")
    (tmp_path / "study" / "task-x_beh.json").write_text(json.dumps(levels))
    assert read(tmp_path / "study", task="bandit").table["choice"].tolist() == [0, 1, 1, 0]


def test_names_that_are_numbers_beside_others_are_text(tmp_path):
    for name in ("sub-1_task-x_beh.tsv", "sub-a_task-x_run-1_beh.tsv"):
        beh(tmp_path / name.split("_")[0], name)
    assert sessions_of(tmp_path) == [("1", "0"), ("a", "run-1")]


def test_a_folder_that_may_be_a_revision_is_asked_about(tmp_path):
    alf = tmp_path / "M1" / "2021-05-06" / "001" / "alf"
    trials(alf)
    trials(alf / "2022-02-02")
    with pytest.raises(BadData, match=r"2022-02-02 may be a revision .* Call a revision #2022-02-02#"):
        read(tmp_path, task="bandit")
