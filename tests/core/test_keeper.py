"""Files of unfinished work: exact, whole or nothing, and never code."""

import io
import json
import math
import os
import pickle
from hashlib import sha256
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest
import xarray as xr

from neurorl.core import keeper
from neurorl.core.errors import StorageFailed
from neurorl.core.keeper import keep, open_kept
from neurorl.core.kept_values import record, shaped_like
from neurorl.data.kept_tables import TABLES
from neurorl.fit.evidence.selection import Selection


def again(tmp_path: Path, value, kinds=TABLES):
    keep(tmp_path / "x.kept", value, {"of": "a test"}, kinds)
    return open_kept(tmp_path / "x.kept").value(kinds)


@pytest.mark.parametrize(
    "array",
    [
        np.array([np.nan, -0.0, np.inf, 1e-310]),
        np.array(3.0, "f4"),
        np.zeros((0, 3), "i2"),
        np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        np.array(["a", "", "ünïcode"]),
        np.array([True, False]),
        np.array([1, 2], ">u8"),
        np.array(["2020-01-01", "NaT"], "M8[ns]"),
        np.array([1 + 2j]),
    ],
    ids=lambda array: str(array.dtype),
)
def test_arrays_come_back_bit_for_bit(tmp_path, array):
    back = again(tmp_path, {"a": array})["a"]
    assert back.dtype == array.dtype and back.shape == array.shape and back.tobytes("K") == array.tobytes("K")
    assert back.flags.f_contiguous == array.flags.f_contiguous and back.flags.writeable


def test_plain_values_keep_their_types(tmp_path):
    value = {
        1: (None, True, 2, 2.5, "x\ud800"),
        (0, "k"): [],
        "n": np.float32(0.1),
        "o": np.array([1, "a", None], object),
    }
    back = again(tmp_path, value)
    assert repr(back) == repr(value) and type(back["n"]) is np.float32
    assert math.isnan(again(tmp_path, [math.nan])[0]) and again(tmp_path, -0.0).hex() == "-0x0.0p+0"


TABLE = pd.DataFrame(
    {
        "text": ["a", "b", None],
        "mixed": pd.Series([1, "x", None], dtype=object),
        "int": [1, 2, 3],
        "float": [1.5, np.nan, -0.0],
        "bool": [True, False, True],
        "category": pd.Categorical(["x", "y", None], categories=["y", "x", "z"], ordered=True),
        "Int": pd.array([1, None, 3], dtype="Int64"),
        "boolean": pd.array([True, None, False], dtype="boolean"),
        "string": pd.array(["q", None, "r"], dtype="string"),
        "time": pd.to_datetime(["2020-01-01", None, "2021-01-01"]),
        "zoned": pd.to_datetime(["2020-01-01", None, "2021-01-01"], utc=True).tz_convert("Europe/Berlin"),
        "small": np.array([1, 2, 3], "i1"),
        "cut": pd.cut([1, 2, 3], 2),
    }
)
ROWS = pd.MultiIndex.from_tuples([("a", 1), ("a", 2), ("b", 1)], names=["who", None])


@pytest.mark.parametrize(
    "table",
    [
        TABLE,
        TABLE.set_index(ROWS),
        TABLE[["int"]].set_axis(pd.MultiIndex.from_tuples([("p", 1)]), axis=1),
        pd.DataFrame(),
        TABLE.iloc[:0],
        pd.crosstab(TABLE["text"], TABLE["bool"]),
        TABLE.set_index("category").loc[:, ["float", "float"]],
    ],
    ids=["columns", "rows", "header", "nothing", "no rows", "crosstab", "same name twice"],
)
def test_tables_keep_values_types_and_labels(tmp_path, table):
    back = again(tmp_path, table)
    pd.testing.assert_frame_equal(back, table, check_exact=True, check_freq=False)
    assert list(back.dtypes) == list(table.dtypes) and type(back.index) is type(table.index)


def test_draws_keep_dimensions_coordinates_and_attributes(tmp_path):
    data = xr.Dataset(
        {"x": (("chain", "unit"), np.arange(6.0).reshape(2, 3), {"unit": "s"})},
        {"unit": ["a", "b", "c"], "group": ("unit", [1, 2, 3])},
        {"from": "here"},
    )
    stacked = data.drop_vars("unit").assign_coords(
        xr.Coordinates.from_pandas_multiindex(ROWS.set_names(["who", "part"]), "unit")
    )
    tree = xr.DataTree.from_dict({"/posterior": data, "/sample_stats": data[["group"]]})
    for one, back in zip((data, stacked, tree), again(tmp_path, [data, stacked, tree]), strict=True):
        assert back.identical(one)


def test_parameters_come_back_in_the_structure_that_the_reader_gives(tmp_path):
    from neurorl.agents.rescorla_wagner import AGENT
    from neurorl.tasks.bandit import TASK

    params = jax.tree.map(lambda leaf: jnp.stack([leaf, leaf]), AGENT.for_spaces(TASK.spaces).params())
    kind = shaped_like(AGENT.for_spaces(TASK.spaces).params())
    back = again(tmp_path, params, (kind,))
    assert jax.tree.structure(back) == jax.tree.structure(params)
    for a, b in zip(jax.tree.leaves(back), jax.tree.leaves(params), strict=True):
        assert a.dtype == b.dtype and np.array_equal(a, b)


