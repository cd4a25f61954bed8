"""A network's reward prediction errors beside model-based and model-free ones (Wang et al. 2018, Fig. 5f,g).

The network's: delta_t = r_t + gamma V_{t+1} - V_t within a session. Two moments count: arrival at the second stage
(the first-stage row) and delivery of the reward (the second-stage row). Three questions: how much of delta do
model-based errors explain; how much do model-free errors explain beyond these (residuals of a regression on them);
and what are both weights in one regression.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from neurorl.analysis.over_units import Unit, columns_of, groups, require_columns
from neurorl.analysis.two_stage import TRIAL, stage_rows
from neurorl.core.errors import BadData
from neurorl.data import Dataset


def prediction_errors(table: pd.DataFrame, *, value: str = "latent_value", discount: float = 0.9) -> np.ndarray:
    """delta_t = r_t + gamma V_{t+1} - V_t, one a row; NaN on a session's last row, whose next value is not known.

    Args:
        table: one row a decision, in order; rows that did not happen (`valid` False) are skipped and get NaN.
        value: column of V_t, the value before the choice, reward units.
        discount: gamma, a step.
    """
    require_columns(table, ["subject", "session", "reward", value], "A prediction error")
    happened = table["valid"].to_numpy(bool) if "valid" in table else np.ones(len(table), bool)
    there = np.flatnonzero(happened)
    session = table.groupby(["subject", "session"], sort=False).ngroup().to_numpy()[there]
    v, r = table[value].to_numpy(float)[there], table["reward"].to_numpy(float)[there]
    delta = np.full(len(table), np.nan)
    inside = np.flatnonzero(session[1:] == session[:-1])
    delta[there[inside]] = r[inside] + discount * v[inside + 1] - v[inside]
    return delta


def two_stage_rpes(
    dataset: Dataset, references: Mapping[str, str], *, value: str = "latent_value", discount: float = 0.9
) -> pd.DataFrame:
    """The network's prediction errors and the reference ones at both moments of each complete trial.

    Args:
        dataset: a network's sessions, with its values and the references as columns.
        references: name of a reference -> its column, such as {"mb": "rpe_mb", "mf": "rpe_mf"}. A reference's
            error stands on the row that it follows: V(S) - Q(a) on the first-stage row, r - V(S) on the second.
        value, discount: see `prediction_errors`.

    Returns:
        Columns subject, session, trial, moment ("arrival", "reward"), rpe, and each reference, all reward
        units. A session's last reward is left out where nothing followed it.
    """
    table = dataset.table
    require_columns(table, list(references.values()), "The regression of prediction errors")
    delta = prediction_errors(table, value=value, discount=discount)
    parts = []
    for moment, at in zip(("arrival", "reward"), stage_rows(dataset), strict=True):
        part = table[list(TRIAL)].iloc[at].assign(moment=moment, rpe=delta[at])
        parts.append(part.assign(**{name: table[column].to_numpy()[at] for name, column in references.items()}))
    return pd.concat(parts).sort_index(kind="stable").dropna(subset=["rpe"]).reset_index(drop=True)


def rpe_regression(rpes: pd.DataFrame, unit: Unit = "subject", *, mb: str = "mb", mf: str = "mf") -> pd.DataFrame:
    """The three regressions for each unit, one row a unit; `unit=()` pools all rows.

    Args:
        rpes: columns rpe, `mb` and `mf`, one row a prediction error.
        unit: columns that name a unit, such as the seed of a network.
        mb, mf: columns of the model-based and the model-free errors.

    Returns:
        Columns `unit`, n, r2_mb (rpe on mb), r_mb_mf (correlation of the two references), r2_mf_residual (rpe on
        what is left of mf after mb), and for m in mb, mf, from the regression on both: beta_m, se_m, low_m, high_m
        (95 % interval, Student's), and the same for standardised variables: std_beta_m, std_low_m, std_high_m.
    """
    require_columns(rpes, [*columns_of(unit), "rpe", mb, mf], "The regression of prediction errors")
    rows = []
    for who, part in groups(rpes, unit):
        y, x = part["rpe"].to_numpy(float), part[[mb, mf]].to_numpy(float)
        name = ", ".join(f"{key} {value}" for key, value in who.items()) or "the whole table"
        rows.append({**who, **_three_regressions(y, x, name)})
    return pd.DataFrame(rows)


def _three_regressions(y: np.ndarray, x: np.ndarray, name: str) -> dict[str, float]:
    n = len(y)
    if n < 4 or not (np.isfinite(y).all() and np.isfinite(x).all()):
        raise BadData(f"Regressing prediction errors of {name} needs at least 4 rows of finite numbers; there are {n}.")
    y, x = y - y.mean(), x - x.mean(axis=0)
    sd_y, sd_x = y.std(), x.std(axis=0)
    residual = _residual(x)
    if not (sd_y > 0 and sd_x[0] > 0 and residual.std() > 1e-9 * sd_x[1] > 0):
        raise BadData(
            f"Prediction errors of {name} cannot be regressed: the network's, the model-based and the model-free ones "
            "must all vary, and the last two must not be the same. Check which columns were named."
        )
    gram = np.linalg.inv(x.T @ x)
    beta = gram @ (x.T @ y)
    spread = np.sum((y - x @ beta) ** 2) / (n - 3)
    se = np.sqrt(spread * np.diag(gram))
    half = stdtrit(n - 3, 0.975) * se
    to_std = sd_x / sd_y
    out: dict[str, float] = {
        "n": n,
        "r2_mb": _r(y, x[:, 0]) ** 2,
        "r_mb_mf": _r(x[:, 0], x[:, 1]),
        "r2_mf_residual": _r(y, residual) ** 2,
    }
    for i, m in enumerate(("mb", "mf")):
        out |= {f"beta_{m}": beta[i], f"se_{m}": se[i], f"low_{m}": beta[i] - half[i], f"high_{m}": beta[i] + half[i]}
        out |= {
            f"std_beta_{m}": beta[i] * to_std[i],
            f"std_low_{m}": (beta[i] - half[i]) * to_std[i],
            f"std_high_{m}": (beta[i] + half[i]) * to_std[i],
        }
    return {key: float(value) if key != "n" else int(value) for key, value in out.items()}


def _residual(x: np.ndarray) -> np.ndarray:
    """What is left of the second centred column after a regression on the first."""
    return x[:, 1] - x[:, 0] * (x[:, 0] @ x[:, 1]) / max(x[:, 0] @ x[:, 0], np.finfo(float).tiny)


def _r(a: np.ndarray, b: np.ndarray) -> float:
    """Pearson's correlation of two centred arrays."""
    return float(a @ b / np.sqrt((a @ a) * (b @ b)))
