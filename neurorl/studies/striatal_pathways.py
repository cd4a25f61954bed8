"""Striatal pathways: a loop whose synapses dopamine teaches, and two opponent pathways between which it decides.

The frontal-striatal loop of Neftci & Averbeck 2019 (Fig. 2) with named parts and a dopamine rate that cannot fall below
zero: its neurons trial by trial, bursts and dips that are driven, doses and a block of dopamine. Then what the review
leaves out: direct and indirect pathways (Collins & Frank 2014) on probabilistic selection, with dopamine at choice as a
drug, their negative control, and dopamine that follows how rich the world is (Jaskir & Frank 2023).

Departs from the papers: firing rates are ours; of OpAL* only two options (in worlds of six the published advantage did
not come out in a reference simulation of ours, and is left open); what stands in `agents/opal.py` and
`agents/opal_star.py`.
"""

import numpy as np
import pandas as pd

from neurorl.core import catalogue
from neurorl.core.card import Card
from neurorl.core.study import Evidence, Measures, Picture, Study
from neurorl.figures.striatal_pathways import loop_figure, neurons_figure, opponent_figure, richness_figure
from neurorl.figures.style import PALETTE
from neurorl.studies._pathways_claims import EXPECTS
from neurorl.studies._pathways_evidence import BANDIT, DELTA, LOOP, Scale, gather
from neurorl.studies._pathways_measures import measure
from neurorl.studies._pathways_opponent import AGENT, BETA, FIXED, STAR, TASK

SCALES = {
    "smoke": Scale(sessions=20, selection=10, richness=20),
    "quick": Scale(sessions=1_000, selection=1_500, richness=4_000),
    "paper": Scale(sessions=4_000, selection=6_000, richness=16_000),
}

NOTES = (
    "Choosing A and avoiding B are judged on pairs that were never trained, by the probability of each answer.",
    "All levels of dopamine are tested on the same trained agents, from the same seeds.",
    "In a lean world the arms pay with .3 and .2, in a rich one with .8 and .7; 250 trials, inverse temperature 1.",
)


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


STUDY = Study(
    name="striatal_pathways",
    card=Card(
        title="Striatal pathways: what dopamine teaches, and what it chooses",
        summary="Cortico-striatal synapses learn from a dopamine rate with a floor; direct and indirect pathways learn "
        "benefits and costs, and dopamine at choice decides which of them counts.",
        refs=("neftci2019:Fig. 2", "collins2014", "frank2004", "jaskir2023"),
        tags=("circuit", "striatum", "dopamine", "lesion", "stimulation"),
    ),
    tasks=(BANDIT, TASK),
    agents=(LOOP, DELTA, AGENT, STAR),
    scales=SCALES,
    gather=gather,
    measure=measure,
    expects=EXPECTS,
    draw=draw,
    notes=NOTES,
)
