"""Spoilt files: whatever is wrong with one, it is read or there is a sentence; no other exception ever comes out."""

import random

import numpy as np
import pandas as pd
import pytest
from format_tables import arms, seen, stages

from neurorl.core.errors import NeurorlError
from neurorl.data import Dataset, read, write

FILES = {
    "table": (arms(), "t.csv", ","),
    "hbayesdm": (arms(), "t.tsv", "\t"),
    "hbayesdm two-step": (stages(), "t.tsv", "\t"),
    "hbayesdm go/no-go": (arms(states=4), "t.tsv", "\t"),
    "hssm": (arms(), "t.csv", ","),
    "cpm": (arms(), "t.csv", ","),
    "aind": (arms(paid_when_missing=0.0), "t.csv", ","),
}
ODD = ("", "NA", "x", "-1", "0", "1", "2", "7", "1.5", "1e400", "inf", "-999", "True", "007", '"', "1;2", "é", "None")


def spoilt(table: pd.DataFrame, rng: random.Random) -> pd.DataFrame:
    """One to three things done to a table of text."""
    for _ in range(rng.randint(1, 3)):
        column = rng.choice(list(table.columns)) if table.shape[1] else ""
        what = rng.randrange(8)
        if what == 0 and table.shape[1] > 1:
            table = table.drop(columns=column)
        elif what == 1:
            table = table.sample(frac=1, random_state=rng.randrange(9999))
        elif what == 2:
            table = pd.concat([table, table.iloc[: rng.randint(0, 3)]])
        elif what == 3:
            table = table.iloc[: rng.randint(0, 2)]
        elif what == 4 and column:
            table = table.assign(**{column: rng.choice(ODD)})
        elif what == 5:
            table = table.rename(columns={column: rng.choice(("choice", "trial", "x", "subject", f" {column} "))})
            table = table.loc[:, ~table.columns.duplicated()]
        elif column and len(table):
            values = table[column].tolist()
            for _ in range(rng.randint(1, 3)):
                values[rng.randrange(len(values))] = rng.choice(ODD)
            table = table.assign(**{column: values})
    return table


@pytest.mark.parametrize("name", FILES)
def test_a_spoilt_text_file_is_read_or_explained(name, tmp_path):
    dataset, file, separator = FILES[name]
    layout = name.split()[0]
    write(dataset, tmp_path / file, layout)
    whole = pd.read_csv(tmp_path / file, sep=separator, dtype=str, keep_default_na=False)
    rng, outcomes = random.Random(0), []
    for _ in range(30):
        spoilt(whole, rng).to_csv(tmp_path / file, sep=separator, index=False)
        spaces = rng.choice((None, dataset.schema.spaces)) if layout != "table" else dataset.schema.spaces
        try:
            outcomes.append(isinstance(read(tmp_path / file, task=spaces, format=layout), Dataset))
        except NeurorlError as error:
            assert str(error)
            outcomes.append(False)
    assert 3 < sum(outcomes) < 28  # some are harmless, some are not


@pytest.mark.parametrize("layout", ["ibl", "disrnn"])
def test_spoilt_arrays_are_read_or_explained(layout, tmp_path):
    dataset = seen() if layout == "ibl" else arms(rt=False)
    path = tmp_path / ("folder" if layout == "ibl" else "t.npz")
    write(dataset, path, layout)
    files = sorted(path.rglob("*.npy")) if layout == "ibl" else [path]
    rng, outcomes = np.random.default_rng(0), []
    for _ in range(40):
        file = files[rng.integers(len(files))]
        before = file.read_bytes()
        if layout == "ibl":
            array = np.load(file)
            spoil = [array[:-1], array[:, None, None], array.astype(str), np.roll(array, 1), array[:0], array * np.nan
                     if array.dtype.kind == "f" else array]  # fmt: skip
            np.save(file, spoil[rng.integers(len(spoil))])
        else:
            arrays = dict(np.load(file))
            key = list(arrays)[rng.integers(len(arrays))]
            spoil = [arrays[key][:-1], arrays[key].astype(str), np.flip(arrays[key], 0), arrays[key][..., None]]
            arrays[key] = spoil[rng.integers(len(spoil))]
            np.savez(file, **arrays)
        try:
            outcomes.append(isinstance(read(path, task=dataset.schema.spaces, format=layout), Dataset))
        except NeurorlError as error:
            assert str(error)
            outcomes.append(False)
        file.write_bytes(before)
    assert not all(outcomes)
