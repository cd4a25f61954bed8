"""Full hierarchical Bayes: draws from the joint posterior of a population and its members, by NUTS (NumPyro).

The chains run on until all that the fit reports meets the standard of `sampling.convergence`, or as far as they may.
"""

import math
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.errors import BadValue
from neurorl.core.types import Record
from neurorl.fit.checkpoint import Kept
from neurorl.fit.design.formula import Design
from neurorl.fit.likelihood import buckets
from neurorl.fit.method import Method
from neurorl.fit.population import Problem
from neurorl.fit.result import FitResult, FitWarning
from neurorl.fit.sampling.chains import Chains
from neurorl.fit.sampling.convergence import diagnosed, diverged, fewest, reached, shortfalls
from neurorl.fit.sampling.draws import result_of_draws
from neurorl.fit.sampling.hierarchical import Data, prior_scale
from neurorl.fit.sampling.sampler import PIECE, sampler, shapes_of
from neurorl.fit.sampling.starting_points import Pilot

ACCEPT = 0.8
GROWTH = 1.25


def fit_nuts(
    agent: Agent,
    records: Record,
    *,
    groups: Sequence[int] | np.ndarray | None = None,
    design: Design | None = None,
    fixed: Mapping[str, float] | None = None,
    chains: int = 4,
    warmup: int = 300,
    draws: int = 500,
    most: int | None = 4000,
    seed: int = 0,
    double: bool = False,
    accept: float = ACCEPT,
    checkpoint: Path | None = None,
    quiet: bool = False,
) -> FitResult:
    """Draws from the posterior of the hierarchical model (`hierarchical`) by the No-U-Turn sampler.

    Args:
        agent: the agent to fit; it needs a free parameter.
        records: sessions [S, T]; ragged sessions are padded with valid=False.
        groups: [S] the unit (subject) of each session; units come back sorted.
        design: what explains the units' parameters; one row a unit, in sorted order.
        fixed: parameters to hold, name -> value.
        chains, warmup: chains, and transitions of each that adapt.
        draws: transitions of each chain that are kept, at least.
        most: where they do not meet the standard (R-hat below 1.01 and more than 400 effective draws of everything),
            the chains run on to this number at most; None keeps exactly `draws`.
        seed: source of all randomness.
        double: sample in double precision, at about twice the time; draws need it hardly ever.
        accept: mean acceptance to adapt to; raise it towards 1 against divergences.
        checkpoint: file that is written after each piece; a fit of the same data goes on from it, with more draws
            too, but with no other setting changed.
        quiet: no progress bar.

    Returns:
        a fit whose `values` are the posterior means of each unit over the unconstrained scale, with standard deviations
        as standard errors, `group`, and all draws; `problems()` speaks of R-hat, effective draws and divergences.
    """
    if chains < 2 or warmup < 1 or draws < 4:
        raise BadValue("NUTS needs two chains or more (R-hat compares them), a warmup, and four draws or more.")
    problem = Problem.of(agent, records, groups, design, fixed)
    posterior = problem.posterior
    settings = {"chains": chains, "warmup": warmup, "seed": seed, "fixed": dict(posterior.held)}
    settings |= {"double": double, "accept": accept}
    kept = Kept(checkpoint, [agent], (settings, problem.x), problem.units)
    pilot = Pilot.of(problem, seed)
    with jax.enable_x64(double):
        data = data_of(problem.records, problem.groups, pilot)
        rng = np.random.default_rng(seed)
        places = [pilot.place(posterior, rng) for _ in range(chains)]
        moved = sampler(posterior, chains, warmup, accept, double, shapes_of(data))
        running = Chains.begin(moved, data, places, warmup, seed, kept)
        title, drawn, table = "Sampling", {}, pd.DataFrame()
        for n in looks(draws, most):
            drawn = running.first(n, title, quiet)
            table = diagnosed(problem, drawn)
            if reached(table):
                break
            title = f"Sampling on ({fewest(table):.0f} effective draws, R-hat {table['rhat'].max():.3f})"
    settings |= {"draws": drawn["z"].shape[1]}
    doubts = [*shortfalls(table), *diverged(drawn)]
    if most is not None and not reached(table):
        doubts.insert(0, f"Sampling ended at {settings['draws']} draws a chain, short of the standard; raise `most`.")
    result = result_of_draws(problem, drawn, table, "nuts", settings, doubts)
    for sentence in result.problems():
        warnings.warn(f"{type(agent).__name__}. {sentence}", FitWarning, stacklevel=2)
    return result


def data_of(records: Record, groups: Sequence[int] | np.ndarray | None, pilot: Pilot) -> Data:
    """The data in the precision that is on."""
    unit = np.arange(len(pilot.z)) if groups is None else np.unique(np.asarray(groups), return_inverse=True)[1]
    x = [jnp.asarray(part, float) for part in pilot.x]
    scale = [jnp.asarray(prior_scale(means), float) for means in pilot.means]
    said = (jnp.asarray(pilot.information, float), jnp.asarray(pilot.pull, float))
    return Data(buckets(records, unit), x, scale, *said)


def looks(draws: int, most: int | None) -> Iterator[int]:
    """How many draws of each chain there are when the standard is looked at: ever a quarter more, in whole pieces."""
    yield draws
    while most is not None and draws < most:
        draws = min(most, PIECE * math.ceil(GROWTH * draws / PIECE))
        yield draws


METHOD = Method(
    card=Card(
        title="Full hierarchical Bayes (NUTS)",
        summary="Draws from the joint posterior of a population and its members by the No-U-Turn sampler.",
        tags=("population", "draws", "covariates"),
    ),
    of="population",
    fit=fit_nuts,
    takes=("design", "checkpoint"),
    criterion="left out",
    intervals="of the draws from the posterior",
)
