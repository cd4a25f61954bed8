"""What is said of draws that fall short of the standard."""

import numpy as np
import pytest
from fit_sessions import Coin, record
from test_diagnostics import DRAWS

from neurorl.fit.methods.nuts import looks
from neurorl.fit.population import Problem
from neurorl.fit.sampling.convergence import ENOUGH, diagnosed, diverged, fewest, reached, shortfalls

PROBLEM = Problem.of(Coin(), record(np.zeros((3, 2))), None, None, None)
RNG = np.random.default_rng(0)
GOOD = {
    "coefficients_p": RNG.normal(size=(4, 600, 1)),
    "sd": RNG.normal(size=(4, 600, 1)),
    "z": RNG.normal(size=(4, 600, 3, 1)),
}


def test_each_shortfall_is_a_sentence() -> None:
    z = GOOD["z"].copy()
    z[0, :, 1] += 3.0  # unit 1 has two modes
    z[:, :, 2] = 0.5  # unit 2 never moved
    table = diagnosed(PROBLEM, {"coefficients_p": DRAWS[..., 2:], "sd": DRAWS[..., 1:2], "z": z})
    assert list(table["quantity"]) == ["p ~ Intercept", "sd of p", "p", "p", "p"]
    assert list(table["unit"]) == [-1, -1, 0, 1, 2]
    said = " ".join(shortfalls(table))
    assert "do not agree on p in units 1, 2 (R-hat up to nan" in said
    assert "Only 0 effective draws (bulk) of p," in said
    assert "do not agree on sd" not in said
    assert not reached(table) and fewest(table) == 0


def test_independent_draws_meet_the_standard_unless_they_are_few() -> None:
    assert shortfalls(diagnosed(PROBLEM, GOOD)) == [] and reached(diagnosed(PROBLEM, GOOD))
    few = diagnosed(PROBLEM, {name: value[:, :90] for name, value in GOOD.items()})  # 360 draws
    assert not reached(few) and fewest(few) < ENOUGH
    assert any("effective draws (tail)" in sentence for sentence in shortfalls(few))


def test_divergences_are_counted() -> None:
    assert diverged({"diverging": np.zeros((4, 600), bool)}) == []
    (said,) = diverged({"diverging": np.arange(2400).reshape(4, 600) < 7})
    assert said.startswith("7 of 2400 transitions diverged")


@pytest.mark.parametrize(
    ("draws", "most", "expected"),
    [(60, None, [60]), (500, 1000, [500, 650, 850, 1000]), (60, 200, [60, 100, 150, 200]), (500, 400, [500])],
)
def test_the_standard_is_looked_at_ever_a_quarter_later(draws: int, most: int | None, expected: list[int]) -> None:
    assert list(looks(draws, most)) == expected
