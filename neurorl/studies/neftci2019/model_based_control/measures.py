"""Measures of the study of model-based control."""

import numpy as np
import pandas as pd

from neurorl.analysis.over_units import over_units
from neurorl.analysis.stay import effects_summary, stay_effects, stay_summary
from neurorl.core.study import Evidence, Measures
from neurorl.ops.grids import MAZES, grid
from neurorl.studies.neftci2019.model_based_control.mazes import MODEL_FREE, PLANNER
from neurorl.studies.neftci2019.model_based_control.two_step import RATES

GOOD = 20  # steps of a trial: 14 are the fewest, a tenth of the answers is random
LATER = slice(5, 20)  # trials after the goal has moved
P_COMMON = 0.7
SHORT, LONG = 10, 16  # steps of the new and the old way in the shortcut maze
LAST = 500  # steps at the end of a session by which it is judged whether the shortcut was found

# Sutton & Barto 2018, Fig. 3.5.
JUMPS = np.array(
    [
        [22.0, 24.4, 22.0, 19.4, 17.5],
        [19.8, 22.0, 19.8, 17.8, 16.0],
        [17.8, 19.8, 17.8, 16.0, 14.4],
        [16.0, 17.8, 16.0, 14.4, 13.0],
        [14.4, 16.0, 14.4, 13.0, 11.7],
    ]
)
# Reference simulations of this project.
BANDIT = {1: 0.5, 2: 1.083333, 3: 1.666667, 5: 2.888889, 10: 6.021786, 20: 12.431265}
STAY = {
    "model_free": (0.83, 0.83, 0.57, 0.58),  # reward on common, rare; none on common, rare
    "model_based": (0.69, 0.50, 0.49, 0.70),
    "hybrid": (0.74, 0.65, 0.49, 0.59),
}
CAPTIONS = {
    "first": "The first trial with a mean of at most 20 steps, and the mean of trials 21 to 30.",
    "stay": "Probability of repeating the first-stage choice: mean over simulated subjects with 95 % interval.",
    "beliefs": "Learned probability of a common transition after 1,000 trials by learning rate: mean, mean distance "
    "from the true value (.7), and the distance expected of a running mean with that rate.",
    "moved": "Steps per trial after the goal has moved, means over runs.",
}


def measure(evidence: Evidence) -> Measures:
    """All numbers and tables of the study."""
    out = Measures(captions=dict(CAPTIONS))
    out.tables |= {name: table for name, table in evidence.tables.items() if name != "stay"}
    out.values |= evidence.numbers
    _exact(out, evidence)
    _two_step(out, evidence)
    _mazes(out, evidence)
    _moved(out, evidence)
    return out


def _exact(out: Measures, evidence: Evidence) -> None:
    v, t = out.values, evidence.tables
    jumps = t["maps"][t["maps"]["map"] == "jumps"].pivot(index="row", columns="column", values="value")
    v["jumps_error"] = float(np.abs(jumps.to_numpy() - JUMPS).max())
    values = t["bandit"].set_index("trials")["value"]
    v["bandit_error"] = float(max(abs(values[trials] - known) for trials, known in BANDIT.items()))
    deadline = t["deadlines"].set_index("left")
    distance = deadline["distance"].to_numpy()
    v["convergence_rate"] = float((distance[50] / distance[10]) ** (1 / 40))
    v["disagree_late"], v["disagree_early"] = float(deadline["disagree"][:5].max()), float(deadline["disagree"][30])
    curiosity = t["curiosity"].sort_values("left")
    bonus, worse = curiosity["bonus"].to_numpy(), curiosity["worse_arm"].to_numpy()
    v["worse_arm_last"], v["worse_arm_early"] = float(worse[0]), float(worse[-1])
    v["bonus_smallest_fall"], v["bonus_last"] = float(np.diff(bonus).min()), float(bonus[0])


