"""Model-based control: dynamic programming, learned transitions, and mazes that tell planning from caching.

After Neftci & Averbeck 2019, eq. 4 and "model-based reinforcement learning". First what is exact: values with and
without a deadline on grids and on two unknown arms. Then people's task: simulated subjects who cache, plan or do both
repeat their first-stage choices in the two-step task as the theory says, their weight of planning comes back from
their choices, and state prediction errors teach the transitions. Then mazes: rehearsal in a learned model (Dyna-Q,
prioritised sweeping) finds the way in a few trials; curiosity (Dyna-Q+) notices that the world has changed; and a goal
that moves shows the order model-based, successor representation, model-free.

Departs from the sources: the review prints no numbers; those here come from Sutton & Barto 2018, from closed forms, or
from reference simulations of this project, whose parameters were not all written down (see `_model_based_two_step.py`).
"""

from dataclasses import dataclass

import jax
import pandas as pd

from neurorl.core.card import Card
from neurorl.core.study import Context, Evidence, Measures, Picture, Study
from neurorl.figures.deadlines import deadlines_figure
from neurorl.figures.learned_transitions import learned_transitions_figure
from neurorl.figures.mazes import mazes_figure, relocation_figure
from neurorl.figures.stay import stay_figure
from neurorl.figures.style import PALETTE
from neurorl.figures.value_maps import value_maps_figure
from neurorl.ops.grids import GOAL, MAZES, START
from neurorl.studies._model_based_claims import EXPECTS
from neurorl.studies._model_based_exact import GAMMA, bandit_values, curiosity, deadlines, exact_numbers, value_maps
from neurorl.studies._model_based_mazes import CHANGING, gather_mazes
from neurorl.studies._model_based_measures import P_COMMON, STAY, measure
from neurorl.studies._model_based_two_step import HYBRID, LEARNER, TASK, recovered, stays, transitions


@dataclass(frozen=True)
class Scale:
    """How much is simulated.

    Attributes:
        runs: learners in each maze.
        subjects: of the two-step task, of each kind.
        fitted: subjects whose weight of planning is fitted.
        all_free: whether all seven parameters are fitted as well.
    """

    runs: int
    subjects: int
    fitted: int
    all_free: bool = False


SCALES = {
    "smoke": Scale(runs=2, subjects=3, fitted=3),
    "quick": Scale(runs=30, subjects=60, fitted=60),
    "paper": Scale(runs=200, subjects=200, fitted=60, all_free=True),
}
TITLES = {
    "model_free": "Q-learning",
    "dyna_5": "Dyna-Q, 5 rehearsals",
    "dyna_50": "Dyna-Q, 50",
    "sweeping_5": "Prioritised sweeping, 5",
    "planner": "Planner, learned model",
    "successor": "Successor repr.",
    "dyna": "Dyna-Q",
    "dyna_plus": "Dyna-Q+",
    "blocking": "Short way walled off",
    "shortcut": "Shorter way opens",
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
    "dyna_50": "D  Dyna-Q with 50 rehearsals, likewise",
}
NOTES = (
    "All learners in mazes are epsilon-greedy with epsilon .1 and discount .95; alpha is .1 for cached values (.5 in "
    "prioritised sweeping), 1 in the mazes that change and in the planner's model, which keeps what it saw last.",
    "The goal moves after 60 trials; a trial without success ends after 300 steps, without a reward.",
    "Reference numbers of the moving goal come from at most 30 runs. Intervals are two standard errors of such a mean: "
    "34 steps for the first trial, 7.8 for the mean of the next four, of which some still time out.",
    "Two-step learners share alpha .5, beta 5, lambda .6, pi .2 and differ in the weight of planning: 0, 1, .5.",
)


def gather(context: Context) -> Evidence:
    """Solve, simulate, fit."""
    scale: Scale = context.settings
    keys = jax.random.split(jax.random.key(context.seed), 3)
    mazes, numbers = gather_mazes(keys[0], scale.runs)
    beliefs, errors = transitions(keys[2], scale.subjects)
    weights = [recovered(context.seed, scale.fitted, others=others) for others in (False, True)[: 1 + scale.all_free]]
    return Evidence(
        tables=mazes
        | {
            "maps": value_maps(),
            "deadlines": deadlines(),
            "bandit": bandit_values(),
            "curiosity": curiosity(),
            "stay": stays(keys[1], scale.subjects),
            "recovery": pd.concat(weights, ignore_index=True),
            "beliefs": beliefs,
            "errors": errors,
        },
        numbers=numbers | exact_numbers(),
    )


def draw(evidence: Evidence, measures: Measures) -> tuple[Picture, ...]:
    """The study's figures."""
    t = measures.tables
    stay, units = (t[name].assign(learner=t[name]["learner"].map(STAYERS)) for name in ("stay", "stay_by_unit"))
    return (
        Picture(
            "maps",
            value_maps_figure(_maps(evidence), titles=MAPS),
            "Values and best answers. A, B: exact (Sutton & Barto 2018, Fig. 3.5; four rooms after Sutton, Precup & "
            "Singh 1999). C, D: what one learner believes half-way through its second trial (Fig. 8.3): without "
            "rehearsal it knows the last step to the goal, with rehearsal the way there from far off.",
        ),
        Picture(
            "deadlines",
            deadlines_figure(t["deadlines"], t["curiosity"], gamma=GAMMA),
            "Values by the steps that are left. A: the grid with jumps comes nearer to the values without a deadline "
            "by gamma a step. B: how often it is best to take the arm that looks worse, over all that can be "
            "known after ten trials of a bandit: never on the last one. C: what one would forgo to try an unknown arm "
            "falls to nothing as well.",
        ),
        Picture(
            "stay",
            stay_figure(stay, units, _known(), order=list(STAYERS.values()), columns=3),
            "Probability of repeating the first-stage choice in Daw's task. Caching shows as a main effect of reward, "
            "planning as its interaction with the transition. Diamonds: reference simulations.",
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
            "A: state prediction errors by trial, means over subjects (running over 20 trials); dashed: who knows the "
            "transitions. B: what single learners believe after 1,000 trials. C: weights of planning, fitted from "
            "1,000 trials each.",
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
            "Rehearsal in a learned model. A: steps a trial (Sutton & Barto 2018, Fig. 8.2). B, C: cumulative reward "
            "in mazes that change at the dashed line (Figs. 8.4 and 8.5). Means over runs with 95 % intervals.",
        ),
        Picture(
            "relocation",
            relocation_figure(t["relocation"], titles=TITLES, colors=COLORS),
            "Steps a trial around the move of the goal. The planner needs one long search; values that were cached "
            "lead to where the goal was.",
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


STUDY = Study(
    name="model_based_control",
    card=Card(
        title="Model-based control: planning in known and learned worlds",
        summary="Dynamic programming with and without a deadline, the two-step task of planners and cachers, "
        "transitions learned from state prediction errors, and mazes that tell rehearsal, curiosity, planning apart.",
        refs=("neftci2019:eq. 4", "sutton2018", "daw2011", "glascher2010", "sutton1991dyna", "russek2017"),
        tags=("model-based", "planning", "maze", "two-step", "learning"),
    ),
    tasks=("gridworld", TASK),
    agents=(HYBRID, LEARNER, "dyna_q", "dyna_q_plus", "prioritised_sweeping", "successor_learner"),
    scales=SCALES,
    gather=gather,
    measure=measure,
    expects=EXPECTS,
    draw=draw,
    notes=NOTES,
)
