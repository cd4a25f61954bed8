"""Overriding dopamine: stimulation of the dopamine signal changes choices within a session, with frozen weights.

Simulation 6 of Wang et al. 2018 (Fig. 7, Supp. Fig. 9), after the rats of Stopper et al. 2014. Two LSTMs are trained
without stimulation on sessions of a safe and a risky arm: the critic receives rewards, the actor the critic's
prediction error. Then the weights are frozen, and the same sessions are played under three protocols that cancel the
dopamine signal of one outcome. Since no weight changes, any effect on choices acts through the actor's activity, which
receives the prediction error as input. Risky choices become rarer or more frequent, as they did in rats.

Departs from the paper: the recipe (Adam, sixteen sessions an update; the paper's is `PAPER_RECIPE`); all conditions
are played from the same seeds.
"""

from neurorl.core.card import Card
from neurorl.core.study import Study
from neurorl.studies.shared.networks import recipe
from neurorl.studies.wang2018.dopamine_stimulation.claims import EXPECTS
from neurorl.studies.wang2018.dopamine_stimulation.evidence import AGENT, STEPS, TASK, Scale, gather, networks
from neurorl.studies.wang2018.dopamine_stimulation.figures import draw
from neurorl.studies.wang2018.dopamine_stimulation.measures import measure
from neurorl.train import Schedule, TrainConfig


def _recipe(sessions: int, replicas: int) -> TrainConfig:
    return TrainConfig(
        sessions=sessions,
        steps=STEPS,
        replicas=replicas,
        step_size=Schedule(3e-3, 3e-4, hold=0.5),
        entropy=Schedule(0.4, 0.03, hold=0.1),
    )


# Wang et al. 2018, Methods: 4e6 steps, one session an update.
PAPER_RECIPE = TrainConfig.paper(sessions=66_667, steps=STEPS, chunk=1000)

SCALES = {
    "smoke": Scale(train=TrainConfig(sessions=16, steps=STEPS, replicas=2, parallel=4, chunk=2), sessions=8),
    "quick": Scale(train=_recipe(48_000, 3), sessions=200),
    "paper": Scale(train=_recipe(48_000, 8), sessions=1_333),
}

NOTES = (
    "Stimulation is added to the prediction error that the actor receives, after forced and free pulls; it "
    "reaches the actor one step after the pull.",
    "Published values were read off the figure with an accuracy of about 0.02.",
    "All conditions start from the same seeds: they have the same blocks, sides and forced trials.",
)

STUDY = Study(
    name="dopamine_stimulation",
    card=Card(
        title="Overriding dopamine changes choices without changing weights",
        summary="The actor of this network receives rewards only as prediction errors. With frozen weights, blocking "
        "the signal of one outcome makes risky choices rarer or more frequent, as it did in rats.",
        refs=("wang2018:simulation 6", "stopper2014"),
        tags=("dopamine", "risk", "meta-rl", "perturbation"),
    ),
    tasks=(TASK,),
    agents=(AGENT,),
    scales=SCALES,
    gather=gather,
    measure=measure,
    expects=EXPECTS,
    draw=draw,
    notes=NOTES,
    networks=networks,
    recipes={"paper": recipe(PAPER_RECIPE)},
)
