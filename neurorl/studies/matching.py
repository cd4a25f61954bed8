"""Matching: a trained network, mice and monkeys share their choices out as rewards come.

Simulation 1 of Wang et al. 2018 (Fig. 2, Supp. Fig. 4) beside real animals. A recurrent actor-critic is trained on two
arms with variable-interval schedules, without a part of the base chances, and its weights are frozen. Its choices on
all base chances are analysed by the functions that read 16 mice on baited arms and 4 monkeys in a reversal
task: the matching law, the regression on past rewards and choices, and run lengths; its units by partial correlations.

Departs from the paper: the training recipe (Adam, several sessions an update; `PAPER_RECIPE` is the paper's); the
animals are others than the paper's monkeys, whose trials are not public.
"""

import pandas as pd

from neurorl.core.card import Card
from neurorl.core.study import Evidence, Measures, Picture, Study
from neurorl.figures.history import history_figure
from neurorl.figures.learning import learning_figure
from neurorl.figures.matching import matching_figure
from neurorl.figures.reward import reward_figure
from neurorl.figures.run_lengths import run_length_figure
from neurorl.figures.unit_coding import unit_coding_figure
from neurorl.studies._matching_claims import EXPECTS
from neurorl.studies._matching_evidence import AGENT, STEPS, TASK, Scale, gather, networks
from neurorl.studies._matching_measures import measure
from neurorl.studies._matching_published import HISTORY, MONKEY_SLOPE, NEURONS, UNITS
from neurorl.studies._networks import recipe
from neurorl.train import Schedule, TrainConfig

TITLES = {
    "network": "Meta-RL network",
    "mice": "Mice (baited arms)",
    "monkeys": "Monkeys (reversal)",
    "greedy": "Greedy, chances known",
    "alternating": "Alternating",
    "richer_only": "Richer arm only",
    "random": "Random",
}
ROLES = {
    "Meta-RL network": "network",
    "Mice (baited arms)": "model_free",
    "Monkeys (reversal)": "people",
    "Greedy, chances known": "ceiling",
    "Random": "chance",
}
LEARNERS = tuple(TITLES[name] for name in ("network", "mice", "monkeys"))
VARIABLES = {
    "last_action": "last\naction",
    "last_reward": "last\nreward",
    "interaction": "action ×\nreward",
    "value": "value",
}

# Wang et al. 2018, Methods: one session an update, RMSProp, 3e6 steps.
PAPER_RECIPE = TrainConfig.paper(sessions=15_000, steps=STEPS, discount=0.75)


def _recipe(**changes) -> TrainConfig:
    settings = dict(sessions=24_000, steps=STEPS, parallel=8, discount=0.75, step_size=Schedule(2e-3, 2e-4, hold=0.5))
    return TrainConfig(**(settings | changes))


SCALES = {
    "smoke": Scale(_recipe(sessions=8, replicas=2, parallel=2, chunk=2), sessions=6, fixed=6, recorded=4),
    "quick": Scale(_recipe(replicas=2), sessions=200, fixed=40, recorded=60),
    "paper": Scale(_recipe(replicas=8), sessions=500, fixed=60, recorded=100),
}

NOTES = (
    "Behaviour is judged on the last two thirds of each session, in animals of each session or block; earlier trials "
    "still count as history. Sessions without a choice or reward on one side have no log ratio and are left out.",
    "Choices enter the regression as 0/1, as in the published figure; its lower axis is printed upside down, so its "
    "values are drawn here with their sign turned (alternation is negative).",
    "The mice's arms are baited as the network's are; the monkeys' rewards do not wait, so they have no reason to "
    "alternate. The paper's monkeys (Tsutsui et al. 2016) are shown as its figure shows them.",
)


def draw(evidence: Evidence, measures: Measures) -> tuple[Picture, ...]:
    """The study's figures."""
    t = {name: _titled(table) for name, table in measures.tables.items()}
    ceiling = measures.values["reward_greedy"]
    pictures = [
        Picture(
            "matching",
            matching_figure(
                t["points"],
                t["lines"],
                published_slope=MONKEY_SLOPE,
                source="monkeys, Wang et al. 2018, Fig. 2a",
                order=LEARNERS,
                colors={"trained": "network", "held out": "rare"},
            ),
            "Log ratio of choices by log ratio of rewards: one point a session of the network, or a block of an "
            "animal. Red: base chances that were held out of training. Grey: matching; dashed: the fit to the paper's "
            "monkeys.",
        ),
        Picture(
            "history",
            history_figure(t["history"], t["history_by_unit"], HISTORY, order=LEARNERS, roles=ROLES),
            "Weights of the last 15 rewards and choices (0/1) on the next choice. Thin lines are replicas or animals; "
            "open marks are read off Wang et al. 2018, Fig. 2c,f.",
        ),
        Picture(
            "runs",
            run_length_figure(t["run_counts"], t["run_counts_by_chance"], t["runs"], order=LEARNERS, roles=ROLES),
            "Left: lengths of runs of the same choice. Right: the network at nine fixed pairs of base chances; circles "
            "are the best cycle of Houston & McNamara (1981), one trial on the poorer arm between fixed runs on the "
            "richer.",
        ),
        Picture(
            "reward",
            reward_figure(
                t["reward"], t["reward_by_unit"], ceiling=ceiling, chance=measures.values["reward_random"], roles=ROLES
            ),
            "Reward per trial of the network's replicas beside policies that do not look at rewards (exact). The "
            "ceiling knows the base chances and takes the surer arm.",
        ),
        Picture(
            "learning",
            learning_figure(t["learning_curve"], ceiling=ceiling, chance=measures.values["reward_random"]),
            "Training of the network: reward per trial and policy entropy, one thin line a replica.",
        ),
    ]
    if len(t["coding"]):
        pictures.insert(2, _units(t))
    return tuple(pictures)


def _units(t: dict[str, pd.DataFrame]) -> Picture:
    units, summary = (t[name][t[name]["set"] == "published"] for name in ("coding_by_unit", "coding"))
    figure = unit_coding_figure(
        units[units["replica"] == 0],
        summary,
        variables=VARIABLES,
        panels=("spearman", "pearson"),
        published=UNITS,
        published_shares=NEURONS,
    )
    return Picture(
        "units",
        figure,
        "What hidden units code at fixation: partial correlations with the last action, the last reward, their "
        "interaction and the left arm's value, by ranks and plain. Bars: mean over units and replicas; dots: the first "
        "replica's units; open marks: Wang et al. 2018, Fig. 2e, and the share of prefrontal neurons there.",
    )


def _titled(table: pd.DataFrame) -> pd.DataFrame:
    """Names as people read them."""
    return table.assign(learner=table["learner"].map(lambda key: TITLES.get(key, key))) if "learner" in table else table


STUDY = Study(
    name="matching",
    card=Card(
        title="Matching: network, mice and monkeys on one plot",
        summary="A recurrent network trained by reward prediction errors shares its choices out as rewards come, on "
        "base chances it was trained on and on others. 16 mice and 4 monkeys are measured by the same functions.",
        refs=("wang2018:simulation 1", "tsutsui2016", "lau2005", "houston1981", "trepka2021", "bari2019"),
        tags=("matching", "foraging", "meta-rl", "animals"),
    ),
    tasks=(TASK, "baited_blocks", "reversal"),
    agents=(AGENT,),
    scales=SCALES,
    gather=gather,
    measure=measure,
    expects=EXPECTS,
    draw=draw,
    notes=NOTES,
    networks=networks,
    recipes={"paper": recipe(PAPER_RECIPE)},
)
