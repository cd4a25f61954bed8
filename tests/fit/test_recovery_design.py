"""A slice of the recovery study of benchmarks/recovery.py: the largest design, fewer subjects."""

import pytest

from benchmarks.recovery import correlations, recovery
from neurorl.fit.design.recovery import Recovery


@pytest.fixture(scope="module")
def found() -> Recovery:
    return recovery(24, subjects=20, starts=1)


def test_parameters_come_back_at_1920_trials(found: Recovery) -> None:
    r = correlations(found)
    assert min(r.values()) >= 0.9, r


def test_the_summary_counts_and_trade_offs_are_pairs(found: Recovery) -> None:
    assert found.summary["n_subjects"].tolist() == [20, 20, 20] and found.trade_offs["r"].abs().le(1).all()
    assert found.summary["parameter"].tolist() == ["alpha_pos", "alpha_neg", "beta"]
    assert len(found.trade_offs) == 3
