"""Planning by pondering: a network plans on a known map whose rewards are new in every trial.

Supp. Figs. 7 and 8 of Wang et al. 2018. A recurrent actor-critic is trained on a fixed map of 32 states. Each trial
shows it the rewards of all states, one of more than a billion combinations, followed by five steps without any effect
(pondering) and five actions. With frozen weights it earns nearly as much as dynamic programming. While it ponders, the
value it reports approaches the reward still to come, and its hidden units come to code future actions.

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
    "The legends of the supplementary figures could be read, but not the panels: directions are the paper's, "
    "thresholds are ours.",
    "The map is one random map; on other maps the optimum differs by about 2 %.",
    "Answers during pondering do not move the agent, but they are drawn, and the network receives the last "
    "one as input, as in all steps.",
    "In about 970 of 2,000 test trials of a network the best state is four or five steps away (1,000 in the paper).",
)

STUDY = Study(
    name="planning",
    card=Card(
        title="Planning by pondering",
        summary="A network trained on a map plans on it: it receives the rewards of all states, ponders for five "
        "steps and then takes a nearly optimal path. Future actions are coded in its activity before they "
        "are taken.",
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
