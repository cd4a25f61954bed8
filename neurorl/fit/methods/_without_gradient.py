"""The fit of an agent whose log-likelihood has no gradient, by map or ml."""

import warnings
from typing import Any

import numpy as np

from neurorl import __version__
from neurorl.core.agent import Agent
from neurorl.core.fitted import Fitted
from neurorl.core.progress import progress
from neurorl.core.wrapped import called
from neurorl.fit.problem import Posterior, at_bound
from neurorl.fit.result import FitResult, FitWarning
from neurorl.fit.search.without_gradient import search_without_gradient
from neurorl.fit.undetermined import reasons
from neurorl.loop import Particles


def fit_without_gradient(
    agent: Agent,
    posterior: Posterior,
    units: Any,
    left_out: tuple[Any, ...],
    starts: int,
    seed: int,
    most: int,
    quiet: bool,
) -> FitResult:
    """The fit of an agent that draws in private or rounds."""
    n_units, name = len(units.labels), called(agent.agent if isinstance(agent, Particles) else agent)
    with progress(f"Fitting {name}", total=n_units * starts, quiet=quiet) as advance:
        found = search_without_gradient(posterior, units.sessions, starts, seed, 10 * most, advance)
    settings = {"starts": starts, "seed": seed, "prior": posterior.with_prior, "fixed": dict(posterior.held)}
    settings |= {"max_steps": most, "gradient": False}
    if isinstance(posterior.agent, Particles):
        settings["particles"] = posterior.agent.n
    result = FitResult(
        fitted=Fitted(
            params=posterior.stacked(found.x),
            curve={"log_posterior": found.value, "n_steps": found.n_steps} if posterior.free else None,
            origin={"method": "map", "agent": name, "neurorl": __version__, **settings},
        ),
        values=posterior.named(found.x),
        log_lik=found.log_lik,
        log_posterior=found.log_lik + found.log_prior,
        n_choices=units.n_choices,
        n_params=len(posterior.free),
        converged=found.converged,
        gradient_norm=np.full(n_units, np.nan),
        starts_agreeing=found.agreeing,
        at_bound=at_bound(posterior, found.x),
        method="map" if posterior.with_prior else "ml",
        labels=units.labels,
        left_out=left_out,
        why=reasons(units.sessions, len(posterior.free)),
        doubts=(found.how(posterior.agent),),
    )
    for sentence in result.absences() + (result.failures() if posterior.free else []):
        warnings.warn(f"{name}. {sentence}", FitWarning, stacklevel=3)
    return result
