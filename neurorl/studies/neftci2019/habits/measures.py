"""Measures of the study of habits."""

import pandas as pd

from neurorl.analysis.over_units import over_units
from neurorl.core.study import Evidence, Measures
from neurorl.studies.neftci2019.habits.evidence import LONG, PRESSES, SHORT, SINGLE

MARKED = (5, 50, 100, 400)  # presses at which numbers are known
CAPTIONS = {
    "weights": "First test trial by number of imposed presses: the planner's weight, values of the lever in both "
    "systems and mixed if its outcome is not devalued, and the share of that value removed by "
    "devaluation.",
    "rates": "Share of test trials with a press: mean over simulated rats with 95 % interval.",
    "choice": "Two levers, the first devalued: share of the other among presses on the first test trial.",
}


def measure(evidence: Evidence) -> Measures:
    """All numbers and tables of the study."""
    out = Measures(captions=dict(CAPTIONS))
    one = effects(evidence.tables["one_lever"], "learner")
    out.tables["effects"] = one
    _weights(out, one[one["learner"] == "intact"])
    for name in SINGLE:
        out.values[f"effect_{name}"] = _at(one[one["learner"] == name], "effect", max(PRESSES))
    _rats(out, evidence.tables["rats"])
    _two_levers(out, evidence)
    return out


def effects(table: pd.DataFrame, by: str) -> pd.DataFrame:
    """Effect of devaluation on the value and on the probability of a press.

    effect = 1 - devalued / valued value; ratio = devalued / valued probability.

    Args:
        table: columns `by`, training, worth (0 or 1), q, p, with one row a worth; further columns of worth 1 are kept.
        by: column that is kept apart.

    Returns:
        columns `by`, training, effect, ratio, and those of worth 1.
    """
    keys = [by, "training"]
    devalued, valued = (table[table["worth"] == worth].set_index(keys) for worth in (0.0, 1.0))
    out = valued.drop(columns=["worth", "lever"])
    out["effect"], out["ratio"] = 1 - devalued["q"] / valued["q"], devalued["p"] / valued["p"]
    return out.reset_index()


def _weights(out: Measures, intact: pd.DataFrame) -> None:
    for presses in MARKED:
        out.values[f"w_{presses}"] = _at(intact, "w_mb", presses)
        out.values[f"effect_{presses}"] = _at(intact, "effect", presses)
        planned = _at(intact, "w_mb", presses) * _at(intact, "q_mb", presses)
        out.values[f"planned_{presses}"] = planned / _at(intact, "q", presses)
    out.values["effect_rise"] = float(intact.sort_values("training")["effect"].diff().max())
    out.values["press_ratio_400"] = _at(intact, "ratio", 400)
    out.tables["weights"] = intact[["training", "w_mb", "q_mb", "q_mf", "q", "effect"]]


def _rats(out: Measures, rats: pd.DataFrame) -> None:
    rates = over_units(rats, "test", ["learner", "training", "worth"])
    out.tables["rates"], out.tables["rates_by_rat"] = rates, rats
    mean = rates.set_index(["learner", "training", "worth"])["mean"]
    for name in ("intact", "no_planner", "no_cache"):
        for length, training in (("short", SHORT), ("long", LONG)):
            drop = mean[name, training, 1.0] - mean[name, training, 0.0]
            out.values[f"drop_{name}_{length}"] = float(drop)
    out.values["drop_intact_short_minus_long"] = out.values["drop_intact_short"] - out.values["drop_intact_long"]


def _two_levers(out: Measures, evidence: Evidence) -> None:
    two = evidence.tables["two_levers"]
    test = two[two["worth"] == 0].pivot(index=["learner", "training"], columns="lever", values="p")
    choice = (test[2] / (test[1] + test[2])).rename("share").reset_index()
    out.tables["choice"] = choice
    intact = two[two["learner"] == "intact"]
    out.values["valued_share_400"] = _at(choice[choice["learner"] == "intact"], "share", 400)
    lost = effects(intact[intact["lever"] == 1], "learner")
    out.values["effect_two_minus_one_400"] = _at(lost, "effect", 400) - out.values["effect_400"]


def _at(table: pd.DataFrame, column: str, presses: int) -> float:
    """The value of a column after so many presses."""
    return float(table.set_index("training")[column][presses])
