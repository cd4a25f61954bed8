"""A small table of the two-step task with fixation: codes 0 fixation, 1 first, 2 second_a, 3 second_b."""

import pandas as pd
import pytest

from neurorl.core.spaces import Spaces
from neurorl.ops.two_stage import two_stage_spaces


@pytest.fixture
def spaces() -> Spaces:
    return two_stage_spaces(fixation=True, second_choice=False)


@pytest.fixture
def table() -> pd.DataFrame:
    """Two subjects; "b" has one trial that was missed at the first stage."""
    return pd.DataFrame(
        {
            "subject": ["a"] * 6 + ["b"] * 5,
            "session": 0,
            "trial": [0, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1],
            "step": [0, 1, 2, 0, 1, 2, 0, 1, 0, 1, 2],
            "state": [0, 1, 2, 0, 1, 3, 0, 1, 0, 1, 2],
            "choice": [0, 1, 1, 0, 2, 2, 0, -1, 1, 2, 1],
            "reward": [0, 0, 1.0, 0, 0, 0, 0, float("nan"), -1, 0, 1],
        }
    )
