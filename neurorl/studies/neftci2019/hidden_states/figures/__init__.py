"""Figures of the study of hidden states."""

import jax.numpy as jnp
import numpy as np
import pandas as pd

from neurorl.core.study import Evidence, Measures, Picture
from neurorl.ops import hidden_reward, wong_wang
from neurorl.studies.neftci2019.hidden_states.evidence import (
    OMISSIONS,
)
from neurorl.studies.neftci2019.hidden_states.figures.attractors import decisions_figure, held_figure
from neurorl.studies.neftci2019.hidden_states.figures.hgf import hgf_figure
from neurorl.studies.neftci2019.hidden_states.figures.waiting import waiting_figure

FEATURES = {"belief": "belief about states", "time": "time since the cue", "time_until_reward": "time until the reward"}

ROLES = {
    "belief": "network",
    "time": "model_free",
    "time_until_reward": "hybrid",
    "Task 1": "ceiling",
    "Task 2": "latent_state",
}


def draw(evidence: Evidence, measures: Measures) -> tuple[Picture, ...]:
    """The study's figures."""
    t, v = measures.tables, measures.values
    return (
        Picture(
            "waiting",
            waiting_figure(t["errors"], _beliefs(), titles=FEATURES, roles=ROLES),
            "Left: belief that the reward is still to come, by time without a reward; it decreases if rewards may be "
            "omitted. Middle and right: the error at the reward by its time, late in training. Starkweather et al. "
            "2017.",
        ),
        Picture(
            "decisions",
            decisions_figure(t["courses"], t["psychometric"], _flow),
            "Left: nullclines and flow of the network without input, and eight decisions at 6.4 % coherence. Middle: "
            "time course of three of them. Right: share of correct decisions after the delay, by change to the "
            "network; bands are 95 % intervals.",
        ),
        Picture(
            "reversals",
            held_figure(
                t["held_course"],
                t["held"],
                _flow,
                levels={"hidden Markov model": v["held_hmm"], "best delta rule": v["held_delta"]},
            ),
            "An attractor network with frozen weights. Top: a session with a reversal every 20 trials, outcomes "
            "certain. Bottom: its states at the choices in the plane; trials to reverse and accuracy by the current "
            "of an outcome.",
        ),
        Picture(
            "volatility",
            hgf_figure(t["example"]),
            "One session of each world: rewards of the left arm (ticks), the predictions of the filter and of a "
            "delta rule, and the filter's log-volatility and learning rate.",
        ),
    )


def _flow(s: np.ndarray) -> np.ndarray:
    return np.asarray(wong_wang.drift(jnp.asarray(s), jnp.zeros(2)))


def _beliefs() -> pd.DataFrame:
    """Belief that the reward is still to come, by time bin, if it has not come yet."""
    rows = []
    for task, p_omission in OMISSIONS.items():
        belief = hidden_reward.at_cue(p_omission)
        for place in range(hidden_reward.LAST):
            rows.append((task, hidden_reward.BIN * place, 1.0 - float(belief[-1])))
            belief = hidden_reward.after_nothing(belief)
    return pd.DataFrame(rows, columns=["task", "seconds", "p_waiting"])
