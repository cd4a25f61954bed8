"""Benna-Fusi synapse: a chain of coupled variables from fast to slow.

    C_k du_k/dt = g_{k-1,k} (u_{k-1} - u_k) + g_{k,k+1} (u_{k+1} - u_k),   k = 1 ... n       (Benna & Fusi 2016, eq. 1)
    C_k = 2^(k-1),   g_{k,k+1} = g 2^-k

A change is added to u_1, which is the weight; the chain then runs for one unit of time (one write), computed exactly by
the matrix exponential. A change fades from u_1 as t^(-1/2) between about 1/g and 4^n / g writes, where a single
variable fades exponentially. Without a leak the sum of C_k u_k is conserved; with one, u_n also flows to 0 through
g_{n,n+1}.

All variables start at the weight, as after a long time at rest there.

Departs from the paper: variables are real numbers without bounds.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, PRNGKeyArray
from scipy.linalg import expm

from neurorl.core.card import Card
from neurorl.core.errors import BadValue
from neurorl.core.options import option
from neurorl.core.synapse import Synapse


@dataclass(frozen=True)
class BennaFusi(Synapse):
    """A chain of `n` variables a weight; a state has arrays [..., n]."""

    n: int = option(6, "variables in the chain", low=1)
    g: float = option(0.125, "coupling of the two fastest variables is g / 2 a write", low=0)
    leak: bool = option(False, "True: the slowest variable flows to 0")

    card: ClassVar[Card] = Card(
        title="Benna-Fusi chain",
        summary="A weight is the fastest of several coupled variables. Slower ones remember earlier changes, so that "
        "memory fades as a power of time.",
        refs=("benna2016:eq. 1", "kaplanis2018"),
        tags=("consolidation", "timescales"),
    )

    def __post_init__(self) -> None:
        if self.n < 1:
            raise BadValue(f"n is {self.n}, but a chain needs at least one variable.")
        if not 0 <= self.g < float("inf"):
            raise BadValue(f"g is {self.g:g}, but must be a finite number of at least 0.")

    @property
    def drifts(self) -> bool:  # pyright: ignore[reportIncompatibleVariableOverride]
        """With a leak, weights flow to 0 by themselves."""
        return self.leak

    @cached_property
    def capacities(self) -> Float[np.ndarray, " n"]:
        """C_k."""
        return 2.0 ** np.arange(self.n)

    @cached_property
    def over_one_write(self) -> Float[np.ndarray, "n n"]:
        """u after one unit of time is this matrix times u before."""
        flow = self.g * 0.5 ** np.arange(1, self.n + 1)  # g_{k,k+1}
        if not self.leak:
            flow[-1] = 0.0
        out = flow + np.r_[0.0, flow[:-1]]
        rates = -np.diag(out) + np.diag(flow[:-1], 1) + np.diag(flow[:-1], -1)
        return expm(rates / self.capacities[:, None])

    def init(self, key: PRNGKeyArray, weights: Any) -> Any:
        return jax.tree.map(lambda w: jnp.broadcast_to(w[..., None], (*w.shape, self.n)), weights)

    def read(self, state: Any) -> Any:
        return jax.tree.map(lambda u: u[..., 0], state)

    def write(self, state: Any, change: Any, importance: Any = None) -> Any:
        def one(u: Any, d: Any) -> Any:
            # A sum rather than a matrix product, which some devices round to fewer bits.
            pushed = jnp.concatenate([(u[..., :1] + d[..., None]), u[..., 1:]], axis=-1)
            return jnp.sum(jnp.asarray(self.over_one_write, u.dtype) * pushed[..., None, :], axis=-1)

        return jax.tree.map(one, state, change)


SYNAPSE = BennaFusi
