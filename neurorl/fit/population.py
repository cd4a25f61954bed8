"""Each unit under a Gaussian population: the maximum, curvature and evidence of its own posterior.

    log p(choices, z) = log p(choices | z) + sum_k log N(z_k; mean_k, variance_k)

over the unconstrained z, in which a Gaussian makes sense, and so a proper density with no Jacobian. EM and hierarchical
inference over models repeat this step with ever other means and variances; it is compiled once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import jax
import jax.numpy as jnp
import numpy as np

from neurorl.core.agent import Agent
from neurorl.core.errors import BadValue
from neurorl.core.params import ParamInfo
from neurorl.core.suits import require_suited
from neurorl.core.types import Record
from neurorl.fit.design.formula import Design
from neurorl.fit.methods.map import highest, starting_points
from neurorl.fit.problem import Posterior
from neurorl.fit.search.evaluate import Evaluator
from neurorl.fit.search.laplace import covariances, hessians, laplace
from neurorl.fit.search.penalised import Tilted, everywhere, gaussian
from neurorl.fit.undetermined import reasons
from neurorl.fit.units import Units, by_unit, with_choices

WIDE = 6.25  # variance of the population before anything is known (Piray et al. 2019)


@dataclass(frozen=True)
class Inner:
    """The units' own posteriors given the population.

    Attributes:
        z: [S, n] their maxima.
        covariance: [S, n, n] inverse of minus the Hessian there; NaN where that is not positive definite.
        log_lik: [S] of the choices at z, nats.
        log_evidence: [S] log of the likelihood averaged over the population, by Laplace's approximation, nats.
        gradient_norm: [S] at z.
        rested: [S] whether the search came to rest.
        agreeing: [S] how many of the starts of this step reached the best value.
    """

    z: np.ndarray
    covariance: np.ndarray
    log_lik: np.ndarray
    log_evidence: np.ndarray
    gradient_norm: np.ndarray
    rested: np.ndarray
    agreeing: np.ndarray

    @property
    def sound(self) -> np.ndarray:
        """Units that can speak for the population [S]."""
        return self.rested & np.isfinite(self.log_evidence)


@dataclass(frozen=True)
class Problem:
    """What a population is learned from.

    Attributes:
        posterior: of the agent, without its declared priors.
        records: sessions [sessions, T] of the units that have a scored choice.
        groups: [sessions] the unit of each of them.
        units: the same by unit.
        design: what explains the units' parameters.
        left_out: labels of the units that have no scored choice.
    """

    posterior: Posterior
    records: Record
    groups: Sequence[int] | np.ndarray | None
    units: Units
    design: Design
    left_out: tuple[Any, ...]

    @classmethod
    def of(
        cls,
        agent: Agent,
        records: Record,
        groups: Sequence[int] | np.ndarray | None,
        design: Design | None,
        fixed: Mapping[str, float] | None,
    ) -> Self:
        """The problem; `BadValue` where the agent has nothing to learn or the design does not fit."""
        require_suited(agent, records)
        posterior = Posterior.of(agent, fixed, prior=False)
        if not posterior.free:
            raise BadValue(f"{type(agent).__name__} has no free parameter here, so there is no population to learn.")
        everybody = np.unique(np.arange(len(records.reward)) if groups is None else np.asarray(groups))
        records, groups, left_out = with_choices(records, groups)
        with jax.enable_x64(True):
            units = by_unit(records, groups)
        names, n_units = tuple(info.name for info in posterior.free), len(units.labels)
        design = design or Design.intercepts(n_units)
        design.check_order(everybody)
        if left_out and design.n_units == len(everybody):
            design = design.rows(np.isin(everybody, units.labels))
        design.check(names, n_units)
        return cls(posterior, records, groups, units, design, left_out)

    @property
    def about_units(self) -> dict[str, Any]:
        """What a `FitResult` says of the units themselves."""
        why = reasons(self.units.sessions, len(self.posterior.free))
        return {"labels": self.units.labels, "left_out": self.left_out, "why": why}

    @property
    def x(self) -> list[np.ndarray]:
        """The design of each parameter, [S, terms]."""
        return [self.design.columns(info.name).x for info in self.posterior.free]


class Members:
    """The units of one agent, ready for any population. Use it where double precision is on.

    Attributes:
        posterior: of the agent, without its declared priors: the population stands for them.
        n_units: how many.
    """

    def __init__(self, posterior: Posterior, units: Units, lanes: int):
        self.posterior, self.n_units = posterior, len(units.labels)
        self._evaluate = Evaluator(posterior, units.sessions, self.n_units * lanes)

    def first(self, starts: int, seed: int, max_steps: int) -> np.ndarray:
        """Where each unit's posterior is highest under a wide population around the defaults, from many starts."""
        mean = np.broadcast_to(self.default(), (self.n_units, len(self.posterior.free)))
        ground = Tilted(self._evaluate, gaussian(mean, np.full(mean.shape[1], WIDE)))
        origins = starting_points(self.posterior, ground, self.n_units, starts, seed, max_steps)
        return highest(ground, origins, max_steps, tests=1).z

    def given(self, mean: np.ndarray, variance: np.ndarray, origins: np.ndarray, max_steps: int) -> Inner:
        """The posteriors under a population: mean [S, n], variance [n]; origins [S, starts, n]."""
        ground = Tilted(self._evaluate, gaussian(mean, variance))
        top = highest(ground, origins, max_steps, tests=1)
        hessian, _ = hessians(ground, top.z)
        covariance, _ = covariances(hessian)
        at = everywhere(ground, np.arange(self.n_units), top.z)
        norm = np.linalg.norm(at.gradient, axis=1)
        evidence = laplace(-top.lowest, hessian, top.converged)
        return Inner(top.z, covariance, at.log_lik, evidence, norm, top.converged, top.agreeing)

    def default(self) -> np.ndarray:
        """The declared defaults of the parameters, as z [n]."""
        return np.asarray(self.posterior.unconstrained(jnp.array([info.default for info in self.posterior.free])))


def expected(x: Sequence[np.ndarray], b: Sequence[np.ndarray]) -> np.ndarray:
    """Mean of every unit's z in the population [S, n]: each parameter's design [S, terms] times its coefficients."""
    return np.stack([part @ b_k for part, b_k in zip(x, b, strict=True)], axis=1)


def group_row(
    info: ParamInfo, term: str, is_mean: bool, mean: float, se: float, sd_between: float, low: float, high: float
) -> dict[str, object]:
    """One row of `FitResult.group`."""
    on_its_scale = float(info.support.constrain(jnp.asarray(mean))) if is_mean else np.nan
    row: dict[str, object] = {"parameter": info.name, "term": term, "mean": mean, "se": se, "sd_between": sd_between}
    row |= {"low": low, "high": high, "mean_on_scale": on_its_scale}
    return row


def on_scale(posterior: Posterior, z: np.ndarray) -> np.ndarray:
    """Parameters [S, n] at z [S, n]."""
    return np.asarray(jax.vmap(posterior.constrained)(jnp.asarray(z)))
