"""Figures of the study: inferred value: errors for what was never experienced."""

import pandas as pd

from neurorl.core.study import Evidence, Measures, Picture
from neurorl.figures.learning import learning_figure
from neurorl.studies.wang2018.inferred_value.claims import PUBLISHED
from neurorl.studies.wang2018.inferred_value.figures.panels import course_figure, errors_figure, states_figure
from neurorl.studies.wang2018.inferred_value.measures import LEARNERS

TITLES = {
    "network": "Meta-RL network",
    "cue_td": "Model-free, TD(0)",
    "cue_observer": "Observer",
    "cue_observer_counting": "Observer who counts",
}


def draw(evidence: Evidence, measures: Measures) -> tuple[Picture, ...]:
    """The study's figures."""
    t = {name: _titled(table) for name, table in measures.tables.items()}
    rows = [TITLES[name] for name in ("network", "cue_td", "cue_observer")]
    return (
        Picture(
            "errors",
            errors_figure(_only(t["errors"], rows), _only(t["errors_by_unit"], rows), PUBLISHED, order=rows),
            "Reward prediction errors in blocks in which the two cues have exchanged roles. On the reversal trial they "
            "still follow the old values; one trial later they have turned, for the cue that was met and for the other "
            "one, whose value can only be inferred. A model-free learner turns the first only. Lines are means over "
            "replicas, thin ones single replicas. Wang et al. 2018, Fig. 4b.",
        ),
        Picture(
            "states",
            states_figure(t["points"], t["shares"]["share"].tolist()),
            "Mean hidden activity of one replica on two principal components, in blocks whose state has changed: "
            "colour is the cue that pays now, marks point to the cue shown, grey are the points of the other row. At "
            "fixation of the reversal trial the colours stand in each other's place; one trial later they have changed "
            "sides. Wang et al. 2018, Fig. 4c.",
        ),
        Picture(
            "course",
            course_figure(t["by_trial"], order=[TITLES[name] for name in LEARNERS]),
            "Error at the cue by trial of a block in which roles have changed. One who counts trials would expect "
            "nothing of a block's first trial.",
        ),
        Picture(
            "learning",
            learning_figure(t["learning_curve"], ceiling=0.5, chance=None),
            "Training of the network: reward per trial and policy entropy, one thin line a replica. One trial in two "
            "pays.",
        ),
    )


def _titled(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(learner=table["learner"].map(TITLES)) if "learner" in table else table


def _only(table: pd.DataFrame, learners: list[str]) -> pd.DataFrame:
    return table[table["learner"].isin(learners)]
