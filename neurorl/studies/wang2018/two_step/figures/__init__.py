"""Figures of the two-step study."""

from math import isfinite

import pandas as pd

from neurorl.core import catalogue
from neurorl.core.study import Evidence, Measures, Picture
from neurorl.figures.lagged import lagged_figure
from neurorl.figures.learning import learning_figure
from neurorl.figures.model_comparison import model_comparison_figure
from neurorl.figures.reward import reward_figure
from neurorl.figures.rpe import rpe_figure
from neurorl.figures.stay import stay_figure
from neurorl.studies.wang2018.two_step.evidence import CANONICAL, FITTED, PLAYED, TASK
from neurorl.studies.wang2018.two_step.figures.task import task_figure

TITLES = {
    "people": "People",
    "network": "Meta-RL network",
    "model_free": "Model-free",
    "model_based": "Model-based",
    "full_model_based": "Model-based, full",
    "hybrid": "Hybrid",
    "latent_state": "Latent state",
    "reward_as_cue": "Reward as cue",
    "random_choice": "Random",
    "bayes_two_step": "Bayes-optimal",
}

ROLES = {
    "People": "people",
    "Meta-RL network": "network",
    "Model-free": "model_free",
    "Model-based": "model_based",
    "Model-based, full": "model_based",
    "Hybrid": "hybrid",
    "Latent state": "latent_state",
    "Random": "chance",
    "Bayes-optimal": "ceiling",
}

ORDER = tuple(TITLES[name] for name in ("people", "network", *PLAYED))

_KINDS = ((1, True), (1, False), (0, True), (0, False))  # reward, common transition


def _stays(source: str, *values: float) -> pd.DataFrame:
    rows = [("Meta-RL network", *kind, value) for kind, value in zip(_KINDS, values, strict=True)]
    return pd.DataFrame(rows, columns=["learner", "reward", "common", "mean"]).assign(source=source)


def _lags(kind: tuple[int, bool], *values: float) -> pd.DataFrame:
    rows = [("Meta-RL network", *kind, lag, value) for lag, value in enumerate(values, start=1)]
    return pd.DataFrame(rows, columns=["learner", "reward", "common", "lag", "mean"])


# Read off the figures: the paper's network, and the rats of the experiment it models.
PUBLISHED = pd.concat(
    [
        _stays("Wang et al. 2018, Fig. 5c", 0.99, 0.637, 0.62, 0.988),
        _stays("rats, Miller et al. 2017", 0.92, 0.705, 0.70, 0.915),
    ]
)

PUBLISHED_LAGS = pd.concat(
    [
        _lags((1, True), 3.4, 2.9, 0.8, 0.3, 0.15),
        _lags((0, False), 3.3, 2.7, 0.9, 0.35, 0.17),
        _lags((0, True), -1.8, -0.93, -0.2, -0.1, 0.0),
        _lags((1, False), -1.9, -0.87, -0.5, -0.13, 0.0),
    ]
).assign(source="Wang et al. 2018, Fig. 5e")


