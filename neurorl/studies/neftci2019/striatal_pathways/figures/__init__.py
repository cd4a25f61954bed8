"""Figures of the study: striatal pathways: what dopamine teaches, and what it chooses."""

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
            "The loop on two trials in a row of one session. Cortex proposes both options; striatal activity is as "
            "strong as the synapse; pallidum and thalamus return the choice (chances p of left and right); dopamine "
            "fires above or below 5 Hz and changes the synapse of what was chosen, as the next trial shows. Neftci & "
            "Averbeck 2019, Fig. 2.",
        ),
        Picture(
            "neurons",
            neurons_figure(session, t["stimulation"], t["doses"], t["block"]),
            "Above: striatal activity and dopamine of the session with most exploration (bars from the rate at rest; "
            "dips end at silence). Below: driving dopamine turns choices; less of it learns more slowly, none not at "
            "all; and when it is blocked as the arms exchange, choices go on as they were.",
        ),
        Picture(
            "opponent",
            opponent_figure(weights, t["selection"], titles={"beta 2": "β = 2, α = .1", "beta 3": "β = 3, α = .05"}),
            "Opponent pathways after probabilistic selection: weights by sign, and choices in untrained pairs under "
            "dopamine at choice. Dashed: without the Hebbian factor dopamine at choice does nothing. 95 % intervals.",
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
            "Share of better choices beyond that with dopamine at choice held at 0: dopamine that follows richness "
            "helps in both worlds while choices are not too greedy. 95 % intervals, paired.",
        ),
    )


def exploring(neurons: pd.DataFrame) -> pd.DataFrame:
    """The session in which the poorer arm was tried most often."""
    session = neurons.groupby("session")["choice"].sum().idxmax()
    return neurons[neurons["session"] == session].reset_index(drop=True)


def shown(session: pd.DataFrame) -> list[dict[str, float]]:
    """Two trials in a row: both synapses have learned something, the first trial is paid and the second is not."""
    learned = session[["left", "right"]].min(axis=1) > 0
    paid = session["reward"] > 0
    fit = np.flatnonzero(learned & paid & ~paid.shift(-1, fill_value=True))
    start = int(fit[0]) if len(fit) else 0
    return session.iloc[start : start + 2].to_dict("records")
