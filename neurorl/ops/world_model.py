"""A model of the world that remembers the last outcome of every answer, and what is learned by rehearsing it.

Sutton 1991 (Dyna); Sutton & Barto 2018, ch. 8. The model takes the world to be deterministic: what an answer brought
last time is what it will bring.
"""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from neurorl.core.types import Transition
from neurorl.ops.value_choice import best_value

NEVER = -1


class WorldModel(eqx.Module):
    """What every answer in every state brought last.

    Attributes:
        next_state: where it led.
        reward: what it paid, reward units.
        go_on: 0 where the trial ended with it, else 1.
        tried_at: the step of the session at which it was last given; -1 where it never was.
        now: steps of the session so far.
    """

    next_state: Int[Array, "n a"]
    reward: Float[Array, "n a"]
    go_on: Float[Array, "n a"]
    tried_at: Int[Array, "n a"]
    now: Int[Array, ""]

    @staticmethod
    def blank(n: int, n_actions: int) -> "WorldModel":
        """Nothing was tried yet; an answer is taken to lead nowhere and pay nothing."""
        stays = jnp.broadcast_to(jnp.arange(n, dtype=jnp.int32)[:, None], (n, n_actions))
        zeros = jnp.zeros((n, n_actions))
        never = jnp.full((n, n_actions), NEVER, jnp.int32)
        return WorldModel(stays, zeros, zeros + 1.0, never, jnp.asarray(0, jnp.int32))

    def after(self, t: Transition) -> "WorldModel":
        """The model with this step remembered."""
        states, actions = (jnp.arange(size) for size in self.reward.shape)
        here = (states[:, None] == t.obs) & (actions == t.action)  # a mask: no scatter, and nothing at action -1
        return WorldModel(
            jnp.where(here, t.next_obs, self.next_state).astype(jnp.int32),
            jnp.where(here, t.reward, self.reward),
            jnp.where(here, t.discount, self.go_on),
            jnp.where(here, self.now, self.tried_at),
            self.now + 1,
        )

    @property
    def tried(self) -> Bool[Array, "n a"]:
        """Which answers were ever given."""
        return self.tried_at > NEVER

    @property
    def steps_since(self) -> Int[Array, "n a"]:
        """Steps since an answer was last given; since the start of the session where it never was."""
        return self.now - jnp.maximum(self.tried_at, 0)


def rehearse(
    key: PRNGKeyArray,
    q: Float[Array, "n a"],
    model: WorldModel,
    among: Bool[Array, "n a"],
    legal: Bool[Array, "n a"],
    alpha: Float[Array, ""],
    gamma: Float[Array, ""],
    n: int,
    bonus: Float[Array, "n a"] | float = 0.0,
) -> Float[Array, "n a"]:
    """Learn from `n` remembered steps as if they happened now: a state drawn at random, then an answer given there.

    Q(s, a) += alpha (r + bonus(s, a) + gamma max_b Q(s', b) - Q(s, a))

    Args:
        key: of the draws.
        q: values, reward units.
        model: what is remembered.
        among: the answers that are drawn from; at least one.
        legal: the answers that are accepted in each state.
        alpha, gamma: learning rate and discount of one step.
        n: how many.
        bonus: added to the remembered reward, reward units.
    """
    if n == 0:
        return q
    u_state, u_action = jax.random.uniform(key, (2, n), q.dtype)
    seen = jnp.cumsum(among.any(axis=1))
    states = jnp.searchsorted(seen, jnp.floor(u_state * seen[-1]), side="right")
    given = jnp.cumsum(among[states], axis=1)
    actions = jnp.sum(given <= jnp.floor(u_action * given[:, -1])[:, None], axis=1)
    reward = (model.reward + bonus)[states, actions]
    go_on, after = model.go_on[states, actions], model.next_state[states, actions]

    def one(q: Float[Array, "n a"], step: tuple[Array, ...]) -> tuple[Float[Array, "n a"], None]:
        s, a, r, more, to = step
        target = r + gamma * more * best_value(q[to], legal[to])
        return q.at[s, a].add(alpha * (target - q[s, a])), None

    return jax.lax.scan(one, q, (states, actions, reward, go_on, after))[0]


def sweep(
    q: Float[Array, "n a"],
    priority: Float[Array, "n a"],
    model: WorldModel,
    legal: Bool[Array, "n a"],
    alpha: Float[Array, ""],
    gamma: Float[Array, ""],
    n: int,
    theta: float,
) -> tuple[Float[Array, "n a"], Float[Array, "n a"]]:
    """Up to `n` updates of the pairs whose value is most off, and of what leads to them (Moore & Atkeson 1993).

    Args:
        q: values, reward units.
        priority: by how much the value of a queued pair is off, reward units; 0 for what is not queued.
        model: what is remembered.
        legal, alpha, gamma, n: as in `rehearse`.
        theta: smallest priority that counts, reward units.

    Returns:
        values and priorities.
    """

    def one(_: int, carry: tuple[Float[Array, "n a"], Float[Array, "n a"]]) -> tuple[Array, Array]:
        q, priority = carry
        s, a = jnp.unravel_index(jnp.argmax(priority), priority.shape)
        counts = priority[s, a] > theta
        ahead = best_value(q[model.next_state[s, a]], legal[model.next_state[s, a]])
        error = model.reward[s, a] + gamma * model.go_on[s, a] * ahead - q[s, a]
        q = q.at[s, a].add(jnp.where(counts, alpha * error, 0.0))
        # Half a step leaves half the error: the pair stays queued by what is left of it.
        priority = priority.at[s, a].set(jnp.where(counts, jnp.abs((1.0 - alpha) * error), priority[s, a]))
        off = jnp.abs(model.reward + gamma * model.go_on * best_value(q[s], legal[s]) - q)
        leads_here = model.tried & (model.next_state == s) & (off > theta) & counts
        return q, jnp.where(leads_here, jnp.maximum(priority, off), priority)

    return jax.lax.fori_loop(0, n, one, (q, priority)) if n else (q, priority)
