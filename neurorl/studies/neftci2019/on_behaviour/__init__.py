"""Learning on behaviour: one stream of samples with an update after each, compared with copies, batches and replay.

After Neftci & Averbeck 2019, Fig. 1. An animal learns from each sample as it acts. Machines let many copies of a task
feed one learner, store samples and learn from them later, or learn from them repeatedly. The same learners, with the
same number of samples, learn a maze and a bandit in all four ways (`neurorl.loop.learn`); regret during learning is
counted by time (ticks) and by samples.

Departs from the paper, which shows no data: tasks, learners, numbers and thresholds are ours. Copies run in step,
whereas those of A3C and IMPALA run asynchronously (Mnih et al. 2016).
"""

from neurorl.core.card import Card
from neurorl.core.study import Study
from neurorl.studies.neftci2019.on_behaviour.claims import EXPECTS
from neurorl.studies.neftci2019.on_behaviour.evidence import BANDIT, CHOOSER, MAZE, WALKER, Scale, gather
from neurorl.studies.neftci2019.on_behaviour.figures import draw
from neurorl.studies.neftci2019.on_behaviour.measures import measure

SCALES = {
    "smoke": Scale(walkers=3, choosers=20),
    "quick": Scale(walkers=60, choosers=1_000),
    "paper": Scale(walkers=400, choosers=10_000),
}

NOTES = (
    "The learner in the maze keeps exploring (epsilon = .1), so that some goals are always missed, equally in "
    "all four ways.",
    "In a stationary bandit, a tick of n copies and a batch of n are equivalent: n answers by one policy, "
    "followed by n updates. In a maze they differ, since the copies are in different places.",
)

STUDY = Study(
    name="on_behaviour",
    card=Card(
        title="Learning on behaviour compared with copies, batches and replay",
        summary="The same learners learn from the same number of samples in four ways. Copies save time but no "
        "samples, replay saves samples in a maze, and batches increase regret if the next choice could have "
        "used the samples.",
        refs=("neftci2019", "mnih2016", "lin1992", "sutton2018:sec. 8.2"),
        tags=("on-behaviour", "copies", "batch", "replay", "regret", "maze", "bandit"),
    ),
    tasks=(MAZE, BANDIT),
    agents=(WALKER, CHOOSER),
    scales=SCALES,
    gather=gather,
    measure=measure,
    expects=EXPECTS,
    draw=draw,
    notes=NOTES,
)
