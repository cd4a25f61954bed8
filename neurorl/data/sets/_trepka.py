"""Mice and monkeys of Trepka et al. 2021 share a file format: one row a trial, a choice of two and its reward."""

from importlib.resources import as_file, files

import numpy as np
import pandas as pd

from neurorl.data.dataset import Dataset
from neurorl.data.schema import Schema
from neurorl.ops.arms import arm_spaces

CITATION = (
    "Trepka E, Spitmaan M, Bari BA, Costa VD, Cohen JY, Soltani A (2021). Entropy-based metrics for predicting choice "
    "behavior based on local response to reward. Nature Communications 12: 6567. doi:10.1038/s41467-021-26784-w."
)


def read(name: str) -> Dataset:
    """The trials of one species, with the block and both arms' chances as further columns.

    Further columns: block (from 1), p_left and p_right (the block's chances: of a reward in monkeys, of a new bait in
    mice).
    """
    with as_file(files("neurorl.data.sets") / "files" / name / "trials.parquet") as path:
        trials = pd.read_parquet(path)
    table = pd.DataFrame(
        {
            "subject": trials["subject"].astype(str),
            "session": trials["session"].astype(np.int64),
            "trial": trials.groupby("session").cumcount(),
            "step": 0,
            "state": 0,
            "choice": trials["choice"].astype(np.int64),
            "reward": trials["reward"].astype(np.float64),
            "block": trials["block"].astype(np.int64),
            "p_left": trials["p_left"] / 100,
            "p_right": trials["p_right"] / 100,
        }
    )
    return Dataset(table, Schema.of(arm_spaces(2)), name)
