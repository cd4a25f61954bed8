import math

import pytest

from neurorl.core.study import Expect


def expect(scale="quick"):
    return Expect("x is large", "x", 0.5, math.inf, "Fig. 1", "direction", scale)


@pytest.mark.parametrize(
    ("measures", "scale", "outcome"),
    [
        ({"x": 0.5}, "quick", "held"),
        ({"x": 0.49}, "paper", "missed"),
        ({"x": math.nan}, "quick", "missed"),
        ({"x": math.inf}, "quick", "missed"),
        ({}, "quick", "missed"),
        ({"x": 0.9}, "smoke", "not run"),
    ],
)
def test_verdicts(measures, scale, outcome):
    assert expect().judge(measures, scale).outcome == outcome
