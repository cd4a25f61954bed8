"""Each format writes and reads back the same table, or says what it could not keep."""

import functools

import numpy as np
import pandas as pd
import pytest
from format_tables import arms, seen, stages
from pandas.testing import assert_frame_equal

from neurorl.core.catalogue import card_of, load, names
from neurorl.core.errors import BadValue, DoesNotFit
from neurorl.core.spaces import Discrete, Spaces
from neurorl.data import Dataset, Schema, read, reading, write
from neurorl.ops.arms import arm_spaces

# Of two-armed rows, what a layout has no place for is left out of the table beforehand.
CASES = {
    "table csv": ("table", arms(), "t.csv", []),
    "table parquet": ("table", stages(), "t.parquet", []),
    "table of vectors": ("table", seen(), "t.csv.gz", []),
    "bandit": ("hbayesdm", arms(), "t.txt", []),
    "four arms": ("hbayesdm", arms(n_arms=4), "t.tsv", []),
    "two-step": ("hbayesdm", stages(), "t.txt", []),
    "two-step with fixation": ("hbayesdm", stages(fixation=True), "t.csv", []),
    "go/no-go": ("hbayesdm", arms(states=4), "t.txt", []),
    "hssm": ("hssm", arms(), "t.csv", []),
    "hssm conditions": ("hssm", arms(states=3), "t.tsv", []),
    "cpm": ("cpm", arms(), "t.csv", []),
    "cpm three arms": ("cpm", arms(n_arms=3), "t.csv", []),
    "disrnn": ("disrnn", arms(rt=False), "t.npz", ["phase"]),
    "nwb": ("nwb", arms(), "folder", []),
    "nwb steps": ("nwb", stages(), "folder", []),
    "aind nwb": ("aind", arms(paid_when_missing=0.0), "folder", []),
    "aind table": ("aind", arms(paid_when_missing=0.0), "t.csv", []),
    "ibl": ("ibl", seen(), "folder", []),
    "ibl one state": ("ibl", arms(paid_when_missing=0.0), "folder", []),
    "bids": ("bids", arms(), "folder", []),
    "bids steps": ("bids", stages(), "folder", []),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_written_is_read_back(case, tmp_path):
    name, dataset, file, without = CASES[case]
    if without:
        dataset = Dataset(dataset.table.drop(columns=without), dataset.schema)
    lost = write(dataset, tmp_path / file, name)
    assert all("times and no date" in sentence for sentence in lost)  # only NWB says that the table has none
    back = reading(tmp_path / file, task=dataset.schema.spaces)
    assert back.format == name and back.guessed
    assert_frame_equal(back.dataset.table, dataset.table, check_exact=True, check_like=True)


def test_flags_that_are_not_the_default_survive(tmp_path):
    table = arms().table
    table.loc[[0, 4], "scored"] = False
    table.loc[1, "stim"] = 0.5
    table.loc[3, "valid"] = table.loc[3, "scored"] = False
    dataset = Dataset(table, Schema.of(arm_spaces(2)))
    for name, file in {"hbayesdm": "t.txt", "hssm": "t.csv", "cpm": "c.csv", "bids": "b", "nwb": "n"}.items():
        write(dataset, tmp_path / file, name)
        back = read(tmp_path / file, task=dataset.schema.spaces)
        assert_frame_equal(back.table, dataset.table, check_exact=True, check_like=True)


# A few subjects and sessions of real data, and the layouts that have room for all of their columns.
REAL = {
    "trepka_mice": ("table", "hssm", "cpm", "nwb", "aind", "ibl", "bids"),
    "nspn_two_step": ("table", "hbayesdm", "nwb", "bids"),
    "dezfouli2019_bandit": ("table", "hbayesdm", "hssm", "cpm", "aind", "ibl"),
}


def test_choices_that_are_marked_as_unscored_are_written_too(tmp_path):
    """A task that forbids a choice in a state, and a table that keeps such choices unscored."""
    spaces = Spaces(Discrete(("open", "shut")), Discrete(("left", "right")), (0.0, 1.0), ((True, True), (True, False)))
    table = pd.DataFrame({"subject": "a", "session": 0, "trial": range(6), "step": 0, "state": [0, 1, 0, 1, 0, 0]})
    table = table.assign(choice=[0, 1, 1, 0, 1, 0], reward=[1.0, 0, 1, 0, 1, 0], scored=[True, False] + [True] * 4)
    dataset = Dataset(table, Schema.of(spaces))
    write(dataset, tmp_path / "a.csv", "hssm")
    back = read(tmp_path / "a.csv", format="hssm", task=spaces)
    assert (
        back.table["choice"].tolist() == [0, 1, 1, 0, 1, 0]
        and back.table["scored"].tolist() == [True, False] + [True] * 4
    )


@pytest.mark.parametrize(("name", "layout"), [(name, layout) for name, layouts in REAL.items() for layout in layouts])
def test_real_data_goes_out_and_comes_back(name, layout, tmp_path):
    dataset = _some(name)
    path = tmp_path / {"table": "t.csv", "hbayesdm": "t.txt", "hssm": "t.tsv", "cpm": "t.csv"}.get(layout, "folder")
    write(dataset, path, layout)
    back = read(path, task=dataset.schema.spaces)
    assert_frame_equal(back.table, dataset.table, check_exact=True, check_like=True)


@functools.cache
def _some(name: str) -> Dataset:
    dataset = load("dataset", name).load()
    dataset = dataset.subset(subjects=dataset.subjects[:2])
    return dataset.subset(sessions=dataset.table["session"].unique()[:2])


def test_what_a_layout_cannot_hold_is_said(tmp_path):
    assert "block were left out" in write(_with(arms(), block=3), tmp_path / "t.txt", "hbayesdm")[0]
    one = Dataset(arms().table.query("session == 1").assign(session=0, block=3), Schema.of(arm_spaces(2)))
    assert "block were left out" in write(one, tmp_path / "o.txt", "hbayesdm")[0]
    assert read(tmp_path / "o.txt").n_sessions == 2  # a further column is not taken for sessions
    assert "phase, rt were left out" in write(arms(), tmp_path / "t.npz")[0]
    assert "Empty rewards of ignored trials are 0" in write(arms(), tmp_path / "a.csv", "aind")[0]
    with pytest.raises(BadValue, match="holds one choice a trial, but trials of this data set have more"):
        write(stages(), tmp_path / "t.csv", "hssm")
    with pytest.raises(DoesNotFit, match="The layout hssm has 2 answers, but the task has 3"):
        write(arms(n_arms=3), tmp_path / "t.csv", "hssm")
    with pytest.raises(BadValue, match="rewards 0 and 1 only"):
        write(_with(arms(), reward=0.5), tmp_path / "ibl", "ibl")
    with pytest.raises(BadValue, match="one session, but there are 3; give a folder"):
        write(arms(), tmp_path / "t.nwb")
    with pytest.raises(BadValue, match=r"must end in \.csv or \.tsv or \.txt"):
        write(arms(), tmp_path / "t.xlsx", "cpm")
    with pytest.raises(BadValue, match="In which format should"):
        write(arms(), tmp_path / "t.mat")
    names = write(
        _with(arms(), subject=["a-1"] * 5 + ["b"] * 7, session=0, trial=[*range(5), *range(7)]), tmp_path / "b", "bids"
    )
    assert names == ["Names without the marks that BIDS forbids: a-1 (a1)."]


def _with(dataset: Dataset, **columns) -> Dataset:
    return Dataset(dataset.table.assign(**columns), dataset.schema)


def test_every_format_is_in_the_catalogue_with_a_card():
    assert set(names("format")) == {name for name, *_ in CASES.values()}
    for name in names("format"):
        chosen = load("format", name)
        assert card_of("format", name) == chosen.card and chosen.columns and chosen.write is not None


def test_nwb_keeps_times_and_says_that_it_has_no_date(tmp_path):
    times = np.arange(12.0)
    dataset = Dataset(arms().table.assign(start_time=times, stop_time=times + 0.5), Schema.of(arm_spaces(2)))
    assert write(dataset, tmp_path / "n", "nwb") == ["The table has no date: the files say 1970-01-01."]
    back = read(tmp_path / "n", task=dataset.schema.spaces)
    assert_frame_equal(back.table, dataset.table, check_exact=True, check_like=True)