def draw(evidence: Evidence, measures: Measures) -> tuple[Picture, ...]:
    """The study's figures."""
    t = {name: _titled(table) for name, table in measures.tables.items()}
    reward = t["reward"][t["reward"]["form"] == "Wang"]
    units = t["reward_by_unit"][t["reward_by_unit"]["learner"] != TITLES["people"]]
    ceiling = measures.values["reward_ceiling"]
    order = [name for name in ORDER if name != TITLES["people"]]
    comparison = t["comparison"].assign(population=t["comparison"]["population"].map(_population))
    game = catalogue.load("task", TASK).params()
    return (
        Picture(
            "task",
            task_figure(
                t["canonical"].rename(columns={"agent": "learner"}),
                p_common=float(game.p_common),
                p_good=float(game.p_good),
                p_switch=float(game.p_switch),
                order=[TITLES[name] for name in CANONICAL],
            ),
            "A trial of Wang's form of the task, and stay probabilities of a simulated model-free and a simulated "
            "model-based learner. Wang et al. 2018, Fig. 5a,b.",
        ),
        Picture(
            "stay",
            stay_figure(t["stay"], t["stay_by_unit"], PUBLISHED, order=ORDER, notes=_notes(t["stay"])),
            "Probability of repeating the first-stage choice after each kind of trial. A model-free learner shows a "
            "main effect of reward; a model-based learner shows an interaction of reward and transition. People show "
            "both. The trained network, with frozen weights, resembles the model-based learner. Bars are means over "
            "subjects, replicas or simulated subjects, lines 95 % intervals, dots single subjects or replicas.",
        ),
        Picture(
            "lagged",
            lagged_figure(t["lagged"], t["indices"], PUBLISHED_LAGS, order=ORDER, columns=4),
            "Weights of the last five trials on the next first-stage choice, by transition and reward (Miller's "
            "form), with model-based (MB) and model-free (MF) indices. Wang et al. 2018, Fig. 5d,e.",
        ),
        Picture(
            "rpe",
            rpe_figure(t["rpes"], t["rpe"]),
            "The frozen network's reward prediction errors beside model-based and model-free ones on the same trials, "
            "at arrival in the second stage and at reward; points are those of the replica with the median r2. Wang "
            "et al. 2018, Fig. 5f,g and Supp. Fig. 6a,b.",
        ),
        Picture(
            "reward",
            reward_figure(reward, units, ceiling=ceiling, chance=0.5, order=order, roles=ROLES),
            "Reward per trial on Wang's form of the task; the line marks the Bayes-optimal observer. Supp. Fig. 6c.",
        ),
        Picture(
            "comparison",
            model_comparison_figure(
                comparison, agents=[TITLES[name] for name in FITTED if name in TITLES], roles=ROLES
            ),
            "Fits of each cognitive model to people and to the frozen network: difference of the log-likelihood per "
            "choice to that of the best model, paired within subject or replica, with 95 % intervals. Supp. Fig. 6d.",
        ),
        Picture(
            "predicted",
            stay_figure(_with_people(t), _units(t, evidence), order=[TITLES["people"], *_predicting(t)]),
            "Predictions of the fitted models: each plays Daw's task once with each person's fitted parameters, "
            "beside the people themselves.",
        ),
        Picture(
            "learning",
            learning_figure(t["learning_curve"], ceiling=ceiling if isfinite(ceiling) else None, chance=0.5),
            "Training of the network: reward per trial and policy entropy, one thin line per replica.",
        ),
    )


def _titled(table: pd.DataFrame) -> pd.DataFrame:
    """Display names."""
    columns = [name for name in ("learner", "agent") if name in table]
    return table.assign(**{name: table[name].map(lambda key: TITLES.get(key, key)) for name in columns})


def _notes(stay: pd.DataFrame) -> dict[str, str]:
    """The line below a panel's title: number and kind of units."""
    words = {TITLES["people"]: "people", TITLES["network"]: "replicas"}
    counts = stay.groupby("learner")["n_units"].max()
    return {name: f"{n} {words.get(str(name), 'simulated subjects')}" for name, n in counts.items()}


def _population(name: str) -> str:
    return "People" if name == "people" else "Meta-RL network, frozen"


def _predicting(t: dict[str, pd.DataFrame]) -> list[str]:
    return list(dict.fromkeys(t["predicted"]["agent"]))


def _with_people(t: dict[str, pd.DataFrame]) -> pd.DataFrame:
    people = t["stay"][t["stay"]["learner"] == TITLES["people"]]
    return pd.concat([people, t["predicted"].rename(columns={"agent": "learner"})], ignore_index=True)


def _units(t: dict[str, pd.DataFrame], evidence: Evidence) -> pd.DataFrame:
    people = t["stay_by_unit"][t["stay_by_unit"]["learner"] == TITLES["people"]]
    simulated = _titled(evidence.tables["predicted"]).rename(columns={"agent": "learner"})
    return pd.concat([people, simulated], ignore_index=True)
