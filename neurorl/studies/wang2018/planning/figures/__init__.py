"""Figures of the study: planning by pondering."""

import numpy as np
import pandas as pd

from neurorl.core import catalogue
from neurorl.core.study import Evidence, Measures, Picture
from neurorl.figures.learning import learning_figure
from neurorl.studies.wang2018.planning.evidence import TASK
from neurorl.studies.wang2018.planning.figures.panels import planning_figure
from neurorl.studies.wang2018.planning.figures.ways import divergence_figure, ways_figure
from neurorl.studies.wang2018.planning.ways import FAR

TITLES = {
    "horizon_planner": "Optimal",
    "network": "Meta-RL network",
    "network_unpondered": "Network without pondering",
    "successor_representation": "Successor repr.",
    "shortest_path": "Greedy",
    "q_trace": "Q(1)",
    "random_choice": "Random",
}

ROLES = {
    "Optimal": "ceiling",
    "Meta-RL network": "network",
    "Network without pondering": "network",
    "Successor repr.": "latent_state",
    "Greedy": "hybrid",
    "Q(1)": "model_free",
    "Random": "chance",
}


def draw(evidence: Evidence, measures: Measures) -> tuple[Picture, ...]:
    """The study's figures."""
    t = {name: _titled(table) for name, table in measures.tables.items()}
    layout = catalogue.load("task", TASK).layout
    rows = {layout.ponder + k: f"best state reached on step {layout.ponder + k}" for k in FAR}
    payments, walk = _example(evidence, measures)
    ways = t["ways"]
    return (
        Picture(
            "planning",
            planning_figure(
                layout.successors,
                payments,
                walk,
                t["returns"],
                t["returns_by_unit"],
                t["accuracy"],
                t["accuracy_by_unit"],
                t["codes"],
                ponder=layout.ponder,
                order=list(TITLES.values()),
                roles=ROLES,
            ),
            "A: the map and a path of the trained network with the rewards of one trial. B: reward per trial; dots "
            "are replicas or simulated walkers. C: correlation of the network's value with the reward still to come; "
            "thin lines are replicas. D: canonical correlation of hidden units with future actions and states, with "
            "the last effective action regressed out; a dot marks the step of the action. Wang et al. 2018, Supp. "
            "Fig. 7.",
        ),
        Picture(
            "ways",
            ways_figure(
                ways[ways["replica"] == ways["replica"].min()],
                rows=rows,
                actions=range(1, layout.acts + 1),
                ponder=layout.ponder,
            ),
            "Hidden units of one network on two principal components, for trials whose best state is four or five "
            "steps away: mean trajectory by the answer of the first, second, ... action; ellipses are one standard "
            "error. Wang et al. 2018, Supp. Fig. 8.",
        ),
        Picture(
            "divergence",
            divergence_figure(t["divergence"], rows=rows, ponder=layout.ponder),
            "Distance between these trajectories in ten principal components, mean over replicas, with the 95th "
            "percentile of permuted answers. The trajectories diverge while the network ponders.",
        ),
        Picture(
            "learning",
            learning_figure(
                evidence.tables["learning_curve"].query("learner == 'network'"),
                ceiling=measures.values["return_optimal"],
                chance=measures.values["return_random_choice"],
            ),
            "Training: reward per trial and policy entropy, one thin line per replica.",
        ),
    )


def _titled(table: pd.DataFrame) -> pd.DataFrame:
    """Display names."""
    return table.assign(learner=table["learner"].map(TITLES)) if "learner" in table else table


def _example(evidence: Evidence, measures: Measures) -> tuple[np.ndarray, list[int]]:
    """Rewards and path of a trial on which the first replica earned the optimum and the goal was far away."""
    walks = evidence.tables["walks"].query("learner == 'network' and subject == 0")
    score = np.where(walks["earned"] >= walks["best"] - 1e-6, walks["far"] * (walks["reached"] > 0), -1)
    session = int(score.argmax())
    layout = catalogue.load("task", TASK).layout
    units = evidence.recordings["network_units"].isel(replica=0, session=session)
    states = [int(s) for s in units["truth_state"].to_numpy()[layout.ponder :]]
    walk = [*states, layout.successors[states[-1]][int(units["action"][-1])]]
    return units["payments"].to_numpy(), walk
