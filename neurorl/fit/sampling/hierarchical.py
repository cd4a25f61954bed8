"""The hierarchical model of any agent: every unit's parameters come from a population, which covariates may move.

    z_sk ~ N(m_sk, sd_k^2),   m_sk = x_sk . b_k
    choices_s ~ the agent with parameters constrain(z_s)

over the unconstrained scale, the logit of the position within a parameter's range. Priors: the intercept, or the means
of groups where a formula has those instead (`formula.Columns.means`), ~ N(0, 1.5), nearly even over the range; other
coefficients ~ N(0, 1); sd_k ~ half-normal(1). They do not depend on the data, and the
declared priors of the agent, which are about single people, are not used.

*Coordinates.* Where a unit's choices say much, z hardly depends on the population; where they say little, (z - m) / sd
does not. A short EM beforehand (`starting_points`) tells how much they say: log p(choices | z) is near
h z - i z^2 / 2 for each unit and parameter, so that z given m and sd is near N(w, t^2) with t^2 = 1 / (i + 1 / sd^2),
w = t^2 (h + m / sd^2).
What is sampled is u = (z - w) / t. It goes over into the centred and the non-centred form where the choices say all and
nothing, as sd itself has it at the moment (compare Papaspiliopoulos, Roberts & Sköld 2007), and were the approximation
exact, every u would be a standard normal whatever the population: no funnel is left where sd may be small. i and h are
coordinates and no data: the posterior is the same for all of them.

NumPyro writes the model; the likelihood is that of the one loop.
"""

from collections.abc import Callable

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
from jaxtyping import Array, Float

from neurorl.fit.likelihood import Parts, log_likelihood_of_units
from neurorl.fit.problem import Posterior

MEAN_SD = 1.5
SLOPE_SD = 1.0
SPREAD = 1.0


def prior_scale(means: np.ndarray) -> np.ndarray:
    """Standard deviations of the priors of coefficients, from which of them are means [terms]."""
    return np.where(means, MEAN_SD, SLOPE_SD)


class Data(eqx.Module):
    """What the model is about; arrays only, so that one compiled program serves any data of the same shape.

    Attributes:
        parts: sessions in buckets, and whose they are.
        x: the design of each of the n parameters.
        scale: standard deviations of the priors of its coefficients.
        information, pull: i and h, about what each unit's choices say.
    """

    parts: Parts
    x: list[Float[Array, "s terms"]]
    scale: list[Float[Array, " terms"]]
    information: Float[Array, "s n"]
    pull: Float[Array, "s n"]


def hierarchy(posterior: Posterior) -> Callable[[Data], None]:
    """The model for NumPyro: sites coefficients_NAME [terms], sd [n], u [S, n]; deterministic z [S, n]."""
    names = [info.name for info in posterior.free]

    def model(data: Data) -> None:
        b = []
        for name, scale in zip(names, data.scale, strict=True):
            b.append(numpyro.sample(f"coefficients_{name}", dist.Normal(0.0, scale).to_event(1)))
        sd = numpyro.sample("sd", dist.HalfNormal(SPREAD * jnp.ones(len(names))).to_event(1))
        m = jnp.stack([x @ b_k for x, b_k in zip(data.x, b, strict=True)], axis=1)
        u = numpyro.sample("u", dist.ImproperUniform(dist.constraints.real_matrix, (), data.pull.shape))
        open_share = 1 / (1 + data.information * sd**2)  # of the population's variance: (t / sd)^2
        r = sd * (data.pull - data.information * m) * open_share + jnp.sqrt(open_share) * u
        z = m + sd * r
        numpyro.deterministic("z", z)
        numpyro.factor("members", (jnp.log(open_share) - r**2 - jnp.log(2 * jnp.pi)).sum() / 2)  # N(z; m, sd^2) dz/du
        numpyro.factor("choices", log_likelihood_of_units(posterior, data.parts, len(z))(z).sum())

    return model


def population_sites(posterior: Posterior) -> tuple[str, ...]:
    """The sites of the population, whose posterior is correlated."""
    return (*(f"coefficients_{info.name}" for info in posterior.free), "sd")
