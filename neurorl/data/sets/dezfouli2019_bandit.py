"""Free-operant choices of 101 people, healthy, depressed or bipolar, between two keys (Dezfouli et al. 2019).

One row a press, as fast as people liked; a session is one of 12 blocks of 40 s. Codes left and right stand for the
richer and the poorer key: sides are not in the source. Columns: `diagnosis` (healthy, depression or bipolar), `time`
(ms since the experiment began) and `half` (1 for blocks 1 to 6, else 2). `files/dezfouli2019_bandit/README.md` says
what else was left out, and warns of a transcription of this set with rewards and their absence exchanged.
"""

from importlib.resources import as_file, files

import numpy as np
import pandas as pd

from neurorl.core.card import Card
from neurorl.data.dataset import Dataset
from neurorl.data.schema import Schema
from neurorl.data.shipped import ShippedSet
from neurorl.ops.arms import arm_spaces


def load() -> Dataset:
    """The 132,251 presses of all 101 people, 1,212 blocks."""
    with as_file(files("neurorl.data.sets") / "files" / "dezfouli2019_bandit" / "trials.parquet") as path:
        presses = pd.read_parquet(path)
    table = pd.DataFrame(
        {
            "subject": presses["subject"].astype(np.int64),
            "session": presses["block"].astype(np.int64),
            "trial": presses.groupby(["subject", "block"]).cumcount(),
            "step": 0,
            "state": 0,
            "choice": presses["choice"].astype(np.int64),
            "reward": presses["reward"].astype(np.float64),
            "diagnosis": presses["diagnosis"].astype(str),
            "time": presses["time"].astype(np.int64),
            "half": np.where(presses["block"] <= 6, 1, 2),
        }
    )
    return Dataset(table, Schema.of(arm_spaces(2)), "dezfouli2019_bandit")


DATASET = ShippedSet(
    card=Card(
        title="Free-operant bandit: 101 people in three groups",
        summary="132,251 presses of healthy, depressed and bipolar people. They switch more after a reward than "
        "after none, which value learning does not explain; a benchmark for networks fitted to choices.",
        refs=("dezfouli2019",),
        tags=("bandit", "human", "psychiatry", "habit", "free-operant"),
    ),
    licence="Apache-2.0",
    citation="Dezfouli A, Griffiths K, Ramos F, Dayan P, Balleine BW (2019). Models that learn how humans learn: the "
    "case of decision-making and its disorders. PLoS Computational Biology 15: e1006903. "
    "doi:10.1371/journal.pcbi.1006903.",
    task="free_operant",
    load=load,
)
