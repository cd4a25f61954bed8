"""Maximum likelihood: the parameters under which each unit's choices are most probable; no prior."""

from functools import partial

from neurorl.core.card import Card
from neurorl.fit.method import Method
from neurorl.fit.methods.map import METHOD as MAP
from neurorl.fit.methods.map import fit_map

METHOD = Method(
    card=Card(
        title="Maximum likelihood",
        summary="The parameters under which each unit's choices are most probable, each unit for itself.",
        tags=("unit", "point estimate"),
    ),
    of="unit",
    fit=partial(fit_map, prior=False),
    takes=MAP.takes,
    criterion="bic",
    intervals=MAP.intervals,
)
