"""Predictive checks: fitted subjects are simulated, and their policy before each recorded choice is read."""

from dataclasses import dataclass
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.policy import Policy
from neurorl.core.task import Task
from neurorl.core.types import Record, Transition
from neurorl.core.wrapped import AroundAgent
from neurorl.data import Dataset, from_trajectory
from neurorl.fit.design.schedule import Schedule
from neurorl.fit.evidence.cross_validation import per_session
from neurorl.fit.result import FitResult
from neurorl.loop import Particles, replay_many, scorable


@dataclass(frozen=True)
class Watched(AroundAgent, Agent):
    """An agent whose only latent is the log-probability of every action at every step."""

    agent: Agent
    n_actions: int

    card: ClassVar[Card] = Card(title="A watched agent", summary="Reports its whole policy at each step.")
    INSTEAD: ClassVar[str] = "A watched agent is made from an agent, not from spaces."

    @property
    def draws_in_private(self) -> bool:
        """Not where it wraps an agent as it is scored (`scorable`)."""
        return not isinstance(self.agent, Particles) and self.agent.draws_in_private

    def init(self, key: Any, params: Any) -> Any:
        return self.agent.init(key, params), jnp.zeros(self.n_actions)

    def act(self, params: Any, state: Any, obs: Any) -> tuple[Any, Policy]:
        inner, policy = self.agent.act(params, state[0], obs)
        log_prob = jax.vmap(policy.log_prob)(jnp.arange(self.n_actions))
        return (inner, log_prob.astype(state[1].dtype)), policy

    def chose(self, state: Any, free: Any) -> Any:
        return self.agent.chose(state[0], free), state[1]

    def update(self, params: Any, state: Any, transition: Transition) -> tuple[Any, Any]:
        inner, _ = self.agent.update(params, state[0], transition)
        return (inner, state[1]), state[1]

    def uninformed(self, params: Any, before: Any, after: Any, latents: Any) -> tuple[Any, Any]:
        inner, _ = self.agent.uninformed(params, before[0], after[0], latents)
        return (inner, before[1]), latents


def choice_probabilities(
    agent: Agent, result: FitResult, records: Record, unit: np.ndarray, n_actions: int
) -> np.ndarray:
    """Probability of every action before each recorded choice, given the choices and outcomes so far: [S, T, actions].

    Args:
        agent, result: the fitted agent, and its fit.
        records: sessions [S, T].
        unit: [S] the unit of each session.
        n_actions: of the task.

    Units that were left out of the fit have NaN.
    """
    played = replay_many(Watched(scorable(agent), n_actions), per_session(result, unit), records, stacked=True)
    return np.exp(np.asarray(played.latents, float))


def simulate_fitted(
    agent: Agent, result: FitResult, task: Task, index: pd.DataFrame, unit: np.ndarray, *, seed: int = 0
) -> Dataset:
    """Each fitted subject plays the task anew: its own parameters, as many sessions and steps as it had.

    Outcomes come from the task in its published settings, not from the schedule that the subject met. Units that were
    left out of the fit, for want of a scored choice, do not play.

    Args:
        agent, result: the fitted agent, and its fit.
        task: what is played.
        index: one row a session: subject, session, n_steps.
        unit: [S] the unit of each session.
        seed: source of all randomness.
    """
    row = result.rows_of(unit)
    here = row >= 0
    index, row = index.loc[here, :], row[here]
    schedule = Schedule(row, index["n_steps"].to_numpy())
    played = schedule.play(jax.random.key(seed), agent, result.fitted.params, task)
    return from_trajectory(played, task.spaces, subjects=index["subject"].tolist(), sessions=index["session"].tolist())
