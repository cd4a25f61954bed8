"""Draws as one labelled tree, and that tree for whichever ArviZ is installed.

ArviZ 1 works on `xarray.DataTree`; before it, on its own InferenceData. The tree is built by xarray alone, so a fit
needs no ArviZ; `for_arviz` hands it to the functions of either.
"""

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

Variables = Mapping[str, tuple[tuple[str, ...], np.ndarray]]


def tree_of(groups: Mapping[str, Variables], coords: Mapping[str, Any]) -> xr.DataTree:
    """Group -> variable -> (dims after chain and draw, values [chain, draw, ...]) as a tree."""
    made = {}
    for group, variables in groups.items():
        data = {name: (("chain", "draw", *dims), values) for name, (dims, values) in variables.items()}
        used = {dim for dims, _ in variables.values() for dim in dims}
        made[f"/{group}"] = xr.Dataset(data, {dim: value for dim, value in coords.items() if dim in used})
    return xr.DataTree.from_dict(made)


def arviz() -> Any:
    """The installed ArviZ; importing it takes a while, and it then speaks of its next version."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        import arviz
    return arviz


def for_arviz(tree: xr.DataTree) -> Any:
    """The same as what the installed ArviZ works on."""
    az = arviz()
    if not hasattr(az, "InferenceData"):
        return tree
    datasets: dict[str, Any] = {name: child.to_dataset() for name, child in tree.children.items()}
    return az.InferenceData(**datasets)
