"""A model of the world as running estimates: where answers lead, what they pay, whether the trial goes on."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from neurorl.core.types import Transition


class LearnedModel(eqx.Module):
    """Running estimates.

    Attributes:
        p: T(s, a, s'), the probability of what comes next.
        reward: R(s, a), reward units.
        go_on: probability that the trial goes on after it.
    """

    p: Float[Array, "n a n"]
    reward: Float[Array, "n a"]
    go_on: Float[Array, "n a"]

    @staticmethod
    def blank(n: int, n_actions: int) -> "LearnedModel":
        """Every state may follow, equally likely; nothing pays; trials go on."""
        none = jnp.zeros((n, n_actions))
        return LearnedModel(jnp.zeros((n, n_actions, n)) + 1.0 / n, none, none + 1.0)

    def after(
        self, t: Transition, eta: Float[Array, ""], alpha: Float[Array, ""]
    ) -> tuple["LearnedModel", Float[Array, ""]]:
        """The model after a step (Gläscher et al. 2010, eq. 2 and its text).

        SPE = 1 - T(s, a, s');  T(s, a, s') += eta SPE, all other T(s, a, .) scaled by (1 - eta).
        R(s, a) += alpha (r + stim - R(s, a)). Whether the trial goes on is learned at the rate eta.

        Returns:
            the model, and the state prediction error (1).
        """
        at = (t.obs, t.action)
        came = jax.nn.one_hot(t.next_obs, self.p.shape[-1], dtype=self.p.dtype)
        row = self.p[at]
        spe = 1.0 - jnp.sum(row * came)
        return (
            LearnedModel(
                self.p.at[at].set(row + eta * (came - row)),
                self.reward.at[at].add(alpha * (t.reward + t.stim - self.reward[at])),
                self.go_on.at[at].add(eta * (t.discount - self.go_on[at])),
            ),
            spe,
        )
