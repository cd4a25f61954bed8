"""What a fit climbs: the log posterior of an agent's free parameters, given recorded sessions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from neurorl.core.agent import Agent
from neurorl.core.errors import BadValue, DoesNotFit
from neurorl.core.params import ParamInfo, free_params, replace
from neurorl.core.types import Record
from neurorl.core.wrapped import called
from neurorl.loop import Particles, replay

POOL = 4096
EDGE = 0.005  # share of its range within which a parameter counts as at the end of it


@dataclass(frozen=True)
class Posterior:
    """Log posterior over the unconstrained values z of one unit's parameters.

        x_k = low_k + (high_k - low_k) sigmoid(z_k)
        log posterior(z) = sum_t log p(a_t | x, past) + sum_k log prior_k(x_k)

    The prior is a density over x and carries no Jacobian of the transform: its maximum is the mode on the scale in
    which the parameters are declared, and z only keeps the search inside the supports.

    Attributes:
        agent: the agent to fit.
        free: the parameters that are searched, in the order of z.
        held: name and value of the parameters that the caller holds.
        with_prior: False leaves the prior out (maximum likelihood).
    """

    agent: Agent
    free: tuple[ParamInfo, ...]
    held: tuple[tuple[str, float], ...]
    with_prior: bool

    @classmethod
    def of(cls, agent: Agent, fixed: Mapping[str, float] | None, prior: bool, *, gradient: bool = True) -> Self:
        """The posterior of an agent's declared parameters, less `fixed` and those without influence.

        An agent may name in `frozen_params` the parameters that cannot matter in its spaces; they stay at their
        defaults.

        Raises:
            DoesNotFit: a gradient is needed (`gradient`), and the agent has none.
        """
        if gradient and not has_gradient(agent):
            raise DoesNotFit(without_gradient(agent))
        held = {name: float(value) for name, value in (fixed or {}).items()}
        declared = free_params(replace(agent.params(), **held))  # an unknown name or bad value is an error here
        frozen = getattr(agent, "frozen_params", ())
        free = tuple(info for info in declared if info.name not in held and info.name not in frozen)
        return cls(agent, free, tuple(held.items()), prior)

    def constrained(self, z: Float[Array, " n"]) -> Float[Array, " n"]:
        """z on the scale of the parameters."""
        x = [info.support.constrain(z[k]) for k, info in enumerate(self.free)]
        return jnp.stack(x) if x else jnp.zeros(0)

    def unconstrained(self, x: Float[Array, "n ..."]) -> Float[Array, "n ..."]:
        """Parameters, the first axis of x, on the scale of z.

        They are kept a thousandth of their width away from the ends of their supports, where z is infinite.
        """
        z = []
        for k, info in enumerate(self.free):
            margin = 1e-3 * (info.support.high - info.support.low)
            inside = jnp.clip(x[k], info.support.low + margin, info.support.high - margin)
            z.append(info.support.unconstrain(inside))
        return jnp.stack(z)

    def params(self, x: Float[Array, " n"]) -> Any:
        """The agent's parameters with x in the place of the free ones."""
        values = {info.name: x[k] for k, info in enumerate(self.free)}
        return replace(self.agent.params(), **dict(self.held), **values)

    def stacked(self, x: Float[np.ndarray, "s n"]) -> Any:
        """The agent's parameters at x, with a leading axis, in single precision: ready for `replay_many`."""
        with jax.enable_x64(False):  # parameters that are held, too
            return jax.vmap(self.params)(jnp.asarray(x, jnp.float32))

    def named(self, x: Float[np.ndarray, "s n"]) -> dict[str, np.ndarray]:
        """x by the names of the parameters, and beside them those that are held."""
        searched = {info.name: x[:, k] for k, info in enumerate(self.free)}
        return searched | {name: np.full(len(x), value) for name, value in self.held}

    def draw(self, key: Array, shape: tuple[int, ...]) -> Float[np.ndarray, "*shape n"]:
        """Draws from the prior, as z.

        Each coordinate is picked from a pool of POOL draws, so that the samplers are compiled for one size only.
        """
        picks = np.random.default_rng(np.asarray(jax.random.key_data(key)))
        x = []
        for k, info in enumerate(self.free):
            pool = np.asarray(info.prior.sample(jax.random.fold_in(key, k), (POOL,), info.support))
            x.append(picks.choice(pool, shape))
        return np.moveaxis(np.array(self.unconstrained(jnp.asarray(x))), 0, -1)

    def log_probs(self, z: Float[Array, " n"], sessions: Record) -> Float[Array, "m t"]:
        """Log-probability of every choice of the unit's sessions, nats; 0 where not scored."""
        return self.log_probs_at(self.constrained(z), sessions)

    def log_probs_at(self, x: Float[Array, " n"], sessions: Record) -> Float[Array, "m t"]:
        """The same at x, on the scale of the parameters."""
        params, key = self.params(x), jax.random.key(0)
        return jax.vmap(lambda record: replay(key, self.agent, params, record).log_prob)(sessions)

    def log_prior(self, z: Float[Array, " n"]) -> Float[Array, ""]:
        """Sum of the log prior densities of the parameters; 0 in maximum likelihood."""
        return self.log_prior_at(self.constrained(z)) if self.with_prior else jnp.zeros(())

    def log_prior_at(self, x: Float[Array, " n"]) -> Float[Array, ""]:
        """Sum of the log prior densities at x, on the scale of the parameters."""
        zero = jnp.zeros(())
        return sum((info.prior.log_density(x[k], info.support) for k, info in enumerate(self.free)), zero)

    def log_posterior(self, z: Float[Array, " n"], sessions: Record) -> Float[Array, ""]:
        """Log-likelihood plus log prior, nats."""
        return self.log_probs(z, sessions).sum() + self.log_prior(z)


def has_gradient(agent: Agent) -> bool:
    """Whether the log-likelihood has a gradient that a search can follow."""
    return agent.has_gradient and not agent.draws_in_private


def without_gradient(agent: Agent) -> str:
    """Why a method that follows gradients refuses the agent, as a sentence."""
    if not agent.draws_in_private:
        why = "it rounds, and the derivative of a rounded number is 0"
    else:
        why = "it draws random numbers of its own, and the estimate of a particle filter jumps as parameters change"
    name = called(agent.agent if isinstance(agent, Particles) else agent)
    return (
        f"The log-likelihood of {name} has no gradient: {why}. Fit it by map or ml, which then search without a "
        "gradient; em, hbi, vi, nuts, profiles and leaving subjects out need one."
    )


def require_declared(agent: Agent) -> None:
    """Refuse an agent whose parameters are weights that training must find."""
    one, other = (jax.tree.leaves(agent.params(jax.random.key(seed))) for seed in (0, 1))
    if any(bool(jnp.any(a != b)) for a, b in zip(one, other, strict=True)):
        raise BadValue(
            f"{type(agent).__name__} starts from random weights, which a fit of declared parameters cannot find. Train "
            "it with `neurorl train`, and score it on recorded sessions with `replay`."
        )


def at_bound(posterior: Posterior, x: np.ndarray) -> tuple[tuple[str, ...], ...]:
    """For each unit, the names of its parameters x [S, n] that lie at an end of their range."""
    low, high = (np.array([getattr(info.support, end) for info in posterior.free]) for end in ("low", "high"))
    position = (x - low) / (high - low)
    edge = ~((position > EDGE) & (position < 1 - EDGE))
    return tuple(tuple(posterior.free[k].name for k in np.flatnonzero(row)) for row in edge)
