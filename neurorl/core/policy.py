"""Policies: the distributions an agent states. Only the loop draws from them or scores them.

Each is a final class with `sample`, `log_prob`, `entropy`. They are written for a single stream;
`vmap` supplies batches.
"""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

# Logit of an action the task does not accept: its probability underflows to exactly 0, while the
# log-probability and its gradient stay finite.
ILLEGAL = -1e9


class Categorical(eqx.Module):
    """A choice among n actions with unnormalised log-probabilities `logits`."""

    logits: Float[Array, " n"]

    def sample(self, key: PRNGKeyArray) -> Int[Array, ""]:
        """Draw by inverting the cumulative distribution: one uniform number a draw.

        `u * total < total` holds in floating point for every `u` that `uniform` can return, so an
        action of probability zero is never drawn.
        """
        cumulative = jnp.cumsum(jnp.exp(self.logits - jnp.max(self.logits)))
        u = jax.random.uniform(key, dtype=cumulative.dtype)
        return jnp.sum(cumulative <= u * cumulative[-1]).astype(jnp.int32)

    def log_prob(self, action: Int[Array, ""]) -> Float[Array, ""]:
        # A sum over a mask rather than an index: the gradient of an index is a scatter, which is slow in a scan.
        shifted = self.logits - jax.lax.stop_gradient(jnp.max(self.logits))
        chosen = jnp.sum(jnp.where(jnp.arange(self.logits.shape[-1]) == action, shifted, 0.0))
        return chosen - jnp.log(jnp.sum(jnp.exp(shifted)))

    def entropy(self) -> Float[Array, ""]:
        """Shannon entropy, nats."""
        log_p = jax.nn.log_softmax(self.logits)
        return -jnp.sum(jnp.exp(log_p) * log_p)


class Bernoulli(eqx.Module):
    """A yes/no answer (1/0) with log-odds `logit`."""

    logit: Float[Array, ""]

    def sample(self, key: PRNGKeyArray) -> Int[Array, ""]:
        return jax.random.bernoulli(key, jax.nn.sigmoid(self.logit)).astype(jnp.int32)

    def log_prob(self, action: Int[Array, ""]) -> Float[Array, ""]:
        return jnp.where(action == 1, jax.nn.log_sigmoid(self.logit), jax.nn.log_sigmoid(-self.logit))

    def entropy(self) -> Float[Array, ""]:
        p = jax.nn.sigmoid(self.logit)
        return -(p * jax.nn.log_sigmoid(self.logit) + (1 - p) * jax.nn.log_sigmoid(-self.logit))


class Normal(eqx.Module):
    """A real-valued answer (a rating, a log response time) with mean and standard deviation."""

    mean: Float[Array, ""]
    sd: Float[Array, ""]

    def sample(self, key: PRNGKeyArray) -> Float[Array, ""]:
        return self.mean + self.sd * jax.random.normal(key, dtype=jnp.result_type(self.mean))

    def log_prob(self, action: Float[Array, ""]) -> Float[Array, ""]:
        return jax.scipy.stats.norm.logpdf(action, self.mean, self.sd)

    def entropy(self) -> Float[Array, ""]:
        """Differential entropy, nats."""
        return 0.5 * jnp.log(2 * jnp.pi * jnp.e) + jnp.log(self.sd)


Policy = Categorical | Bernoulli | Normal
