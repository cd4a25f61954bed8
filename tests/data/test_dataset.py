import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from neurorl.core import files
from neurorl.core.errors import BadData, BadValue, StorageFailed
from neurorl.core.spaces import Box, Discrete, Spaces
from neurorl.data import Dataset, Schema

SUFFIXES = ("t.csv", "t.csv.gz", "t.parquet")


@pytest.fixture
def dataset(table, spaces) -> Dataset:
    return Dataset(table.assign(rt=np.linspace(0.1, 1.1, len(table)), note="x"), Schema.of(spaces))


def test_defaults_of_optional_columns(dataset):
    """Centre at fixation is not free; a side at fixation (row 8) is illegal; second stages are not free."""
    t = dataset.table
    assert t["valid"].tolist() == [True] * 7 + [False] + [True] * 3
    assert t["scored"].tolist() == [i in (1, 4, 9) for i in range(11)]
    assert t["discount"].tolist() == [1, 1, 0, 1, 1, 0, 1, 0, 1, 1, 0]
    assert (t["stim"] == 0).all()
    assert list(t.columns) == [*(name for name in dataset.schema.names if name != "informed"), "rt", "note"]


def test_facts(dataset):
    assert len(dataset) == 11 and dataset.n_sessions == 2 and dataset.subjects == ("a", "b")
    assert repr(dataset) == "Dataset(2 subjects, 2 sessions, 11 steps)"


def test_given_frame_is_not_changed_and_not_shared(table, spaces):
    before = table.copy()
    dataset = Dataset(table, Schema.of(spaces))
    assert_frame_equal(table, before)
    dataset.table.loc[0, "choice"] = 2
    assert_frame_equal(table, before)


def test_empty_choice_means_missing_and_dtypes_are_made_equal(table, spaces):
    loose = table.assign(
        choice=table["choice"].where(table["choice"] >= 0).astype(object),
        state=table["state"].astype("category"),
        trial=table["trial"].astype("Int16"),
        subject=pd.Categorical(table["subject"]),
        scored=[0, 1, 0, 0, 1, 0, 0, 0, 0, 1, 0],
        reward=table["reward"].astype("Float64"),
    )
    loose.index = loose.index + 100
    strict = Dataset(table, Schema.of(spaces))
    assert_frame_equal(Dataset(loose, Schema.of(spaces)).table, strict.table)
    assert strict.table.dtypes.astype(str).drop("subject").to_dict() == {
        "session": "int64", "trial": "int64", "step": "int64", "state": "int64", "choice": "int64",
        "reward": "float64", "valid": "bool", "scored": "bool", "discount": "float64", "stim": "float64",
    }  # fmt: skip


def test_a_step_that_did_not_happen_is_never_scored(table, spaces):
    aborted = table.assign(valid=[True, False, *[True] * 5, False, *[True] * 3], scored=True)
    t = Dataset(aborted, Schema.of(spaces)).table
    assert t["choice"][1] == 1 and t["scored"].tolist() == t["valid"].tolist()


@pytest.mark.parametrize("name", SUFFIXES)
def test_files_give_back_the_table(dataset, spaces, tmp_path, name):
    path = tmp_path / "new folder" / name
    dataset.write(path)
    again = Dataset.read(path, spaces)
    assert_frame_equal(again.table, dataset.table, check_exact=True)
    assert again.origin == str(path)
    assert [p.name for p in path.parent.iterdir()] == [name]


def test_equal_tables_make_equal_files(dataset, tmp_path):
    dataset.write(tmp_path / "one.csv.gz")
    dataset.write(tmp_path / "two.csv.gz")
    assert (tmp_path / "one.csv.gz").read_bytes() == (tmp_path / "two.csv.gz").read_bytes()


@pytest.mark.parametrize(("labels", "kept"), [(["007", "NA"], True), (["1", "2"], False)])
def test_labels_in_csv_stay_text_unless_all_are_numbers(table, spaces, tmp_path, labels, kept):
    named = Dataset(table.assign(subject=[labels[0]] * 6 + [labels[1]] * 5), Schema.of(spaces))
    named.write(tmp_path / "t.csv")
    assert Dataset.read(tmp_path / "t.csv", spaces).subjects == (("007", "NA") if kept else (1, 2))


