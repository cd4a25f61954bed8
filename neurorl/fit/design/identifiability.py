"""Identifiability: do the choices bound a parameter on both sides, whatever the others are?

The *profile likelihood* of a parameter x_k is the likelihood with all other parameters at their best:

    l_k(v) = max_{x: x_k = v} log p(choices | x)

The values that a likelihood-ratio test does not reject at the 95 % level are its interval,

    { v : 2 (max_x log p - l_k(v)) <= 3.84 },        the 95 % quantile of chi-square with one degree of freedom.

Where the profile stays above that line up to an end of the range, the choices do not bound the parameter on that side:
it is not practically identifiable, whatever its point estimate and its standard error say (Raue et al. 2009). The
interval follows any transform of the parameter and may be lopsided, which no standard error is.

The parameter is held in the place where the search looks, so all values are climbed by the program that the fit itself
compiled, each from where its neighbours' climbs ended.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Bool, Float
from scipy.optimize import elementwise, minimize_scalar
from scipy.stats import chi2

from neurorl.core.agent import Agent
from neurorl.core.errors import BadValue
from neurorl.core.params import ParamInfo
from neurorl.core.suits import require_suited
from neurorl.core.types import Record
from neurorl.fit.methods.map import climb, highest
from neurorl.fit.problem import Posterior
from neurorl.fit.search.evaluate import Evaluator
from neurorl.fit.search.penalised import Ground
from neurorl.fit.search.profile import Held
from neurorl.fit.units import by_unit, with_choices

GRID = np.linspace(-7.0, 7.0, 29)  # values on the unconstrained scale: 0.1 to 99.9 % of the range
NEAR = {"fatol": 1e-3}  # nats to which the ends of an interval lie on the line
RAISED = 1e-4  # nats that setting out from a neighbour must bring


@dataclass(frozen=True)
class Interval:
    """The likelihood-ratio interval of a parameter, of each unit [S] or of a value that all units share [1].

    Attributes:
        estimate: the maximum likelihood.
        low, high: where the profile crosses the line; the end of the range where it does not.
        bounded_below, bounded_above: whether it does.
    """

    estimate: Float[np.ndarray, " s"]
    low: Float[np.ndarray, " s"]
    high: Float[np.ndarray, " s"]
    bounded_below: Bool[np.ndarray, " s"]
    bounded_above: Bool[np.ndarray, " s"]

    @property
    def bounded(self) -> Bool[np.ndarray, " s"]:
        """Whether the choices bound the parameter on both sides."""
        return self.bounded_below & self.bounded_above

    def sentences(self) -> list[str]:
        """The interval in words."""
        rows = zip(self.estimate, self.low, self.high, self.bounded_below, self.bounded_above, strict=True)
        out = []
        for estimate, low, high, below, above in rows:
            ends = (f"{low:.4g}" if below else "not bounded below", f"{high:.4g}" if above else "not bounded above")
            out.append(f"{estimate:.4g} ({', '.join(ends)})")
        return out


@dataclass(frozen=True)
class Profile:
    """The profile likelihood of one parameter.

    Attributes:
        parameter: its name.
        labels: [S] the units.
        grid: [G] values of the parameter.
        log_lik: [S, G] log-likelihood with the parameter there and all others at their best, nats.
        top: [S] the largest log-likelihood.
        each: the interval of every unit.
        shared: the interval of one value for all units, whose other parameters stay their own.
        level: of the intervals.
    """

    parameter: str
    labels: np.ndarray
    grid: Float[np.ndarray, " g"]
    log_lik: Float[np.ndarray, "s g"]
    top: Float[np.ndarray, " s"]
    each: Interval
    shared: Interval
    level: float

    def table(self) -> pd.DataFrame:
        """One row a unit: parameter, unit, estimate, low, high, bounded_below, bounded_above."""
        return pd.DataFrame({"parameter": self.parameter, "unit": self.labels} | vars(self.each))

    def curves(self) -> pd.DataFrame:
        """One row a unit and value: parameter, unit, value, below (nats below the unit's maximum)."""
        s, g = self.log_lik.shape
        below = self.top[:, None] - self.log_lik
        columns = {"unit": np.repeat(self.labels, g), "value": np.tile(self.grid, s), "below": below.ravel()}
        return pd.DataFrame({"parameter": self.parameter} | columns)


def profile(agent: Agent, records: Record, parameter: str, **settings: Any) -> Profile:
    """The profile likelihood of one parameter for each session or group of sessions; settings as in `profiles`."""
    return profiles(agent, records, [parameter], **settings)[parameter]


def profiles(
    agent: Agent,
    records: Record,
    parameters: Sequence[str] | None = None,
    *,
    groups: Sequence[int] | np.ndarray | None = None,
    fixed: Mapping[str, float] | None = None,
    level: float = 0.95,
    starts: int = 8,
    seed: int = 0,
    max_steps: int = 200,
    quiet: bool = False,
) -> dict[str, Profile]:
    """The profile likelihood of parameters, by name; of all that are free by default.

    Args:
        agent, records, groups, fixed, seed, max_steps, quiet: as in `fit_map`; priors play no part. Units without a
            scored choice have no profile.
        parameters: names.
        level: of the intervals.
        starts: starting points of the fit that finds the maximum.
    """
    require_suited(agent, records)
    records, groups, _ = with_choices(records, groups)
    with jax.enable_x64(True):
        posterior = Posterior.of(agent, fixed, prior=False)
        free = [info.name for info in posterior.free]
        wanted = free if parameters is None else list(parameters)
        if unknown := [name for name in wanted if name not in free]:
            raise BadValue(f"{', '.join(unknown)} is not fitted here; the free parameters are: {', '.join(free)}.")
        units = by_unit(records, groups)
        ground = Evaluator(posterior, units.sessions, len(units.labels) * starts)
        z, *_ = climb(posterior, ground, len(units.labels), starts, seed, max_steps, quiet)
        return {
            name: _profile(posterior, ground, units.labels, z, free.index(name), level, max_steps) for name in wanted
        }


def _profile(
    posterior: Posterior, ground: Ground, labels: np.ndarray, z: np.ndarray, k: int, level: float, max_steps: int
) -> Profile:
    info, line = posterior.free[k], float(chi2.ppf(level, 1)) / 2
    held, units = Held(ground, k, max_steps), np.arange(len(z))
    log_lik, path = _along(held, z)
    # The profile may have found a better place than the fit did.
    best = highest(ground, np.stack([z, path[units, log_lik.argmax(axis=1)]], axis=1), max_steps, tests=1)
    top = -best.lowest

    def at(value: np.ndarray, unit: np.ndarray) -> np.ndarray:
        """The profile at any value, climbed from the nearest one of the grid and from the maximum."""
        near = np.abs(value[:, None] - GRID).argmin(axis=1)
        return held.highest(unit, value, np.stack([path[unit, near], best.z[unit]], axis=1))[1]

    def of_all(value: np.ndarray) -> np.ndarray:
        """The sum over units at values [L]."""
        return at(np.repeat(value, len(z)), np.tile(units, len(value))).reshape(len(value), -1).sum(axis=1)

    each = _interval(info, best.z[:, k], log_lik - top[:, None] + line, lambda v, u: top[u] - line - at(v, u))
    shared = _shared(info, log_lik.sum(axis=0), line, of_all)
    grid = np.asarray(info.support.constrain(jnp.asarray(GRID)))
    return Profile(info.name, labels, grid, log_lik, top, each, shared, level)


def _along(held: Held, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The profile of every unit on the grid [S, G], and where it was reached [S, G, n].

    All values are climbed at once from the unit's maximum z; then each from where its neighbours ended, as long as that
    still raises somebody.
    """
    log_lik, path = np.full((len(z), len(GRID)), -np.inf), np.repeat(z[:, None], len(GRID), axis=1)
    raised = np.ones(log_lik.shape, bool)
    origins, place = path[:, :, None], np.arange(len(GRID))
    while raised.any():
        unit, g = np.nonzero(raised)
        reached, height = held.highest(unit, GRID[g], origins[unit, g])
        higher = height > log_lik[unit, g] + RAISED
        raised[:] = False
        raised[unit[higher], g[higher]] = True
        log_lik[unit[higher], g[higher]], path[unit[higher], g[higher]] = height[higher], reached[higher]
        sides = np.pad(raised, ((0, 0), (1, 1)))
        raised = sides[:, :-2] | sides[:, 2:]
        origins = np.stack([path[:, np.clip(place + side, 0, len(GRID) - 1)] for side in (-1, 1)], axis=2)
    return log_lik, path


def _shared(info: ParamInfo, total: np.ndarray, line: float, of_all: Callable[[np.ndarray], np.ndarray]) -> Interval:
    """Of one value for all units, from the sum of their profiles on the grid [G] and at any values."""
    g = int(total.argmax())
    around = (GRID[max(g - 1, 0)], GRID[min(g + 1, len(GRID) - 1)])
    options = {"xatol": 1e-3}
    found = minimize_scalar(lambda v: -of_all(np.array([v]))[0], bounds=around, method="bounded", options=options)
    best, top = max([(found.x, -found.fun), (GRID[g], total[g])], key=lambda pair: pair[1])
    return _interval(info, np.array([best]), (total - top + line)[None], lambda v, _: top - line - of_all(v))


def _interval(
    info: ParamInfo, z: np.ndarray, above: np.ndarray, below: Callable[[np.ndarray, np.ndarray], np.ndarray]
) -> Interval:
    """Where profiles cross the line, the outermost places if there are several.

    Args:
        z: [S] the maximum.
        above: [S, G] how far the profile lies above the line on the grid, nats.
        below: (values, units) -> how far it lies below the line there.
    """
    inside = above >= 0
    first = np.where(inside.any(axis=1), GRID[inside.argmax(axis=1)], np.inf)
    last = np.where(inside.any(axis=1), GRID[::-1][inside[:, ::-1].argmax(axis=1)], -np.inf)
    inner = np.stack([np.minimum(first, z), np.maximum(last, z)])  # [side, S]
    beyond = np.stack([np.searchsorted(GRID, inner[0], "left") - 1, np.searchsorted(GRID, inner[1], "right")])
    bounded = (beyond >= 0) & (beyond < len(GRID))
    ends = np.stack([np.full(len(z), float(end)) for end in (info.support.low, info.support.high)])
    if bounded.any():
        unit = np.broadcast_to(np.arange(len(z)), bounded.shape)[bounded]
        bracket = (GRID[beyond[bounded]], inner[bounded])
        found = elementwise.find_root(lambda v, u: below(v, u.astype(int)), bracket, args=(unit,), tolerances=NEAR)
        ends[bounded] = info.support.constrain(jnp.asarray(found.x))
    estimate = np.asarray(info.support.constrain(jnp.asarray(z)))
    return Interval(estimate, ends[0], ends[1], bounded[0], bounded[1])
