"""What the laws of one task share: sessions in which the answers are drawn at random."""

from functools import cached_property
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, PRNGKeyArray

from neurorl.core.spaces import Box
from neurorl.core.task import Task
from neurorl.core.types import Outcome
from neurorl.testing.compare import TOLERANCE
from neurorl.testing.compiled import compiled, strong
from neurorl.testing.rounding import computes_in_single, in_precision

N_STEPS = 60
N_EAGER = 4  # steps played without compiling


class Visit:
    """A task, its published settings, and sessions in which the answers are drawn at random."""

    def __init__(self, task: Task, seed: int = 0) -> None:
        self.task = task
        self.seed = seed
        self.tolerance = TOLERANCE
        self.key, self.key_other, self.key_actions = jax.random.split(jax.random.key(seed), 3)
        self.params = in_precision(strong(task.params()))
        self.traces = 0

    @cached_property
    def doubled(self) -> "Visit":
        """The same visit, to be used where double precision is on."""
        return Visit(self.task, self.seed)

    @cached_property
    def single_inside(self) -> bool:
        """Whether the task works on float32 numbers whatever precision is on."""
        return computes_in_single(self.play, self.key, self.params, jnp.asarray(True))

    def first_obs(self, key: PRNGKeyArray, params: Any) -> tuple[Any, Any]:
        """State and observation at the start of a session."""
        return self.task.reset(key, params)

    def move(self, params: Any, state: Any, obs: Any, keys: Any, legal: Bool[Array, ""]) -> tuple[Any, Any, Outcome]:
        """One step answered at random, among the legal answers only or among all."""
        key_action, key_outcome = keys
        action = self._answer(key_action, obs, legal)
        state, outcome = self.task.step(key_outcome, params, state, action)
        return state, action, outcome

    def play(self, key: PRNGKeyArray, params: Any, legal: Bool[Array, ""]) -> tuple[Any, Any, Outcome]:
        """Observations, answers and outcomes of a session; the same answers' randomness whatever the key."""
        self.traces += 1
        key_reset, steps = self.keys(key)
        start = self.first_obs(key_reset, params)

        def body(carry: tuple[Any, Any], keys: Any) -> tuple[tuple[Any, Any], tuple[Any, Any, Outcome]]:
            state, obs = carry
            state, action, outcome = self.move(params, state, obs, keys, legal)
            return (state, outcome.obs), (obs, action, outcome)

        return jax.lax.scan(body, start, steps)[1]

    def keys(self, key: PRNGKeyArray) -> tuple[PRNGKeyArray, Any]:
        """The key of reset, and those of the answers and the outcomes."""
        key_reset, key_outcomes = jax.random.split(key)
        return key_reset, (jax.random.split(self.key_actions, N_STEPS), jax.random.split(key_outcomes, N_STEPS))

    @cached_property
    def played(self) -> Any:
        """`play`, compiled."""
        return compiled(self.play)

    @cached_property
    def legal(self) -> tuple[Any, Any, Outcome]:
        """A session of legal answers."""
        return self.played(self.key, self.params, jnp.asarray(True))

    @cached_property
    def wild(self) -> tuple[Any, Any, Outcome]:
        """A session in which any answer is given."""
        return self.played(self.key, self.params, jnp.asarray(False))

    def _answer(self, key: PRNGKeyArray, obs: Any, legal: Bool[Array, ""]) -> Array:
        space = self.task.spaces.action
        if isinstance(space, Box):
            low, high = max(space.low, -1.0), min(space.high, 1.0)
            return jax.random.uniform(key, space.shape, minval=low, maxval=high)
        allowed = jnp.ones(space.n, bool)
        if self.task.spaces.legal:
            allowed = jnp.asarray(self.task.spaces.legal)[obs] | ~legal
        return jax.random.categorical(key, jnp.where(allowed, 0.0, -jnp.inf)).astype(jnp.int32)
