"""Learning on behaviour: one world, one pass, an update after every sample, against the ways of machines.

After Neftci & Averbeck 2019, Fig. 1. An animal learns from what it does while it does it. Machines let many copies of
a task feed one learner, store what happened and learn from it later, or learn from it again and again. The same
learners, with the same number of samples, learn a maze and a bandit in all four ways (`neurorl.loop.learn`); what they
lose is counted while they learn, by time (ticks) and by samples.

Departs from the paper, which shows no data: tasks, learners, numbers and thresholds are ours. Copies are in step, where
those of A3C and IMPALA run at their own pace (Mnih et al. 2016).
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
    "The walker never stops exploring (epsilon = .1), so that goals are forgone for ever, in all ways alike.",
    "On arms that stay as they are a tick of n copies and a batch of n are the same: n answers by one policy, learned "
    "from in turn. In a maze they are not: copies stand in different places.",
)

STUDY = Study(
    name="on_behaviour",
    card=Card(
        title="Learning on behaviour, from copies, in batches, from replay",
        summary="The same learners and samples in four ways: copies save time and no samples, replay saves samples in "
        "a maze, and a policy that waits for its batch costs regret where the next choice could have used it.",
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
