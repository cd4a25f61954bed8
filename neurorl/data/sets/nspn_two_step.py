"""Two-step decisions of 554 young people of the NSPN cohort (Shahar et al. 2019), in the form of Daw et al. 2011.

Two rows a trial: step 0, state `first`, the first-stage choice, reward 0; step 1, state `second_a` or `second_b`,
the second-stage choice and its reward. Codes are named so that left commonly leads to second_a: left is the
source's choice 0, second_a its state 1. The column `rt` holds response times, ms.

The source has no missing answers; trials were removed from it (394 people have fewer than 320) and the rest
renumbered. It joins two occasions, 120 and 200 trials where none was removed, without a mark, so `session` is 0
throughout. `files/nspn_two_step/README.md` says how that was seen.
"""

from importlib.resources import as_file, files

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from neurorl.core.card import Card
from neurorl.data.dataset import Dataset
from neurorl.data.schema import Schema
from neurorl.data.shipped import ShippedSet
from neurorl.ops.two_stage import TwoStage, two_stage_spaces


def load() -> Dataset:
    """The decisions of all 554 people, 349,508 rows."""
    with as_file(files("neurorl.data.sets") / "files" / "nspn_two_step" / "trials.parquet") as path:
        trials = pd.read_parquet(path).astype(np.int64)
    spaces = two_stage_spaces(fixation=False, second_choice=True)
    code = TwoStage.of(spaces)
    side = np.array([code.left, code.right])
    second = np.where(trials["state2"] == 1, code.second_a, code.second_b)

    def by_step(first: ArrayLike, second: ArrayLike) -> np.ndarray:
        """One value for each of a trial's two rows, rows in order."""
        return np.stack(np.broadcast_arrays(first, second), axis=1).ravel()

    trial = trials.groupby("subject").cumcount()
    table = pd.DataFrame(
        {
            "subject": by_step(trials["subject"], trials["subject"]),
            "session": 0,
            "trial": by_step(trial, trial),
            "step": by_step(np.zeros_like(second), 1),
            "state": by_step(code.first, second),
            "choice": by_step(side[trials["choice1"]], side[trials["choice2"]]),
            "reward": by_step(0.0, trials["reward"]),
            "rt": by_step(trials["rt1"], trials["rt2"]),
        }
    )
    return Dataset(table, Schema.of(spaces), "nspn_two_step")


DATASET = ShippedSet(
    card=Card(
        title="NSPN two-step: 554 people",
        summary="174,754 trials of the two-step task of Daw et al. with both choices and response times; people mix "
        "model-free and model-based control. The two sessions of each person are joined without a mark in "
        "the source.",
        refs=("shahar2019", "psych201"),
        tags=("two-step", "human", "planning"),
    ),
    licence="Apache-2.0",
    citation="Shahar N, Hauser TU, Moutoussis M, Moran R, Keramati M, NSPN consortium, Dolan RJ (2019). Improving the "
    "reliability of model-based decision-making estimates in the two-stage decision task with reaction-times and "
    "drift-diffusion modeling. PLoS Computational Biology 15(2): e1006803. Read from Psych-201 (Binz et al.).",
    task="two_step_daw",
    load=load,
)
