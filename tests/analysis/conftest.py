"""Simulated two-stage sessions with known structure, in numpy."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from neurorl.data import Dataset, Schema
from neurorl.ops.two_stage import two_stage_spaces

W_FORM = two_stage_spaces(fixation=True, second_choice=False)  # codes: fixation, first, A, B; centre, left, right


def steps_of(trials: list[dict], subject: object = 0, session: object = 0) -> pd.DataFrame:
    """Rows of form W from trials given as choice1, second, reward (and `first_answer` for an aborted trial)."""
    rows = []
    for number, trial in enumerate(trials):
        here = {"subject": subject, "session": session, "trial": number}
        rows.append({**here, "step": 0, "state": 0, "choice": 0, "reward": 0.0})
        if trial.get("aborted"):
            rows.append({**here, "step": 1, "state": 1, "choice": 0, "reward": -1.0})
            continue
        rows.append({**here, "step": 1, "state": 1, "choice": 1 + trial["choice1"], "reward": 0.0})
        choice2, reward = 1 + trial.get("choice2", 0), float(trial["reward"])
        rows.append({**here, "step": 2, "state": 2 + trial["second"], "choice": choice2, "reward": reward})
    return pd.DataFrame(rows)


@pytest.fixture(scope="session")
def w_dataset() -> Callable[..., Dataset]:
    def build(*sessions: list[dict]) -> Dataset:
        table = pd.concat([steps_of(trials, i) for i, trials in enumerate(sessions)], ignore_index=True)
        return Dataset(table, Schema.of(W_FORM))

    return build


def play(kind: str, n: int, rng: np.random.Generator, subject: int) -> pd.DataFrame:
    """Trials of an agent that only looks one trial back.

    "mf" repeats a rewarded choice with probability 0.8, an unrewarded one with 0.2; "mb" repeats rewarded-common and
    unrewarded-rare with 0.8, the others with 0.2.
    """
    second_noise, reward, u = rng.random(n) < 0.7, rng.random(n) < 0.5, rng.random(n)
    choice = np.zeros(n, int)
    for t in range(1, n):
        good = reward[t - 1] if kind == "mf" else reward[t - 1] == second_noise[t - 1]
        stay = u[t] < (0.8 if good else 0.2)
        choice[t] = choice[t - 1] if stay else 1 - choice[t - 1]
    return pd.DataFrame(
        {
            "subject": subject,
            "session": 0,
            "trial": np.arange(n),
            "choice1": choice,
            "second": np.where(second_noise, choice, 1 - choice),
            "common": second_noise,
            "reward": reward.astype(int),
        }
    )


@pytest.fixture(scope="session")
def played() -> Callable[[str], pd.DataFrame]:
    made: dict[str, pd.DataFrame] = {}

    def trials(kind: str) -> pd.DataFrame:
        if kind not in made:
            rng = np.random.default_rng(["mf", "mb"].index(kind))
            made[kind] = pd.concat([play(kind, 3000, rng, subject) for subject in range(4)], ignore_index=True)
        return made[kind]

    return trials
