"""Tables in the shape that analysis hands to figures, with made-up numbers."""

import numpy as np
import pandas as pd
import pytest

KINDS = [(1, True), (1, False), (0, True), (0, False)]


@pytest.fixture
def stay_units() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    rows = [
        (learner, unit, reward, common, rng.uniform(0.5, 1.0))
        for learner, n in (("people", 60), ("network", 8), ("model", 1))
        for unit in range(n)
        for reward, common in KINDS
    ]
    return pd.DataFrame(rows, columns=["learner", "subject", "reward", "common", "stay"])


@pytest.fixture
def stay_summary(stay_units) -> pd.DataFrame:
    grouped = stay_units.groupby(["learner", "reward", "common"], sort=False)["stay"]
    out = grouped.agg(mean="mean", n_units="size").reset_index()
    alone = out["n_units"] == 1
    return out.assign(low=(out["mean"] - 0.05).mask(alone), high=(out["mean"] + 0.05).mask(alone))
