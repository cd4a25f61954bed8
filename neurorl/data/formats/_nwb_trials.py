"""The trials table of an NWB file as HDF5 holds it: sizes and lengths, looked at before pynwb reads the file."""

from pathlib import Path
from typing import Any

import pandas as pd

from neurorl.core.errors import BadData
from neurorl.data.checks import ALSO_CALLED
from neurorl.data.inflating import require_modest_hdf5, whole

_GROUP = "intervals/trials"
_NEEDED = {
    *("choice", "reward", "trial", "step", "state", "animal_response", "rewarded_historyl", "rewarded_historyr"),
    *(name for what in ("choice", "reward") for name in ALSO_CALLED[what]),
}


def require_sane_trials(path: Path) -> dict[str, int]:
    """Look at the table's columns without unpacking them: those of another length, which pynwb would refuse.

    Raises:
        BadData: the table is too large, a column of another length is needed, or a column lies in another file.
        StorageFailed: the file cannot be read.
    """
    import h5py

    with whole(path, "NWB (HDF5)"):
        require_modest_hdf5(path, _GROUP)
        with h5py.File(path, "r") as file:
            table = file.get(_GROUP)
            if not isinstance(table, h5py.Group) or not isinstance(table.get("id"), h5py.Dataset):
                return {}
            n = table["id"].shape[0]
            lengths = {name: column.shape[0] for name, column in _columns(table).items() if column.shape}
    odd = {name: length for name, length in lengths.items() if length != n}
    needed = [f"{name} {length}" for name, length in odd.items() if name.lower() in _NEEDED]
    if needed:
        raise BadData(f"{path} has {n} trials, but columns of another length ({', '.join(needed)}); is it complete?")
    return odd


def _columns(table: Any) -> dict[str, Any]:
    """The columns with one entry a trial: not those whose rows are of different length, which have an index."""
    import h5py

    return {
        str(name): item
        for name, item in table.items()
        if isinstance(item, h5py.Dataset) and f"{name}_index" not in table and name != "id"
    }


def by_hand(path: Path, without: tuple[str, ...]) -> tuple[pd.DataFrame, str | None, str, str]:
    """The table without some columns, subject, session and the table's description, read without pynwb."""
    import h5py

    with h5py.File(path, "r") as file:
        table: Any = file[_GROUP]
        columns: dict[str, Any] = {}
        for name, item in _columns(table).items():
            if name not in without and item.ndim == 1 and not name.endswith("_index"):
                text = h5py.check_string_dtype(item.dtype) is not None
                columns[name] = item.asstr()[:] if text else item[:]
        order = [str(name) for name in table.attrs.get("colnames", ())]
        named = dict(sorted(columns.items(), key=lambda item: order.index(item[0]) if item[0] in order else len(order)))
        subject = _text(file.get("general/subject/subject_id"))
        session = _text(file.get("general/session_id")) or _text(file.get("identifier")) or path.stem
        return pd.DataFrame(named), subject, session, str(table.attrs.get("description", ""))


def _text(item: Any) -> str | None:
    if item is None:
        return None
    value = item[()]
    return value.decode() if isinstance(value, bytes) else str(value)
