"""Full hierarchical Bayes: draws from the joint posterior of a population and its members, by NUTS (NumPyro).

The sampler runs in short pieces, all chains side by side and spread over the host's devices, so that progress shows,
Ctrl-C works and a long fit goes on from its last piece.
"""

import functools
import hashlib
import pickle
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import PartitionSpec
from numpyro.infer import NUTS
from numpyro.infer.initialization import init_to_uniform

from neurorl.core.agent import Agent
from neurorl.core.errors import BadValue
from neurorl.core.files import write_bytes
from neurorl.core.progress import progress
from neurorl.core.types import Record
from neurorl.fit.draws import result_of_draws
from neurorl.fit.evaluate import mesh
from neurorl.fit.formula import Design
from neurorl.fit.hierarchical import Hierarchy
from neurorl.fit.likelihood import log_likelihood_of_units
from neurorl.fit.posterior import Posterior
from neurorl.fit.result import FitResult, FitWarning
from neurorl.fit.units import by_unit

PIECE = 50  # transitions between two signs of life
RADIUS = 1.0  # chains set out from anywhere within this of 0, over the unconstrained sites
ACCEPT = 0.8


def fit_nuts(
    agent: Agent,
    records: Record,
    *,
    groups: Sequence[int] | np.ndarray | None = None,
    design: Design | None = None,
    fixed: Mapping[str, float] | None = None,
    chains: int = 4,
    warmup: int = 500,
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
    of_session = np.arange(n_units) if groups is None else np.unique(np.asarray(groups), return_inverse=True)[1]
    settings = {"chains": chains, "warmup": warmup, "draws": draws, "seed": seed, "fixed": dict(posterior.held)}
    settings |= {"double": double, "accept": accept}
    with jax.enable_x64(double):
        likelihood = log_likelihood_of_units(posterior, records, of_session)
        hierarchy = Hierarchy(names, design, likelihood, n_units)
        kept = _Kept(checkpoint, (repr(agent), settings, [design.columns(n).x.tobytes() for n in names]), records)
        sites, stats = _sample(hierarchy, kept, chains, warmup, draws, seed, accept, quiet)
        log_lik = _over_draws(likelihood, sites["z"])
    result = result_of_draws(posterior, units, design, sites, log_lik, stats, "nuts", settings)
    for sentence in result.problems():
        warnings.warn(f"{type(agent).__name__}. {sentence}", FitWarning, stacklevel=2)
    return result


def _sample(
    hierarchy: Hierarchy, kept: "_Kept", chains: int, warmup: int, draws: int, seed: int, accept: float, quiet: bool
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Sites and sampler's statistics [chain, draw, ...]."""
    kernel = NUTS(
        hierarchy.model(),
        dense_mass=hierarchy.dense(),
        target_accept_prob=accept,
        init_strategy=init_to_uniform(radius=RADIUS),
    )
    keys = jax.random.split(jax.random.PRNGKey(seed), chains)
    state = kernel.init(keys, warmup, None, (), {})
    piece = _piece(kernel, chains)
    done, pieces = 0, []
    if (before := kept.read(state)) is not None:
        state, done, pieces = before
    with progress("Sampling", total=warmup + draws, quiet=quiet) as advance:
        advance(done)
        while done < warmup + draws:
            state, found = piece(state)
            found = jax.device_get(found)
            first = max(0, warmup - done)  # transitions of this piece that still adapted
            done += PIECE
            if first < PIECE:
                pieces.append(jax.tree.map(lambda leaf, first=first: leaf[first:], found))
            advance(
                PIECE, "warmup" if done <= warmup else f"{int(sum(p[1]['diverging'].sum() for p in pieces))} diverged"
            )
            kept.write(state, done, pieces)
    joined = jax.tree.map(lambda *leaves: np.concatenate(leaves)[:draws].swapaxes(0, 1), *pieces)
    constrain = kernel.postprocess_fn((), {})
    sites = jax.jit(jax.vmap(jax.vmap(constrain)))(joined[0])
    return {name: np.asarray(value, float) for name, value in sites.items()}, joined[1]


def _piece(kernel: NUTS, chains: int) -> Callable[[Any], tuple[Any, Any]]:
    """PIECE transitions of all chains, which are shared out over the devices where their number allows it."""

    def transition(state: Any, _: None) -> tuple[Any, Any]:
        state = kernel.sample(state, (), {})
        stats = {name: getattr(state, name) for name in ("diverging", "num_steps", "accept_prob", "potential_energy")}
        return state, (state.z, stats)

    def run(state: Any) -> tuple[Any, Any]:
        return jax.lax.scan(transition, state, length=PIECE)

    if chains % len(jax.devices()):
        return jax.jit(run)
    lane = PartitionSpec("lane")
    specs = {"in_specs": lane, "out_specs": (lane, PartitionSpec(None, "lane"))}
    return jax.jit(jax.shard_map(run, mesh=mesh(), check_vma=False, **specs))


def _over_draws(likelihood: Callable[..., Any], z: np.ndarray) -> np.ndarray:
    """Log-likelihood of each unit at each draw: z [chain, draw, S, n] -> [chain, draw, S]."""
    flat = z.reshape(-1, *z.shape[2:])
    every = functools.partial(jax.lax.map, likelihood)
    return np.asarray(jax.jit(every)(jnp.asarray(flat, float)), float).reshape(z.shape[:3])


class _Kept:
    """The sampler where it stood, in a file; that of other data or settings is never taken."""

    def __init__(self, path: Path | None, what: object, records: Record):
        self._path = path
        digest = hashlib.sha256(repr(what).encode())
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
        return jax.tree.unflatten(jax.tree.structure(like), [jnp.asarray(leaf) for leaf in leaves]), done, pieces

    def write(self, state: Any, done: int, pieces: list[Any]) -> None:
        if self._path is not None:
            leaves = [np.asarray(leaf) for leaf in jax.tree.leaves(state)]
            write_bytes(self._path, pickle.dumps((self._print, leaves, done, pieces)))
