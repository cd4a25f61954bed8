"""Choices of 406 people on the web among three arms whose best one changes (Zorowitz et al. 2023).

One row a trial, 90 a person in six blocks of 15; the best arm of a block pays with 0.8, the others with 0.2. Columns:
`block`, `correct` (code of the best arm), `rt` (ms), `platform` (mturk or prolific), `infreq` (how many questions no
attentive person would answer so were answered so; empty for the 20 people whom the authors left out) and
`kept` (False for those 20). Careless answers are the point of this set: they are labelled, not removed.
"""

from importlib.resources import as_file, files

import numpy as np
import pandas as pd

from neurorl.core.card import Card
from neurorl.data.dataset import Dataset
from neurorl.data.schema import Schema
from neurorl.data.shipped import ShippedSet
from neurorl.ops.arms import arm_spaces

LEFT_OUT = 255  # stands for an unknown count in the file


def load() -> Dataset:
    """The 36,540 trials of all 406 people."""
    with as_file(files("neurorl.data.sets") / "files" / "zorowitz2023_reversal_bandit" / "trials.parquet") as path:
        trials = pd.read_parquet(path)
    infreq = trials["infreq"].astype(float)
    table = pd.DataFrame(
        {
            "subject": trials["subject"].astype(np.int64),
            "session": 0,
            "trial": trials.groupby("subject").cumcount(),
            "step": 0,
            "state": 0,
            "choice": trials["choice"].astype(np.int64),
            "reward": trials["reward"].astype(np.float64),
            "block": trials["block"].astype(np.int64),
            "correct": trials["correct"].astype(np.int64),
            "rt": trials["rt"].astype(np.float64),
            "platform": trials["platform"].astype(str),
            "infreq": infreq.where(infreq < LEFT_OUT),
            "kept": infreq < LEFT_OUT,
        }
    )
    return Dataset(table, Schema.of(arm_spaces(3)), "zorowitz2023_reversal_bandit")


DATASET = ShippedSet(
    card=Card(
        title="Three-armed reversal: 406 people online, with attention checks",
        summary="36,540 choices with each person's number of failed attention checks. Careless responding lowers "
        "fitted learning rates and produces spurious associations between symptoms and learning.",
        refs=("zorowitz2023",),
        tags=("bandit", "human", "reversal", "online"),
    ),
    licence="MIT",
    citation="Zorowitz S, Solis J, Niv Y, Bennett D (2023). Inattentive responding can induce spurious associations "
    "between task behaviour and symptom measures. Nature Human Behaviour 7: 1667-1681. "
    "doi:10.1038/s41562-023-01640-7.",
    task="reversal_three",
    load=load,
)
