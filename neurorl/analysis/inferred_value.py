"""Prediction errors at cues before and after an unsignalled reversal (Wang et al. 2018, Fig. 4b; Bromberg-Martin 2010).

delta_t = r_t + gamma V_{t+1} - V_t. The error *at* a step is the one whose V_{t+1} is computed on that step's input:
the cue's stands on the row of fixation. In a block in which roles have changed, the first trial still shows what was
expected before, and its outcome tells the change. On the second trial the cue is either the one just *experienced*,
or the other, whose new value can only be *inferred*.
"""

import numpy as np
import pandas as pd

from neurorl.analysis.over_units import Unit, columns_of, over_units, require_columns
from neurorl.analysis.rpe_regression import prediction_errors
from neurorl.core.errors import BadData

STEPS = ("fixation", "cue", "response", "outcome")
MOMENTS = ("before", "experienced", "inferred")
ROLES = ("prior", "after")  # the trial's cue was the rewarded one before the change, or is it since
_TRIAL = ["subject", "session", "trial"]
_TRUTH = {name: f"truth_{name}" for name in ("cue", "rewarded", "block", "place")}


def cue_trials(table: pd.DataFrame, *, value: str = "latent_value", discount: float = 0.9) -> pd.DataFrame:
    """One row a trial: its cue, what pays, the change before its block, and the errors at its four steps.

    Args:
        table: one row a decision, four a trial, with the columns truth_cue, truth_rewarded, truth_block and truth_place
            (`from_trajectory` on the task `inferred_value`).
        value: column of V_t, reward units.
        discount: gamma, a step.

    Returns:
        Columns subject, session, trial, cue (0 left, 1 right), rewarded (the cue that pays), block, place (trial of the
        block, from 0), reversed (roles changed at the start of this block; missing in a session's first block),
        last_cue (of the trial before; missing at the start), pays (whether this trial's cue is the rewarded one), and
        rpe_<step> and value_<step> for fixation, cue, response and outcome, reward units. The error at the fixation
        of a session's first trial is not known.
    """
    require_columns(table, [*_TRIAL, "reward", value, *_TRUTH.values()], "Errors at cues")
    sizes = table.groupby(_TRIAL, sort=False).size().to_numpy()
    if len(sizes) == 0 or (sizes != len(STEPS)).any():
        raise BadData(
            f"Errors at cues need trials of {len(STEPS)} steps; this table has {sorted(set(sizes.tolist()))}."
        )
    delta = prediction_errors(table, value=value, discount=discount).reshape(-1, len(STEPS))
    first = table.iloc[:: len(STEPS)]
    trials = first[_TRIAL].reset_index(drop=True)
    for name, column in _TRUTH.items():
        trials[name] = first[column].to_numpy(int)
    session = trials.groupby(["subject", "session"], sort=False)
    earlier = session["rewarded"].shift()  # NaN on a session's first trial
    starts = trials["place"] == 0
    change = (trials["rewarded"] != earlier).astype(float).where(starts & earlier.notna())
    trials["reversed"] = change.groupby([trials["subject"], trials["session"], trials["block"]], sort=False).transform(
        "first"
    )
    trials["last_cue"] = session["cue"].shift()
    trials["pays"] = trials["cue"] == trials["rewarded"]
    # The error that a step's input brings stands on the row before it.
    into = np.concatenate([[[np.nan]], delta[:-1, 3:]]), delta[:, :1], delta[:, 1:2], delta[:, 2:3]
    values = table[value].to_numpy(float).reshape(-1, len(STEPS))
    for i, step in enumerate(STEPS):
        trials[f"rpe_{step}"] = into[i][:, 0]
        trials[f"value_{step}"] = values[:, i]
    trials.loc[session.cumcount() == 0, "rpe_fixation"] = np.nan
    return trials


def reversal_errors(trials: pd.DataFrame, unit: Unit = "subject") -> pd.DataFrame:
    """Mean errors in blocks in which roles have changed, the three panels of Fig. 4b.

    Args:
        trials: from `cue_trials`.
        unit: columns that name a unit.

    Returns:
        Columns `unit`, moment ("before": the first trial; "experienced", "inferred": the second, by its cue), role
        ("prior": the cue was rewarded before the change; "after": it is since), step, rpe (reward units), n (trials).
    """
    unit = columns_of(unit)
    require_columns(trials, [*unit, "reversed", "place", "pays", "cue", "last_cue"], "Errors after reversals")
    changed = trials[(trials["reversed"] == 1) & (trials["place"] <= 1)]
    if changed.empty:
        raise BadData("No block begins with an exchange of roles; simulate more blocks.")
    same = changed["cue"] == changed["last_cue"]
    moment = np.where(changed["place"] == 0, "before", np.where(same, "experienced", "inferred"))
    changed = changed.assign(moment=moment, role=np.where(changed["pays"], "after", "prior"))
    parts = []
    for step in STEPS:
        grouped = changed.groupby([*unit, "moment", "role"], sort=False)[f"rpe_{step}"]
        parts.append(grouped.agg(rpe="mean", n="count").reset_index().assign(step=step))
    return pd.concat(parts, ignore_index=True).loc[:, [*unit, "moment", "role", "step", "rpe", "n"]]


def errors_by_trial(trials: pd.DataFrame, unit: Unit = "subject") -> pd.DataFrame:
    """Mean error at the cue on each trial of a block in which roles have changed, and on the last trial before it.

    Returns:
        Columns `unit`, since (trials since the change, from 0; -1 is the last one before), role, rpe (reward units), n.
    """
    unit = columns_of(unit)
    session = trials.groupby(["subject", "session"], sort=False)
    next_starts = (session["place"].shift(-1) == 0) & (session["reversed"].shift(-1) == 1)
    last = trials[next_starts].assign(since=-1)
    last = last.assign(role=np.where(last["pays"], "prior", "after"))
    inside = trials[trials["reversed"] == 1]
    inside = inside.assign(since=inside["place"], role=np.where(inside["pays"], "after", "prior"))
    grouped = pd.concat([last, inside]).groupby([*unit, "since", "role"])["rpe_cue"]
    return grouped.agg(rpe="mean", n="count").reset_index()


def errors_summary(errors: pd.DataFrame, by: Unit = ()) -> pd.DataFrame:
    """Means over units with 95 % intervals: columns `by`, moment, role, step, mean, low, high, n_units."""
    return over_units(errors, "rpe", [*columns_of(by), "moment", "role", "step"])


def flips(errors: pd.DataFrame, unit: Unit = "subject") -> pd.DataFrame:
    """Whether errors at the cue have turned one trial after the change, and how strong the inferred ones are.

    Returns:
        Columns `unit`, experienced and inferred (both roles have the sign that is right since the change, and had the
        other one before), ratio (size of the inferred errors over that of the experienced ones; the size is half the
        difference between the two roles).
    """
    at_cue = errors[errors["step"] == "cue"]
    names = columns_of(unit)
    wide = at_cue.pivot_table(index=names, columns=["moment", "role"], values="rpe", sort=False)
    gap = {moment: wide[moment, "after"] - wide[moment, "prior"] for moment in MOMENTS}
    expected = (wide["before", "prior"] > 0) & (wide["before", "after"] < 0)
    out = {m: expected & (wide[m, "prior"] < 0) & (wide[m, "after"] > 0) for m in MOMENTS[1:]}
    return pd.DataFrame({**out, "ratio": gap["inferred"] / gap["experienced"]}).reset_index()
