"""A fit scores the choices of a test phase and learns nothing from its rows."""

import numpy as np
import pandas as pd

from neurorl import fit_map, load_agent
from neurorl.core.spaces import Discrete, Spaces
from neurorl.data import Dataset, Schema

ARMS = Spaces(Discrete(("choice",)), Discrete(("left", "right")), (0.0, 1.0))


def test_the_likelihood_by_hand():
    """Left pays twice and is then chosen four times without an outcome: its value stays at 0.5, 0.6, 0.68, 0.68, ..."""
    rows = {"subject": 1, "session": 0, "trial": range(6), "step": 0, "state": 0, "choice": 0}
    table = pd.DataFrame(rows | {"reward": [1.0, 1.0] + [np.nan] * 4, "informed": [1, 1, 0, 0, 0, 0]})
    records, _ = Dataset(table, Schema.of(ARMS)).records()
    agent = load_agent("rescorla_wagner").for_spaces(ARMS)
    result = fit_map(agent, records, starts=1, fixed={"alpha": 0.2}, quiet=True)
    q = [0.5, 0.6, 0.68, 0.68, 0.68, 0.68]
    beta = float(result.values["beta"][0])
    expected = -np.log1p(np.exp(-beta * (np.array(q) - 0.5))).sum()
    np.testing.assert_allclose(result.log_lik, [expected], rtol=1e-9)
