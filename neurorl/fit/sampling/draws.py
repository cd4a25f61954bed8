"""From draws of a population and its members to a fit: means, spreads, the group, and whether to believe them."""

from collections.abc import Mapping, Sequence
from typing import Any

import jax
import numpy as np
import pandas as pd

from neurorl import __version__
from neurorl.core.fitted import Fitted
from neurorl.fit.contraction import of_population
from neurorl.fit.population import Problem, expected, group_row, on_scale
from neurorl.fit.problem import Posterior, at_bound
from neurorl.fit.result import FitResult
from neurorl.fit.sampling.arviz_bridge import tree_of
from neurorl.fit.sampling.convergence import apart
from neurorl.fit.sampling.starting_points import LANES
from neurorl.fit.search.evaluate import Evaluator
from neurorl.fit.search.laplace import covariances, hessians
from neurorl.fit.search.penalised import everywhere, log_normal
from neurorl.fit.units import Units

STATS = {  # of the sampler, by the names of NumPyro; and what ArviZ calls them
    "diverging": "diverging",
    "num_steps": "n_steps",
    "accept_prob": "acceptance_rate",
    "potential_energy": "lp",
}
Draws = Mapping[str, np.ndarray]


def result_of_draws(
    problem: Problem,
    draws: Draws,
    table: pd.DataFrame | None,
    method: str,
    settings: dict[str, Any],
    doubts: Sequence[str],
) -> FitResult:
    """The fit.

    Args:
        problem: the agent and the choices that were fitted.
        draws: [chain, draw, ...] of coefficients_NAME [terms], sd [n], z [S, n], log_lik [S], and STATS of a sampler.
        table: whether chains agree (`convergence.diagnosed`); units on which they do not have not converged. None where
            the draws are not from chains.
        method, settings: how.
        doubts: what a reader should know of the draws.
    """
    posterior, units, design = problem.posterior, problem.units, problem.design
    names, n_units = [info.name for info in posterior.free], len(units.labels)
    z = draws["z"]
    with jax.enable_x64(True):
        flat = z.reshape(-1, len(names))
        x = on_scale(posterior, flat).reshape(z.shape)
        mean = z.mean(axis=(0, 1))
        values = on_scale(posterior, mean)
    off = (z - mean).reshape(-1, n_units, len(names))
    converged = np.asarray(np.isfinite(z).all(axis=(0, 1, 3)))
    if table is not None:
        converged &= ~np.isin(np.arange(n_units), table["unit"].to_numpy()[apart(table)])
    b = [draws[f"coefficients_{name}"].mean(axis=(0, 1)) for name in names]
    centre = expected(problem.x, b)
    sd = draws["sd"].mean(axis=(0, 1))
    at_mean, hessian = _at(posterior, units, mean)
    variance = (draws["sd"] ** 2).mean(axis=(0, 1))
    given_group, _ = covariances(hessian + np.diag(1 / variance))
    origin = {"method": method, "agent": type(posterior.agent).__name__, "neurorl": __version__, **settings}
    return FitResult(
        fitted=Fitted(
            params=posterior.stacked(values), curve=None if table is None else {"diagnostics": table}, origin=origin
        ),
        values=posterior.named(values),
        log_lik=at_mean,
        log_posterior=at_mean + log_normal(mean, centre, sd**2),
        n_choices=units.n_choices,
        n_params=len(names),
        converged=converged,
        at_bound=at_bound(posterior, values),
        method=method,
        standard_errors={name: x[..., k].std(axis=(0, 1)) for k, name in enumerate(names)},
        covariance=np.einsum("dsi,dsj->sij", off, off) / (len(off) - 1),
        contraction=of_population(names, given_group, variance),
        **problem.about_units,
        group=_group(problem, draws),
        n_group_params=2 * len(names) + sum(len(design.columns(name).terms) - 1 for name in names),
        draws=_tree(problem, draws, x),
        doubts=(*doubts, *design.notes(priors=True)),
    )


def _at(posterior: Posterior, units: Units, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Log-likelihood of each unit at z [S, n], and minus its Hessian there."""
    with jax.enable_x64(True):
        evaluate = Evaluator(posterior, units.sessions, len(z) * LANES)  # the shape that the pilot has compiled
        return everywhere(evaluate, np.arange(len(z)), z, lambda point: point.log_lik), hessians(evaluate, z)[0]


def _group(problem: Problem, draws: Draws) -> pd.DataFrame:
    """The table of the population; see FitResult."""
    rows = []
    for k, info in enumerate(problem.posterior.free):
        b = draws[f"coefficients_{info.name}"]
        columns = problem.design.columns(info.name)
        for j, term in enumerate(columns.terms):
            low, high = np.quantile(b[..., j], [0.025, 0.975])
            mean, se = b[..., j].mean(), b[..., j].std(ddof=1)
            between = draws["sd"][..., k].mean()
            rows.append(group_row(info, term, bool(columns.means[j]), mean, se, between, low, high))
    return pd.DataFrame(rows)


def _tree(problem: Problem, draws: Draws, x: np.ndarray) -> Any:
    """All draws by name; x [chain, draw, S, n] are the units' parameters."""
    names = [info.name for info in problem.posterior.free]
    variables: dict[str, Any] = {name: (("unit",), x[..., k]) for k, name in enumerate(names)}
    coords: dict[str, Any] = {"unit": problem.units.labels, "parameter": names}
    for name in names:
        variables[f"coefficients_{name}"] = ((f"term_{name}",), draws[f"coefficients_{name}"])
        coords[f"term_{name}"] = list(problem.design.columns(name).terms)
    variables["sd"] = (("parameter",), draws["sd"])
    stats = {usual: ((), draws[name]) for name, usual in STATS.items() if name in draws}
    if "lp" in stats:
        stats["lp"] = ((), -draws["potential_energy"])
    groups = {"posterior": variables, "log_likelihood": {"choices": (("unit",), draws["log_lik"])}}
    return tree_of(groups | ({"sample_stats": stats} if stats else {}), coords)
