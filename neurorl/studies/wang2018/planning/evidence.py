"""What the planning study gathers: a trained network, one trained without pondering, and classical walkers."""

import functools
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd

from neurorl.core import catalogue
from neurorl.core.study import Context, Evidence, Network
from neurorl.core.task import Task
from neurorl.core.types import Trajectory
from neurorl.data import recording
from neurorl.loop import simulate_many
from neurorl.ops.dynamic_programming import finite_horizon
from neurorl.ops.revaluation import Revaluation, distances
from neurorl.studies.shared.networks import replicas_of, trained
from neurorl.train import TrainConfig
from neurorl.zoo import zoo_names

TASK, AGENT, NETWORK = "revaluation", "lstm", "wang2018/planning"
HIDDEN, SCALE_OF_WEIGHTS = 128, 1.0  # with the default, 3, it learned more slowly

# Walkers beside the network. Q(1) has one long session, in which its values carry over from trial to trial.
WALKERS = ("horizon_planner", "shortest_path", "successor_representation", "q_trace", "random_choice")
LIFELONG = ("q_trace",)
BURN_IN = 200  # trials
UNITS = ("action", "reward", "latent_value", "latent_h", "truth_state", "truth_goal")


@dataclass(frozen=True)
class Scale:
    """How much is gathered.

    Attributes:
        train: how the network is trained; `steps` is one trial.
        unpondered: how a network without pondering steps is trained for comparison; None to leave it out.
        sessions: test sessions of each replica, one trial each.
        walkers: simulated subjects of each kind of walker.
        trials: trials of each of these.
    """

    train: TrainConfig
    unpondered: TrainConfig | None
    sessions: int
    walkers: int
    trials: int


def networks(scale: Scale) -> tuple[Network, ...]:
    """The network with five pondering steps, and the one without."""
    options = {"hidden": HIDDEN, "scale": SCALE_OF_WEIGHTS}
    found = [Network(NETWORK, TASK, AGENT, scale.train, agent_options=options)]
    if scale.unpondered is not None:
        name = f"{NETWORK}_unpondered"
        found.append(Network(name, TASK, AGENT, scale.unpondered, {"ponder": 0}, options))
    return tuple(found)


def gather(context: Context) -> Evidence:
    """Train, freeze, play; simulate the classical walkers."""
    scale: Scale = context.settings
    keys = jax.random.split(jax.random.key(context.seed), 2 + len(WALKERS))
    evidence = Evidence()
    curves, walks = [], []
    for spec, key, learner in zip(networks(scale), keys, ("network", "network_unpondered"), strict=False):
        if context.zoo and spec.name not in zoo_names():
            continue  # the comparison without pondering is not shipped
        fitted, agent, task = trained(context, spec)
        n = replicas_of(fitted)
        curves.append(pd.DataFrame(fitted.curve).assign(learner=learner))
        played = simulate_many(
            key,
            agent,
            fitted.params,
            task,
            task.spaces.steps_per_trial,
            subjects=n,
            sessions=scale.sessions,
            stacked=True,
        )
        walks.append(walked(task, played, n, scale.sessions).assign(learner=learner))
        if learner == "network":
            payments = np.asarray(outset(task.layout, played.obs[:, 0])[1])
            evidence.recordings["network_units"] = recording(played, replicas=n, keep=UNITS).assign(
                payments=(("replica", "session", "state"), payments.reshape(n, scale.sessions, -1))
            )
    task = catalogue.load("task", TASK)
    for key, name in zip(keys[2:], WALKERS, strict=True):
        played = walk(key, name, task, scale.walkers, scale.trials)
        walks.append(walked(task, played, scale.walkers, scale.trials).assign(learner=name))
    evidence.tables["learning_curve"] = pd.concat(curves, ignore_index=True)
    evidence.tables["walks"] = pd.concat(walks, ignore_index=True)
    return evidence


def walk(key: Any, name: str, task: Task, subjects: int, sessions: int) -> Trajectory:
    """Trials of simulated walkers, [subjects * sessions, steps of a trial]."""
    agent = catalogue.load("agent", name).for_spaces(task.spaces)
    steps = task.spaces.steps_per_trial
    if name not in LIFELONG:
        return simulate_many(key, agent, agent.params(), task, steps, subjects=subjects, sessions=sessions)
    played = simulate_many(key, agent, agent.params(), task, steps * (BURN_IN + sessions), subjects=subjects)
    # Only the last trials, one row each.
    return jax.tree.map(
        lambda leaf: leaf[:, steps * BURN_IN :].reshape(subjects * sessions, steps, *leaf.shape[2:]), played
    )


def walked(task: Any, played: Trajectory, subjects: int, sessions: int) -> pd.DataFrame:
    """One row per trial: its start, the reward earned, and the maximal reward.

    Columns subject, session, start, goal, far (steps from start to goal on the shortest way), earned, best (by dynamic
    programming, from that start and with those payments), reached (number of the action that first entered the goal; 0
    if none did).
    """
    layout = task.layout
    start, payments, best = (np.asarray(leaf) for leaf in outset(layout, played.obs[:, 0]))
    goal = payments.argmax(axis=1)
    acted = np.asarray(played.truth.step) >= layout.ponder
    entered = np.asarray(layout.successors)[np.asarray(played.truth.state), np.asarray(played.action)]
    at_goal = ((entered == goal[:, None]) & acted)[:, layout.ponder :]
    return pd.DataFrame(
        {
            "subject": np.repeat(np.arange(subjects), sessions),
            "session": np.tile(np.arange(sessions), subjects),
            "start": start,
            "goal": goal,
            "far": distances(layout.successors)[start, goal].astype(int),
            "earned": np.asarray(played.reward).sum(axis=1),
            "best": best,
            "reached": np.where(at_goal.any(axis=1), at_goal.argmax(axis=1) + 1, 0),
        }
    )


@functools.partial(jax.jit, static_argnums=0)
def outset(layout: Revaluation, obs: Any) -> tuple[Any, Any, Any]:
    """Start, rewards of states and maximal reward, from the first observations [trials, n]."""
    start, payments = jax.vmap(layout.state)(obs), jax.vmap(layout.payments)(obs)
    successors = jnp.asarray(layout.successors)
    values = jax.vmap(lambda p: finite_horizon(successors, p, layout.acts)[-1])(payments)
    return start, payments, jnp.take_along_axis(values, start[:, None], axis=1)[:, 0]
