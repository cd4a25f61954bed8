"""Drawing many actions from every policy an agent goes through in a session."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from neurorl.core.informed import updated
from neurorl.core.types import Record, Transition
from neurorl.testing.compiled import compiled
from neurorl.testing.meeting import N_STEPS, Meeting

N_DRAWS = 2048


def draw(m: Meeting) -> tuple[Int[Array, "t n_actions"], Float[Array, "t n_actions"]]:
    """How often each action is drawn in `N_DRAWS` draws, and its log-probability, step by step."""
    actions = jnp.arange(m.task.spaces.discrete_action().n)

    def look(policy: Any, key: PRNGKeyArray) -> tuple[Array, Array]:
        draws = jax.vmap(policy.sample)(jax.random.split(key, N_DRAWS))
        return (draws[:, None] == actions).sum(0), jax.vmap(policy.log_prob)(actions)

    return _at_every_policy(m, look)


def draw_real(m: Meeting) -> tuple[Float[Array, "t n"], Float[Array, "t g"], Float[Array, "t g"]]:
    """Draws, a grid ten times as wide as they are, and the density on it, step by step."""

    def look(policy: Any, key: PRNGKeyArray) -> tuple[Array, Array, Array]:
        draws = jax.vmap(policy.sample)(jax.random.split(key, N_DRAWS))
        middle, reach = (draws.max() + draws.min()) / 2, 5 * (draws.max() - draws.min())
        grid = middle + reach * jnp.linspace(-1, 1, 4001)
        return draws, grid, jnp.exp(jax.vmap(policy.log_prob)(grid))

    return _at_every_policy(m, look)


def _at_every_policy(m: Meeting, look: Callable[[Any, PRNGKeyArray], Any]) -> Any:
    """`look(policy, key)` at every step of the session, with a leading axis of steps."""

    def walk(params: Any, record: Record) -> Any:
        def body(state: Any, step: tuple[Record, PRNGKeyArray]) -> tuple[Any, Any]:
            row, key = step
            state, policy = m.agent.act(params, state, row.obs)
            return updated(m.agent, params, state, Transition.of(row))[0], look(policy, key)

        state = m.agent.init(m.key_agent, params)
        return jax.lax.scan(body, state, (record, jax.random.split(m.key_draws, N_STEPS)))[1]

    return compiled(walk)(m.params, m.record)
