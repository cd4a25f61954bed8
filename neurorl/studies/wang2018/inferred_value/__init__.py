"""Inferred value: dopamine-like prediction errors for a value that was not experienced.

Simulation 3 of Wang et al. 2018 (Fig. 4), after Bromberg-Martin et al. 2010. A recurrent actor-critic is trained on
two cues that exchange roles at unsignalled reversals, and its weights are frozen. Its prediction errors at the cues are
measured on the reversal trial, before its outcome, and one trial later, for the cue just experienced and for the other
one. A model-free learner of cue values and an observer that knows the relation between the cues play the same task and
are analysed by the same functions.

Departs from the paper: the training recipe (Adam, sixteen sessions an update, a value loss of weight 1), which is
quicker and more reliable; the paper's own (`PAPER`) shows the same errors (page.md). Reward does not
depend on any free choice here, so the value loss alone makes the network follow the hidden state.
"""

from dataclasses import replace

from neurorl.core.card import Card
from neurorl.core.study import Study
from neurorl.studies.shared.networks import recipe
from neurorl.studies.wang2018.inferred_value.claims import EXPECTS
from neurorl.studies.wang2018.inferred_value.evidence import NETWORK, STEPS, TASK, Scale, gather, networks
from neurorl.studies.wang2018.inferred_value.figures import draw
from neurorl.studies.wang2018.inferred_value.measures import measure
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

SCALES = {
    "smoke": Scale(TrainConfig(sessions=32, steps=60, replicas=2, parallel=4, chunk=4), sessions=12, recorded=12),
    "quick": Scale(replace(RECIPE, replicas=4), sessions=60, recorded=60),
    "paper": Scale(RECIPE, sessions=120, recorded=120),
}

NOTES = (
    "A session consists of ten blocks of five trials and begins with the learned initial state; the paper "
    "calls a block an episode. The network's state is kept between blocks, since a reversal is defined "
    "relative to the block before.",
    "The error at a step is r + gamma V' - V, where V' is the value computed on that step's input and gamma = 0.9.",
    "Values read off Fig. 4b have an uncertainty of about .02. A measured value counts as published if it is "
    "within .15.",
    "The task has no free choice, so nothing is fitted.",
)

STUDY = Study(
    name="inferred_value",
    card=Card(
        title="Inferred value: prediction errors for a value that was not experienced",
        summary="Two cues exchange roles at unsignalled reversals. One trial after a reversal, a frozen network's "
        "prediction errors have reversed at the cue just experienced and at the other cue, and its units "
        "represent the hidden state.",
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
