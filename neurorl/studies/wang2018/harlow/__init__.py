"""Harlow's learning sets: a network that learns, from pixels, how to learn about objects (Wang et al. 2018, sim. 5).

A convolutional network with an LSTM looks at a screen, holds a cross, and turns to one of two objects. After
training on many pairs of objects its weights are frozen. With two new objects it is at chance on the first trial and
correct from the second trial on. The task is also played at two coarser levels: on a strip of cells, and with objects
as vectors. Fig. 6 and Supp. Video 1.

Departs from the paper: a plain room of our own instead of DeepMind Lab; a view of 24 x 48 pixels (84 x 84 is
`HarlowPixels.paper()`); emoji instead of photographs; Adam and sessions of 28 decisions, 32 an update, instead of
RMSProp with 32 threads. The quick scale takes the pixel network from the zoo and tests it anew; the paper scale trains
it.
"""

from dataclasses import replace

from neurorl.core.card import Card
from neurorl.core.study import Study
from neurorl.studies.wang2018.harlow.claims import EXPECTS
from neurorl.studies.wang2018.harlow.evidence import GAZE, PIXELS, VECTOR, Scale, gather, networks
from neurorl.studies.wang2018.harlow.figures import draw
from neurorl.studies.wang2018.harlow.measures import measure
from neurorl.train import Schedule, TrainConfig

_RECIPE: dict = dict(parallel=32, value_cost=0.25, discount=0.9)

VECTOR_RECIPE = TrainConfig(
    sessions=112_000,
    steps=12,
    replicas=4,
    step_size=Schedule(2e-3, 2e-4, hold=0.5),
    entropy=Schedule(0.05, 0.1),
    chunk=100,
    **(_RECIPE | {"value_cost": 0.4}),
)


# The entropy bonus rises. While nothing is known a trial is worth little, and a bonus as large as later would pay for
# dithering; once objects are known to matter, too small a bonus leaves a network that stays with what has paid
# but never finds out that after a loss the other object pays.
GAZE_RECIPE = TrainConfig(
    sessions=144_000,
    steps=28,
    replicas=4,
    step_size=Schedule(1e-3, 1e-4, hold=0.7),
    entropy=Schedule(0.02, 0.12, hold=0.2),
    chunk=50,
    **_RECIPE,
)

PIXEL_RECIPE = TrainConfig(
    sessions=72_000,
    steps=28,
    replicas=3,
    step_size=Schedule(1e-3, 1e-4, hold=0.7),
    entropy=Schedule(0.02, 0.12, hold=0.2),
    chunk=70,
    **_RECIPE,
)

CONTROL_RECIPE = replace(PIXEL_RECIPE, replicas=2)


# Wang et al. 2018, Methods; 32 threads are one update over 32 sessions here. For the 84 x 84 view, and a GPU.
PAPER_RECIPE = TrainConfig.paper(
    sessions=3_200_000,
    steps=900,
    unroll=25,
    parallel=32,
    discount=0.91,
    value_cost=0.4,
    entropy=Schedule(0.001, 0.001),
    step_size=Schedule(7.5e-4, 7.5e-4),
    replicas=1,
    chunk=100,
)


def _paper_costs(settings: Scale) -> Scale:
    """The paper's optimiser, step size, discount and costs, with the number, length and batching of our sessions."""
    paper = dict(
        optimiser="rmsprop",
        step_size=PAPER_RECIPE.step_size,
        discount=PAPER_RECIPE.discount,
        value_cost=PAPER_RECIPE.value_cost,
        entropy=PAPER_RECIPE.entropy,
        clip=None,
    )
    train, control = ({k: replace(v, **paper) for k, v in d.items()} for d in (settings.train, settings.control))
    return replace(settings, train=train, control=control, from_zoo=())


_SMOKE = TrainConfig(sessions=16, steps=12, replicas=2, parallel=4, chunk=2)

SCALES = {
    "smoke": Scale(
        train={VECTOR: _SMOKE, GAZE: _SMOKE, PIXELS: PIXEL_RECIPE},
        levels=(VECTOR,),
        from_zoo=(),
        control={},
        sessions=8,
        probed=4,
        steps=16,
    ),
    "quick": Scale(
        train={VECTOR: VECTOR_RECIPE, GAZE: GAZE_RECIPE, PIXELS: PIXEL_RECIPE},
        levels=(VECTOR, GAZE, PIXELS),
        from_zoo=(GAZE, PIXELS),
        control={VECTOR: VECTOR_RECIPE, PIXELS: CONTROL_RECIPE},
        sessions=200,
        probed=64,
        steps=60,
    ),
    "paper": Scale(
        train={VECTOR: VECTOR_RECIPE, GAZE: GAZE_RECIPE, PIXELS: PIXEL_RECIPE},
        levels=(VECTOR, GAZE, PIXELS),
        from_zoo=(),
        control={VECTOR: VECTOR_RECIPE, PIXELS: CONTROL_RECIPE},
        sessions=500,
        probed=64,
        steps=60,
    ),
}

NOTES = (
    "The smoke scale plays only the level with objects as vectors.",
    "At the quick scale the networks for pixels and for the strip of cells come from the zoo, with the "
    "learning curves of their training; the test sessions are played anew. The paper scale trains these "
    "networks.",
    "The zoo holds three replicas of the pixel network (the paper trained 50); on half a core the training of "
    "each took 8 to 18 minutes. They were trained one after another from the keys of replicas 0, 1 and 2 of "
    "seed 0.",
    "An undecided trial counts as not correct. A replica counts as successful if it is correct on 90 % of "
    "trials 2 to 6. As in the paper, curves are means over successful replicas, and the share of successful "
    "replicas is reported separately.",
    "The published curves were read off the figure (accuracy about 2 %). For the monkeys only the ends of the "
    "curves could be read.",
)

STUDY = Study(
    name="harlow",
    card=Card(
        title="Harlow's learning sets from pixels",
        summary="A network that receives a screen as input learns how to learn about objects. With frozen weights "
        "and two new pictures it is at chance on the first trial and correct from the second trial on.",
        refs=("wang2018:simulation 5", "harlow1949", "leibo2018"),
        tags=("learning-set", "meta-rl", "pixels"),
    ),
    tasks=("harlow_pixels", "harlow_gaze", "harlow_vector"),
    agents=("conv_lstm", "lstm"),
    scales=SCALES,
    gather=gather,
    measure=measure,
    expects=EXPECTS,
    draw=draw,
    notes=NOTES,
    networks=networks,
    recipes={"paper": _paper_costs},
)
