"""Measures of the conditioning study: converged probabilities, competition of cues, and fits to people."""

import numpy as np
import pandas as pd

from neurorl.core.study import Evidence, Measures
from neurorl.studies.neftci2019.conditioning.evidence import BLOCK, GRIDS, STEP
from neurorl.studies.neftci2019.conditioning.programmes import ALPHA, MODELS
from neurorl.studies.neftci2019.conditioning.published import RATINGS

CAPTIONS = {
    "effects": "Effects in each learner of cues, by design, on a scale from 0 (no effect) to 1: reduction of the "
    "value of the blocked, the overshadowed and the pre-exposed cue relative to the control (after 20, 20 "
    "and 10 trials), loss of value of trained cues in compound, and depth of the inhibitor below 0. First "
    "trial and first after exposure: learning relative to the control on the first compound trial of "
    "blocking, and on the first rewarded trial after exposure.",
    "people": "People's ratings of six cues after A+ B- C-, then AX+ BY+ CD- (Spicer et al. 2021), and ten times the "
    "values of each learner at its two best-fitting rates; rmse is over the six cues.",
}


def measure(evidence: Evidence) -> Measures:
    """All numbers and tables of the study."""
    t = evidence.tables
    out = Measures(captions=dict(CAPTIONS))
    values = t["values"].set_index(["model", "design", "trial", "cue"])["v"].sort_index()
    out.tables = {
        "probabilities": t["probabilities"],
        "reversal": t["reversal"],
        "values": t["values"],
        "effects": effects(values),
        "people": people(t["people"]),
    }
    n = evidence.numbers
    out.values = {name: n[name] for name in ("operator_deviation", "average_deviation")}
    out.values["variance_ratio"] = n["variance"] / (ALPHA / (2 - ALPHA) * 0.25)
    out.values |= _settled(t["probabilities"]) | _lags(t["reversal"]) | _rescorla_wagner(values)
    for row in out.tables["effects"].to_dict("records"):
        out.values |= {f"{name}_{row['model']}": row[name] for name in row if name not in ("model", "learner")}
    out.values |= _fits(out.tables["people"])
    return out


def _settled(p: pd.DataFrame) -> dict[str, float]:
    """Convergence of the linear operators: mean over the later half, and share of runs that ended on the better arm."""
    late, last = p["trial"] >= p["trial"].max() / 2, p["trial"] == p["trial"].max()
    mean = {name: float(rows["p"].mean()) for name, rows in p[late].groupby("learner")}
    last = p.loc[last & (p["learner"] == "reward-inaction"), "p"]
    return {
        "matching": mean["reward-penalty"],
        "matching_maze": mean["reward-penalty, 75:25"],
        "absorbed": float((last > 1 - STEP).mean()),
    }


def _lags(reversal: pd.DataFrame) -> dict[str, float]:
    """Trials after the reversal until half of the choices are the better ones; the block where they never are."""
    after = reversal[(reversal["trial"] >= 0) & (reversal["better"] >= 0.5)]
    lag = {name: float(rows["trial"].min()) + 1 for name, rows in after.groupby("learner")}
    average, delta = (lag.get(name, float(BLOCK)) for name in ("sample average", "delta rule, α = .3"))
    return {"lag_average": average, "lag_delta": delta, "lag_ratio": average / delta}


def _rescorla_wagner(values: pd.Series) -> dict[str, float]:
    """The numbers that have a closed form; the row of trial k holds the values after k trials."""
    of = values.xs("rescorla_wagner")
    acquired = of.loc["acquisition"].xs("A", level="cue").loc[:200]
    exact = 1 - (1 - ALPHA) ** acquired.index.to_numpy(float)
    salient = values.xs("salient").loc["compound only", 100]
    return {
        "acquisition_50": float(acquired.loc[50]),
        "acquisition_deviation": float(np.abs(acquired.to_numpy() - exact).max()),
        "extinguished": float(of["acquisition", 300, "A"]),
        "blocker": float(of["blocking", 200, "A"]),
        "blocked": float(of["blocking", 200, "X"]),
        "blocking_control": float(of["compound only", 100, "X"]),
        "overexpected": float(of["overexpectation", 300, "A"]),
        "inhibitor": float(of["inhibition", 400, "X"]),
        "summation": float(of["inhibition", 400, "B"] + of["inhibition", 400, "X"]),
        "salience_share": float(salient["A"] / (salient["A"] + salient["X"])),
    }


def effects(values: pd.Series) -> pd.DataFrame:
    """One row per learner: columns model, learner, and one per effect."""
    rows = []
    for name in GRIDS:
        of = values.xs(name)
        rows.append(
            {
                "model": name,
                "learner": MODELS[name].title,
                "blocking": 1 - of["blocking", 120, "X"] / of["compound only", 20, "X"],
                "first_trial": of["blocking", 101, "X"] / of["compound only", 1, "X"],
                "overshadowing": 1 - of["compound only", 20, "X"] / of["acquisition", 20, "A"],
                "overexpectation": of["overexpectation", 200, "A"] - of["overexpectation", 300, "A"],
                "inhibition": -of["inhibition", 400, "X"],
                "first_after_exposure": of["pre-exposure", 51, "X"] / of["acquisition", 1, "A"],
                "latent_inhibition": 1 - of["pre-exposure", 60, "X"] / of["acquisition", 10, "A"],
            }
        )
    return pd.DataFrame(rows)


def people(grid: pd.DataFrame) -> pd.DataFrame:
    """The best fit of each learner to people: columns cue, rating, low, high, model, learner, fitted, rmse, rates."""
    told, parts = RATINGS.set_index("cue")["rating"], []
    for name, (first, second) in GRIDS.items():
        of = grid.loc[grid["model"] == name, :].assign(fitted=10 * grid["v"])
        tried = []
        for rates, rows in of.groupby(["first", "second"]):
            fitted = rows.set_index("cue")["fitted"].reindex(told.index)
            tried.append((float(np.sqrt(np.mean((fitted - told) ** 2))), rates, fitted.to_numpy()))
        rmse, rates, fitted = min(tried, key=lambda one: one[0])
        row = {"model": name, "learner": MODELS[name].title, "fitted": fitted, "rmse": rmse}
        parts.append(RATINGS.assign(**row, rates=f"{first} {rates[0]:.2f}, {second} {rates[1]:.2f}"))
    return pd.concat(parts, ignore_index=True)


def _fits(table: pd.DataFrame) -> dict[str, float]:
    rating = RATINGS.set_index("cue")["rating"]
    out = {"people_gap": float(rating["Y"] - rating["X"]), "people_added_cue": float(rating["Y"] - rating["B"])}
    for name in GRIDS:
        of = table[table["model"] == name].set_index("cue")
        out[f"rmse_{name}"] = float(of["rmse"].iloc[0])
        out[f"gap_{name}"] = float(of["fitted"]["Y"] - of["fitted"]["X"])
        out[f"added_cue_{name}"] = float(of["fitted"]["Y"] - of["fitted"]["B"])
    return out
