"""Each law of fitting methods catches its cheat."""

import dataclasses
from typing import Any

import numpy as np
import pytest

from neurorl.core.card import Card
from neurorl.core.errors import BadValue
from neurorl.fit import FitResult, Method, Sessions
from neurorl.testing.laws import hold
from neurorl.testing.method_laws import METHOD_LAWS, Fits

CARD = Card(title="Cheat", summary="For tests.")


def best_of_draws(agent: Any, records: Any, *, groups: Any, seed: int, quiet: bool, fixed: Any = None) -> FitResult:
    """The skeleton's method, with fewer draws."""
    sessions = Sessions.of(agent, records, groups, fixed)
    x = sessions.draw(seed, 60)
    best = x[np.argmax(sessions.log_lik(x), axis=0), np.arange(sessions.n_units)]
    return sessions.result(best, method="best")


def liar(*args: Any, **how: Any) -> FitResult:
    fit = best_of_draws(*args, **how)
    return dataclasses.replace(fit, log_lik=fit.log_lik + 0.5)


def dice(*args: Any, seed: int, **how: Any) -> FitResult:
    return best_of_draws(*args, seed=int(np.random.default_rng().integers(10**6)), **how)


def deaf(*args: Any, fixed: Any = None, **how: Any) -> FitResult:
    return best_of_draws(*args, **how)


def idle(agent: Any, records: Any, *, groups: Any, fixed: Any = None, **how: Any) -> FitResult:
    sessions = Sessions.of(agent, records, groups, fixed)
    x = np.broadcast_to([info.default for info in sessions.parameters], (sessions.n_units, len(sessions.parameters)))
    return sessions.result(x, method="idle")


def outside(*args: Any, **how: Any) -> FitResult:
    fit = best_of_draws(*args, **how)
    return dataclasses.replace(fit, values={name: values + 100 for name, values in fit.values.items()})


def plain(*args: Any, **how: Any) -> dict:
    return best_of_draws(*args, **how).values


@pytest.fixture(scope="module")
def shared() -> Fits:
    return Fits(Method(CARD, "unit", best_of_draws), "tests")


def broken(method: Any, shared: Fits) -> set[str]:
    fits = Fits(Method(CARD, "unit", method), "tests")
    fits.__dict__ |= {"records": shared.records, "sessions": shared.sessions}  # simulated and compiled once
    return {result.law for result in hold(METHOD_LAWS, fits) if not result.held and not result.skipped}


@pytest.mark.parametrize(
    ("method", "law"),
    [
        (best_of_draws, None),
        (liar, "honesty"),
        (dice, "reproducible"),
        (deaf, "held"),
        (idle, "learns"),
        (outside, "form"),
        (plain, "form"),
    ],
)
def test_each_law_catches_its_cheat(method, law, shared):
    assert broken(method, shared) == ({law} if law else set())


def test_a_method_says_only_what_is_known():
    with pytest.raises(BadValue, match="takes of a method is 'luck', but must be one of starts, design"):
        Method(CARD, "unit", best_of_draws, takes=("luck",))
    with pytest.raises(BadValue, match="of of a method is 'crowd'"):
        Method(CARD, "crowd", best_of_draws)  # pyright: ignore[reportArgumentType]
    with pytest.raises(BadValue, match="A method of models needs infer"):
        Method(CARD, "models", best_of_draws)
