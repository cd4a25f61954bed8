"""Figures of the study of striatal pathways."""

import numpy as np
import pandas as pd

from neurorl.core import catalogue
from neurorl.core.study import Evidence, Measures, Picture
from neurorl.figures.style import PALETTE
from neurorl.studies.neftci2019.striatal_pathways.evidence import BANDIT, LOOP
from neurorl.studies.neftci2019.striatal_pathways.figures.panels import (
    loop_figure,
    neurons_figure,
    opponent_figure,
    richness_figure,
)
from neurorl.studies.neftci2019.striatal_pathways.opponent import BETA, FIXED


def draw(evidence: Evidence, measures: Measures) -> tuple[Picture, ...]:
    """The study's figures."""
    t = measures.tables
    session = exploring(t["neurons"])
    weights = t["weights"][t["weights"]["setting"] == "beta 2"]
    beta = float(catalogue.load("agent", LOOP).for_spaces(catalogue.load("task", BANDIT).spaces).params().beta)
    return (
        Picture(
            "loop",
            loop_figure(shown(session), beta=beta),
            "The loop on two successive trials of one session. Cortex represents both options; striatal activity "
            "equals the strength of the synapse; pallidum and thalamus return the choice (probabilities p of left "
            "and right). Dopamine fires above or below 5 Hz and changes the synapse of the chosen option, as the "
            "next trial shows. Neftci & Averbeck 2019, Fig. 2.",
        ),
        Picture(
            "neurons",
            neurons_figure(session, t["stimulation"], t["doses"], t["block"]),
            "Top: striatal activity and dopamine of the session with most exploration (bars start at the rate at "
            "rest; dips end at 0 Hz). Bottom: driving dopamine changes choices. With less dopamine the loop learns "
            "more slowly, and without dopamine it does not learn. If dopamine is blocked when the arms exchange, "
            "choices do not change.",
        ),
        Picture(
            "opponent",
            opponent_figure(weights, t["selection"], titles={"beta 2": "β = 2, α = .1", "beta 3": "β = 3, α = .05"}),
            "Opponent pathways after probabilistic selection: weights by sign, and choices in untrained pairs by "
            "dopamine at choice. Dashed: without the Hebbian factor dopamine at choice has no effect. 95 % "
            "intervals.",
        ),
        Picture(
            "richness",
            richness_figure(
                t["richness"],
                beta=BETA,
                colors={
                    "dynamic": PALETTE["latent_state"],
                    f"held at {FIXED:g}": PALETTE["model_based"],
                    f"held at -{FIXED:g}": PALETTE["model_free"],
                },
            ),
            "Share of better choices relative to dopamine at choice held at 0. Dopamine that follows richness helps "
            "in both environments unless choices are too greedy. 95 % intervals, paired.",
        ),
    )


def exploring(neurons: pd.DataFrame) -> pd.DataFrame:
    """The session in which the poorer arm was tried most often."""
    session = neurons.groupby("session")["choice"].sum().idxmax()
    return neurons[neurons["session"] == session].reset_index(drop=True)


def shown(session: pd.DataFrame) -> list[dict[str, float]]:
    """Two successive trials: both synapses have changed, the first trial is rewarded and the second is not."""
    learned = session[["left", "right"]].min(axis=1) > 0
    paid = session["reward"] > 0
    fit = np.flatnonzero(learned & paid & ~paid.shift(-1, fill_value=True))
    start = int(fit[0]) if len(fit) else 0
    return session.iloc[start : start + 2].to_dict("records")
