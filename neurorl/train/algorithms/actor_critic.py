"""Advantage actor-critic over whole sessions or stretches of them.

With return R_t = sum_i gamma^i r_{t+i} to the end of the session and value V_t (steps that did not happen left out),

    loss = sum_t [ -log pi(a_t) (R_t - V_t) + beta_v (R_t - V_t)^2 / 2 - beta_e H(pi_t) ],

where the advantage R_t - V_t in the first term is a constant (Mnih et al. 2016; Wang et al. 2018,
Methods). The sum runs over time and the mean over the parallel sessions. Acting and
differentiating share one scan: the loss reads the trajectory of `run` itself, so that each step is
computed forward once. Where sessions are too long to differentiate through (`unroll`), an update takes the
next stretch of each, the return is bootstrapped by the value after it, and the gradient ends at its start.

The defaults are this project's fast recipe; `ActorCritic.paper()` gives that of Wang et al. 2018.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Self

import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.task import Task
from neurorl.ops.returns import discounted_returns
from neurorl.train.playing import Sessions, stretches, value_ahead, whole_sessions
from neurorl.train.policy_gradient import PolicyGradient, Training, report
from neurorl.train.schedule import constant


@dataclass(frozen=True)
class ActorCritic(PolicyGradient):
    """Advantage actor-critic: weights follow the gradient of the policy that plays."""

    card: ClassVar[Card] = Card(
        title="Advantage actor-critic",
        summary="Policy and value follow the prediction error over whole sessions, as in meta-reinforcement learning.",
        refs=("wang2018:Methods", "mnih2016"),
        tags=("on-policy", "meta-rl"),
    )

    @classmethod
    def paper(cls, **changes: Any) -> Self:
        """Wang et al. 2018, Methods: RMSProp 7e-4, one session an update, no clipping.

        The paper does not state epsilon; 1e-5 learns the fixation protocol within its budget.
        """
        settings: dict[str, Any] = dict(
            sessions=10_000, parallel=1, replicas=8, optimiser="rmsprop", step_size=constant(7e-4), clip=None, chunk=250
        )
        return cls(**(settings | changes))

    def update(
        self, state: Training, agent: Agent, task: Task, task_params: Any
    ) -> tuple[Training, dict[str, Float[Array, ""]]]:
        """One gradient step. Its randomness depends on the replica's key and the update index alone."""
        key, weight = self.now(state)
        gradients, (metrics, sessions) = jax.grad(self.loss, has_aux=True)(
            state.params, key, agent, task, task_params, weight, state.sessions
        )
        params, opt_state = self.descend(state, gradients)
        metrics["gradient_norm"] = optax.tree.norm(gradients)
        return Training(state.key, params, opt_state, state.n_updates + 1, sessions), metrics

    def loss(
        self,
        params: Any,
        key: PRNGKeyArray,
        agent: Agent,
        task: Task,
        task_params: Any,
        entropy_weight: Float[Array, ""] | float,
        sessions: Sessions | None = None,
    ) -> tuple[Float[Array, ""], tuple[dict[str, Float[Array, ""]], Sessions | None]]:
        """The loss of one batch of sessions; what to report of it; where its sessions stand afterwards."""
        keys = jax.random.split(key, self.parallel)
        if sessions is None or self.unroll is None:
            played = whole_sessions(keys, agent, params, task, task_params, self.steps)
            bootstrap = jnp.zeros(self.parallel)
        else:
            stretch = stretches(keys, agent, params, task, task_params, sessions, self.unroll, self.steps)
            played, bootstrap, sessions = stretch.played, value_ahead(task, stretch.ahead), stretch.sessions
        happened = played.valid if task.ends else jnp.ones_like(played.reward)
        reward = played.reward * happened
        returns = jax.vmap(discounted_returns, in_axes=(1, 1, 0), out_axes=1)(reward, self.discounts(played), bootstrap)
        error = (returns - played.latents.value) * happened
        policy_loss = -(played.log_prob * jax.lax.stop_gradient(error)).sum()
        value_loss = 0.5 * jnp.square(error).sum()
        total = policy_loss + self.value_cost * value_loss - entropy_weight * (played.entropy * happened).sum()
        metrics = report(reward, happened, played.discount, played.entropy, error)
        return total / self.parallel, (metrics, sessions)


TrainConfig = ActorCritic  # the recipe of a study, which trains by this algorithm

ALGORITHM = ActorCritic
