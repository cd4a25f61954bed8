"""What the matching study gathers: a trained network's sessions, at all base probabilities and at fixed ones."""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd

from neurorl.analysis.reward_rate import reward_rate
from neurorl.analysis.sided_trials import sided_trials
from neurorl.core import catalogue
from neurorl.core.study import Context, Evidence, Network
from neurorl.core.types import Trajectory
from neurorl.data import Dataset, from_trajectory, recording
from neurorl.loop import simulate_many
from neurorl.studies.shared.networks import replicas_of, trained
from neurorl.train import TrainConfig

TASK = "matching"
AGENT = "lstm"
STEPS = 200  # a session has at most 100 trials of two steps
PAIRS = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45)  # base chances of the left arm at which runs are counted
RECORDED = ("action", "reward", "latent_h", "truth_p_reward", "valid")


@dataclass(frozen=True)
class Scale:
    """How much is gathered.

    Attributes:
        train: how the network is trained.
        sessions: test sessions of each replica, over all base chances (Wang et al. 2018: 500).
        fixed: test sessions of each replica at each pair of base chances.
        recorded: of the former, those whose hidden units are kept.
    """

    train: TrainConfig
    sessions: int
    fixed: int
    recorded: int


def networks(scale: Scale) -> tuple[Network, ...]:
    """The one network: 48 LSTM units, trained without the base probabilities that are held out for the test."""
    return (Network("wang2018/matching", TASK, AGENT, scale.train, task_options={"held_out": True}),)


def gather(context: Context) -> Evidence:
    """Train, freeze, and play all base probabilities and fixed pairs of them."""
    scale: Scale = context.settings
    fitted, agent, _ = trained(context, *networks(scale))
    n = replicas_of(fitted)
    task = catalogue.load("task", TASK)
    everything = task.params()
    key, *keys = jax.random.split(jax.random.key(context.seed), 1 + len(PAIRS))

    def play(key: Any, sessions: int, **chances: Any) -> Trajectory:
        task_params = type(everything)(**(dict(low=everything.low, high=everything.high) | chances))
        return simulate_many(
            key, agent, fitted.params, task, STEPS, subjects=n, sessions=sessions, task_params=task_params, stacked=True
        )

    played = play(key, scale.sessions)
    dataset = _dataset(played, task, n, scale.sessions)
    pairs = []
    for p_left, key_pair in zip(PAIRS, keys, strict=True):
        at = jnp.asarray([p_left])
        pair = sided_trials(_dataset(play(key_pair, scale.fixed, low=at, high=at), task, n, scale.fixed))
        pairs.append(pair.assign(p0_left=p_left))
    return Evidence(
        tables={
            "learning_curve": pd.DataFrame(fitted.curve),
            "network": _trials(dataset),
            "pairs": pd.concat(pairs, ignore_index=True),
            "reward": reward_rate(dataset.table).merge(_protocol(dataset), on="subject"),
        },
        recordings={"units": recording(_first(played, n, scale.recorded), replicas=n, keep=RECORDED)},
    )


def _dataset(played: Trajectory, task: Any, replicas: int, sessions: int) -> Dataset:
    return from_trajectory(
        played,
        task.spaces,
        subjects=np.repeat(np.arange(replicas), sessions),
        sessions=np.tile(np.arange(sessions), replicas),
    )


def _trials(dataset: Dataset) -> pd.DataFrame:
    """One row per trial, with the left arm's base probability and both arms' reward probabilities on that trial."""
    further = {"truth_p0_0": "p0_left", "truth_p_reward_0": "p_left", "truth_p_reward_1": "p_right"}
    return sided_trials(dataset, further=list(further)).rename(columns=further)


def _protocol(dataset: Dataset) -> pd.DataFrame:
    """Share of steps of each replica whose response was accepted: columns subject, accepted."""
    legal = np.asarray(dataset.schema.spaces.legal)
    table = dataset.table.assign(accepted=legal[dataset.table["state"], dataset.table["choice"]])
    return table.groupby("subject", sort=False)["accepted"].mean().reset_index()


def _first(played: Trajectory, replicas: int, sessions: int) -> Trajectory:
    """The first sessions of each replica."""

    def cut(leaf: Any) -> np.ndarray:
        by_replica = np.asarray(leaf).reshape(replicas, -1, *leaf.shape[1:])
        return by_replica[:, :sessions].reshape(-1, *leaf.shape[1:])

    return jax.tree.map(cut, played)
