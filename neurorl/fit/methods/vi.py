"""A preview of the full posterior in seconds: the Gaussian that is nearest to it, by variational inference.

It is found round by round from where the short EM ends (`sampling.starting_points`, `sampling.gaussian`). Wherever a
round no longer gains more than its noise the learning rate is halved, and where that has become small the bound has
settled.

Whether the nearest Gaussian is near is judged by the importance weights p / q of draws from it: the shape k of their
tail (Yao, Vehtari, Simpson & Gelman 2018, arXiv 1802.02538). Even where k is small, minimising KL(q, p) makes intervals
too narrow rather than too wide.
"""

import dataclasses
import warnings
from collections.abc import Mapping, Sequence

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.errors import BadValue
from neurorl.core.fitted import Fitted
from neurorl.core.progress import progress
from neurorl.core.types import Record
from neurorl.fit.design.formula import Design
from neurorl.fit.evidence.loo import TRUSTED, loo
from neurorl.fit.method import Method
from neurorl.fit.methods.nuts import data_of
from neurorl.fit.population import Problem
from neurorl.fit.problem import Posterior
from neurorl.fit.result import FitResult, FitWarning
from neurorl.fit.sampling.draws import result_of_draws
from neurorl.fit.sampling.gaussian import STEPS, Gaussian, climbed, drawn, memory_of
from neurorl.fit.sampling.hierarchical import Data
from neurorl.fit.sampling.starting_points import Pilot

RATE, SMALL = 0.02, 0.001  # learning rates at first, and below which the bound has settled
NOISE = 2.0  # standard errors that a round must gain


def fit_vi(
    agent: Agent,
    records: Record,
    *,
    groups: Sequence[int] | np.ndarray | None = None,
    design: Design | None = None,
    fixed: Mapping[str, float] | None = None,
    draws: int = 2000,
    rounds: int = 100,
    seed: int = 0,
    quiet: bool = False,
) -> FitResult:
    """A preview of the posterior that `nuts.fit_nuts` samples: the Gaussian that is nearest to it.

    Args:
        agent: the agent to fit; it needs a free parameter.
        records: sessions [S, T]; ragged sessions are padded with valid=False.
        groups: [S] the unit (subject) of each session; units come back sorted.
        design: what explains the units' parameters; one row a unit, in sorted order.
        fixed: parameters to hold, name -> value.
        draws: from the Gaussian.
        rounds: of steps, after which the climb is given up.
        seed: source of all randomness.
        quiet: no progress bar.

    Returns:
        a fit as from `fit_nuts`, its draws in one chain; `problems()` says how near the approximation is. Where the
        bound did not settle, all units count as failed.
    """
    if draws < 100 or rounds < 2:
        raise BadValue("The approximation needs 100 draws or more, to be judged by, and two rounds or more.")
    problem = Problem.of(agent, records, groups, design, fixed)
    pilot = Pilot.of(problem, seed)
    data, keys = data_of(problem.records, problem.groups, pilot), jax.random.split(jax.random.key(seed))
    q, bound, settled = _nearest(problem.posterior, Gaussian.around(pilot), data, keys[0], rounds, quiet)
    found = jax.device_get(drawn(problem.posterior, q, jax.random.split(keys[1], draws), data))
    one_chain = {name: np.asarray(value, float)[None] for name, value in found.items()}
    settings = {"draws": draws, "rounds": rounds, "seed": seed, "fixed": dict(problem.posterior.held)}
    doubts = doubts_about(one_chain["log_weight"], bound, settled)
    result = result_of_draws(problem, one_chain, None, "vi", settings, doubts)
    fitted = Fitted(params=result.fitted.params, curve={"bound": np.array(bound)}, origin=result.fitted.origin)
    result = dataclasses.replace(result, fitted=fitted, converged=result.converged & settled)
    for sentence in result.problems():
        warnings.warn(f"{type(agent).__name__}. {sentence}", FitWarning, stacklevel=2)
    return result


def _nearest(
    posterior: Posterior, q: Gaussian, data: Data, key: PRNGKeyArray, rounds: int, quiet: bool
) -> tuple[Gaussian, list[float], bool]:
    """The nearest Gaussian, the bound after each round, and whether it has settled."""
    memory, rate, bound, error = memory_of(q), RATE, [], 0.0
    with progress("Approximating", total=rounds, quiet=quiet) as advance:
        for i in range(rounds):
            q, memory, steps = climbed(posterior, q, memory, jnp.asarray(rate), jax.random.fold_in(key, i), data)
            steps = np.asarray(steps, float)
            bound.append(float(steps.mean()))
            before, error = error, float(steps.std() / np.sqrt(STEPS))
            advance(1, f"bound {bound[-1]:.2f} nats")
            if not np.isfinite(bound[-1]):
                break
            if i and bound[-1] - bound[-2] < NOISE * np.hypot(before, error):
                rate /= 2
                if rate < SMALL:
                    return q, bound, True
    return q, bound, False


def doubts_about(log_weight: np.ndarray, bound: list[float], settled: bool) -> list[str]:
    """What a reader must know: the search did not settle, or the Gaussian is far from the posterior."""
    if not settled:
        last = f"{bound[-1]:.1f} nats, {bound[-1] - bound[0]:+.1f} since the first"
        return [
            f"The approximation did not converge in {len(bound)} rounds (bound {last}); do not interpret it. "
            "Raise `rounds`, or use nuts."
        ]
    said = [
        "These numbers are a preview: the posterior is approximated by a Gaussian, whose intervals may be too "
        "narrow, especially for the spreads of the group. Report results of nuts."
    ]
    k = float(loo(-log_weight[..., None]).pareto_k[0])
    if not k < TRUSTED:
        said.append(
            f"The approximation is not near the posterior (the tail of its importance weights has k = {k:.2f}, "
            f"{TRUSTED} is the limit), so its means may be off too; compare it with nuts before you interpret it."
        )
    return said


METHOD = Method(
    card=Card(
        title="Variational preview",
        summary="The Gaussian nearest to the posterior of `nuts`, in seconds; its intervals may be too narrow.",
        tags=("population", "draws", "covariates", "preview"),
    ),
    of="population",
    fit=fit_vi,
    takes=("design",),
    criterion="left out",
    intervals="of the draws from the approximate posterior",
)
