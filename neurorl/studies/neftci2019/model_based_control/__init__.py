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
