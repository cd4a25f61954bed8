"""Planning by pondering: a network with a few steps to think walks a map whose states pay anew in every trial.

Supp. Figs. 7 and 8 of Wang et al. 2018. A recurrent actor-critic is trained on a fixed map of 32 states. Each trial
shows it what every state pays today, one of more than a billion payments, gives it five steps in which nothing
happens and then five actions. With frozen weights it earns nearly what dynamic programming earns. While it ponders, the
value it reports approaches what it will earn, and its hidden units come to code actions that are still to be taken.

Departs from the paper: map, inputs and recipe, which are not stated there (see `tasks/revaluation.py`); how the walkers
beside the network are defined; divergence as a number.
"""

import numpy as np
import pandas as pd

from neurorl.core import catalogue
from neurorl.core.card import Card
from neurorl.core.study import Evidence, Measures, Picture, Study
from neurorl.figures.learning import learning_figure
from neurorl.figures.planning import planning_figure
from neurorl.figures.planning_ways import divergence_figure, ways_figure
from neurorl.studies._planning_claims import EXPECTS
from neurorl.studies._planning_evidence import AGENT, TASK, WALKERS, Scale, gather, networks
from neurorl.studies._planning_measures import measure
from neurorl.studies._planning_ways import FAR
from neurorl.train import Schedule, TrainConfig

TITLES = {
    "horizon_planner": "Optimal",
    "network": "Meta-RL network",
    "network_unpondered": "... without pondering",
    "successor_representation": "Successor repr.",
    "shortest_path": "Greedy",
    "q_trace": "Q(1)",
    "random_choice": "Random",
}
ROLES = {
    "Optimal": "ceiling",
    "Meta-RL network": "network",
    "... without pondering": "network",
    "Successor repr.": "latent_state",
    "Greedy": "hybrid",
    "Q(1)": "model_free",
    "Random": "chance",
}
TRIAL = 10  # steps: five to ponder, five to act


def _recipe(sessions: int, replicas: int, steps: int = TRIAL) -> TrainConfig:
    return TrainConfig(
        sessions=sessions,
        steps=steps,
        replicas=replicas,
        parallel=64,
        discount=1.0,
        entropy=Schedule(0.1, 0.01),
        step_size=Schedule(2e-3, 2e-4),
        clip=None,
        chunk=500,
    )


def _tiny(steps: int) -> TrainConfig:
    return TrainConfig(sessions=16, steps=steps, replicas=2, parallel=4, discount=1.0, chunk=2)


SCALES = {
    "smoke": Scale(train=_tiny(TRIAL), unpondered=None, sessions=200, walkers=2, trials=200),
    "quick": Scale(train=_recipe(256_000, 1), unpondered=None, sessions=2_000, walkers=4, trials=2_000),
    "paper": Scale(
        train=_recipe(2_880_000, 8), unpondered=_recipe(2_880_000, 2, 5), sessions=2_000, walkers=8, trials=2_000
    ),
}

NOTES = (
    "Of the supplementary figures the legends could be read, the panels could not: directions are the paper's, the "
    "numbers that bound them ours.",
    "The map is one random map; on others the optimum differs by about two per cent.",
    "Answers during pondering move nothing, but they are drawn, and the network sees the last one, as everywhere.",
    "Of 2,000 test trials of a network about 970 have the best state four or five steps away (the paper has 1,000).",
)


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
            "A: the map and a walk of the trained network through one trial's payments. B: reward per trial; dots are "
            "replicas or simulated walkers. C: the value the network reports and the reward still to come, thin lines "
            "replicas. D: canonical correlation of hidden units with coming actions and states, the last "
            "action that moved regressed out; a dot marks the step of the action. Wang et al. 2018, Supp. Fig. 7.",
        ),
        Picture(
            "ways",
            ways_figure(
                ways[ways["replica"] == ways["replica"].min()],
                rows=rows,
                actions=range(1, layout.acts + 1),
                ponder=layout.ponder,
            ),
            "Hidden units of one network on two principal components, trials whose best state is four or five steps "
            "away: mean trajectory by what the first, second, ... action will be; ellipses are one standard error. "
            "Wang et al. 2018, Supp. Fig. 8.",
        ),
        Picture(
            "divergence",
            divergence_figure(t["divergence"], rows=rows, ponder=layout.ponder),
            "How far apart these trajectories are in ten components, mean over replicas, beside the 95th percentile of "
            "permuted answers: trajectories part while the network ponders.",
        ),
        Picture(
            "learning",
            learning_figure(
                evidence.tables["learning_curve"].query("learner == 'network'"),
                ceiling=measures.values["return_optimal"],
                chance=measures.values["return_random_choice"],
            ),
            "Training: reward per trial and policy entropy, one thin line a replica.",
        ),
    )


def _titled(table: pd.DataFrame) -> pd.DataFrame:
    """Names as people read them."""
    return table.assign(learner=table["learner"].map(TITLES)) if "learner" in table else table


def _example(evidence: Evidence, measures: Measures) -> tuple[np.ndarray, list[int]]:
    """Payments and walk of a trial that the first replica walked as well as can be, the goal far off."""
    walks = evidence.tables["walks"].query("learner == 'network' and subject == 0")
    score = np.where(walks["earned"] >= walks["best"] - 1e-6, walks["far"] * (walks["reached"] > 0), -1)
    session = int(score.argmax())
    layout = catalogue.load("task", TASK).layout
    units = evidence.recordings["network_units"].isel(replica=0, session=session)
    states = [int(s) for s in units["truth_state"].to_numpy()[layout.ponder :]]
    walk = [*states, layout.successors[states[-1]][int(units["action"][-1])]]
    return units["payments"].to_numpy(), walk


STUDY = Study(
    name="planning",
    card=Card(
        title="Planning by pondering",
        summary="A network that has seen a map long enough plans on it: shown what every state pays today, it thinks "
        "for five steps and walks nearly the best way, while coming actions appear in its activity.",
        refs=("wang2018:Supp. Figs. 7 and 8", "dayan1993", "sutton2018"),
        tags=("planning", "revaluation", "meta-rl"),
    ),
    tasks=(TASK,),
    agents=(AGENT, *WALKERS),
    scales=SCALES,
    gather=gather,
    measure=measure,
    expects=EXPECTS,
    draw=draw,
    notes=NOTES,
    networks=networks,
)
