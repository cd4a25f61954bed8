"""Figures of the study: the battery: signatures of animal learning."""

from neurorl.core.study import Evidence, Measures, Picture
from neurorl.studies.battery.figures.panels import battery_figure


def draw(evidence: Evidence, measures: Measures) -> tuple[Picture, ...]:
    """Signatures beside what they must exceed."""
    table = measures.tables.get("signatures")
    if table is None:
        return ()
    caption = (
        "Each signature: mean over simulated subjects with its 95 % interval, beside what it must exceed (dashed)."
    )
    return (Picture("signatures", battery_figure(table), caption),)
