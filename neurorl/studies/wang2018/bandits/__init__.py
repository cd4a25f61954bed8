"""Two-armed bandits: a network learns to explore and exploit, and its strategy fits its training bandits.

Fig. 1 and Supp. Fig. 2 of Wang et al. 2018 (and 2016). One network is trained on arms with independent reward
probabilities, one on arms whose probabilities sum to 1. With frozen weights both play the same problems as Gittins
indices, upper confidence bounds, Thompson sampling and the Bayes-adaptive optimum. Their regret is compared on the
problem of the paper, on other fixed problems and on both families of bandits; the same networks play without
receiving rewards; and hidden activity is analysed along sessions and at their end.

Departs from the paper: the recipe (Adam, sixteen sessions an update; `PAPER_RECIPE` is the precursor's); all replicas
are shown, where the precursor selected five of a hundred runs; the other optima and the horizons are ours.
"""

from neurorl.core.card import Card
from neurorl.core.study import Study
from neurorl.studies.shared.networks import recipe
from neurorl.studies.wang2018.bandits.claims import EXPECTS
from neurorl.studies.wang2018.bandits.evidence import AGENT, TASKS, Scale, gather, networks
from neurorl.studies.wang2018.bandits.figures import draw
from neurorl.studies.wang2018.bandits.measures import measure
from neurorl.studies.wang2018.bandits.problems import LEARNERS, TRIALS
from neurorl.train import Schedule, TrainConfig

# Wang et al. 2016: one session an update, 20,000 sessions; the entropy bonus falls from 1 to 0.
PAPER_RECIPE = TrainConfig.paper(sessions=20_000, steps=TRIALS, discount=0.9, entropy=Schedule(1.0, 0.0))


def _recipe(**changes) -> TrainConfig:
    settings = dict(sessions=80_000, steps=TRIALS, entropy=Schedule(0.3, 0.0), step_size=Schedule(2e-3, 1e-4, hold=0.3))
    return TrainConfig(**(settings | changes))


SCALES = {
    "smoke": Scale(_recipe(sessions=16, replicas=2, parallel=4, chunk=2), 12, 12, ("gittins", "ucb", "thompson")),
    "quick": Scale(_recipe(replicas=2), sessions=300, beside=1_000),
    "paper": Scale(_recipe(replicas=8, chunk=250), sessions=300, beside=4_000),
}

NOTES = (
    "Regret is computed from the arms' reward probabilities, not from the rewards paid. In half of the "
    "sessions of each problem left and right are exchanged.",
    "Both networks receive the trial index (t/100) as input, as in Wang et al. 2016; classical learners do "
    "not need it.",
    "Published values were read off Fig. 1d with an accuracy of about 0.05; over 300 sessions their standard "
    "error is about 0.1.",
    "The regret curve of a network is that of the replica with the least regret in half of the test sessions, "
    "plotted for the other half. Bars, dots and verdicts use all replicas.",
    "UCB uses the mean plus sqrt(log t / (2 n)), which reproduces the published curve. UCB1 as published in "
    "2002 has a constant four times as large and a regret of 7.0.",
)

STUDY = Study(
    name="bandits",
    card=Card(
        title="Two-armed bandits: exploration adapted to the training distribution",
        summary="Networks trained on independent or correlated arms play beside Gittins indices, UCB, Thompson "
        "sampling and the Bayes-adaptive optimum. Their hidden activity shows which parameters of the "
        "problem they represent.",
        refs=("wang2018:Fig. 1", "wang2016", "gittins1979", "auer2002", "thompson1933", "bellman1956"),
        tags=("bandit", "meta-rl", "exploration", "structure"),
    ),
    tasks=tuple(TASKS.values()),
    agents=(AGENT, *dict.fromkeys(kind for kind, _ in LEARNERS.values())),
    scales=SCALES,
    gather=gather,
    measure=measure,
    expects=EXPECTS,
    draw=draw,
    notes=NOTES,
    networks=networks,
    recipes={"paper": recipe(PAPER_RECIPE)},
)
