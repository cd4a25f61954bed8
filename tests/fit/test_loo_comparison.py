"""Models by leave-one-out: sums and paired differences by hand."""

import numpy as np
import pytest

from neurorl.core.errors import BadData
from neurorl.fit.evidence.loo import Loo
from neurorl.fit.evidence.loo_comparison import compare_left_out


def of(*points: float, k: float = 0.1) -> Loo:
    return Loo(sum(points), 0.0, 1.0, np.array(points), np.full(len(points), k))


def test_paired_differences_by_hand() -> None:
    found = {"worse": {"choices": of(-1.0, -2.0, -1.5)}, "best": {"choices": of(-1.0, -1.0, -1.0, k=0.9)}}
    table = compare_left_out(found).set_index("model")
    assert table.index.tolist() == ["best", "worse"]
    assert table.loc["worse", "delta_choices"] == pytest.approx(1.5)
    assert table.loc["worse", "delta_choices_se"] == pytest.approx(np.sqrt(3) * np.std([0, 1, 0.5]))
    assert table.loc["best", "delta_choices"] == 0 and table["untrusted_choices"].tolist() == [3, 0]
    with pytest.raises(BadData, match="different numbers of choices"):
        compare_left_out({"a": {"choices": of(-1.0)}, "b": {"choices": of(-1.0, -1.0)}})
