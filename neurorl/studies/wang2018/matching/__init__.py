"""Matching: a trained network, mice and monkeys divide their choices in proportion to rewards.

Simulation 1 of Wang et al. 2018 (Fig. 2, Supp. Fig. 4) beside real animals. A recurrent actor-critic is trained on two
arms with variable-interval schedules, on a subset of the base probabilities, and its weights are frozen. Its choices at
all base probabilities are analysed by the functions that analyse 16 mice on baited arms and 4 monkeys in a reversal
task: the matching law, the regression on past rewards and choices, and run lengths. Its units are analysed by partial
correlations.

Departs from the paper: the training recipe (Adam, several sessions an update; `PAPER_RECIPE` is the paper's); the
animals are not the paper's monkeys, whose trials are not public.
"""

from neurorl.core.card import Card
from neurorl.core.study import Study
from neurorl.studies.shared.networks import recipe
from neurorl.studies.wang2018.matching.claims import EXPECTS
from neurorl.studies.wang2018.matching.evidence import AGENT, STEPS, TASK, Scale, gather, networks
from neurorl.studies.wang2018.matching.figures import draw
from neurorl.studies.wang2018.matching.measures import measure
from neurorl.train import Schedule, TrainConfig

# Wang et al. 2018, Methods: one session an update, RMSProp, 3e6 steps.
PAPER_RECIPE = TrainConfig.paper(sessions=15_000, steps=STEPS, discount=0.75)


def _recipe(**changes) -> TrainConfig:
    settings = dict(sessions=24_000, steps=STEPS, parallel=8, discount=0.75, step_size=Schedule(2e-3, 2e-4, hold=0.5))
    return TrainConfig(**(settings | changes))


SCALES = {
    "smoke": Scale(_recipe(sessions=8, replicas=2, parallel=2, chunk=2), sessions=6, fixed=6, recorded=4),
    "quick": Scale(_recipe(replicas=2), sessions=200, fixed=40, recorded=60),
    "paper": Scale(_recipe(replicas=8), sessions=500, fixed=60, recorded=100),
}

NOTES = (
    "Behaviour is analysed in the last two thirds of each session (animals: of each session or block); "
    "earlier trials count as history. Sessions without a choice or a reward on one side have no log ratio and "
    "are left out.",
    "Choices enter the regression coded 0/1, as in the published figure. The lower axis of that figure is "
    "printed upside down; its values are drawn here with the opposite sign (alternation is negative).",
    "The mice's arms are baited like the network's. The monkeys' rewards are not baited, so alternation does "
    "not pay. The paper's monkeys (Tsutsui et al. 2016) are shown with values read off its figure.",
)

STUDY = Study(
    name="matching",
    card=Card(
        title="Matching: network, mice and monkeys compared",
        summary="A recurrent network trained by reward prediction errors divides its choices in proportion to "
        "rewards, at base probabilities of its training and at others. 16 mice and 4 monkeys are measured by "
        "the same functions.",
        refs=("wang2018:simulation 1", "tsutsui2016", "lau2005", "houston1981", "trepka2021", "bari2019"),
        tags=("matching", "foraging", "meta-rl", "animals"),
    ),
    tasks=(TASK, "baited_blocks", "reversal"),
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