def _two_step(out: Measures, evidence: Evidence) -> None:
    v, stay = out.values, evidence.tables["stay"]
    out.tables["stay_by_unit"], out.tables["stay"] = stay, stay_summary(stay, "learner")
    effects = effects_summary(stay_effects(stay, ("learner", "subject")), "learner")
    interaction = effects[effects["effect"] == "interaction"].set_index("learner")["mean"]
    for name, known in STAY.items():
        mine = out.tables["stay"][out.tables["stay"]["learner"] == name]["mean"].to_numpy()
        v[f"stay_error_{name}"] = float(np.abs(mine - known).max()) if len(mine) == len(known) else np.nan
        v[f"interaction_{name}"] = float(interaction.get(name, np.nan))
    weights = evidence.tables["recovery"]
    for free, name in (("w", "recovery_w"), ("all", "recovery_w_all")):
        own = weights[weights["free"] == free]
        v[name] = float(np.corrcoef(own["true"], own["fitted"])[0, 1]) if len(own) > 1 else np.nan
    beliefs = evidence.tables["beliefs"].assign(off=lambda t: (t["t"] - P_COMMON).abs())
    table = beliefs.groupby("eta", sort=False).agg(mean=("t", "mean"), distance=("off", "mean")).reset_index()
    # A running mean of rate eta over yes/no draws has variance eta / (2 - eta) p (1 - p); of a normal distribution
    # with that variance the mean distance is sqrt(2 / pi) standard deviations.
    spread = np.sqrt(table["eta"] / (2 - table["eta"]) * P_COMMON * (1 - P_COMMON))
    table["expected"] = np.sqrt(2 / np.pi) * spread
    out.tables["beliefs"] = table
    v["belief_bias"] = float((table["mean"] - P_COMMON).abs().max())
    v["belief_distance_slow"] = float(table.set_index("eta")["distance"][RATES[0]])
    ratio = (table["distance"] / table["expected"]).to_numpy()
    v["belief_distance_ratio"] = float(ratio[np.abs(ratio - 1).argmax()])


def _mazes(out: Measures, evidence: Evidence) -> None:
    v, trials = out.values, evidence.tables["trials"]
    curves = over_units(trials, "steps", ["learner", "trial"])
    out.tables["trials"] = curves
    rows = []
    for learner, own in curves.groupby("learner", sort=False):
        good = own[own["mean"] <= GOOD]["trial"]
        first = float(good.min()) + 1 if len(good) else np.nan
        v[f"first_{learner}"] = first
        rows.append((learner, first, own[own["trial"] >= 20]["mean"].mean()))
    out.tables["first"] = pd.DataFrame(rows, columns=["learner", "first", "late"])
    v["first_dyna_minus_sweeping"] = v["first_dyna_5"] - v["first_sweeping_5"]
    maze = grid(MAZES["dyna"])
    v["dyna_shortest"] = float(maze.steps_to_goal()[maze.start[0]])

    changing = evidence.tables["changing"]
    out.tables["changing"] = over_units(changing, "reward", ["maze", "learner", "step"])
    end = changing[changing["step"] == changing.groupby("maze")["step"].transform("max")]
    total = end.groupby(["maze", "learner"])["reward"].mean()
    v["gain_blocking"] = float(total["blocking", "dyna_plus"] - total["blocking", "dyna"])
    late = changing[changing["maze"] == "shortcut"].pivot(index=["learner", "run"], columns="step", values="reward")
    steps = late.columns.to_numpy()
    rate = (late[steps[-1]] - late[steps[max(-1 - LAST // (steps[1] - steps[0]), -len(steps))]]) / LAST
    # Above what any walk of the old way could earn, and below what one of the new way does with its random answers.
    found = (rate > 1 / LONG).groupby("learner").mean()
    v["found_dyna"], v["found_dyna_plus"] = float(found["dyna"]), float(found["dyna_plus"])


def _moved(out: Measures, evidence: Evidence) -> None:
    v, moved = out.values, evidence.tables["relocation"]
    out.tables["relocation"] = over_units(moved, "steps", ["learner", "trial"])
    mean = out.tables["relocation"].pivot(index="trial", columns="learner", values="mean").loc[0:]
    planner = mean[PLANNER]
    v["moved_planner_first"], v["moved_planner_next"] = float(planner.iloc[0]), float(planner.iloc[1:5].mean())
    v["moved_planner_later"] = float(planner.iloc[LATER].mean())
    twenty = mean.iloc[:20].mean()
    v["moved_model_free"] = float(twenty[MODEL_FREE])
    v["moved_model_free_minus_planner"] = float(twenty[MODEL_FREE] - twenty[PLANNER])
    v["moved_model_free_minus_successor"] = float(twenty[MODEL_FREE] - twenty["successor"])
    v["moved_successor_minus_planner"] = float(twenty["successor"] - twenty[PLANNER])
    parts = {"first": slice(0, 1), "2 to 5": slice(1, 5), "6 to 20": LATER}
    table = pd.DataFrame({name: mean.iloc[part].mean() for name, part in parts.items()})
    out.tables["moved"] = table.reset_index().rename(columns={"index": "learner"})
