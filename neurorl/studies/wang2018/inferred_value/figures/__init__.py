"""Figures of the inferred-value study."""

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
    "cue_observer_counting": "Observer that counts trials",
}


def draw(evidence: Evidence, measures: Measures) -> tuple[Picture, ...]:
    """The study's figures."""
    t = {name: _titled(table) for name, table in measures.tables.items()}
    rows = [TITLES[name] for name in ("network", "cue_td", "cue_observer")]
    return (
        Picture(
            "errors",
            errors_figure(_only(t["errors"], rows), _only(t["errors_by_unit"], rows), PUBLISHED, order=rows),
            "Reward prediction errors in blocks in which the two cues have exchanged roles. On the reversal trial "
            "they follow the old values. One trial later they have reversed for the cue just experienced and for the "
            "other cue, whose value can only be inferred. In a model-free learner only the errors at the experienced "
            "cue reverse. Lines are means over replicas, thin lines single replicas. Wang et al. 2018, Fig. 4b.",
        ),
        Picture(
            "states",
            states_figure(t["points"], t["shares"]["share"].tolist()),
            "Mean hidden activity of one replica on two principal components, in blocks after a reversal: colour is "
            "the cue now rewarded, the marker is the cue shown, and grey points are those of the other row. At "
            "fixation of the reversal trial the activity represents the old state; one trial later it represents the "
            "new state. Wang et al. 2018, Fig. 4c.",
        ),
        Picture(
            "course",
            course_figure(t["by_trial"], order=[TITLES[name] for name in LEARNERS]),
            "Error at the cue by trial of a block after a reversal. An observer that counts trials has no error on "
            "the first trial of a block.",
        ),
        Picture(
            "learning",
            learning_figure(t["learning_curve"], ceiling=0.5, chance=None),
            "Training of the network: reward per trial and policy entropy, one thin line per replica. One trial in "
            "two is rewarded.",
        ),
    )


def _titled(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(learner=table["learner"].map(TITLES)) if "learner" in table else table


def _only(table: pd.DataFrame, learners: list[str]) -> pd.DataFrame:
    return table[table["learner"].isin(learners)]
