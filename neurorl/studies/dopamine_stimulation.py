"""Overriding dopamine: what a network does within a session turns with its dopamine signal, weights untouched.

Simulation 6 of Wang et al. 2018 (Fig. 7, Supp. Fig. 9), after the rats of Stopper et al. 2014. Two LSTMs are trained
without stimulation on sessions of a safe and a risky arm: the critic sees rewards, the actor the critic's prediction
error. Then the weights are frozen, and the same sessions are played under three protocols that cancel the dopamine
signal of one outcome. If choices were learned by changes of weights, nothing could change; but the prediction error
is what the actor's activity learns from, and risky choices become rarer or more frequent as they did in rats.

Departs from the paper: the recipe (Adam, sixteen sessions an update; the paper's is `PAPER_RECIPE`); all conditions
are played from the same seeds.
"""

from neurorl.core.card import Card
from neurorl.core.study import Evidence, Measures, Picture, Study
from neurorl.figures.dopamine_stimulation import course_figure, signal_figure, stimulation_figure
from neurorl.figures.learning import learning_figure
from neurorl.studies._dopamine_claims import EXPECTS, published
from neurorl.studies._dopamine_evidence import AGENT, STEPS, TASK, Scale, gather, networks
from neurorl.studies._dopamine_measures import measure
from neurorl.studies._dopamine_protocols import CONTROL, OUTCOMES
from neurorl.studies._networks import recipe
from neurorl.train import Schedule, TrainConfig

TITLES = {
    "block_risky_reward": "Risky rewards blocked",
    "block_safe_reward": "Safe rewards blocked",
    "block_risky_loss": "Risky losses blocked",
}


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
    "Stimulation is added to the prediction error that the actor is told, on forced and free pulls, and reaches it one "
    "step after the pull.",
    "Published values were read off the figure, to about two hundredths.",
    "All conditions start from the same seeds: the same blocks, sides and forced trials.",
)


def draw(evidence: Evidence, measures: Measures) -> tuple[Picture, ...]:
    """The study's figures."""
    t = measures.tables
    return (
        Picture(
            "stimulation",
            stimulation_figure(t["risky"], t["risky_by_unit"], published(), control=CONTROL, titles=TITLES),
            "Share of risky choices on the twenty free pulls, without and with stimulation, weights frozen. Filled: "
            "our networks; open: values read off Wang et al. 2018, Fig. 7, of their model and of the rats. Blocking "
            "the signal of risky rewards makes risky choices rarer where they pay; blocking that of safe rewards, or "
            "the dip of a risky loss, makes them more frequent where they do not.",
        ),
        Picture(
            "course",
            course_figure(t["course"], control=CONTROL, titles=TITLES),
            "The same by free pull: mean over networks with 95 % interval. Forced pulls are stimulated too, so that "
            "the first free pull already differs.",
        ),
        Picture(
            "signal",
            signal_figure(t["signal"], outcomes=OUTCOMES, titles={CONTROL: "Control"} | TITLES),
            "The prediction error that the actor is told of each outcome, stimulation included: mean over networks "
            "with 95 % interval.",
        ),
        Picture(
            "learning",
            learning_figure(t["learning_curve"]),
            "Training without stimulation: reward per trial and policy entropy, one thin line a network.",
        ),
    )


STUDY = Study(
    name="dopamine_stimulation",
    card=Card(
        title="Overriding dopamine turns choices without changing a weight",
        summary="A trained network whose actor hears of rewards only as prediction errors. With frozen weights, "
        "blocking the signal of one outcome makes risky choices rarer or more frequent, as it did in rats.",
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
