"""The nearest Gaussian to the posterior of the hierarchical model.

    q = N(g; l, G G') prod_s N(u_s; a_s + B_s e, C_s C_s'),   g = l + G e,   e ~ N(0, 1)

over the unconstrained population g (coefficients, then log spreads) and the units u in the coordinates of
`hierarchical`. Given the population the units are independent of each other, in q as in the posterior; so this is as
good as a Gaussian over everything at once, and its size grows with the number of units and not with its square.

The distance is the evidence lower bound E_q[log p(choices, u, g) - log q(u, g)], climbed by Adam along gradients of
reparametrised draws (Kucukelbir, Tran, Ranganath, Gelman & Blei 2017, Journal of Machine Learning Research 18: 14).
"""

from typing import Any, Self

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Float, PRNGKeyArray
from numpyro.infer.util import log_density

from neurorl.fit.likelihood import log_likelihood_of_units
from neurorl.fit.problem import Posterior
from neurorl.fit.sampling.hierarchical import Data, hierarchy
from neurorl.fit.sampling.starting_points import Pilot

PARTICLES = 8  # draws of one estimate of the bound
STEPS = 100  # of a round
ADAM = optax.scale_by_adam()


class Gaussian(eqx.Module):
    """q. Triangles hold the logarithm of their diagonal.

    Attributes:
        place, triangle: l and G, of the population.
        units, pull, triangles: a, B and C, of the units.
    """

    place: Float[Array, " g"]
    triangle: Float[Array, "g g"]
    units: Float[Array, "s n"]
    pull: Float[Array, "s n g"]
    triangles: Float[Array, "s n n"]

    @classmethod
    def around(cls, pilot: Pilot) -> Self:
        """What the short EM expects: a place to climb from."""
        s, n = pilot.z.shape
        b_error = [
            np.sqrt(np.diag(np.linalg.inv(x.T @ x))) * sd for x, sd in zip(pilot.x, pilot.sd, strict=True)
        ]  # as if the units were known
        error = np.concatenate([*b_error, np.full(n, 1 / np.sqrt(2 * s))])
        place = np.concatenate([*pilot.b, np.log(pilot.sd)])
        zeros = np.zeros((s, n, n))
        made = (place, np.diag(np.log(error)), np.zeros((s, n)), np.zeros((s, n, len(place))), zeros)
        return cls(*(jnp.asarray(part, float) for part in made))

    def draw(self, key: PRNGKeyArray) -> tuple[Float[Array, " g"], Float[Array, "s n"], Float[Array, ""]]:
        """g, u, and the log density of both there."""
        keys = jax.random.split(key)
        e = jax.random.normal(keys[0], self.place.shape)
        own = jax.random.normal(keys[1], self.units.shape)
        g = self.place + _matrix(self.triangle) @ e
        u = self.units + self.pull @ e + jnp.einsum("sij,sj->si", _matrix(self.triangles), own)
        log_size = _diagonal(self.triangle).sum() + _diagonal(self.triangles).sum()
        n = g.size + u.size
        return g, u, -((e**2).sum() + (own**2).sum() + n * jnp.log(2 * jnp.pi)) / 2 - log_size


def _diagonal(triangle: Array) -> Array:
    return jnp.diagonal(triangle, axis1=-2, axis2=-1)


def _matrix(triangle: Array) -> Array:
    """The lower triangle, its diagonal made positive."""
    return jnp.tril(triangle, -1) + jnp.exp(_diagonal(triangle))[..., None] * jnp.eye(triangle.shape[-1])


def weighed(posterior: Posterior, q: Gaussian, key: PRNGKeyArray, data: Data) -> tuple[Array, dict[str, Array]]:
    """log p - log q at a draw from q, nats, and the draw: coefficients_NAME, sd and z."""
    g, u, log_q = q.draw(key)
    *b, log_sd = jnp.split(g, np.cumsum([x.shape[1] for x in data.x]))
    sites = {f"coefficients_{info.name}": b_k for info, b_k in zip(posterior.free, b, strict=True)}
    sites["sd"] = jnp.exp(log_sd)
    log_p, trace = log_density(hierarchy(posterior), (data,), {}, sites | {"u": u})
    return log_p + log_sd.sum() - log_q, sites | {"z": trace["z"]["value"]}


def memory_of(q: Any) -> Any:
    """Adam's, before the first step."""
    return ADAM.init(q)


@eqx.filter_jit
def climbed(
    posterior: Posterior, q: Gaussian, memory: Any, rate: Array, key: PRNGKeyArray, data: Data
) -> tuple[Gaussian, Any, Float[Array, " steps"]]:
    """STEPS steps of Adam: q, Adam's memory, and the bound along the way."""

    def loss(q: Gaussian, key: PRNGKeyArray) -> Array:
        keys = jax.random.split(key, PARTICLES)
        return -jax.vmap(lambda key: weighed(posterior, q, key, data)[0])(keys).mean()

    def step(carry: tuple[Gaussian, Any], key: PRNGKeyArray) -> tuple[tuple[Gaussian, Any], Array]:
        q, memory = carry
        value, slope = jax.value_and_grad(loss)(q, key)
        direction, memory = ADAM.update(slope, memory)
        return (jax.tree.map(lambda leaf, way: leaf - rate * way, q, direction), memory), -value

    (q, memory), bound = jax.lax.scan(step, (q, memory), jax.random.split(key, STEPS))
    return q, memory, bound


@eqx.filter_jit
def drawn(posterior: Posterior, q: Gaussian, keys: PRNGKeyArray, data: Data) -> dict[str, Array]:
    """A draw for each key, [draw, ...] by name: those of `weighed`, log_lik of each unit, and log_weight."""
    log_lik = log_likelihood_of_units(posterior, data.parts, len(data.pull))

    def one(key: PRNGKeyArray) -> dict[str, Array]:
        log_weight, sites = weighed(posterior, q, key, data)
        return sites | {"log_lik": log_lik(sites["z"]), "log_weight": log_weight}

    return jax.lax.map(one, keys)
