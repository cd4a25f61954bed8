"""Figures of the study: the battery: signatures of animal learning."""

from neurorl.core.study import Evidence, Measures, Picture
from neurorl.studies.battery.figures.panels import battery_figure


def draw(evidence: Evidence, measures: Measures) -> tuple[Picture, ...]:
    """Signatures, with the values that they must exceed."""
    table = measures.tables.get("signatures")
    if table is None:
        return ()
    caption = (
        "Each signature: mean over simulated subjects with its 95 % interval, and the value that it must exceed "
        "(dashed)."
    )
    return (Picture("signatures", battery_figure(table), caption),)
