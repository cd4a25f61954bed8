"""The hierarchical model of any agent: every unit's parameters come from a population, which covariates may move.

    z_sk = x_sk . b_k + sd_k e_sk,   e_sk ~ N(0, 1)         (not centred)
    choices_s ~ the agent with parameters constrain(z_s)

over the unconstrained scale, the logit of the position within a parameter's range. Priors: b_k0 ~ N(0, 1.5), nearly
even over the range; other coefficients ~ N(0, 1); sd_k ~ half-normal(1). They do not depend on the data, and the
declared priors of the agent, which are about single people, are not used.

NumPyro writes the model; the likelihood is that of the one loop.
"""

from collections.abc import Callable
from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
from jaxtyping import Array, Float

from neurorl.fit.formula import Design
from neurorl.fit.likelihood import LogLikelihood

INTERCEPT_SD = 1.5
SLOPE_SD = 1.0
SPREAD = 1.0


@dataclass(frozen=True)
class Hierarchy:
    """A population model of one agent's parameters.

    Attributes:
        names: the n parameters.
        design: what explains them.
        log_likelihood: z [S, n] -> [S].
        n_units: S.
    """

    names: tuple[str, ...]
    design: Design
    log_likelihood: LogLikelihood
    n_units: int

    def model(self) -> Callable[[], None]:
        """The model for NumPyro: sites coefficients_NAME [terms], sd [n], e [S, n]; deterministic z [S, n]."""
        columns = [self.design.columns(name) for name in self.names]
        scale = [np.array([INTERCEPT_SD] + [SLOPE_SD] * (len(c.terms) - 1)) for c in columns]
        n = len(self.names)

        def hierarchy() -> None:
            b = [
                numpyro.sample(f"coefficients_{name}", dist.Normal(0.0, jnp.asarray(s, float)).to_event(1))
                for name, s in zip(self.names, scale, strict=True)
            ]
            sd = numpyro.sample("sd", dist.HalfNormal(SPREAD * jnp.ones(n)).to_event(1))
            e = numpyro.sample("e", dist.Normal(jnp.zeros((self.n_units, n)), 1.0).to_event(2))
            z = self.members(b, sd, e)
            numpyro.factor("choices", self.log_likelihood(numpyro.deterministic("z", z)).sum())

        return hierarchy

    def members(self, b: list[Array], sd: Float[Array, " n"], e: Float[Array, "s n"]) -> Float[Array, "s n"]:
        """z of every unit from the population and where each unit stands in it."""
        x = [jnp.asarray(self.design.columns(name).x, float) for name in self.names]
        return jnp.stack([x_k @ b_k for x_k, b_k in zip(x, b, strict=True)], axis=1) + sd * e

    def dense(self) -> list[tuple[str, ...]]:
        """The sites of the population, whose posterior is correlated and which get a full mass matrix."""
        return [(*(f"coefficients_{name}" for name in self.names), "sd")]