def test_rename_maps_the_users_names(table, spaces, tmp_path):
    theirs = table.rename(columns={"subject": "subjID", "choice": "key"}).replace({"a": "01", "b": "02"})
    theirs.to_csv(tmp_path / "t.csv", index=False)
    read = Dataset.read(tmp_path / "t.csv", spaces, rename={"subjID": "subject", "key": "choice"})
    assert read.subjects == ("01", "02")
    with pytest.raises(BadData, match=r"Is it 'subjID'\? Then read the file with rename={'subjID': 'subject'}"):
        Dataset.read(tmp_path / "t.csv", spaces, rename={"key": "choice"})
    with pytest.raises(BadValue, match="no column ky to rename; its columns are subjID, session"):
        Dataset.read(tmp_path / "t.csv", spaces, rename={"ky": "choice"})


def test_files_that_cannot_be_read(spaces, tmp_path):
    with pytest.raises(StorageFailed, match="There is no file"):
        Dataset.read(tmp_path / "t.csv", spaces)
    with pytest.raises(BadValue, match=r"must end in \.csv, \.csv\.gz or \.parquet"):
        Dataset.read(tmp_path / "t.xlsx", spaces)
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(BadData, match="is empty"):
        Dataset.read(tmp_path / "empty.csv", spaces)
    (tmp_path / "german.csv").write_text("subject;session\n1;0\n")
    with pytest.raises(BadData, match="not separated by commas"):
        Dataset.read(tmp_path / "german.csv", spaces)
    (tmp_path / "ragged.csv").write_text("subject,session\n1,0\n1,0,3,4\n")
    (tmp_path / "wide.csv").write_text("subject,session\n1,0,\n1,0,\n")
    with pytest.raises(BadData, match="more fields in its rows than in its header"):
        Dataset.read(tmp_path / "wide.csv", spaces)
    with pytest.raises(BadData, match="line 3"):
        Dataset.read(tmp_path / "ragged.csv", spaces)


@pytest.mark.parametrize("name", SUFFIXES[1:])
def test_a_truncated_file_is_a_sentence(dataset, spaces, tmp_path, name):
    dataset.write(tmp_path / name)
    whole = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StorageFailed, match="cannot be read as"):
        Dataset.read(tmp_path / name, spaces)


def test_a_column_that_parquet_cannot_hold_is_a_sentence(table, spaces, tmp_path):
    mixed = Dataset(table.assign(note=["x", 1] * 5 + [[]]), Schema.of(spaces))
    with pytest.raises(BadData, match="cannot be stored as Parquet"):
        mixed.write(tmp_path / "t.parquet")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", SUFFIXES)
def test_an_interrupted_write_leaves_the_old_file(dataset, tmp_path, monkeypatch, name):
    path = tmp_path / name
    dataset.write(path)
    old = path.read_bytes()

    def full_disk(source, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "replace", full_disk)
    with pytest.raises(StorageFailed, match=r"could not be written .*No space left"):
        dataset.subset(subjects=["a"]).write(path)
    assert path.read_bytes() == old
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_subset(dataset):
    b = dataset.subset(subjects=["b"])
    assert b.subjects == ("b",) and len(b) == 5 and b.table.index.tolist() == list(range(5))
    assert_frame_equal(dataset.subset(subjects="b", sessions=[0]).table, b.table)
    with pytest.raises(BadValue, match="There is no subject c in this table; there are 'a', 'b'"):
        dataset.subset(subjects=["a", "c"])


def test_vector_observations(tmp_path):
    spaces = Spaces(Box((2,)), Discrete(("stay", "go")), (0.0, 1.0))
    table = pd.DataFrame(
        {
            "subject": 3, "session": 1, "trial": [0, 1, 2], "step": 0, "obs_0": [0.25, 0.5, 0.75],
            "obs_1": [1, 2, 3], "choice": [1, -1, 0], "reward": [1.0, np.nan, 0.0],
        }
    )  # fmt: skip
    dataset = Dataset(table, Schema.of(spaces))
    assert dataset.table["scored"].tolist() == [True, False, True]
    record, index = dataset.records()
    assert np.array_equal(record.obs, [[[0.25, 1], [0.5, 2], [0.75, 3]]])
    assert np.array_equal(record.next_obs, [[[0.5, 2], [0.75, 3], [0.75, 3]]])
    assert_frame_equal(Dataset.from_records(record, index, dataset.schema).table, dataset.table)
    dataset.write(tmp_path / "t.csv")
    assert_frame_equal(Dataset.read(tmp_path / "t.csv", spaces).table, dataset.table)
