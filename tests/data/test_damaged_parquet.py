"""Parquet files whose pandas metadata are damaged are refused with a sentence by every reader."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from neurorl.core.errors import NeurorlError
from neurorl.data import Dataset, read


def test_damaged_metadata_are_a_sentence(tmp_path):
    from neurorl.core.catalogue import load

    path = tmp_path / "t.parquet"
    table = pa.table({"subject": ["a", "a"], "choice": [0, 1], "reward": [1.0, 0.0]})
    pq.write_table(table.replace_schema_metadata({"pandas": '{"columns": []}'}), path)
    for reader in (lambda: read(path, task="bandit"), lambda: Dataset.read(path, load("task", "bandit").spaces)):
        with pytest.raises(NeurorlError, match="cannot be read as Parquet"):
            reader()
