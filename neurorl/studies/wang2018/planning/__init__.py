"""Planning by pondering: a network with a few steps to think walks a map whose states pay anew in every trial.

Supp. Figs. 7 and 8 of Wang et al. 2018. A recurrent actor-critic is trained on a fixed map of 32 states. Each trial
shows it what every state pays today, one of more than a billion payments, gives it five steps in which nothing
happens and then five actions. With frozen weights it earns nearly what dynamic programming earns. While it ponders, the
value it reports approaches what it will earn, and its hidden units come to code actions that are still to be taken.

Departs from the paper: map, inputs and recipe, which are not stated there (see `tasks/revaluation.py`); how the walkers
beside the network are defined; divergence as a number.
"""

from neurorl.core.card import Card
from neurorl.core.study import Study
from neurorl.studies.wang2018.planning.claims import EXPECTS
from neurorl.studies.wang2018.planning.evidence import AGENT, TASK, WALKERS, Scale, gather, networks
from neurorl.studies.wang2018.planning.figures import draw
from neurorl.studies.wang2018.planning.measures import measure
from neurorl.train import Schedule, TrainConfig

TRIAL = 10  # steps: five to ponder, five to act


def _recipe(sessions: int, replicas: int, steps: int = TRIAL) -> TrainConfig:
    return TrainConfig(
        sessions=sessions,
        steps=steps,
        replicas=replicas,
        parallel=64,
        discount=1.0,
        entropy=Schedule(0.1, 0.01),
        step_size=Schedule(2e-3, 2e-4),
        clip=None,
        chunk=500,
    )


def _tiny(steps: int) -> TrainConfig:
    return TrainConfig(sessions=16, steps=steps, replicas=2, parallel=4, discount=1.0, chunk=2)


SCALES = {
    "smoke": Scale(train=_tiny(TRIAL), unpondered=None, sessions=200, walkers=2, trials=200),
    "quick": Scale(train=_recipe(256_000, 1), unpondered=None, sessions=2_000, walkers=4, trials=2_000),
    "paper": Scale(
        train=_recipe(2_880_000, 8), unpondered=_recipe(2_880_000, 2, 5), sessions=2_000, walkers=8, trials=2_000
    ),
}

NOTES = (
    "Of the supplementary figures the legends could be read, the panels could not: directions are the paper's, the "
    "numbers that bound them ours.",
    "The map is one random map; on others the optimum differs by about two per cent.",
    "Answers during pondering move nothing, but they are drawn, and the network sees the last one, as everywhere.",
    "Of 2,000 test trials of a network about 970 have the best state four or five steps away (the paper has 1,000).",
)

STUDY = Study(
    name="planning",
    card=Card(
        title="Planning by pondering",
        summary="A network that has seen a map long enough plans on it: shown what every state pays today, it thinks "
        "for five steps and walks nearly the best way, while coming actions appear in its activity.",
        refs=("wang2018:Supp. Figs. 7 and 8", "dayan1993", "sutton2018"),
        tags=("planning", "revaluation", "meta-rl"),
    ),
    tasks=(TASK,),
    agents=(AGENT, *WALKERS),
    scales=SCALES,
    gather=gather,
    measure=measure,
    expects=EXPECTS,
    draw=draw,
    notes=NOTES,
    networks=networks,
)
