"""Parquet files whose pandas metadata are damaged are refused with a sentence by every reader."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from neurorl.core.errors import BadValue, NeurorlError, StorageFailed
from neurorl.data import Dataset, read
from neurorl.data.inflating import whole


def test_damaged_metadata_are_a_sentence(tmp_path):
    from neurorl.core.catalogue import load

    path = tmp_path / "t.parquet"
    table = pa.table({"subject": ["a", "a"], "choice": [0, 1], "reward": [1.0, 0.0]})
    pq.write_table(table.replace_schema_metadata({"pandas": '{"columns": []}'}), path)
    for reader in (lambda: read(path, task="bandit"), lambda: Dataset.read(path, load("task", "bandit").spaces)):
        with pytest.raises(NeurorlError, match="cannot be read as Parquet"):
            reader()


def test_what_a_library_does_not_know_is_a_sentence(tmp_path):
    """Bytes that happen to name 128-bit integers, or a packing of zip that nobody has."""
    path = tmp_path / "d.npz"
    np.savez(path, xs=np.zeros((3, 1, 2)), ys=np.zeros((3, 1, 1)))
    content = path.read_bytes()
    for header, at in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):  # local headers and the directory
        place = -1
        while (place := content.find(header, place + 1)) >= 0:
            content = content[: place + at] + b"\x63\x00" + content[place + at + 2 :]
    path.write_bytes(content)
    with pytest.raises(StorageFailed, match=r"cannot be read as .*compression method is not supported"):
        read(path, task="bandit")
    unknown = pa.ArrowNotImplementedError("Integers with more than 64 bits not implemented")
    for raised, said in ((unknown, StorageFailed), (BadValue("Integers"), BadValue)):
        with pytest.raises(said, match="Integers"), whole(path, "Parquet"):
            raise raised
