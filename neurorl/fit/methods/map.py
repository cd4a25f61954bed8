"""Maximum a posteriori: the most probable parameters of each unit, from several starts, in double precision."""

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float
from scipy.stats import qmc

from neurorl import __version__
from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.errors import BadValue
from neurorl.core.fitted import Fitted
from neurorl.core.progress import progress
from neurorl.core.suits import require_suited
from neurorl.core.types import Record
from neurorl.fit.contraction import of_prior, prior_term
from neurorl.fit.method import Method
from neurorl.fit.methods._without_gradient import fit_without_gradient
from neurorl.fit.problem import Posterior, at_bound, has_gradient, require_declared
from neurorl.fit.result import FitResult, FitWarning
from neurorl.fit.search.evaluate import Evaluator
from neurorl.fit.search.laplace import covariances, hessians, log_evidence, log_slopes, standard_errors, top_over_z
from neurorl.fit.search.penalised import Ground, everywhere
from neurorl.fit.search.quasi_newton import from_the_flats, search
from neurorl.fit.undetermined import reasons
from neurorl.fit.units import by_unit, with_choices
from neurorl.loop import scorable

STARTS = 8
FEW_STARTS = 2  # where there is no gradient
WIDE = 7.0  # starts are spread over (-WIDE, WIDE) of each parameter on the unconstrained scale
BEGUN = 9  # climbs that are begun for every start but the first (eight starts use up a balanced net of 64 points) ...
BRIEF = 12  # ... and the evaluations after which only the highest of them goes on
AGREE = 0.01  # nats
REST = 1e-4  # nats that another climb from where a converged fit ended may gain
TESTS = 3  # such climbs at most, for those that gain more


