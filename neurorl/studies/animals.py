"""Real animals: monkeys and mice meet one rate, two rates, a hidden state and a prior on timing.

Four monkeys of Costa et al. 2016 (1,106 blocks of 80 trials with one reversal) and sixteen mice of Bari et al. 2019
(469 sessions of foraging), as published by Trepka et al. 2021. Each model of Neftci & Averbeck 2019 is fitted to each
session by itself, beside the learners that Trepka et al. fitted; models are compared by Laplace's evidence and
random-effects selection, and by whether blocks that the fits play reverse as the monkeys do.

Departs from the papers: parameters are of one session (80 choices of a monkey), under priors of this library.
"""

import numpy as np
import pandas as pd

from neurorl.core.card import Card
from neurorl.core.study import Evidence, Measures, Picture, Study
from neurorl.figures.reversal_timing import aligned_figure
from neurorl.figures.selection import expected_times_figure, selection_figure
from neurorl.studies._animals_claims import EXPECTS
from neurorl.studies._animals_evidence import BLOCK, MODELS, Scale, gather
from neurorl.studies._animals_measures import measure

SCALES = {
    "smoke": Scale(every_monkey=180, every_mouse=200, starts=2, folds=0, held_starts=1, replays=1),
    "quick": Scale(every_monkey=12, every_mouse=40, starts=4, folds=0, held_starts=1, replays=4),
    "paper": Scale(every_monkey=1, every_mouse=1, starts=6, folds=3, held_starts=2, replays=4),
}
ROLES = {
    "monkeys": "people",
    "mice": "people",
    "single rate": "model_free",
    "dual rate": "hybrid",
    "hidden Markov model": "network",
    "timing prior": "latent_state",
    "flat timing prior": "ceiling",
    "the task's timing prior": "chance",
    "return (rates by sign)": "muted",
    "income (forgetting)": "model_based",
    "choice kernel": "muted",
}
DRAWN = (
    "single rate",
    "dual rate",
    "hidden Markov model",
    "timing prior",
    "flat timing prior",
    "the task's timing prior",
    "income (forgetting)",
)

NOTES = (
    "quick fits every twelfth session of the monkeys and every fortieth of the mice, paper all.",
    "Two questions, two answers. Which model says best what the animal does next, given what it did? Which one, "
    "playing by itself, reverses as the animal does? A learner that forgets wins the first, observers that know of "
    "one reversal a block the second.",
    "A prior on timing that is fitted to a session follows that session's own reversal, so that its mean and sd are no "
    "measure of what an animal knows. The task's own prior is the test, and it fails: its evidence is far below a flat "
    "one's.",
    "The timing prior does not apply to mice, whose sessions have many reversals at no known time. Their hidden Markov "
    "model has a reward probability of its own for the poorer arm, and knows nothing of baits.",
    "In the monkeys' file the second half begins one trial after outcomes exchange; here reversals are where outcomes "
    "say they are.",
    "Intervals are over sessions; `by_animal` shows each animal. Sessions in which some model has no evidence in "
    "Laplace's approximation, because its best parameters lie at the end of a range, are left out (`..._left_out`).",
)


def draw(evidence: Evidence, measures: Measures) -> tuple[Picture, ...]:
    """The study's figures."""
    t = measures.tables
    names = {"monkeys": "Monkeys", "mice": "Mice"}
    among = {"the four": ", this study's models", "all": ", all models"}
    selection = t["selection"]
    selection = selection.assign(
        population=[names[s] + among[a] for s, a in zip(selection["species"], selection["among"], strict=True)]
    )
    return (
        Picture(
            "reversals",
            aligned_figure(
                t["curves"],
                panels=["monkeys, 80/20", "monkeys, 70/30", "mice"],
                order=["monkeys", "mice", *DRAWN],
                titles={"monkeys": "the animals", "mice": ""},
                roles=ROLES,
                observed=("monkeys", "mice"),
            ),
            "Choices of the arm that becomes the better one. Dots: the animals, with the 95 % interval over sessions. "
            "Lines: monkeys, blocks that the fits of each session play by themselves; mice, probabilities that the "
            "fits give to the mice's own choices.",
        ),
        Picture(
            "selection",
            selection_figure(selection, populations=list(dict.fromkeys(selection["population"])), roles=ROLES),
            "Left: log evidence of a session below the best model, paired over sessions. Right: random-effects "
            "selection. Lines are 95 % intervals.",
        ),
        Picture(
            "expected",
            expected_times_figure(*_expected(evidence.tables["fits"], evidence.tables["reversals"])),
            "When the reversal is expected in fits of the timing prior to single sessions. They follow each session's "
            "own reversal.",
        ),
    )


def _expected(fits: pd.DataFrame, reversals: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The mean of all fitted priors over trials beside the sessions' own reversals; and the fits."""
    fitted = fits[fits["agent"] == "timing prior"]
    m = np.arange(1, BLOCK + 1)
    distance = (m - fitted["mean"].to_numpy()[:, None]) / fitted["sd"].to_numpy()[:, None]
    density = np.exp(-0.5 * distance**2)
    density /= density.sum(axis=1, keepdims=True)
    shares = reversals["trial"].value_counts(normalize=True).reindex(m, fill_value=0.0)
    return pd.DataFrame({"m": m, "prior": density.mean(axis=0), "reversals": shares.to_numpy()}), fitted


STUDY = Study(
    name="animals",
    card=Card(
        title="Real animals: one rate, two rates, hidden state or timing",
        summary="Monkeys that reverse and mice that forage, fitted session by session. A learner that forgets predicts "
        "their choices best; observers that know of one reversal a block reverse most like the monkeys.",
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
