"""What algorithms that follow the gradient of a policy share: their settings, their state, their gradient step."""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float, Int, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.algorithm import Algorithm
from neurorl.core.errors import BadValue, DoesNotFit
from neurorl.core.options import option
from neurorl.core.task import Task
from neurorl.core.types import Trajectory
from neurorl.loop import run
from neurorl.train.playing import Sessions, first_sessions
from neurorl.train.schedule import Schedule


class Training(eqx.Module):
    """Everything that training carries from one update to the next (one replica)."""

    key: PRNGKeyArray
    params: Any
    opt_state: Any
    n_updates: Int[Array, ""]
    sessions: Sessions | None = None


@dataclass(frozen=True)
class PolicyGradient(Algorithm):
    """Settings and steps of an algorithm that follows the gradient of a policy and of a value.

    An update takes whole sessions, or, with `unroll`, the next stretch of each session: the gradient then ends at the
    start of the stretch, and the return goes on with the value after it.
    """

    unroll: int | None = option(None, "steps of one update, where a session takes several updates; None: all", low=1)
    discount: float = option(0.9, "reward discount per step", low=0, high=1)
    across_trials: bool = option(
        True, "whether returns run across trials, as for learning to learn, or stop where a trial ends"
    )
    value_cost: float = option(0.05, "weight of the value loss")
    entropy: Schedule = option(Schedule(0.05, 0.05), "weight of the entropy bonus, reward units per nat")
    step_size: Schedule = option(Schedule(3e-3, 3e-3), "learning rate of the optimiser")
    optimiser: Literal["adam", "rmsprop"] = option("adam", "adam, or rmsprop (decay 0.99, epsilon 1e-5)")
    clip: float | None = option(1.0, "largest norm of a gradient; None for no limit", low=0)

    metrics: ClassVar[dict[str, str]] = {
        "reward": "reward per trial, mean over the parallel sessions",
        "entropy": "mean entropy of the policy, nats",
        "value_loss": "mean squared value error, reward units squared",
        "gradient_norm": "norm of the gradient before clipping",
    }

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.unroll is not None and self.unroll > self.steps:
            raise BadValue(f"unroll is {self.unroll}, but must be 1 to {self.steps}, the steps of a session.")

    @property
    def updates_per_session(self) -> int:
        return 1 if self.unroll is None else -(-self.steps // self.unroll)

    @property
    def steps_per_update(self) -> int:
        return self.parallel * (self.unroll or self.steps)

    @property
    def advice(self) -> str:
        return f"Lower the step size (it starts at {self.step_size.start:g}) or clip gradients (clip is {self.clip})."

    def optimise(self) -> optax.GradientTransformation:
        """The optimiser these settings describe."""
        rate = self.step_size.over(self.n_updates)
        rule = optax.adam(rate) if self.optimiser == "adam" else optax.rmsprop(rate, decay=0.99, eps=1e-5)
        return rule if self.clip is None else optax.chain(optax.clip_by_global_norm(self.clip), rule)

    def require(self, agent: Agent, task: Task) -> None:
        """Raise `DoesNotFit` unless the agent has weights and reports the value an actor-critic needs."""

        def one(key: PRNGKeyArray) -> Any:
            return run(key, agent, agent.params(key), task, task.params(), 2)

        latents = jax.eval_shape(one, jax.random.key(0)).latents
        if not hasattr(latents, "value"):
            raise DoesNotFit(
                f"{type(agent).__name__} cannot be trained as an actor-critic: its latents have no `value`. "
                "Train a network (lstm, gru, vanilla_rnn), or fit this agent to choices with `neurorl fit`."
            )

    def start(self, key: PRNGKeyArray, agent: Agent, task: Task, task_params: Any) -> Training:
        key_params, key_run = jax.random.split(key)
        params = agent.params(key_params)
        sessions = None
        if self.unroll is not None:
            first = jax.random.fold_in(key_run, 0)
            sizes = self.parallel, self.unroll, self.updates_per_session
            sessions = first_sessions(first, agent, params, task, task_params, *sizes)
        return Training(key_run, params, self.optimise().init(params), jnp.zeros((), jnp.int32), sessions)

    def now(self, state: Training) -> tuple[PRNGKeyArray, Float[Array, ""]]:
        """The key of this update, and the weight of the entropy bonus in it."""
        key = jax.random.fold_in(state.key, state.n_updates)
        return key, jnp.asarray(self.entropy.over(self.n_updates)(state.n_updates))

    def descend(self, state: Training, gradients: Any) -> tuple[Any, Any]:
        """Parameters and state of the optimiser after one step."""
        change, opt_state = self.optimise().update(gradients, state.opt_state, state.params)
        return optax.apply_updates(state.params, change), opt_state

    def discounts(self, played: Trajectory) -> Float[Array, "t parallel"]:
        """The discount of each step: across trials, or 0 where a trial ends."""
        constant = jnp.full_like(played.reward, self.discount)
        return constant if self.across_trials else constant * played.discount


def report(
    reward: Float[Array, "t parallel"],
    happened: Any,
    discount: Float[Array, "t parallel"],
    entropy: Float[Array, "t parallel"],
    error: Float[Array, "t parallel"],
) -> dict[str, Float[Array, ""]]:
    """Reward, entropy and value loss of an update."""
    steps = jnp.maximum(happened.sum(), 1.0)
    return {
        "reward": reward.sum() / jnp.maximum(((1.0 - discount) * happened).sum(), 1.0),
        "entropy": (entropy * happened).sum() / steps,
        "value_loss": jnp.square(error).sum() / steps,
    }
