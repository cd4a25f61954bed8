"""Volatility: a network with frozen weights learns faster where the world changes faster.

Simulation 2 of Wang et al. 2018 (Fig. 3, Supp. Fig. 5), after Behrens et al. 2007. A recurrent actor-critic is trained
on sessions in which stable and volatile periods alternate, and its weights are frozen. Its learning rate is then
estimated in sliding windows of ten trials, in sessions that begin stable and sessions that begin volatile; an exact
Bayesian observer plays and judges the same sessions; volatility is read from the hidden units; and the units that code
it are inhibited, beside random ones. Learners with one fixed rate show that the estimate is not biased.

Departs from the paper: the training recipe (Adam, eight sessions an update, rewards in hundreds of points). The
paper's recipe is `PAPER`; docs/volatility.md compares both.
"""

from neurorl.core.card import Card
from neurorl.core.study import Evidence, Measures, Picture, Study
from neurorl.figures.learning import learning_figure
from neurorl.figures.volatility import blocks_figure, courses_figure, decoding_figure, session_figure
from neurorl.figures.volatility_units import inhibition_figure, recovery_figure, units_figure
from neurorl.studies._networks import recipe as with_recipe
from neurorl.studies._volatility_claims import EXPECTS, PUBLISHED, PUBLISHED_SHARE, SOURCES
from neurorl.studies._volatility_evidence import LEARNER, NETWORK, OBSERVER, TASK, TRIALS, Scale, gather, networks
from neurorl.studies._volatility_measures import BONFERRONI, ORDER, measure
from neurorl.train import Schedule, TrainConfig
from neurorl.train.config import constant

# Methods: 40,000 sessions one by one, learning rate 5e-5, discount 0.1, entropy weight from 1 to 0. Rewards are then in
# points, of the order of 50 (`Volatility(reward_scale=1)`), and the LSTM starts at twice the usual scale.
PAPER = TrainConfig.paper(
    sessions=40_000, steps=TRIALS, discount=0.1, entropy=Schedule(1.0, 0.0), step_size=constant(5e-5)
)


def recipe(replicas: int) -> TrainConfig:
    """The default: as many sessions, but eight an update; rewards in hundreds of points, and entropy weighs less."""
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
    "Fig. 3d does not define its block numbers. Here they count the halves of a session; taken as the two groups of "
    "sessions, Volatile 1 and 2 change places. No claim depends on it.",
    "Values read off Fig. 3 are uncertain by about .02. Windows within 20 trials of the start of a period are left out "
    "(the paper does not say); with all of them, stable rates are higher (table of blocks).",
    "Choices are explained by a softmax over q m_left and (1 - q) m_right, as in Behrens et al. 2007; the paper does "
    "not write down its choice rule.",
    "The observer's posterior is exact for the process that networks are trained on, not for the test sessions, whose "
    "volatile halves reverse every 25 trials at .2 and .8.",
)


def draw(evidence: Evidence, measures: Measures) -> tuple[Picture, ...]:
    """The study's figures."""
    t = measures.tables
    low = t["windows"][t["windows"]["schedule"] == "low_first"]
    return (
        Picture(
            "session",
            session_figure(t["example"], low),
            "A session of the frozen network that is stable at first. Above: its choices (circles), the arm that paid "
            "(crosses) and the probability that the left arm pays. Below: volatility decoded from the units in "
            "sessions left out of the fit, the Bayesian observer's estimate, and the learning rate of such sessions, "
            "pooled. Wang et al. 2018, Fig. 3a, b.",
        ),
        Picture(
            "rates",
            blocks_figure(t["rates"], t["blocks"], PUBLISHED, order=ORDER, sources=SOURCES),
            "Learning rate by period. Weights do not change within a session, and yet learning speeds up in volatile "
            "periods, as it does in people. Wang et al. 2018, Fig. 3c, d.",
        ),
        Picture(
            "courses",
            courses_figure(t["windows"], t["observer_windows"]),
            "Learning rate in sliding windows of ten trials, sessions pooled.",
        ),
        Picture(
            "decoding",
            decoding_figure(t["volatility_course"], t["decoding"]),
            "The Bayesian observer's estimate of volatility read linearly from the network's units, cross-validated "
            "over sessions.",
        ),
        Picture(
            "units",
            units_figure(
                t["coding_course"],
                t["coding_sweep"],
                t["coding_share_by_replica"],
                published=PUBLISHED_SHARE,
                levels={"uncorrected": 0.05, "Bonferroni": BONFERRONI},
            ),
            "Units whose activity goes with true volatility, alone and with the last reward, the next action and the "
            "reward probability as covariates. Left: across sessions, trial by trial. Middle: how many pass stricter "
            "thresholds. Right: within sessions, beside the published share. Wang et al. 2018, Supp. Fig. 5a, b.",
        ),
        Picture(
            "inhibition",
            inhibition_figure(
                t["inhibition_course"], t["inhibition"], t["inhibition_by_replica"], t["inhibition_draws"]
            ),
            "0.3 subtracted from the two units that go most with volatility, from the onset of the volatile period on, "
            "beside random pairs of other units. Bands and lines are 95 % intervals over replicas. Wang et al. 2018, "
            "Supp. Fig. 5c.",
        ),
        Picture(
            "recovery",
            recovery_figure(t["recovery"]),
            "The control of the estimate: simulated learners with one fixed learning rate.",
        ),
        Picture(
            "learning",
            learning_figure(t["learning_curve"], ceiling=None, chance=None),
            "Training of the network: reward per trial (hundreds of points) and policy entropy, one thin line a "
            "replica.",
        ),
    )


STUDY = Study(
    name="volatility",
    card=Card(
        title="Volatility: learning faster when the world changes faster",
        summary="A frozen network's learning rate rises in volatile periods, as people's does. Its units hold an "
        "estimate of volatility, and inhibiting two of them slows its learning.",
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