SELECTION = Selection(TABLE[["text", "float"]], np.eye(2), np.ones(2), 0.25)
KINDS = (record(Selection), *TABLES)


def test_a_file_cut_anywhere_is_nothing(tmp_path):
    path = tmp_path / "x.kept"
    keep(path, SELECTION, {"print": "p"}, KINDS)
    content = path.read_bytes()
    for length in range(0, len(content), 10):
        path.write_bytes(content[:length])
        with pytest.raises(StorageFailed, match=r"x\.kept cannot be used"):
            open_kept(path)


def test_a_flipped_byte_anywhere_is_noticed(tmp_path):
    path = tmp_path / "x.kept"
    keep(path, SELECTION, {"print": "p"}, KINDS)
    content = path.read_bytes()
    for at in [*range(0, 200), *range(200, len(content), 7), *range(len(content) - 40, len(content))]:
        path.write_bytes(content[:at] + bytes([content[at] ^ 0x20]) + content[at + 1 :])
        with pytest.raises(StorageFailed, match="cannot be used"):
            open_kept(path)
    path.write_bytes(content + b"\0")
    with pytest.raises(StorageFailed):
        open_kept(path)
    path.write_bytes(content.replace(b"kept 1", b"kept 2", 1))
    with pytest.raises(StorageFailed, match="another version"):
        open_kept(path)


def test_what_is_no_file_is_a_sentence(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "pickle").write_bytes(pickle.dumps([1]))
    for name in ("folder", "loop", "pickle", "absent", "a" * 300):
        with pytest.raises(StorageFailed, match="cannot be used"):
            open_kept(tmp_path / name)


def forged(path: Path, tree, arrays=(), /, **header) -> None:
    """A file with a right checksum over anything."""
    text = json.dumps({"about": {}, "tree": tree, "sizes": [len(a) for a in arrays]} | header).encode()
    body = b"neurorl kept 1\n" + len(text).to_bytes(8, "little") + text + b"".join(arrays)
    path.write_bytes(body + sha256(body).digest())


def npy(text: str, content: bytes = b"") -> bytes:
    header = text.encode().ljust(117) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + content


def objects() -> bytes:
    class Bomb:
        def __reduce__(self):
            return os.mkdir, ("exploded",)

    content = io.BytesIO()
    np.lib.format.write_array(content, np.array([Bomb()], object), allow_pickle=True)
    return content.getvalue()


@pytest.mark.parametrize(
    ("tree", "arrays"),
    [
        ({"kind": "os.system", "of": "touch exploded"}, ()),
        ({"kind": "Selection", "of": {"dict": [["__class__", 1]]}}, ()),
        ({"kind": "table", "of": None}, ()),
        ({"array": 3}, ()),
        ({"what": 1}, ()),
        ({}, ()),
        ([1, 2], ()),
        ({"array": 0}, (b"",)),
        ({"array": 0}, (objects(),)),
        ({"array": 0}, (npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,), }"),)),
        ({"array": 0}, (npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", pickle.dumps(1)),)),
        ({"array": 0}, (npy("{'descr': __import__('os'), 'fortran_order': False, 'shape': (1,), }"),)),
        ({"objects": [1], "shape": [10**12]}, ()),
    ],
)
def test_a_forged_file_makes_nothing(tmp_path, monkeypatch, tree, arrays):
    monkeypatch.chdir(tmp_path)
    forged(tmp_path / "x.kept", tree, arrays)
    with pytest.raises(StorageFailed, match="does not fit"):
        open_kept(tmp_path / "x.kept").value(KINDS)
    assert not (tmp_path / "exploded").exists()


def test_a_forged_header_is_a_sentence(tmp_path):
    path = tmp_path / "x.kept"
    nested: object = 1
    for _ in range(400):
        nested = {"list": [nested]}
    for header in ({"sizes": [10**12]}, {"sizes": [-5]}, {"sizes": None}, {"about": 1}, {"tree": nested}):
        forged(path, 1, (), **header)
        with pytest.raises(StorageFailed, match="cannot be used"):
            open_kept(path).value(()) if "tree" not in header else _too_deep(path)
    body = keeper._MAGIC + (2**63).to_bytes(8, "little") + b"{}"
    path.write_bytes(body + sha256(body).digest())
    with pytest.raises(StorageFailed, match="header"):
        open_kept(path)


def _too_deep(path: Path) -> None:
    import sys

    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(300)
    try:
        open_kept(path).value(())
    finally:
        sys.setrecursionlimit(limit)


def test_a_type_that_is_not_listed_is_not_written(tmp_path):
    with pytest.raises(TypeError, match="not one of the supported types"):
        keep(tmp_path / "x.kept", {"a": SELECTION}, {}, TABLES)
    assert not list(tmp_path.iterdir())


def test_a_folder_in_the_way_is_set_aside(tmp_path):
    (tmp_path / "x.kept").mkdir()
    (tmp_path / "x.kept" / "mine").write_text("1")
    assert again(tmp_path, 1) == 1
    assert len(list(tmp_path.glob("x.kept.aside-*/mine"))) == 1
