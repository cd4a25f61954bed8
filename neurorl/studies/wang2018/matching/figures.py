"""Figures of the matching study."""

import pandas as pd

from neurorl.core.study import Evidence, Measures, Picture
from neurorl.figures.history import history_figure
from neurorl.figures.learning import learning_figure
from neurorl.figures.matching import matching_figure
from neurorl.figures.reward import reward_figure
from neurorl.figures.run_lengths import run_length_figure
from neurorl.figures.unit_coding import unit_coding_figure
from neurorl.studies.wang2018.matching.published import HISTORY, MONKEY_SLOPE, NEURONS, UNITS

TITLES = {
    "network": "Meta-RL network",
    "mice": "Mice (baited arms)",
    "monkeys": "Monkeys (reversal)",
    "greedy": "Greedy, probabilities known",
    "alternating": "Alternating",
    "richer_only": "Richer arm only",
    "random": "Random",
}

ROLES = {
    "Meta-RL network": "network",
    "Mice (baited arms)": "model_free",
    "Monkeys (reversal)": "people",
    "Greedy, probabilities known": "ceiling",
    "Random": "chance",
}

LEARNERS = tuple(TITLES[name] for name in ("network", "mice", "monkeys"))

VARIABLES = {
    "last_action": "last\naction",
    "last_reward": "last\nreward",
    "interaction": "action ×\nreward",
    "value": "value",
}


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
            "Log ratio of choices by log ratio of rewards: one point per session of the network or per block of an "
            "animal. Red: base probabilities that were held out of training. Grey: matching; dashed: the fit to the "
            "paper's monkeys.",
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
            "Reward per trial of the network's replicas beside policies that ignore rewards (exact). The ceiling is "
            "the greedy policy that knows the base probabilities.",
        ),
        Picture(
            "learning",
            learning_figure(t["learning_curve"], ceiling=ceiling, chance=measures.values["reward_random"]),
            "Training of the network: reward per trial and policy entropy, one thin line per replica.",
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
        "Coding by hidden units at fixation: partial correlations with the last action, the last reward, their "
        "interaction and the left arm's value, by ranks (Spearman) and plain (Pearson). Bars: mean over units and "
        "replicas; dots: the first replica's units; open marks: Wang et al. 2018, Fig. 2e, and the share of "
        "prefrontal neurons reported there.",
    )


def _titled(table: pd.DataFrame) -> pd.DataFrame:
    """Display names."""
    return table.assign(learner=table["learner"].map(lambda key: TITLES.get(key, key))) if "learner" in table else table
