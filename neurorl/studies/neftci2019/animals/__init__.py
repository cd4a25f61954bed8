"""Real animals: monkeys and mice compared with one rate, two rates, a hidden state and a prior on timing.

Four monkeys of Costa et al. 2016 (1,106 blocks of 80 trials with one reversal) and sixteen mice of Bari et al. 2019
(469 sessions of foraging), as published by Trepka et al. 2021. Each model of Neftci & Averbeck 2019 is fitted to each
session separately, beside the learners that Trepka et al. fitted. Models are compared by Laplace's evidence and
random-effects selection, and by whether blocks simulated with the fitted parameters show the monkeys' reversals.

Departs from the papers: parameters are of one session (80 choices of a monkey), under priors of this library.
"""

from neurorl.core.card import Card
from neurorl.core.study import Study
from neurorl.studies.neftci2019.animals.claims import EXPECTS
from neurorl.studies.neftci2019.animals.evidence import MODELS, Scale, gather
from neurorl.studies.neftci2019.animals.figures import draw
from neurorl.studies.neftci2019.animals.measures import measure

SCALES = {
    "smoke": Scale(every_monkey=180, every_mouse=200, starts=2, folds=0, held_starts=1, replays=1),
    "quick": Scale(every_monkey=12, every_mouse=40, starts=4, folds=0, held_starts=1, replays=4),
    "paper": Scale(every_monkey=1, every_mouse=1, starts=6, folds=3, held_starts=2, replays=4),
}

NOTES = (
    "The quick scale fits every twelfth session of the monkeys and every fortieth of the mice; the paper "
    "scale fits all.",
    "The study asks two questions: which model best predicts the animal's next choice given its past choices, "
    "and which model, simulated on its own, reverses like the animal. A learner with forgetting is best at "
    "the first; observers that know that there is one reversal per block are best at the second.",
    "A prior on timing that is fitted to a session follows that session's own reversal, so its mean and sd do "
    "not measure what an animal knows. The task's own prior is the test, and it fails: its evidence is far "
    "below that of a flat prior.",
    "The timing prior does not apply to mice, whose sessions have many reversals at unpredictable times. In "
    "their hidden Markov model the poorer arm has its own reward probability, and rewards are not baited.",
    "In the monkeys' file the second half begins one trial after outcomes exchange; here reversals are placed "
    "where the outcomes exchange.",
    "Intervals are over sessions; `by_animal` shows each animal. Sessions are left out (`..._left_out`) if "
    "some model has no evidence in Laplace's approximation because its best parameters lie at the end of "
    "their range.",
)

STUDY = Study(
    name="animals",
    card=Card(
        title="Real animals: one rate, two rates, hidden state or timing",
        summary="Reversal learning in monkeys and foraging in mice, fitted session by session. A learner with "
        "forgetting predicts the animals' choices best; simulated observers that know that there is one "
        "reversal per block reverse most like the monkeys.",
        refs=("neftci2019", "trepka2021", "costa2016", "costa2015", "bari2019", "stephan2009", "rigoux2014"),
        tags=("reversal", "monkey", "mice", "model comparison", "timing"),
    ),
    tasks=("reversal_timing", "reversal", "baited_blocks"),
    agents=tuple(dict.fromkeys(agent for agent, _ in MODELS.values())),
    scales=SCALES,
    gather=gather,
    measure=measure,
    expects=EXPECTS,
    draw=draw,
    notes=NOTES,
)
