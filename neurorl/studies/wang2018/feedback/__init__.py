"""Outcome feedback: networks that receive the reward, their own prediction error, or nothing.

Wang et al. 2018 remark, with simulation 6, that networks which receive the reward prediction error in place of the
reward also solve simulations 1 to 5: the dopamine signal suffices for learning within a session. Here the same network
is trained three times in each simulation, with the reward r_{t-1}, the error r_{t-1} - V_{t-1}, or neither as input.

Departs from the paper, which shows no numbers of this: short trainings of a few networks; the two-step task without its
fixation step; rewards of the volatility task in hundredths; the bandit of Fig. 1 in place of simulation 5.
"""

from math import inf

from neurorl.core.card import Card
from neurorl.core.study import Expect, Study
from neurorl.studies.wang2018.feedback.evidence import Scale, gather, measure, networks
from neurorl.studies.wang2018.feedback.figures import draw
from neurorl.studies.wang2018.feedback.simulations import SIMULATIONS

QUICK = ("bandit", "two_step")

SCALES = {
    "smoke": Scale(("bandit",), replicas=2, sessions=4, short=8, kinds=("rpe",)),
    "quick": Scale(QUICK, replicas=2, sessions=200),
    "paper": Scale(tuple(SIMULATIONS), replicas=3, sessions=300),
}

_SOURCE = "Wang et al. 2018, simulation 6 (remark); the threshold is ours"


def _claims(name: str) -> tuple[Expect, ...]:
    scale = "quick" if name in QUICK else "paper"
    title = SIMULATIONS[name].title.lstrip("1234 ").lower()
    return (
        Expect(
            f"{title.capitalize()}: a network with reward as input scores higher than the best policy without feedback",
            f"gain_{name}",
            SIMULATIONS[name].least,
            inf,
            "a precondition of the other claims",
            "ours",
            scale,
        ),
        Expect(
            f"{title.capitalize()}: a network fed its prediction error has at least 80 % of the gain with reward",
            f"share_{name}_rpe",
            0.8,
            inf,
            _SOURCE,
            "direction",
            scale,
        ),
        Expect(
            f"{title.capitalize()}: a network without feedback scores like the best policy without feedback",
            f"share_{name}_none",
            -0.2,
            0.2,
            "control of ours",
            "ours",
            scale,
        ),
    )


STUDY = Study(
    name="feedback",
    card=Card(
        title="Prediction errors suffice as feedback",
        summary="A network that receives its prediction error in place of the reward learns within a session as well "
        "as one that receives the reward. A network that receives neither does not learn.",
        refs=("wang2018:simulation 6",),
        tags=("meta-rl", "dopamine", "control"),
    ),
    tasks=tuple(simulation.task for simulation in SIMULATIONS.values()),
    agents=("lstm",),
    scales=SCALES,
    gather=gather,
    measure=measure,
    expects=tuple(claim for name in SIMULATIONS for claim in _claims(name)),
    draw=draw,
    networks=networks,
)
