"""What the dopamine stimulation study gathers: a trained network's sessions with and without stimulation."""

import functools
from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd

from neurorl.core.spaces import Spaces
from neurorl.core.study import Context, Evidence, Network
from neurorl.core.task import Task
from neurorl.core.types import Trajectory
from neurorl.data import from_trajectory
from neurorl.loop import run
from neurorl.perturb import stimulated
from neurorl.studies.shared.networks import replicas_of, trained
from neurorl.studies.wang2018.dopamine_stimulation.protocols import PROTOCOLS, protocol
from neurorl.train import TrainConfig

TASK, AGENT, NETWORK = "risk", "dual_lstm", "wang2018/dopamine_stimulation"
STEPS = 60  # a session: 10 forced and 20 free trials of two steps


@dataclass(frozen=True)
class Scale:
    """How much is gathered.

    Attributes:
        train: how the network is trained (in the control condition only).
        sessions: test sessions of each replica in each condition.
    """

    train: TrainConfig
    sessions: int


def networks(scale: Scale) -> tuple[Network, ...]:
    """The one network, trained without stimulation."""
    options = {"discount": scale.train.discount}
    return (Network(NETWORK, TASK, AGENT, scale.train, agent_options=options),)


def gather(context: Context) -> Evidence:
    """Train, freeze, and play every protocol."""
    scale: Scale = context.settings
    fitted, agent, task = trained(context, networks(scale)[0])
    before = jax.tree.map(lambda leaf: np.array(leaf), fitted.params)
    evidence = Evidence(tables={"learning_curve": pd.DataFrame(fitted.curve)})
    # One key: all conditions start from the same sessions (block, sides, forced trials).
    key = jax.random.fold_in(jax.random.key(context.seed), 1)
    keys = jax.random.split(key, (replicas_of(fitted), scale.sessions))
    tables = []
    for condition, stim in PROTOCOLS.items():
        played = play(agent, task, keys, fitted.params, jnp.asarray(stim))
        tables.append(trials(played, task.spaces, *keys.shape).assign(condition=condition))
    evidence.tables["pulls"] = pd.concat(tables, ignore_index=True)
    evidence.numbers["weights_changed"] = float(
        sum(np.sum(a != np.asarray(b)) for a, b in zip(*map(jax.tree.leaves, (before, fitted.params)), strict=True))
    )
    return evidence


@functools.partial(jax.jit, static_argnums=(0, 1))
def play(agent: Any, task: Task, keys: Any, params: Any, stim: Any) -> Trajectory:
    """Sessions under a protocol, [replicas * sessions, steps]; compiled once for all protocols.

    Args:
        agent, task: who plays what.
        keys: [replicas, sessions].
        params: stacked, [replicas, ...].
        stim: what the protocol adds after each of `OUTCOMES`.
    """
    here = stimulated(task, protocol(stim))

    def session(key: Any, params: Any) -> Trajectory:
        played = run(key, agent, params, here, here.params(), STEPS)
        return replace(played, latents={"told": played.latents.told})

    played = jax.vmap(jax.vmap(session, in_axes=(0, None)))(keys, params)
    return jax.tree.map(lambda leaf: leaf.reshape(-1, *leaf.shape[2:]), played)


def trials(played: Trajectory, spaces: Spaces, replicas: int, sessions: int) -> pd.DataFrame:
    """The choice steps of a batch of sessions [replicas * sessions, steps].

    `delta` is the prediction error that the actor receives for the pull, stimulation included, on the next step (NaN
    after the last pull of a session).
    """
    table = from_trajectory(
        played,
        spaces,
        subjects=np.repeat(np.arange(replicas), sessions),
        sessions=np.tile(np.arange(sessions), replicas),
    ).table
    fixation, both = (spaces.discrete()[0].index(label) for label in ("fixation", "both"))
    told = table.groupby(["subject", "session"], sort=False)["latent_told"].shift(-1)
    rows = table.assign(delta=told)[table["state"] != fixation]
    return pd.DataFrame(
        {
            "subject": rows["subject"],
            "session": rows["session"],
            "trial": rows["trial"],
            "free": rows["state"] == both,
            "p_large": rows["truth_p_large"],
            "pulled": rows["truth_pulled"],
            "reward": rows["reward"],
            "stim": rows["stim"],
            "delta": rows["delta"],
        }
    ).reset_index(drop=True)
