"""Where the true parameters of a recovery come from: the declared priors, or a population that was learned."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import jax
import numpy as np
from jaxtyping import Float

from neurorl.core.agent import Agent
from neurorl.core.errors import BadValue
from neurorl.fit.design.formula import Design
from neurorl.fit.population import expected, on_scale
from neurorl.fit.problem import Posterior
from neurorl.fit.result import FitResult

PRIORS = "the declared priors"
GIVEN = "the values that were given"


@dataclass(frozen=True)
class Truth:
    """Parameters to simulate.

    Attributes:
        values: name -> [subjects].
        source: where they come from, in words that follow "from".
    """

    values: Mapping[str, Float[np.ndarray, " subjects"]]
    source: str


def truth_of(given: Truth | Mapping[str, np.ndarray] | None, free: Iterable[str]) -> Truth:
    """Given values with their source; free parameters without a value are drawn from the declared priors."""
    if isinstance(given, Truth):
        return given
    if not given:
        return Truth({}, PRIORS)
    return Truth(given, GIVEN if set(free) <= set(given) else f"{GIVEN} and {PRIORS}")


def from_population(
    result: FitResult,
    agent: Agent,
    design: Design,
    *,
    fixed: Mapping[str, float] | None = None,
    seed: int = 0,
) -> Truth:
    """Draws from the population that a fit learned, z_s ~ N(x_s b, sd^2), for the subjects of a design.

    Args:
        result: a fit with a group (em, hbi, vi, nuts) of `agent`.
        agent: the fitted agent.
        design: what explains the parameters of the subjects to simulate; one row a subject.
        fixed: parameters that were held.
        seed: source of the draws.
    """
    if result.group is None:
        raise BadValue(f"{result.method} learns no population that true parameters could be drawn from.")
    posterior = Posterior.of(agent, fixed, prior=False, gradient=False)
    rows = result.group.set_index(["parameter", "term"])
    names = [info.name for info in posterior.free]
    b = [np.array([rows.loc[(name, term), "mean"] for term in design.columns(name).terms], float) for name in names]
    sd = np.array([rows.loc[name, "sd_between"].iloc[0] for name in names], float)
    mean = expected([design.columns(name).x for name in names], b)
    z = np.random.default_rng(seed).normal(mean, sd)
    with jax.enable_x64(True):
        x = on_scale(posterior, z)
    return Truth({name: x[:, k] for k, name in enumerate(names)}, f"the population that {result.method} learned")


def for_subjects(design: Design, rows: np.ndarray) -> Design:
    """The design of simulated subjects: for each, the row of the unit whose design it has."""
    of_parameter = {name: replace(columns, x=columns.x[rows]) for name, columns in design.of_parameter.items()}
    return replace(design, of_parameter=of_parameter, n_units=len(rows), labels=None)
