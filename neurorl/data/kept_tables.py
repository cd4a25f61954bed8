"""Tables, labels and labelled arrays for the keeper of unfinished work: each column as an array, types kept exactly."""

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from neurorl.core.kept_values import Kind


def _column(values: Any) -> dict[str, Any]:
    """The values of a column or an index, as plain values."""
    dtype, values = values.dtype, values.array
    if isinstance(dtype, np.dtype):
        return {"values": np.asarray(values)}
    if isinstance(dtype, pd.CategoricalDtype):
        return {"codes": np.asarray(values.codes), "labels": values.categories, "ordered": bool(values.ordered)}
    if isinstance(dtype, pd.StringDtype):
        codes, texts = pd.factorize(np.asarray(values.astype(object)))
        return {"texts": [str(text) for text in texts], "codes": codes, "storage": dtype.storage, **_missing(dtype)}
    if isinstance(dtype, pd.DatetimeTZDtype):
        return {"utc": np.asarray(values.tz_convert("UTC").tz_localize(None)), "zone": str(dtype.tz)}
    if isinstance(dtype, pd.IntervalDtype):
        return {"left": pd.Index(values.left), "right": pd.Index(values.right), "closed": dtype.closed}
    masked = {"i": "int", "u": "int", "f": "float", "b": "bool"}.get(getattr(dtype, "kind", ""))
    if masked and hasattr(dtype, "numpy_dtype") and str(dtype)[0] in "IUFb":
        fill = False if masked == "bool" else 0
        filled = values.to_numpy(dtype=dtype.numpy_dtype, na_value=fill)
        return {"filled": filled, "missing": np.asarray(values.isna()), "of": masked}
    raise TypeError(f"A column of type {dtype} cannot be kept; give it numbers, text, true/false, times or categories.")


def _missing(dtype: pd.StringDtype) -> dict[str, Any]:
    return {"na": "NA" if getattr(dtype, "na_value", pd.NA) is pd.NA else "nan"}


def _of_column(content: dict[str, Any]) -> Any:
    what = next(iter(content))
    if what == "codes":
        return pd.Categorical.from_codes(content["codes"], categories=content["labels"], ordered=content["ordered"])
    if what == "texts":
        na = pd.NA if content["na"] == "NA" else np.nan
        made = np.array([*content["texts"], na], object)[content["codes"]]  # a missing text has the code -1
        more = {} if content["na"] == "NA" else {"na_value": np.nan}
        return pd.array(made, dtype=pd.StringDtype(content["storage"], **more))
    if what == "utc":
        return pd.DatetimeIndex(content["utc"]).tz_localize("UTC").tz_convert(content["zone"]).array
    if what == "left":
        return pd.arrays.IntervalArray.from_arrays(content["left"], content["right"], content["closed"])
    if what == "filled":
        made_of = {"int": pd.arrays.IntegerArray, "float": pd.arrays.FloatingArray, "bool": pd.arrays.BooleanArray}
        return made_of[content["of"]](content["filled"], content["missing"])
    return content["values"]


def _index(index: pd.Index) -> dict[str, Any]:
    if isinstance(index, pd.RangeIndex):
        return {"range": (index.start, index.stop, index.step), "name": index.name}
    if isinstance(index, pd.MultiIndex):
        codes = [np.asarray(code) for code in index.codes]
        return {"levels": list(index.levels), "codes": codes, "names": list(index.names)}
    return {"column": _column(index), "name": index.name}


def _of_index(content: dict[str, Any]) -> pd.Index:
    if "range" in content:
        return pd.RangeIndex(*content["range"], name=content["name"])
    if "levels" in content:
        return pd.MultiIndex(levels=content["levels"], codes=content["codes"], names=content["names"])
    values = _of_column(content["column"])
    return pd.Index(values, dtype=values.dtype, name=content["name"])


def _table(table: pd.DataFrame) -> dict[str, Any]:
    columns = [_column(table.iloc[:, k]) for k in range(table.shape[1])]
    return {"index": table.index, "columns": table.columns, "values": columns, "attrs": dict(table.attrs)}


def _of_table(content: dict[str, Any]) -> pd.DataFrame:
    made = [_of_column(column) for column in content["values"]]
    parts = {k: pd.Series(values, index=content["index"], dtype=values.dtype) for k, values in enumerate(made)}
    table = pd.DataFrame(parts, index=content["index"])
    table.columns = content["columns"]
    table.attrs = content["attrs"]
    return table


def _series(series: pd.Series) -> dict[str, Any]:
    return {"index": series.index, "values": _column(series), "name": series.name}


def _of_series(content: dict[str, Any]) -> pd.Series:
    values = _of_column(content["values"])
    return pd.Series(values, index=content["index"], dtype=values.dtype, name=content["name"])


def _dataset(data: xr.Dataset) -> dict[str, Any]:
    stacked = {dim: index for dim, index in data.indexes.items() if isinstance(index, pd.MultiIndex)}
    skipped = {name for dim, index in stacked.items() for name in (dim, *index.names)}
    variables = [
        (name, tuple(v.dims), _values(v), dict(v.attrs), name in data.coords)
        for name, v in data.variables.items()
        if name not in skipped
    ]
    once = {dim: index for dim, index in stacked.items() if dim in data.dims}
    return {"variables": variables, "stacked": once, "attrs": dict(data.attrs)}


def _values(variable: Any) -> Any:
    values = np.asarray(variable.values)
    return values.astype(object) if values.dtype.kind == "T" else values


def _of_dataset(content: dict[str, Any]) -> xr.Dataset:
    parts: tuple[dict[Any, Any], dict[Any, Any]] = ({}, {})
    for name, dims, values, attrs, is_coord in content["variables"]:
        parts[is_coord][name] = (dims, values, attrs)
    data = xr.Dataset(parts[0], coords=parts[1], attrs=content["attrs"])
    for dim, index in content["stacked"].items():
        data = data.assign_coords(xr.Coordinates.from_pandas_multiindex(index, dim))
    return data


def _tree(tree: xr.DataTree) -> dict[str, Any]:
    return {"name": tree.name, "nodes": {node.path: node.to_dataset(inherit=False) for node in tree.subtree}}


def _of_tree(content: dict[str, Any]) -> xr.DataTree:
    return xr.DataTree.from_dict(content["nodes"], name=content["name"])


TABLES = (
    Kind("missing", lambda value: value is pd.NA, lambda value: None, lambda content: pd.NA),
    Kind("time", lambda value: type(value) is pd.Timestamp, lambda value: value.isoformat(), pd.Timestamp),
    Kind("index", lambda value: isinstance(value, pd.Index), _index, _of_index),
    Kind("table", lambda value: type(value) is pd.DataFrame, _table, _of_table),
    Kind("series", lambda value: type(value) is pd.Series, _series, _of_series),
    Kind("dataset", lambda value: type(value) is xr.Dataset, _dataset, _of_dataset),
    Kind("tree", lambda value: type(value) is xr.DataTree, _tree, _of_tree),
)
