"""The hierarchical model of any agent: every unit's parameters come from a population, which covariates may move.

    z_sk ~ N(m_sk, sd_k^2),   m_sk = x_sk . b_k
    choices_s ~ the agent with parameters constrain(z_s)

over the unconstrained scale, the logit of the position within a parameter's range. Priors: b_k0 ~ N(0, 1.5), nearly
even over the range; other coefficients ~ N(0, 1); sd_k ~ half-normal(1). They do not depend on the data, and the
declared priors of the agent, which are about single people, are not used.

*Centring.* z is sampled as u ~ N(c m, sd^(2c)), z = m + sd^(1-c) (u - c m): c = 0 is the non-centred form, which suits
units whose choices say little, c = 1 the centred one, which suits those whose choices say much. Each unit and parameter
has its own c, the share of the population's variance that its choices take away in a short EM beforehand (`pilot`), so
that neither kind holds the sampler up (Papaspiliopoulos, Roberts & Sköld 2007). The posterior is the same for every c.

NumPyro writes the model; the likelihood is that of the one loop.
"""

from collections.abc import Callable

import equinox as eqx
import jax.numpy as jnp
import numpyro
import numpyro.distributions as dist
from jaxtyping import Array, Float

from neurorl.fit.likelihood import Parts, log_likelihood_of_units
from neurorl.fit.posterior import Posterior

INTERCEPT_SD = 1.5
SLOPE_SD = 1.0
SPREAD = 1.0


class Data(eqx.Module):
    """What the model is about; arrays only, so that one compiled program serves any data of the same shape.

    Attributes:
        parts: sessions in buckets, and whose they are.
        x: the design of each of the n parameters.
        centred: c, from 0 to 1.
    """

    parts: Parts
    x: list[Float[Array, "s terms"]]
    centred: Float[Array, "s n"]


def hierarchy(posterior: Posterior) -> Callable[[Data], None]:
    """The model for NumPyro: sites coefficients_NAME [terms], sd [n], u [S, n]; deterministic z [S, n]."""
    names = [info.name for info in posterior.free]

    def model(data: Data) -> None:
        c = data.centred
        b = []
        for name, x in zip(names, data.x, strict=True):
            scale = jnp.where(jnp.arange(x.shape[1]) == 0, INTERCEPT_SD, SLOPE_SD)
            b.append(numpyro.sample(f"coefficients_{name}", dist.Normal(0.0, scale).to_event(1)))
        sd = numpyro.sample("sd", dist.HalfNormal(SPREAD * jnp.ones(len(names))).to_event(1))
        m = jnp.stack([x @ b_k for x, b_k in zip(data.x, b, strict=True)], axis=1)
        u = numpyro.sample("u", dist.Normal(c * m, sd**c).to_event(2))
        z = m + sd ** (1 - c) * (u - c * m)
        numpyro.deterministic("z", z)
        numpyro.factor("choices", log_likelihood_of_units(posterior, data.parts, len(c))(z).sum())

    return model


def population_sites(posterior: Posterior) -> tuple[str, ...]:
    """The sites of the population, whose posterior is correlated."""
    return (*(f"coefficients_{info.name}" for info in posterior.free), "sd")
