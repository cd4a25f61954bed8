"""What the inferred-value study gathers: a trained network, a model-free learner and observers that infer the state."""

import dataclasses
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
import pandas as pd

from neurorl.core import catalogue
from neurorl.core.study import Context, Evidence, Network
from neurorl.core.types import Trajectory
from neurorl.data import from_trajectory, recording
from neurorl.loop import simulate_many
from neurorl.studies.shared.networks import replicas_of, trained
from neurorl.train import TrainConfig

TASK, NETWORK = "inferred_value", "lstm"
NAME = "wang2018/inferred_value"
STEPS = 200  # a session: ten blocks of five trials of four steps

# Learners beside the network: agent of the catalogue and its options.
BESIDE: dict[str, tuple[str, dict[str, Any]]] = {
    "cue_td": ("cue_td", {}),
    "cue_observer": ("cue_observer", {}),
    "cue_observer_counting": ("cue_observer", {"block": 5, "hazard": 0.5}),
}
UNITS = ("latent_h", "truth_cue", "truth_rewarded", "truth_place", "valid")


@dataclass(frozen=True)
class Scale:
    """How much is gathered.

    Attributes:
        train: how the network is trained.
        sessions: test sessions of each replica and of each learner beside it (ten blocks each).
        recorded: how many of these sessions keep their hidden units.
    """

    train: TrainConfig
    sessions: int
    recorded: int


def networks(scale: Scale) -> tuple[Network, ...]:
    """The one network of the study."""
    return (Network(NAME, TASK, NETWORK, scale.train),)


def gather(context: Context) -> Evidence:
    """Train, freeze, play; and let the others play."""
    scale: Scale = context.settings
    (spec,) = networks(scale)
    fitted, agent, task = trained(context, spec)
    n = replicas_of(fitted)
    key_play, key_beside = jax.random.split(jax.random.key(context.seed))
    played = simulate_many(
        key_play, agent, fitted.params, task, STEPS, subjects=n, sessions=scale.sessions, stacked=True
    )
    evidence = Evidence(
        tables={"learning_curve": pd.DataFrame(fitted.curve), "network": _table(played, task, n, scale.sessions)},
        recordings={"network_units": _recorded(played, n, scale)},
        numbers={"discount": scale.train.discount},
    )
    for key, (name, (kind, options)) in zip(jax.random.split(key_beside, len(BESIDE)), BESIDE.items(), strict=True):
        other = dataclasses.replace(
            catalogue.load("agent", kind).for_spaces(task.spaces), discount=scale.train.discount, **options
        )
        other_played = simulate_many(key, other, other.params(), task, STEPS, subjects=1, sessions=scale.sessions)
        evidence.tables[name] = _table(other_played, task, 1, scale.sessions)
    return evidence


def _table(played: Trajectory, task: Any, subjects: int, sessions: int) -> pd.DataFrame:
    """Decisions with the values used in the analysis of errors, and the task's hidden state."""
    table = from_trajectory(
        played,
        task.spaces,
        subjects=np.repeat(np.arange(subjects), sessions),
        sessions=np.tile(np.arange(sessions), subjects),
    ).table
    return table.drop(columns=["log_prob", "entropy", *[c for c in table if c.startswith("latent_q")]])


def _recorded(played: Trajectory, replicas: int, scale: Scale) -> Any:
    whole = recording(played, replicas=replicas, keep=UNITS)
    return whole.isel(session=slice(0, scale.recorded))
