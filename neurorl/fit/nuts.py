"""Full hierarchical Bayes: draws from the joint posterior of a population and its members, by NUTS (NumPyro).

The sampler runs in short pieces, all chains side by side and spread over the host's devices, so that progress shows,
Ctrl-C works and a long fit goes on from its last piece.
"""

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from neurorl.core.agent import Agent
from neurorl.core.errors import BadValue
from neurorl.core.progress import progress
from neurorl.core.types import Record
from neurorl.fit.draws import result_of_draws
from neurorl.fit.formula import Design
from neurorl.fit.hierarchical import Data
from neurorl.fit.kept import Kept
from neurorl.fit.likelihood import buckets
from neurorl.fit.pilot import Pilot
from neurorl.fit.population import Problem
from neurorl.fit.result import FitResult, FitWarning
from neurorl.fit.sampler import PIECE, Sampler, sampler, shapes_of

ACCEPT = 0.8


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
    seed: int = 0,
    double: bool = False,
    accept: float = ACCEPT,
    checkpoint: Path | None = None,
    quiet: bool = False,
) -> FitResult:
    """Draws from the posterior of the hierarchical model (`hierarchical`) by the No-U-Turn sampler.

    Args:
        agent: who is fitted; it needs a free parameter.
        records: sessions [S, T]; ragged sessions are padded with valid=False.
        groups: [S] the unit (subject) of each session; units come back sorted.
        design: what explains the units' parameters; one row a unit, in sorted order.
        fixed: parameters to hold, name -> value.
        chains, warmup, draws: chains, and transitions of each that adapt and that are kept.
        seed: source of all randomness.
        double: sample in double precision, at about twice the time; draws need it hardly ever.
        accept: mean acceptance to adapt to; raise it towards 1 against divergences.
        checkpoint: file that is written after each piece; a fit of the same data and settings goes on from it.
        quiet: no progress bar.

    Returns:
        a fit whose `values` are the posterior means of each unit over the unconstrained scale, with standard deviations
        as standard errors, `group`, and all draws; `problems()` speaks of R-hat, effective draws and divergences.
    """
    if chains < 2 or warmup < 1 or draws < 4:
        raise BadValue("NUTS needs two chains or more (R-hat compares them), a warmup, and four draws or more.")
    problem = Problem.of(agent, records, groups, design, fixed)
    posterior = problem.posterior
    settings = {"chains": chains, "warmup": warmup, "draws": draws, "seed": seed, "fixed": dict(posterior.held)}
    settings |= {"double": double, "accept": accept}
    kept = Kept(checkpoint, (repr(agent), settings, [part.tobytes() for part in problem.x]), problem.units)
    pilot = Pilot.of(problem, seed)
    with jax.enable_x64(double):
        data = data_of(records, groups, pilot)
        chain = sampler(posterior, chains, warmup, accept, double, shapes_of(data))
        rng = np.random.default_rng(seed)
        places = [pilot.place(posterior, rng) for _ in range(chains)]
        z, stats = _sample(chain, data, places, kept, warmup, draws, seed, quiet)
        sites = chain.sites(z, data)
        log_lik = chain.log_lik(sites["z"], data)
    result = result_of_draws(problem, sites, log_lik, stats, "nuts", settings)
    for sentence in result.problems():
        warnings.warn(f"{type(agent).__name__}. {sentence}", FitWarning, stacklevel=2)
    return result


def data_of(records: Record, groups: Sequence[int] | np.ndarray | None, pilot: Pilot) -> Data:
    """The data in the precision that is on."""
    unit = np.arange(len(pilot.z)) if groups is None else np.unique(np.asarray(groups), return_inverse=True)[1]
    x = [jnp.asarray(part, float) for part in pilot.x]
    return Data(buckets(records, unit), x, jnp.asarray(pilot.centred, float))


def _sample(
    chain: Sampler,
    data: Data,
    places: list[dict[str, np.ndarray]],
    kept: Kept,
    warmup: int,
    draws: int,
    seed: int,
    quiet: bool,
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Unconstrained sites and the sampler's statistics [chain, draw, ...]."""
    stacked = jax.tree.map(lambda *leaves: jnp.asarray(np.stack(leaves), float), *places)
    keys = jax.random.split(jax.random.PRNGKey(seed), len(places))
    state = chain.begin(keys, stacked, data)
    leaves, form = jax.tree.flatten(state)
    done, pieces = 0, []
    if (before := kept.read()) is not None:
        state = chain.at_home(jax.tree.unflatten(form, [before[f"state{i}"] for i in range(len(leaves))]))
        done = int(before["done"])
        drawn = tuple({k.removeprefix(p): v for k, v in before.items() if k.startswith(p)} for p in ("z_", "stat_"))
        pieces = [drawn] if drawn[0] else []
    with progress("Sampling", total=warmup + draws, quiet=quiet) as advance:
        advance(min(done, warmup + draws))
        while done < warmup + draws:
            state, found = chain.piece(state, data)
            first = max(0, warmup - done)  # transitions of this piece that still adapted
            done += PIECE
            if first < PIECE:
                pieces.append(jax.tree.map(lambda leaf, first=first: leaf[first:], found))
            diverged = int(sum(piece[1]["diverging"].sum() for piece in pieces))
            advance(PIECE, "warming up" if done <= warmup else f"{diverged} diverged")
            pieces = [jax.tree.map(lambda *leaves: np.concatenate(leaves), *pieces)] if pieces else []
            kept.write(_arrays(state, done, pieces))
    return jax.tree.map(lambda leaf: leaf[:draws].swapaxes(0, 1), pieces[0])


def _arrays(state: Any, done: int, pieces: list[Any]) -> dict[str, np.ndarray]:
    """Where the sampler stands and what it drew, by name."""
    arrays = {f"state{i}": np.asarray(leaf) for i, leaf in enumerate(jax.tree.leaves(state))}
    for z, stats in pieces:
        arrays |= {f"z_{name}": value for name, value in z.items()} | {f"stat_{n}": v for n, v in stats.items()}
    return arrays | {"done": np.array(done)}