def fit_map(
    agent: Agent,
    records: Record,
    *,
    starts: int | None = None,
    seed: int = 0,
    fixed: Mapping[str, float] | None = None,
    groups: Sequence[int] | np.ndarray | None = None,
    prior: bool = True,
    max_steps: int = 200,
    laplace: bool = True,
    quiet: bool = False,
) -> FitResult:
    """The maximum a posteriori parameters of an agent for each recorded session or group of sessions.

        x* = argmax_x  sum_t log p(a_t | x, past) + sum_k log prior_k(x_k)

    on the scale in which the parameters are declared (no Jacobian of the transform that keeps the search inside
    the supports). The first start is the agent's defaults. For each of the others nine climbs are begun, from points
    spread evenly over the unconstrained scale (0.1 to 99.9 % of each range), and after 12 evaluations the highest goes
    on. All arithmetic is in double precision, so that the optimum of every unit is that of the exact objective.

    An agent that draws in private is scored by particles, and one that rounds as it is; neither has a gradient, so that
    the search is made without (`without_gradient`). There are then no standard errors and no evidence, and the result
    says how it was scored. Give `particles(agent, n)` for another number of particles than 256.

    Args:
        agent: the agent to fit. An agent without free parameters is only scored.
        records: sessions [S, T]; ragged sessions are padded with valid=False.
        starts: starting points of each unit; by default 8, or 2 where there is no gradient.
        seed: source of the starting points.
        fixed: parameters to hold, name -> value.
        groups: [S] the unit of each session; sessions of one unit share their parameters and their log-likelihoods
            are added. Units come back sorted. By default each session is a separate unit.
        prior: False leaves the prior out (maximum likelihood).
        max_steps: evaluations of the objective and its gradient after which a start is given up; ten times as many
            where there is no gradient.
        laplace: False leaves out standard errors, evidence and contraction, which take a tenth of the time or less.
        quiet: no progress bar.

    Returns:
        one fit a unit, with standard errors and log evidence in Laplace's approximation (`laplace`), and what the
        choices add to the declared priors (`contraction`). A unit that could not be fitted is marked, and one without
        a scored choice is left out; a `FitWarning` names them.
    """
    given = 1 if starts is None else starts
    if given < 1 or max_steps < 1:
        raise BadValue(f"A fit needs at least one start and one step; starts is {given} and max_steps {max_steps}.")
    if int(given) != given:
        raise BadValue(f"starts is {given}, but must be a whole number.")
    require_suited(agent, records)
    if starts is None:
        starts = STARTS if has_gradient(agent) else FEW_STARTS
    records, groups, left_out = with_choices(records, groups)
    with jax.enable_x64(True):
        posterior = Posterior.of(scorable(agent), fixed, prior, gradient=False)
        if not posterior.free:
            require_declared(agent)
        units = by_unit(records, groups)
        if not has_gradient(agent):
            return fit_without_gradient(agent, posterior, units, left_out, starts, seed, max_steps, quiet)
        n_units = len(units.labels)
        evaluate = Evaluator(posterior, units.sessions, n_units * starts)
        if posterior.free:
            z, converged, agreeing, curve = climb(posterior, evaluate, n_units, starts, seed, max_steps, quiet)
        else:
            z, converged, agreeing = np.empty((n_units, 0)), np.ones(n_units, bool), np.ones(n_units, int)
            curve = None
        end = everywhere(evaluate, np.arange(n_units), z)
        curvature = _curvature(posterior, evaluate, z, end.log_lik, max_steps) if laplace else {}
    settings = {"starts": starts, "seed": seed, "prior": prior, "fixed": dict(posterior.held), "max_steps": max_steps}
    origin = {"method": "map", "agent": type(agent).__name__, "neurorl": __version__, **settings}
    result = FitResult(
        fitted=Fitted(params=posterior.stacked(end.x), curve=curve, origin=origin),
        values=posterior.named(end.x),
        log_lik=end.log_lik,
        log_posterior=end.log_lik + end.log_prior,
        n_choices=units.n_choices,
        n_params=len(posterior.free),
        converged=converged,
        gradient_norm=np.linalg.norm(end.gradient, axis=1),
        starts_agreeing=agreeing,
        at_bound=at_bound(posterior, end.x),
        method="map" if prior else "ml",
        labels=units.labels,
        left_out=left_out,
        why=reasons(units.sessions, len(posterior.free)),
        **curvature,
    )
    for sentence in result.absences() + (result.failures() if posterior.free else []):
        warnings.warn(f"{type(agent).__name__}. {sentence}", FitWarning, stacklevel=2)
    return result


