"""V-trace: an actor-critic whose actors act on weights of some updates ago (IMPALA; Espeholt et al. 2018).

Sessions are played under the weights of `lag` updates ago, mu, and replayed under the weights of now, pi. With
rho_t = min(clip_rho, pi(a_t)/mu(a_t)) and the targets v_t of `ops.returns.v_trace`,

    loss = sum_t [ -log pi(a_t) A_t + beta_v (v_t - V_t)^2 / 2 - beta_e H(pi_t) ],
    A_t = rho_t (r_t + gamma v_{t+1} - V_t),

where v_t and A_t are constants (section 4.2). The sum runs over time and the mean over the parallel sessions. A
recurrent network is replayed from the state in which the stretch began, as the actor left it.

`correction="none"` takes all ratios for 1: the actor-critic of Mnih et al. 2016 with stale actors.

Departs from the paper: its lag is the delay of a distributed system and varies; here it is a number of updates. Its
RMSProp has epsilon 0.1, here 1e-5.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Bool, Float, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.options import option
from neurorl.core.task import Task
from neurorl.core.types import Record, Trajectory
from neurorl.loop import Going, Recorded, choose, go_on, replay
from neurorl.ops.returns import v_trace
from neurorl.train.playing import Stretch, stretches, whole_sessions
from neurorl.train.policy_gradient import PolicyGradient, Training, report
from neurorl.train.schedule import Schedule, constant

Began = tuple[Any, Bool[Array, " parallel"]]


class Lagged(Training):
    """The state of training, and the weights of the last `lag` updates, a ring [lag, ...]."""

    past: Any = None


@dataclass(frozen=True)
class VTrace(PolicyGradient):
    """V-trace actor-critic: learns from what older weights did, and corrects for it."""

    lag: int = option(0, "age of the weights that act, updates", low=0)
    clip_rho: float = option(1.0, "largest importance ratio of a step (rho-bar)", low=0)
    clip_c: float = option(1.0, "largest importance ratio that is passed back (c-bar)", low=0)
    correction: Literal["v-trace", "none"] = option("v-trace", "v-trace, or none: all ratios are taken for 1")
    discount: float = option(0.99, "reward discount per step", low=0, high=1)
    across_trials: bool = option(
        False, "whether returns run across trials, as for learning to learn, or stop where a trial ends"
    )
    value_cost: float = option(0.5, "weight of the value loss")
    entropy: Schedule = option(constant(0.01), "weight of the entropy bonus, reward units per nat")
    optimiser: Literal["adam", "rmsprop"] = option("rmsprop", "adam, or rmsprop (decay 0.99, epsilon 1e-5)")

    card: ClassVar[Card] = Card(
        title="V-trace actor-critic",
        summary="Learns from sessions that older weights played, with importance ratios that are clipped (IMPALA).",
        refs=("espeholt2018", "mnih2016"),
        tags=("off-policy", "distributed"),
    )
    metrics: ClassVar[dict[str, str]] = PolicyGradient.metrics | {
        "importance": "mean clipped importance ratio of a step; 1 where old and new weights agree"
    }

    def start(self, key: PRNGKeyArray, agent: Agent, task: Task, task_params: Any) -> Lagged:
        first = super().start(key, agent, task, task_params)
        past = jax.tree.map(lambda leaf: jnp.repeat(leaf[None], self.lag, 0), first.params) if self.lag else None
        return Lagged(first.key, first.params, first.opt_state, first.n_updates, first.sessions, past)

    def update(
        self, state: Lagged, agent: Agent, task: Task, task_params: Any
    ) -> tuple[Lagged, dict[str, Float[Array, ""]]]:
        """Play under old weights, replay under those of now, and take one gradient step."""
        key, weight = self.now(state)
        place = state.n_updates % max(self.lag, 1)
        acting = jax.tree.map(lambda ring: ring[place], state.past) if self.lag else state.params
        keys = jax.random.split(key, self.parallel)
        if state.sessions is None or self.unroll is None:
            played, began, sessions = whole_sessions(keys, agent, acting, task, task_params, self.steps), None, None
        else:
            stretch = stretches(keys, agent, acting, task, task_params, state.sessions, self.unroll, self.steps)
            played, sessions = _with_step_ahead(stretch), stretch.sessions
            began = stretch.began.agent_state, stretch.anew
        gradients, metrics = jax.grad(self.loss, has_aux=True)(state.params, agent, task, played, began, weight)
        params, opt_state = self.descend(state, gradients)
        metrics["gradient_norm"] = optax.tree.norm(gradients)
        past = state.past
        if self.lag:
            past = jax.tree.map(lambda ring, now: ring.at[place].set(now), state.past, state.params)
        return Lagged(state.key, params, opt_state, state.n_updates + 1, sessions, past), metrics

    def loss(
        self,
        params: Any,
        agent: Agent,
        task: Task,
        played: Trajectory,
        began: Began | None,
        entropy_weight: Float[Array, ""] | float,
    ) -> tuple[Float[Array, ""], dict[str, Float[Array, ""]]]:
        """The loss of sessions that were played, and what to report of it.

        Args:
            params: the weights of now.
            played: [t, parallel]; with `began`, one step more than the stretch, of which only the value counts.
            began: the agent's states in which the stretches began, and whether a session started anew with them, whose
                initial state is then that of the weights of now; None for whole sessions.
        """
        now = _replayed(agent, params, played, began)
        bootstrap = jnp.zeros(self.parallel)
        if began is not None:
            bootstrap = now.latents.value[-1] * (played.valid[-1] if task.ends else 1.0)
            now, played = (jax.tree.map(lambda leaf: leaf[:-1], each) for each in (now, played))
        happened = played.valid if task.ends else jnp.ones_like(played.reward)
        reward = jnp.where(happened > 0, played.reward, 0.0)
        log_rho = now.log_prob - played.log_prob if self.correction == "v-trace" else jnp.zeros_like(played.log_prob)

        def one(reward: Any, value: Any, discount: Any, log_rho: Any, bootstrap: Any) -> Any:
            return v_trace(reward, value, discount, log_rho, bootstrap, clip_rho=self.clip_rho, clip_c=self.clip_c)

        constants = jax.lax.stop_gradient((now.latents.value, log_rho, bootstrap))
        target, advantage = jax.vmap(one, in_axes=(1, 1, 1, 1, 0), out_axes=1)(
            reward, constants[0], self.discounts(played), *constants[1:]
        )
        error = (target - now.latents.value) * happened
        policy_loss = -(now.log_prob * advantage * happened).sum()
        value_loss = 0.5 * jnp.square(error).sum()
        total = policy_loss + self.value_cost * value_loss - entropy_weight * (now.entropy * happened).sum()
        metrics = report(reward, happened, played.discount, now.entropy, error)
        ratio = jnp.minimum(jnp.exp(now.log_prob - played.log_prob), self.clip_rho)
        metrics["importance"] = (ratio * happened).sum() / jnp.maximum(happened.sum(), 1.0)
        return total / self.parallel, metrics


def _with_step_ahead(stretch: Stretch) -> Trajectory:
    return jax.tree.map(lambda a, b: jnp.concatenate([a, b]), stretch.played, stretch.ahead)


def _replayed(agent: Agent, params: Any, played: Trajectory, began: Began | None) -> Trajectory:
    """What the weights of now make of sessions that were played, [t, parallel]."""
    record = Record.of(played)
    record = eqx.tree_at(lambda r: r.scored, record, jnp.ones_like(played.scored))  # protocol steps are learned too
    keys = jax.random.split(jax.random.key(0), (played.reward.shape[1], 2))

    def whole(key: PRNGKeyArray, record: Record) -> Trajectory:
        return replay(key[0], agent, params, record)

    def stretch(key: PRNGKeyArray, record: Record, began: Began) -> Trajectory:
        state = choose(began[1], agent.init(key[0], params), jax.lax.stop_gradient(began[0]))
        first = Going(state, jnp.zeros((), jnp.int32), jax.tree.map(lambda leaf: leaf[0], record.obs))
        steps = record.reward.shape[0]
        told = dict(forced=record.action, valid=record.valid, scored=record.scored)
        return go_on(key, agent, params, Recorded(), record, first, steps, **told)[1]

    if began is None:
        return jax.vmap(whole, in_axes=(0, 1), out_axes=1)(keys, record)
    return jax.vmap(stretch, in_axes=(0, 1, 0), out_axes=1)(keys, record, began)


ALGORITHM = VTrace
