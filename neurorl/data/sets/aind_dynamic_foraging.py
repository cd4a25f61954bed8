"""Five sessions of mice foraging between two spouts, recorded at the Allen Institute for Neural Dynamics.

One row a trial: choice left or right, -1 where the mouse did not lick (`valid` is False there), reward 1 or 0. Columns:
`p_left` and `p_right` (chance of a reward, or of a bait where rewards wait), `bait_left` and `bait_right` (whether
one waited), `autowater_left` and `autowater_right` (water given without being earned), `laser`, and `rule`: baited or
not, chances of both sides coupled or not. The rule is known for the three sessions whose foraging efficiency is
published with them; it is "unknown" for the others.
"""

from importlib.resources import as_file, files

import numpy as np
import pandas as pd

from neurorl.core.card import Card
from neurorl.data.dataset import Dataset
from neurorl.data.schema import Schema
from neurorl.data.shipped import ShippedSet
from neurorl.ops.arms import arm_spaces

RULES = {697929: "coupled, baited", 727456: "uncoupled, not baited", 703548: "uncoupled, baited"}


def load() -> Dataset:
    """The 1,660 trials of all five sessions."""
    with as_file(files("neurorl.data.sets") / "files" / "aind_dynamic_foraging" / "trials.parquet") as path:
        trials = pd.read_parquet(path)
    choice = trials["choice"].astype(np.int64)
    flags = ["bait_left", "bait_right", "autowater_left", "autowater_right", "laser"]
    table = pd.DataFrame(
        {
            "subject": trials["subject"].astype(np.int64),
            "session": trials["session"].astype(str),
            "trial": trials.groupby("session", observed=True).cumcount(),
            "step": 0,
            "state": 0,
            "choice": choice,
            "reward": trials["reward"].astype(np.float64).where(choice >= 0),
            "p_left": trials["p_left"] / 10_000,
            "p_right": trials["p_right"] / 10_000,
            **{name: trials[name].astype(bool) for name in flags},
            "rule": [RULES.get(mouse, "unknown") for mouse in trials["subject"].tolist()],
        }
    )
    return Dataset(table, Schema.of(arm_spaces(2)), "aind_dynamic_foraging")


DATASET = ShippedSet(
    card=Card(
        title="Dynamic foraging, Allen Institute: five mouse sessions",
        summary="1,660 trials between two spouts, with and without baiting, with coupled or uncoupled reward "
        "probabilities. Ignored trials and unearned water are marked. A small data set for testing readers "
        "and measures.",
        refs=("aind_foraging", "bari2019"),
        tags=("bandit", "mouse", "foraging", "matching"),
    ),
    licence="MIT",
    citation="Allen Institute for Neural Dynamics (2026). aind-dynamic-foraging-basic-analysis, "
    "https://github.com/AllenNeuralDynamics/aind-dynamic-foraging-basic-analysis, commit e3877e0.",
    task="foraging_uncoupled",
    load=load,
)
