"""Evidence of the feedback study: networks with three kinds of outcome feedback; scores, one row per replica."""

from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
import pandas as pd

from neurorl.analysis.over_units import over_units
from neurorl.analysis.reward_rate import reward_rate
from neurorl.core.study import Context, Evidence, Measures, Network
from neurorl.core.task import Task
from neurorl.core.types import Trajectory
from neurorl.data import from_trajectory
from neurorl.loop import simulate_many
from neurorl.studies.shared.networks import replicas_of, trained
from neurorl.studies.wang2018.feedback.simulations import KINDS, SIMULATIONS

CAPTIONS = {
    "scores": "Reward per trial (inferred value: difference of the values of both cues, reward units) of networks "
    "with three kinds of outcome feedback: mean over replicas, 95 % interval, score of the best policy "
    "without feedback, and gain over that policy as a share of the gain with reward.",
}


@dataclass(frozen=True)
class Scale:
    """How much is gathered.

    Attributes:
        simulations: which of `SIMULATIONS`.
        replicas: networks of each kind in each simulation.
        sessions: test sessions of each network.
        short: sessions of training; None for the whole recipe.
        kinds: which kinds of feedback.
    """

    simulations: tuple[str, ...]
    replicas: int
    sessions: int
    short: int | None = None
    kinds: tuple[str, ...] = KINDS


def networks(scale: Scale) -> tuple[Network, ...]:
    """All networks: simulation by simulation, kind by kind."""
    return tuple(
        SIMULATIONS[name].network(kind, SIMULATIONS[name].train(scale.replicas, scale.short))
        for name in scale.simulations
        for kind in scale.kinds
    )


def gather(context: Context) -> Evidence:
    """Train each network, freeze it, play."""
    scale: Scale = context.settings
    key = jax.random.fold_in(jax.random.key(context.seed), 1)
    scores, curves = [], []
    for network in networks(scale):
        fitted, agent, task = trained(context, network)
        n = replicas_of(fitted)
        played = simulate_many(
            key, agent, fitted.params, task, network.config.steps, subjects=n, sessions=scale.sessions, stacked=True
        )
        names = {"simulation": network.task, "feedback": network.agent_options["feedback"]}
        scores.append(_scores(network.task, played, task, n, scale.sessions).assign(**names))
        curves.append(pd.DataFrame(fitted.curve).assign(**names))
    return Evidence(
        tables={
            "scores": pd.concat(scores, ignore_index=True),
            "learning_curve": pd.concat(curves, ignore_index=True),
        }
    )


def _scores(name: str, played: Trajectory, task: Task, replicas: int, sessions: int) -> pd.DataFrame:
    """Columns subject (replica), score."""
    dataset = from_trajectory(
        played,
        task.spaces,
        subjects=np.repeat(np.arange(replicas), sessions),
        sessions=np.tile(np.arange(sessions), replicas),
    )
    if SIMULATIONS[name].score == "reward":
        rates = reward_rate(dataset.table)
        return pd.DataFrame({"subject": rates["subject"], "score": rates["reward"]})
    return value_difference(dataset.table, task)


def value_difference(table: pd.DataFrame, task: Task) -> pd.DataFrame:
    """Value at the rewarded cue less that at the other, on trials of a block after its first: subject, score."""
    labels: Any = task.spaces.obs
    cues = [i for i, label in enumerate(labels.labels) if label.startswith("cue")]
    rows = table.loc[table["state"].isin(cues) & (table["truth_place"] > 0)]
    pays = rows["truth_cue"] == rows["truth_rewarded"]
    more, less = (rows.loc[here].groupby("subject")["latent_value"].mean() for here in (pays, ~pays))
    return pd.DataFrame({"subject": more.index, "score": (more - less.reindex(more.index)).to_numpy()})


def measure(evidence: Evidence) -> Measures:
    """Scores, and the gain of each network over the best policy without feedback as a share of that with reward."""
    scores = evidence.tables["scores"]
    table = over_units(scores, "score", ("simulation", "feedback"))
    values: dict[str, float] = {}
    for name, simulation in SIMULATIONS.items():
        mean = table[table["simulation"] == name].set_index("feedback")["mean"]
        gain = {kind: float(mean.get(kind, np.nan)) - simulation.blind for kind in KINDS}
        values[f"gain_{name}"] = gain["reward"]
        for kind in KINDS:
            values[f"score_{name}_{kind}"] = gain[kind] + simulation.blind
            values[f"share_{name}_{kind}"] = gain[kind] / gain["reward"]
    blind = table["simulation"].map(lambda name: SIMULATIONS[name].blind)
    share = [values[f"share_{s}_{f}"] for s, f in zip(table["simulation"], table["feedback"], strict=True)]
    out = Measures(values, captions=dict(CAPTIONS))
    out.tables = {
        "scores": table.assign(blind=blind, share=share),
        "by_unit": scores,
        "learning_curve": evidence.tables["learning_curve"],
    }
    return out
