"""Figures of the study: real animals: one rate, two rates, hidden state or timing."""

import numpy as np
import pandas as pd

from neurorl.core.study import Evidence, Measures, Picture
from neurorl.figures.reversal_timing import aligned_figure
from neurorl.studies.neftci2019.animals.evidence import BLOCK
from neurorl.studies.neftci2019.animals.figures.selection import expected_times_figure, selection_figure

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
            "Choices of the arm that becomes the better one. Dots: the animals, with the 95 % interval over "
            "sessions. Lines: for monkeys, blocks simulated from the fits of each session; for mice, probabilities "
            "that the fits assign to the mice's own choices.",
        ),
        Picture(
            "selection",
            selection_figure(selection, populations=list(dict.fromkeys(selection["population"])), roles=ROLES),
            "Left: log evidence of a session relative to the best model, paired over sessions. Right: random-effects "
            "selection. Lines are 95 % intervals.",
        ),
        Picture(
            "expected",
            expected_times_figure(*_expected(evidence.tables["fits"], evidence.tables["reversals"])),
            "Expected time of the reversal in fits of the timing prior to single sessions. It follows each session's "
            "own reversal.",
        ),
    )


def _expected(fits: pd.DataFrame, reversals: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Left: mean of all fitted priors over trials, with the sessions' own reversals. Right: the fitted means."""
    fitted = fits[fits["agent"] == "timing prior"]
    m = np.arange(1, BLOCK + 1)
    distance = (m - fitted["mean"].to_numpy()[:, None]) / fitted["sd"].to_numpy()[:, None]
    density = np.exp(-0.5 * distance**2)
    density /= density.sum(axis=1, keepdims=True)
    shares = reversals["trial"].value_counts(normalize=True).reindex(m, fill_value=0.0)
    return pd.DataFrame({"m": m, "prior": density.mean(axis=0), "reversals": shares.to_numpy()}), fitted
