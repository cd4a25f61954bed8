"""Volatility: a network with frozen weights learns faster in volatile environments.

Simulation 2 of Wang et al. 2018 (Fig. 3, Supp. Fig. 5), after Behrens et al. 2007. A recurrent actor-critic is trained
on sessions in which stable and volatile periods alternate, and its weights are frozen. Its learning rate is then
estimated in sliding windows of ten trials, in sessions that begin stable and sessions that begin volatile. An exact
Bayesian observer plays and evaluates the same sessions. Volatility is decoded from the hidden units, and the units that
code it, or random ones, are inhibited. Learners with one fixed rate test the estimate for bias.

Departs from the paper: the training recipe (Adam, eight sessions an update, rewards in hundreds of points). The
paper's recipe is `PAPER`; page.md compares both.
"""

from neurorl.core.card import Card
from neurorl.core.study import Study
from neurorl.studies.shared.networks import recipe as with_recipe
from neurorl.studies.wang2018.volatility.claims import EXPECTS
from neurorl.studies.wang2018.volatility.evidence import (
    LEARNER,
    NETWORK,
    OBSERVER,
    TASK,
    TRIALS,
    Scale,
    gather,
    networks,
)
from neurorl.studies.wang2018.volatility.figures import draw
from neurorl.studies.wang2018.volatility.measures import measure
from neurorl.train import Schedule, TrainConfig, constant

# Methods: 40,000 sessions one by one, learning rate 5e-5, discount 0.1, entropy weight from 1 to 0. Rewards are then in
# points, of the order of 50 (`Volatility(reward_scale=1)`), and the LSTM starts at twice the usual scale.
PAPER = TrainConfig.paper(
    sessions=40_000, steps=TRIALS, discount=0.1, entropy=Schedule(1.0, 0.0), step_size=constant(5e-5)
)


def recipe(replicas: int) -> TrainConfig:
    """The default: the paper's sessions, eight per update; rewards in hundreds of points, less entropy."""
    return TrainConfig(
        sessions=40_000,
        steps=TRIALS,
        replicas=replicas,
        parallel=8,
        discount=0.1,
        entropy=Schedule(0.1, 0.0),
        step_size=Schedule(1e-3, 2e-4),
        clip=None,
    )


SCALES = {
    "smoke": Scale(
        TrainConfig(sessions=32, steps=50, replicas=2, parallel=4, chunk=4, discount=0.1),
        sessions=4,
        read=1,
        every=20,
        recorded=2,
        inhibited=2,
        draws=1,
    ),
    "quick": Scale(recipe(replicas=2), sessions=100, read=30, every=4, recorded=20, inhibited=60, draws=4),
    "paper": Scale(recipe(replicas=8), sessions=200, read=200, every=1, recorded=20, inhibited=100, draws=10),
}

NOTES = (
    "Fig. 3d does not define its block numbers. Here they count the halves of a session. If they number the "
    "two groups of sessions instead, Volatile 1 and Volatile 2 are exchanged. No claim depends on this "
    "choice.",
    "Values read off Fig. 3 have an uncertainty of about .02. Windows within 20 trials of the start of a "
    "period are left out (the paper does not state this); if they are included, stable rates are higher "
    "(table of blocks).",
    "Choices are modelled by a softmax over q m_left and (1 - q) m_right, as in Behrens et al. 2007; the "
    "paper does not state its choice rule.",
    "The observer's posterior is exact for the training process, but not for the test sessions, whose "
    "volatile halves reverse every 25 trials between .2 and .8.",
)

STUDY = Study(
    name="volatility",
    card=Card(
        title="Volatility: faster learning in volatile environments",
        summary="A frozen network's learning rate is higher in volatile periods, as in people. Its units code "
        "volatility, and inhibiting two of them lowers its learning rate.",
        refs=("wang2018:simulation 2", "behrens2007"),
        tags=("volatility", "learning rate", "meta-rl", "perturbation"),
    ),
    tasks=(TASK,),
    agents=(NETWORK, OBSERVER, LEARNER),
    scales=SCALES,
    gather=gather,
    measure=measure,
    expects=EXPECTS,
    draw=draw,
    notes=NOTES,
    networks=networks,
    recipes={"paper": with_recipe(PAPER, reward_scale=1.0)},
)
