"""Figures of the study of model-based control."""

import pandas as pd

from neurorl.core.study import Evidence, Measures, Picture
from neurorl.figures.stay import stay_figure
from neurorl.figures.style import PALETTE
from neurorl.ops.grids import GOAL, MAZES, START
from neurorl.studies.neftci2019.model_based_control.exact import GAMMA
from neurorl.studies.neftci2019.model_based_control.figures.deadlines import deadlines_figure
from neurorl.studies.neftci2019.model_based_control.figures.learned_transitions import learned_transitions_figure
from neurorl.studies.neftci2019.model_based_control.figures.mazes import mazes_figure, relocation_figure
from neurorl.studies.neftci2019.model_based_control.figures.value_maps import value_maps_figure
from neurorl.studies.neftci2019.model_based_control.mazes import CHANGING
from neurorl.studies.neftci2019.model_based_control.measures import P_COMMON, STAY

TITLES = {
    "model_free": "Q-learning",
    "dyna_5": "Dyna-Q, 5 rehearsals",
    "dyna_50": "Dyna-Q, 50",
    "sweeping_5": "Prioritised sweeping, 5",
    "planner": "Planner, learned model",
    "successor": "Successor repr.",
    "dyna": "Dyna-Q",
    "dyna_plus": "Dyna-Q+",
    "blocking": "Short path blocked",
    "shortcut": "Shorter path opens",
}

COLORS = {
    "model_free": PALETTE["model_free"],
    "dyna_5": PALETTE["hybrid"],
    "dyna_50": PALETTE["ceiling"],
    "sweeping_5": PALETTE["latent_state"],
    "planner": PALETTE["model_based"],
    "successor": PALETTE["latent_state"],
    "dyna": PALETTE["ceiling"],
    "dyna_plus": PALETTE["network"],
}

STAYERS = {"model_free": "Model-free", "model_based": "Model-based", "hybrid": "Hybrid"}

MAPS = {
    "jumps": "A  Grid with jumps, γ = .9",
    "four_rooms": "B  Four rooms, γ = .95",
    "model_free": "C  Q-learning, half-way in trial 2",
    "dyna_50": "D  Dyna-Q, 50 rehearsals, half-way in trial 2",
}


def draw(evidence: Evidence, measures: Measures) -> tuple[Picture, ...]:
    """The study's figures."""
    t = measures.tables
    stay, units = (t[name].assign(learner=t[name]["learner"].map(STAYERS)) for name in ("stay", "stay_by_unit"))
    return (
        Picture(
            "maps",
            value_maps_figure(_maps(evidence), titles=MAPS),
            "Values and best actions. A, B: exact (Sutton & Barto 2018, Fig. 3.5; four rooms after Sutton, Precup & "
            "Singh 1999). C, D: values of one learner half-way through its second trial (Fig. 8.3). Without "
            "rehearsal it has learned only the last step to the goal; with rehearsal it has learned the path from "
            "distant cells.",
        ),
        Picture(
            "deadlines",
            deadlines_figure(t["deadlines"], t["curiosity"], gamma=GAMMA),
            "Values by the number of steps left. A: values of the grid with jumps approach those without a deadline "
            "by a factor of gamma per step. B: share of beliefs after ten trials of a bandit for which the arm with "
            "the lower mean is optimal; it is zero on the last trial. C: the exploration bonus of an unknown arm, "
            "which falls to zero.",
        ),
        Picture(
            "stay",
            stay_figure(stay, units, _known(), order=list(STAYERS.values()), columns=3),
            "Probability of repeating the first-stage choice in Daw's task. Model-free control shows as a main "
            "effect of reward, model-based control as an interaction of reward and transition. Diamonds: reference "
            "simulations.",
        ),
        Picture(
            "transitions",
            learned_transitions_figure(
                t["errors"],
                evidence.tables["beliefs"],
                evidence.tables["recovery"].query("free == 'w'"),
                truth=P_COMMON,
                least=2 * P_COMMON * (1 - P_COMMON),
            ),
            "A: state prediction errors by trial, means over subjects (running over 20 trials); dashed: a learner "
            "that knows the transitions. B: beliefs of single learners after 1,000 trials. C: planning weights, "
            "fitted to 1,000 trials each.",
        ),
        Picture(
            "mazes",
            mazes_figure(
                t["trials"],
                t["changing"],
                titles=TITLES,
                colors=COLORS,
                shortest=measures.values["dyna_shortest"],
                changes={maze: MAZES[maze].change for maze in CHANGING},
            ),
            "Rehearsal in a learned model. A: steps per trial (Sutton & Barto 2018, Fig. 8.2). B, C: cumulative "
            "reward in mazes that change at the dashed line (Figs. 8.4 and 8.5). Means over runs with 95 % "
            "intervals.",
        ),
        Picture(
            "relocation",
            relocation_figure(t["relocation"], titles=TITLES, colors=COLORS),
            "Steps per trial around the move of the goal. The planner needs one long search; cached values lead to "
            "the former goal.",
        ),
    )


def _maps(evidence: Evidence) -> pd.DataFrame:
    """The maps with a mark on start, goal and jumps, and on where the learner stands."""
    exact, known = evidence.tables["maps"], evidence.tables["known"]
    maps = pd.concat([exact.assign(here=False), known.rename(columns={"learner": "map"})], ignore_index=True)
    marks = []
    for cell in maps.to_dict("records"):
        rows = MAZES[cell["map"] if cell["map"] in MAZES else "dyna"].drawings[0].split()
        letter = rows[cell["row"]][cell["column"]]
        letter = f"{letter.upper()}'" if letter in "ab" else letter if letter in (START, GOAL, "A", "B") else ""
        marks.append("•" if cell["here"] else letter)
    return maps.assign(mark=marks)


def _known() -> pd.DataFrame:
    kinds = ((1, True), (1, False), (0, True), (0, False))
    rows = [(STAYERS[name], *kind, value) for name in STAY for kind, value in zip(kinds, STAY[name], strict=True)]
    table = pd.DataFrame(rows, columns=["learner", "reward", "common", "mean"])
    return table.assign(source="reference simulation")
