"""Shares of risky choices against counts made by hand."""

import numpy as np
import pandas as pd
import pytest

from neurorl.analysis.risk import risky_change, risky_share, risky_summary
from neurorl.core.errors import BadData


@pytest.fixture
def trials():
    """Two subjects, two conditions, two blocks, five trials each: one forced, one without a pull, three free pulls."""
    n_risky = {(0, "control"): (3, 0), (0, "blocked"): (1, 0), (1, "control"): (2, 1), (1, "blocked"): (2, 2)}
    rows = []
    for (subject, condition), counts in n_risky.items():
        for p_large, n in zip((0.5, 0.125), counts, strict=True):
            pulled = [1, -1] + [1] * n + [0] * (3 - n)
            for free, code in zip([False, True, True, True, True], pulled, strict=True):
                rows.append((subject, condition, p_large, free, code))
    return pd.DataFrame(rows, columns=["subject", "condition", "p_large", "free", "pulled"])


def test_only_free_pulls_count(trials):
    shares = risky_share(trials)
    assert (shares["n_pulls"] == 3).all() and len(shares) == 8
    found = shares.set_index(["subject", "condition", "p_large"])["risky"]
    assert found[0, "control", 0.5] == 1 and found[0, "control", 0.125] == 0
    assert found[1, "blocked", 0.125] == pytest.approx(2 / 3)


def test_mean_and_standard_error_over_units(trials):
    summary = risky_summary(risky_share(trials)).set_index(["condition", "p_large"])
    row = summary.loc[("control", 0.5)]
    assert row["mean"] == pytest.approx(5 / 6) and row["n_units"] == 2
    assert row["sem"] == pytest.approx(np.std([1, 2 / 3], ddof=1) / 2**0.5)
    assert row["high"] - row["mean"] == pytest.approx(12.706 * row["sem"], rel=1e-3)  # Student, one degree of freedom


def test_changes_are_paired_within_unit_and_block(trials):
    change = risky_change(risky_share(trials), "control").set_index(["subject", "condition", "p_large"])["change"]
    assert set(change.index.get_level_values("condition")) == {"blocked"}
    assert change[0, "blocked", 0.5] == pytest.approx(-2 / 3) and change[0, "blocked", 0.125] == 0
    assert change[1, "blocked", 0.5] == 0 and change[1, "blocked", 0.125] == pytest.approx(1 / 3)


def test_errors_are_sentences(trials):
    with pytest.raises(BadData, match="no free pulls"):
        risky_share(trials.assign(free=False))
    with pytest.raises(BadData, match="'sham'"):
        risky_change(risky_share(trials), "sham")
    with pytest.raises(BadData, match="pulled"):
        risky_share(trials.drop(columns="pulled"))
