"""Two-step task: people, a trained network and classical learners, analysed by the same functions.

Simulation 4 of Wang et al. 2018 (Fig. 5, Supp. Fig. 6) beside the people of Shahar et al. 2019. A recurrent
actor-critic is trained from scratch on the reversing two-step task and its weights are frozen. It then plays
beside classical learners and the Bayes-optimal observer, through the same loop, and 554 people who played
Daw's form of the task are read from their records. All are analysed by the same functions, and every
cognitive model is fitted to the people and to the frozen network.

Departs from the paper: the training recipe (Adam, sixteen sessions an update; the paper's RMSProp recipe is
`neurorl train two_step lstm --recipe paper`); the paper has no people.
"""

from neurorl.core.card import Card
from neurorl.core.study import Study
from neurorl.studies.shared.networks import recipe
from neurorl.studies.wang2018.two_step.claims import EXPECTS
from neurorl.studies.wang2018.two_step.evidence import FITTED, NETWORK, TASK, Scale, gather, networks
from neurorl.studies.wang2018.two_step.figures import draw
from neurorl.studies.wang2018.two_step.measures import CEILING, measure
from neurorl.train import Schedule, TrainConfig

PAPER_RECIPE = TrainConfig.paper()  # Wang et al. 2018, Methods: 10,000 sessions, one an update

SCALES = {
    "smoke": Scale(
        train=TrainConfig(sessions=32, steps=60, replicas=2, parallel=4, chunk=4),
        sessions=6,
        subjects=2,
        fit_sessions=2,
        people=8,
        starts=2,
        recorded=2,
    ),
    "quick": Scale(
        train=TrainConfig(sessions=25_000, replicas=4, step_size=Schedule(3e-3, 3e-4, hold=0.5)),
        sessions=100,
        subjects=8,
        fit_sessions=50,
        people=120,
        starts=6,
        recorded=30,
        sarsa_starts=3,
    ),
    "paper": Scale(
        train=TrainConfig(sessions=40_000, replicas=8, step_size=Schedule(3e-3, 3e-4, hold=0.5)),
        sessions=300,
        subjects=8,
        fit_sessions=100,
        people=None,
        starts=8,
        recorded=30,
        sarsa_starts=3,
    ),
}

NOTES = (
    "At quick scale the cognitive models are fitted to 120 of the 554 people, drawn once; at paper scale to all. Their "
    "behaviour is always that of all.",
    "People played Daw's form (drifting rewards, a choice at the second stage); the network and the classical learners "
    "play Wang's form (reversing rewards, fixation). The same analyses run on both.",
    "Classical learners play with the parameters that earned most on a coarse grid, not with fitted parameters.",
    "The people's reward walks are not in the shipped data. All people met the same walks, so the walks are "
    "estimated from the people with complete data. The ceiling for people is a planner that knows these "
    "walks.",
    "The reward-as-cue learner keeps its values from session to session, since it must first learn its table of cues.",
    "The source joins the two sessions of each person without marking the boundary; they are treated as one session.",
)

STUDY = Study(
    name="two_step",
    card=Card(
        title="The two-step task: people, network and classical learners",
        summary="A recurrent network is trained by reward prediction errors. With frozen weights it behaves like a "
        "model-based learner. It is compared with 554 people, classical learners and the Bayes-optimal "
        "observer.",
        refs=("wang2018:simulation 4", "daw2011", "miller2017", "akam2015", "shahar2019"),
        tags=("two-step", "meta-rl", "people", "planning"),
    ),
    tasks=(TASK, "two_step_daw"),
    agents=(NETWORK, *FITTED, CEILING),
    scales=SCALES,
    gather=gather,
    measure=measure,
    expects=EXPECTS,
    draw=draw,
    notes=NOTES,
    networks=networks,
    recipes={"paper": recipe(PAPER_RECIPE)},
)
