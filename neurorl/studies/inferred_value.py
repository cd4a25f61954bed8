"""Inferred value: dopamine-like errors that follow from what was never experienced.

Simulation 3 of Wang et al. 2018 (Fig. 4), after Bromberg-Martin et al. 2010. A recurrent actor-critic is trained on
two cues that exchange roles now and then, and its weights are frozen. Its prediction errors at the cues are read before
a reversal can be known and one trial later, for the cue just met and for the other one. A model-free learner of cues
and an observer that knows their relation play the same task and are analysed by the same functions.

Departs from the paper: the training recipe (Adam, sixteen sessions an update, a value loss of weight 1), which is
quicker and more reliable; the paper's own (`PAPER`) shows the same errors (docs/inferred-value.md). Reward does not
depend on any free choice here, so the value loss alone makes the network follow the hidden state.
"""

from dataclasses import replace

import pandas as pd

from neurorl.core.card import Card
from neurorl.core.study import Evidence, Measures, Picture, Study
from neurorl.figures.inferred_value import course_figure, errors_figure, states_figure
from neurorl.figures.learning import learning_figure
from neurorl.studies._inferred_value_claims import EXPECTS, PUBLISHED
from neurorl.studies._inferred_value_evidence import NETWORK, STEPS, TASK, Scale, gather, networks
from neurorl.studies._inferred_value_measures import LEARNERS, measure
from neurorl.studies._networks import recipe
from neurorl.train import Schedule, TrainConfig

# The paper's: 2e6 steps, an update every 200; for comparison.
PAPER = TrainConfig.paper(steps=STEPS)
# Much entropy at first keeps the network from holding the centre for ever. Large steps take it off the plateau on which
# both cues are worth the same; smaller ones then keep it from counting trials, which shrinks errors on a block's first.
RECIPE = TrainConfig(
    sessions=16_000,
    steps=STEPS,
    replicas=8,
    parallel=16,
    value_cost=1.0,
    entropy=Schedule(0.3, 0.02),
    step_size=Schedule(4e-3, 2e-4, hold=0.55),
    chunk=25,
)

TITLES = {
    "network": "Meta-RL network",
    "cue_td": "Model-free, TD(0)",
    "cue_observer": "Observer",
    "cue_observer_counting": "Observer who counts",
}

SCALES = {
    "smoke": Scale(TrainConfig(sessions=32, steps=60, replicas=2, parallel=4, chunk=4), sessions=12, recorded=12),
    "quick": Scale(replace(RECIPE, replicas=4), sessions=60, recorded=60),
    "paper": Scale(RECIPE, sessions=120, recorded=120),
}

NOTES = (
    "A session is ten blocks of five trials and begins with the learned initial state; the paper calls a block an "
    "episode. If the state were lost between blocks there would be nothing to reverse.",
    "An error 'at' a step is r + gamma V - V with the later V computed on that step's input, gamma = 0.9.",
    "Values read off Fig. 4b are uncertain by about .02; ours count as published within .15.",
    "The task has no free choice, so nothing is fitted.",
)


def draw(evidence: Evidence, measures: Measures) -> tuple[Picture, ...]:
    """The study's figures."""
    t = {name: _titled(table) for name, table in measures.tables.items()}
    rows = [TITLES[name] for name in ("network", "cue_td", "cue_observer")]
    return (
        Picture(
            "errors",
            errors_figure(_only(t["errors"], rows), _only(t["errors_by_unit"], rows), PUBLISHED, order=rows),
            "Reward prediction errors in blocks in which the two cues have exchanged roles. On the reversal trial they "
            "still follow the old values; one trial later they have turned, for the cue that was met and for the other "
            "one, whose value can only be inferred. A model-free learner turns the first only. Lines are means over "
            "replicas, thin ones single replicas. Wang et al. 2018, Fig. 4b.",
        ),
        Picture(
            "states",
            states_figure(t["points"], t["shares"]["share"].tolist()),
            "Mean hidden activity of one replica on two principal components, in blocks whose state has changed: "
            "colour is the cue that pays now, marks point to the cue shown, grey are the points of the other row. At "
            "fixation of the reversal trial the colours stand in each other's place; one trial later they have changed "
            "sides. Wang et al. 2018, Fig. 4c.",
        ),
        Picture(
            "course",
            course_figure(t["by_trial"], order=[TITLES[name] for name in LEARNERS]),
            "Error at the cue by trial of a block in which roles have changed. One who counts trials would expect "
            "nothing of a block's first trial.",
        ),
        Picture(
            "learning",
            learning_figure(t["learning_curve"], ceiling=0.5, chance=None),
            "Training of the network: reward per trial and policy entropy, one thin line a replica. One trial in two "
            "pays.",
        ),
    )


def _titled(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(learner=table["learner"].map(TITLES)) if "learner" in table else table


def _only(table: pd.DataFrame, learners: list[str]) -> pd.DataFrame:
    return table[table["learner"].isin(learners)]


STUDY = Study(
    name="inferred_value",
    card=Card(
        title="Inferred value: errors for what was never experienced",
        summary="Two cues exchange roles without notice. A frozen network's prediction errors turn after one trial for "
        "both of them, the one that was met and the one that was not, and its units hold the hidden state.",
        refs=("wang2018:simulation 3", "brombergmartin2010"),
        tags=("reversal", "inference", "dopamine", "meta-rl"),
    ),
    tasks=(TASK,),
    agents=(NETWORK, "cue_td", "cue_observer"),
    scales=SCALES,
    gather=gather,
    measure=measure,
    expects=EXPECTS,
    draw=draw,
    notes=NOTES,
    networks=networks,
    recipes={"paper": recipe(PAPER)},
)
