"""Inferred value: dopamine-like errors that follow from what was never experienced.

Simulation 3 of Wang et al. 2018 (Fig. 4), after Bromberg-Martin et al. 2010. A recurrent actor-critic is trained on
two cues that exchange roles now and then, and its weights are frozen. Its prediction errors at the cues are read before
a reversal can be known and one trial later, for the cue just met and for the other one. A model-free learner of cues
and an observer that knows their relation play the same task and are analysed by the same functions.

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
    "A session is ten blocks of five trials and begins with the learned initial state; the paper calls a block an "
    "episode. If the state were lost between blocks there would be nothing to reverse.",
    "An error 'at' a step is r + gamma V - V with the later V computed on that step's input, gamma = 0.9.",
    "Values read off Fig. 4b are uncertain by about .02; ours count as published within .15.",
    "The task has no free choice, so nothing is fitted.",
)

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
