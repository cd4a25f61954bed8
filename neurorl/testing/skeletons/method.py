"""My method: the best of many draws from the priors.

For each unit, K sets of parameters are drawn from the declared priors, and the one with the highest log posterior is
kept. Write the equations here, each with its source (paper, equation number).
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.types import Record
from neurorl.fit import FitResult, Method, Sessions


def fit(
    agent: Agent,
    records: Record,
    *,
    groups: Any = None,
    fixed: Mapping[str, float] | None = None,
    seed: int = 0,
    quiet: bool = False,
    draws: int = 500,
) -> FitResult:
    """The best of `draws` candidates for each unit.

    Args:
        agent: who is fitted.
        records: sessions [S, T].
        groups: [S] the unit of each session, whose parameters are shared.
        fixed: parameters that are held, name -> value.
        seed: source of all randomness.
        quiet: no progress bar.
        draws: candidates.
    """
    sessions = Sessions.of(agent, records, groups, fixed)
    x = sessions.draw(seed, draws)  # [draws, units, parameters]
    score = sessions.log_lik(x) + sessions.log_prior(x)
    best = x[np.argmax(score, axis=0), np.arange(sessions.n_units)]
    return sessions.result(best, method="my_method", settings={"draws": draws, "seed": seed})


METHOD = Method(
    card=Card(
        title="My method",
        summary="The best of many draws from the priors, each unit for itself.",
        refs=(),
        tags=("unit", "point estimate"),
    ),
    of="unit",
    fit=fit,
    # What fit takes besides is declared: takes=("starts", "design", "checkpoint", "laplace"), criterion, intervals.
)
