"""Reinforcement learning beside working memory: 560 people in six experiments (Collins 2025 and the papers before it).

One row a trial; a session is a block with new pictures, whose number (1 to 6) is its set size. The observation says
which picture of how many is shown, the answer is one of three keys, the reward 1 where it was the right one. Columns:
`experiment` (CF12, SZ, EEG, fMRI, Dev or GL), `set_size`, `correct_action` (code of the right key), `rt` (ms, one
decimal), `condition` (as in the source; 0 where it states none) and `points`: what the answer paid, which differs from
`reward` only in GL, whose loss blocks (condition 0) take a point for an error and pay none for a right answer.

`valid` is False where there was no answer or one within 150 ms, which the published fits leave out as well.
`files/collins_rlwm/README.md` says what else was left out of the source.
"""

from importlib.resources import as_file, files

import numpy as np
import pandas as pd

from neurorl.core.card import Card
from neurorl.data.dataset import Dataset
from neurorl.data.schema import Schema
from neurorl.data.shipped import ShippedSet
from neurorl.ops.pictures_and_keys import picture_code, picture_spaces

FASTEST = 150.0  # ms; a quicker answer was not to the picture


def load() -> Dataset:
    """The 317,522 trials of all 560 people, 7,415 blocks."""
    with as_file(files("neurorl.data.sets") / "files" / "collins_rlwm" / "trials.parquet") as path:
        trials = pd.read_parquet(path)
    experiment = trials["experiment"].astype(str)
    numbers = trials.drop(columns="experiment").astype(np.int64)
    answered, rt = numbers["choice"] > 0, numbers["rt"] / 10
    reward = (numbers["choice"] == numbers["correct_action"]).astype(float)
    loses = (experiment == "GL") & (numbers["condition"] == 0)
    table = pd.DataFrame(
        {
            "subject": experiment + "_" + numbers["subject"].astype(str),
            "session": numbers["block"],
            "trial": numbers["trial"],
            "step": 0,
            "state": picture_code(numbers["set_size"].to_numpy(), numbers["stim"].to_numpy() - 1),
            "choice": numbers["choice"] - 1,
            "reward": reward.where(answered),
            "valid": answered & (rt > FASTEST),
            "experiment": experiment,
            "set_size": numbers["set_size"],
            "correct_action": numbers["correct_action"] - 1,
            "rt": rt.where(answered),
            "condition": numbers["condition"],
            "points": (reward - loses).where(answered),
        }
    )
    return Dataset(table, Schema.of(picture_spaces(3)), "collins_rlwm")


DATASET = ShippedSet(
    card=Card(
        title="RL and working memory: 560 people, six experiments",
        summary="317,522 trials of learning which of three keys goes with each of one to six pictures. Learning is "
        "slower with more pictures: working memory accounts for much of what resembles reinforcement "
        "learning.",
        refs=("collins2025", "collins2012", "collins2014wm", "collins2018", "collins2017", "master2020"),
        tags=("human", "working-memory", "habit", "instrumental"),
    ),
    licence="MIT",
    citation="Collins AGE (2025). A habit and working memory model as an alternative account of human reward-based "
    "learning. Nature Human Behaviour. doi:10.1038/s41562-025-02340-0. Experiments: CF12 Collins & Frank (2012) Eur J "
    "Neurosci 35: 1024-1035; SZ Collins et al. (2014) J Neurosci 34: 13747-13756; EEG Collins & Frank (2018) PNAS 115: "
    "2502-2507; fMRI Collins et al. (2017) J Neurosci 37: 4332-4342; Dev Master et al. (2020) Dev Cogn Neurosci 41: "
    "100732; GL this paper.",
    task="rlwm",
    load=load,
)
