"""Small tables for the tests of formats: two arms, two stages, several states, with what real files bring along."""

import numpy as np
import pandas as pd

from neurorl.core.spaces import Box, Discrete, Spaces
from neurorl.data import Dataset, Schema
from neurorl.ops.arms import arm_spaces
from neurorl.ops.two_stage import two_stage_spaces


def arms(*, rt: bool = True, n_arms: int = 2, states: int = 1, paid_when_missing: float = np.nan) -> Dataset:
    """Three sessions of unequal length of two subjects, "007" and "b1"; two missing answers."""
    rng = np.random.default_rng(0)
    lengths = {("007", "1"): 5, ("007", "2"): 3, ("b1", "1"): 4}
    who = [key for key, n in lengths.items() for _ in range(n)]
    n = len(who)
    choice = rng.integers(0, n_arms, n)
    choice[:n_arms] = range(n_arms)
    reward = rng.integers(0, 2, n).astype(float)
    reward[:2] = 1, 0
    choice[[2, 6]], reward[[2, 6]] = -1, paid_when_missing
    spaces = arm_spaces(n_arms)
    if states > 1:
        spaces = Spaces(Discrete(tuple(f"cue_{i + 1}" for i in range(states))), spaces.action, (0.0, 1.0))
    table = pd.DataFrame(
        {
            "subject": [a for a, _ in who], "session": [int(b) for _, b in who],
            "trial": [t for m in lengths.values() for t in range(m)], "step": 0,
            "state": np.arange(n) % states, "choice": choice, "reward": reward, "phase": np.arange(n) // 2,
        }
    )  # fmt: skip
    if rt:
        table["rt"] = np.where(choice < 0, np.nan, np.round(rng.uniform(0.2, 1.1, n), 3))
    return Dataset(table, Schema.of(spaces))


def stages(*, fixation: bool = False) -> Dataset:
    """Two subjects on the two-step task, response times that differ between the stages, one trial without an answer."""
    spaces = two_stage_spaces(fixation=fixation, second_choice=not fixation)
    rows = []
    for who, n in (("a", 4), ("b", 3)):
        for t in range(n):
            first, second, answer = t % 2, (t // 2) % 2, (t + 1) % 2
            missed = who == "b" and t == 1
            at = int(fixation)
            if fixation:
                rows.append((who, t, 0, 0, 0, 0.0, True, 0.0))
            rows.append((who, t, at, at, -1 if missed else first + at, 0.0, not missed, 0.5 + t / 8))
            if not missed:
                rows.append((who, t, at + 1, at + 1 + second, answer + at, float(t % 2), True, 0.25 + t / 8))
    columns = ["subject", "trial", "step", "state", "choice", "reward", "valid", "rt"]
    table = pd.DataFrame(rows, columns=columns).assign(session=0)
    return Dataset(table if not fixation else table.drop(columns="rt"), Schema.of(spaces))


def seen() -> Dataset:
    """Choices between left and right after a stimulus on either side, as in perceptual decisions."""
    spaces = Spaces(Box((2,), 0.0, 1.0), Discrete(("left", "right")), (0.0, 1.0))
    left = np.array([0.5, np.nan, 1.0, np.nan, 0.0, np.nan])
    right = np.where(np.isnan(left), [0, 0.25, 0, 1, 0, 0.0], np.nan)
    table = pd.DataFrame(
        {
            "subject": "NYU-11", "session": "2020-02-18/001", "trial": range(6), "step": 0,
            "choice": [0, 1, 0, -1, 0, 0], "reward": [1, 1, 1, 0, 0, 0.0], "contrastLeft": left,
            "contrastRight": right, "stimOn_times": np.arange(6.0),
            "probabilityLeft": 0.5, "obs_0": np.nan_to_num(left), "obs_1": np.nan_to_num(right),
        }
    )  # fmt: skip
    return Dataset(table, Schema.of(spaces))
