"""Full hierarchical Bayes: draws from the joint posterior of a population and its members, by NUTS (NumPyro).

The sampler runs in short pieces, all chains side by side and spread over the host's devices, so that progress shows,
Ctrl-C works and a long fit goes on from its last piece.
"""

import hashlib
import pickle
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from neurorl.core.agent import Agent
from neurorl.core.errors import BadValue
from neurorl.core.files import write_bytes
from neurorl.core.progress import progress
from neurorl.core.types import Record
from neurorl.fit.draws import result_of_draws
from neurorl.fit.formula import Design
from neurorl.fit.hierarchical import Data
from neurorl.fit.likelihood import buckets
from neurorl.fit.pilot import Pilot
from neurorl.fit.posterior import Posterior
from neurorl.fit.result import FitResult, FitWarning
from neurorl.fit.sampler import PIECE, Sampler, sampler, shapes_of
from neurorl.fit.units import by_unit

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
    posterior = Posterior.of(agent, fixed, prior=False)
    if not posterior.free:
        raise BadValue(f"{type(agent).__name__} has no free parameter here, so there is no population to learn.")
    with jax.enable_x64(True):
        units = by_unit(records, groups)
    n_units, names = len(units.labels), tuple(info.name for info in posterior.free)
    design = design or Design.intercepts(n_units)
    design.check(names, n_units)
    settings = {"chains": chains, "warmup": warmup, "draws": draws, "seed": seed, "fixed": dict(posterior.held)}
    settings |= {"double": double, "accept": accept}
    x = [design.columns(name).x for name in names]
    kept = _Kept(checkpoint, (repr(agent), settings, [part.tobytes() for part in x]), records, groups)
    pilot = Pilot.of(posterior, units, x, seed)
    with jax.enable_x64(double):
        data = data_of(records, groups, n_units, pilot)
        chain = sampler(posterior, chains, warmup, accept, double, shapes_of(data))
        rng = np.random.default_rng(seed)
        places = [pilot.place(posterior, rng) for _ in range(chains)]
        z, stats = _sample(chain, data, places, kept, warmup, draws, seed, quiet)
        sites = chain.sites(z, data)
        log_lik = chain.log_lik(sites["z"], data)
    result = result_of_draws(posterior, units, design, sites, log_lik, stats, "nuts", settings)
    for sentence in result.problems():
        warnings.warn(f"{type(agent).__name__}. {sentence}", FitWarning, stacklevel=2)
    return result


def data_of(records: Record, groups: Sequence[int] | np.ndarray | None, n_units: int, pilot: Pilot) -> Data:
    """The data in the precision that is on."""
    unit = np.arange(n_units) if groups is None else np.unique(np.asarray(groups), return_inverse=True)[1]
    x = [jnp.asarray(part, float) for part in pilot.x]
    return Data(buckets(records, unit), x, jnp.asarray(pilot.centred, float))


def _sample(
    chain: Sampler,
    data: Data,
    places: list[dict[str, np.ndarray]],
    kept: "_Kept",
    warmup: int,
    draws: int,
    seed: int,
    quiet: bool,
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Unconstrained sites and the sampler's statistics [chain, draw, ...]."""
    stacked = jax.tree.map(lambda *leaves: jnp.asarray(np.stack(leaves), float), *places)
    keys = jax.random.split(jax.random.PRNGKey(seed), len(places))
    state = chain.begin(keys, stacked, data)
    done, pieces = 0, []
    if (before := kept.read(state)) is not None:
        state, done, pieces = chain.at_home(before[0]), before[1], before[2]
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
            kept.write(state, done, pieces)
    return jax.tree.map(lambda *leaves: np.concatenate(leaves)[:draws].swapaxes(0, 1), *pieces)


class _Kept:
    """The sampler where it stood, in a file; that of other data or settings is never taken."""

    def __init__(self, path: Path | None, what: object, records: Record, groups: Any):
        self._path = path
        digest = hashlib.sha256(repr((what, None if groups is None else np.asarray(groups).tolist())).encode())
        for leaf in jax.tree.leaves(records):
            digest.update(np.asarray(leaf).tobytes())
        self._print = digest.hexdigest()

    def read(self, like: Any) -> tuple[Any, int, list[Any]] | None:
        if self._path is None or not self._path.is_file():
            return None
        try:
            found, leaves, done, pieces = pickle.loads(self._path.read_bytes())
        except Exception:  # a damaged or older file is worth nothing
            return None
        if found != self._print:
            return None
        return jax.tree.unflatten(jax.tree.structure(like), leaves), done, pieces

    def write(self, state: Any, done: int, pieces: list[Any]) -> None:
        if self._path is not None:
            leaves = [np.asarray(leaf) for leaf in jax.tree.leaves(state)]
            write_bytes(self._path, pickle.dumps((self._print, leaves, done, pieces)))
