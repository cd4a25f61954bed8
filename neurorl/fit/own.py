"""What a fitting method of your own needs: parameters, the log-likelihood and prior of every unit, and a result.

    sessions = Sessions.of(agent, records, groups, fixed)
    x = ...                                     # [S, n] your estimates, on the scale of the parameters
    return sessions.result(x, method="mine")

All numbers are in double precision.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from neurorl import __version__
from neurorl.core.agent import Agent
from neurorl.core.errors import BadValue
from neurorl.core.fitted import Fitted
from neurorl.core.params import ParamInfo
from neurorl.core.suits import require_suited
from neurorl.core.types import Record
from neurorl.fit.problem import Posterior, require_declared
from neurorl.fit.result import FitResult
from neurorl.fit.undetermined import reasons
from neurorl.fit.units import Units, by_unit, with_choices


@dataclass(frozen=True)
class Sessions:
    """Recorded sessions by unit, and what an agent makes of them.

    Attributes:
        units: the sessions, the labels of the units, and the scored choices of each.
        left_out: labels of units without a scored choice.
        posterior: the free parameters, those that are held, and their priors.
    """

    units: Units
    left_out: tuple[Any, ...]
    posterior: Posterior
    _compiled: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        agent: Agent,
        records: Record,
        groups: Sequence[Any] | np.ndarray | None = None,
        fixed: Mapping[str, float] | None = None,
    ) -> Self:
        """Sessions [S, T] by unit.

        Args:
            agent: who is fitted.
            records: sessions; ragged ones are padded with valid=False.
            groups: [S] the unit of each session; by default each is its own.
            fixed: parameters that are held.

        Raises:
            BadValue: the agent has no free parameter.
        """
        require_suited(agent, records)
        records, groups, left_out = with_choices(records, groups)
        with jax.enable_x64(True):
            posterior = Posterior.of(agent, fixed, prior=True)
            if not posterior.free:
                require_declared(agent)
                raise BadValue(f"{type(agent).__name__} has no free parameter here, so there is nothing to fit.")
            return cls(by_unit(records, groups), left_out, posterior)

    @property
    def parameters(self) -> tuple[ParamInfo, ...]:
        """The free parameters, in the order of the columns of x: name, default, support, prior."""
        return self.posterior.free

    @property
    def n_units(self) -> int:
        """Number of units S."""
        return len(self.units.labels)

    def log_lik(self, x: Float[np.ndarray, "*k s n"]) -> Float[np.ndarray, "*k s"]:
        """Log-likelihood of each unit's scored choices at its parameters x, nats.

        Args:
            x: [S, n] on the scale of the parameters, or [K, S, n] for K candidates at once.
        """
        return self._at("log_lik", lambda x, sessions: self.posterior.log_probs_at(x, sessions).sum(), x)

    def log_prior(self, x: Float[np.ndarray, "*k s n"]) -> Float[np.ndarray, "*k s"]:
        """Sum of the log prior densities of the parameters, nats."""
        return self._at("log_prior", lambda x, sessions: self.posterior.log_prior_at(x), x)

    def draw(self, seed: int, n: int) -> Float[np.ndarray, "k s n"]:
        """Draws from the priors of the parameters, on their scale: n candidates, the same for each unit."""
        with jax.enable_x64(True):
            z = self.posterior.draw(jax.random.key(seed), (n,))
            x = np.asarray(jax.vmap(self.posterior.constrained)(jnp.asarray(z)))
        return np.broadcast_to(x[:, None, :], (n, self.n_units, x.shape[1]))

    def result(
        self,
        x: Float[np.ndarray, "s n"],
        method: str,
        *,
        converged: np.ndarray | None = None,
        settings: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> FitResult:
        """The fit at x.

        Args:
            x: [S, n] the estimates.
            method: name of the method.
            converged: [S] whose estimates may be read; by default all.
            settings: of the fit, for its origin.
            more: other fields of `FitResult` that the method knows (standard_errors, group, draws, ...).
        """
        x = np.asarray(x, float)
        if x.shape != (self.n_units, len(self.parameters)):
            raise BadValue(
                f"x has shape {x.shape}; {(self.n_units, len(self.parameters))} is expected (units, parameters)."
            )
        log_lik = self.log_lik(x)
        origin = {"method": method, "agent": type(self.posterior.agent).__name__, "neurorl": __version__}
        origin |= {"fixed": dict(self.posterior.held), **(settings or {})}
        return FitResult(
            fitted=Fitted(params=self.posterior.stacked(x), curve=None, origin=origin),
            values=self.posterior.named(x),
            log_lik=log_lik,
            log_posterior=log_lik + self.log_prior(x),
            n_choices=self.units.n_choices,
            n_params=len(self.parameters),
            converged=np.ones(self.n_units, bool) if converged is None else np.asarray(converged, bool),
            method=method,
            labels=self.units.labels,
            left_out=self.left_out,
            why=reasons(self.units.sessions, len(self.parameters)),
            **more,
        )

    def _at(self, name: str, one: Any, x: np.ndarray) -> np.ndarray:
        with jax.enable_x64(True):
            if name not in self._compiled:
                self._compiled[name] = jax.jit(jax.vmap(one))
            x = np.asarray(x, float)
            candidates = x if x.ndim == 3 else x[None]
            found = np.stack([np.asarray(self._compiled[name](c, self.units.sessions)) for c in candidates])
        return found if x.ndim == 3 else found[0]
