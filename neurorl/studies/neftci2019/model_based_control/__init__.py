"""Model-based control: dynamic programming, learned transitions, and mazes that separate planning from caching.

After Neftci & Averbeck 2019, eq. 4 and "model-based reinforcement learning". The first part is exact: values with and
without a deadline on grids and on two unknown arms. The second part is the two-step task: stay probabilities of
simulated model-free, model-based and hybrid subjects follow the theory, their planning weight is recovered from their
choices, and state prediction errors teach the transitions. The third part is mazes: rehearsal in a learned model
(Dyna-Q, prioritised sweeping) finds the way in a few trials; exploration bonuses (Dyna-Q+) detect changes of the maze;
and after a move of the goal learning is fastest with a model, then a successor representation, then cached values.

Departs from the sources: the review prints no numbers; those here come from Sutton & Barto 2018, from closed forms, or
from reference simulations of this project, whose parameters were not all written down (see `_model_based_two_step.py`).
"""

from dataclasses import dataclass

import jax
import pandas as pd

from neurorl.core.card import Card
from neurorl.core.study import Context, Evidence, Study
from neurorl.studies.neftci2019.model_based_control.claims import EXPECTS
from neurorl.studies.neftci2019.model_based_control.exact import (
    bandit_values,
    curiosity,
    deadlines,
    exact_numbers,
    value_maps,
)
from neurorl.studies.neftci2019.model_based_control.figures import draw
from neurorl.studies.neftci2019.model_based_control.mazes import gather_mazes
from neurorl.studies.neftci2019.model_based_control.measures import measure
from neurorl.studies.neftci2019.model_based_control.two_step import HYBRID, LEARNER, TASK, recovered, stays, transitions


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

NOTES = (
    "All learners in mazes are epsilon-greedy with epsilon .1 and discount .95. Alpha is .1 for cached values "
    "(.5 in prioritised sweeping), 1 in the mazes that change, and 1 in the planner's model, which keeps the "
    "last observation only.",
    "The goal moves after 60 trials; a trial without success ends after 300 steps, without a reward.",
    "Reference numbers for the moving goal come from at most 30 runs. Intervals are two standard errors of "
    "such a mean: 34 steps for the first trial, 7.8 for the mean of the next four, some of which still time "
    "out.",
    "Two-step learners share alpha .5, beta 5, lambda .6, pi .2 and differ in the planning weight: 0, 1, .5.",
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


STUDY = Study(
    name="model_based_control",
    card=Card(
        title="Model-based control: planning with known and learned models",
        summary="Dynamic programming with and without a deadline, model-based and model-free learners in the "
        "two-step task, transitions learned from state prediction errors, and mazes that separate rehearsal, "
        "exploration bonuses and planning.",
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