def climb(
    posterior: Posterior, evaluate: Evaluator, n_units: int, starts: int, seed: int, max_steps: int, quiet: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """The best end of each unit's climbs: z, whether it is a maximum, how many starts agree, what all climbs saw."""
    with progress(f"Fitting {type(posterior.agent).__name__}", total=n_units * starts, quiet=quiet) as advance:
        origins = starting_points(posterior, evaluate, n_units, starts, seed, max_steps)
        found = highest(evaluate, origins, max_steps, tests=TESTS, advance=advance)
    curve = {"log_posterior": -found.value, "n_steps": found.n_steps}
    return found.z, found.converged, found.agreeing, curve


@dataclass(frozen=True)
class Highest:
    """The best end of each unit's climbs.

    Attributes:
        z: [S, n] where it is.
        value: [S, starts] minus the height that each climb reached.
        lowest: [S] minus the height there.
        converged: [S] whether it is a maximum: from there, with a fresh estimate of the curvature, no way leads on.
        agreeing: [S] how many climbs reached that height, the best included.
        n_steps: [S, starts] evaluations of each climb.
    """

    z: np.ndarray
    value: np.ndarray
    lowest: np.ndarray
    converged: np.ndarray
    agreeing: np.ndarray
    n_steps: np.ndarray


def highest(
    ground: Ground,
    origins: Float[np.ndarray, "s starts n"],
    max_steps: int,
    *,
    tests: int,
    advance: Callable[[float], None] = lambda done: None,
) -> Highest:
    """Climb from all origins of each unit, and test the best end at most `tests` times, as long as that gains."""
    n_units, starts, n = origins.shape
    rows = np.arange(n_units)
    unit = np.repeat(rows, starts)
    ends = search(ground, unit, origins.reshape(-1, n), max_steps=max_steps, advance=advance)
    ends = from_the_flats(ground, unit, ends, max_steps=max_steps)
    value = ends.value.reshape(n_units, starts)
    best = np.argmin(value, axis=1)  # a climb that met no number ends at infinity and never wins
    lowest, z = value[rows, best], ends.z.reshape(n_units, starts, n)[rows, best]
    converged, left = np.zeros(n_units, bool), rows
    for _ in range(tests):
        again = search(ground, left, z[left], max_steps=max_steps)
        with np.errstate(invalid="ignore"):
            converged[left] = again.rested & (lowest[left] - again.value < REST)
        lowest[left], z[left] = again.value, again.z
        left = left[~converged[left]]
        if len(left) == 0:
            break
    value[rows, best] = lowest
    agreeing = (value <= lowest[:, None] + AGREE).sum(axis=1)
    return Highest(z, value, lowest, converged, agreeing, ends.n_steps.reshape(n_units, starts))


def _curvature(
    posterior: Posterior, evaluate: Evaluator, z: np.ndarray, log_lik: np.ndarray, max_steps: int
) -> dict[str, Any]:
    """Covariance over z, whether it exists, standard errors, contraction, and log evidence (none without a prior)."""
    if not posterior.free:
        covariance, curved, errors = np.empty((len(z), 0, 0)), np.ones(len(z), bool), {}
        evidence, contraction = log_lik, {}
    else:
        covariance, curved = covariances(hessians(evaluate, z)[0])
        errors = standard_errors(posterior, z, covariance)
        term = log_slopes(posterior) if posterior.with_prior else prior_term(posterior)
        top = top_over_z(evaluate, z, max_steps, term)
        evidence = log_evidence(posterior, top) if posterior.with_prior else None
        contraction = of_prior(posterior, top)
    found = {"covariance": covariance, "curved": curved, "standard_errors": errors}
    return found | {"log_evidence": evidence, "contraction": contraction}


def starting_points(
    posterior: Posterior, ground: Ground, n_units: int, starts: int, seed: int, max_steps: int
) -> np.ndarray:
    """Where climbs start [units, starts, n]: at the defaults, and where the highest of BEGUN brief climbs got to.

    Brief climbs begin at points of a scrambled Sobol sequence in (-WIDE, WIDE)^n, the same for every unit. How high a
    point lies says little of the maximum it leads to, how high a climb from there has got after BRIEF evaluations says
    far more; and as every start chooses among points of its own, starts do not crowd into one basin.
    """
    n = len(posterior.free)
    defaults = posterior.unconstrained(jnp.array([info.default for info in posterior.free]))
    origins = np.broadcast_to(np.asarray(defaults), (n_units, starts, n)).copy()
    n_begun = (starts - 1) * BEGUN
    if n_begun:
        sequence = qmc.Sobol(n, rng=seed).random_base2(n_begun.bit_length())[:n_begun]
        begun = np.broadcast_to(WIDE * (2 * sequence - 1), (n_units, n_begun, n))
        unit = np.repeat(np.arange(n_units), n_begun)
        ends = search(ground, unit, begun.reshape(-1, n), max_steps=min(BRIEF, max_steps))
        value = ends.value.reshape(n_units, starts - 1, BEGUN)
        best = np.argmin(value, axis=2)[:, :, None, None]
        origins[:, 1:] = np.take_along_axis(ends.z.reshape(*value.shape, n), best, axis=2)[:, :, 0]
    return origins


METHOD = Method(
    card=Card(
        title="Maximum a posteriori",
        summary="The most probable parameters of each unit under the declared priors, each unit for itself.",
        tags=("unit", "point estimate"),
    ),
    of="unit",
    fit=fit_map,
    takes=("starts", "laplace"),
    criterion="bic",
    intervals="of Laplace's approximation (standard errors over the unconstrained scale, at the maximum)",
)
