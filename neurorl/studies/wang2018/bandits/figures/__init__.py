"""Figures of the study: two-armed bandits: exploration that fits the world it was learned in."""

import pandas as pd

from neurorl.core.study import Evidence, Measures, Picture
from neurorl.figures.learning import learning_figure
from neurorl.figures.raster import raster_figure
from neurorl.figures.regret import horizons_figure, learner_colors, regret_figure, transfer_figure
from neurorl.studies.wang2018.bandits.figures.end_states import ends_figure, paths_figure
from neurorl.studies.wang2018.bandits.measures import KNOWN, PUBLISHED
from neurorl.studies.wang2018.bandits.problems import TRIALS

TITLES = {
    "bayes_correlated": "Bayes-optimal, correlated",
    "gittins": "Gittins, 100 trials",
    "gittins_discounted": "Gittins, discount .95",
    "bayes_independent": "Bayes-optimal, independent",
    "network_correlated": "Network, correlated",
    "network_independent": "Network, independent",
    "thompson": "Thompson sampling",
    "ucb": "UCB",
    "ucb1": "UCB1",
    "random": "Random",
}

ROLES = {
    "Network, correlated": "network",
    "Network, independent": "rare",
    "Gittins, 100 trials": "model_based",
    "Bayes-optimal, correlated": "ceiling",
    "Bayes-optimal, independent": "ink",
    "Random": "chance",
    "UCB": "latent_state",
    "Thompson sampling": "hybrid",
    "Gittins, discount .95": "faint",
    "UCB1": "hybrid",
}

BEST = "bayes_independent"

ON_THE_CURVE = ("gittins", "network_correlated", "network_independent", "thompson", "ucb")

PROBLEM_TITLES = {
    "easy": "(.1, .9)",
    "medium": "(.25, .75)",
    "hard": "(.4, .6)",
    "correlated": "correlated",
    "independent": "independent",
}

SIDES = ("left", "right")


def draw(evidence: Evidence, measures: Measures) -> tuple[Picture, ...]:
    """The study's figures."""
    t = {name: _titled(table) for name, table in measures.tables.items()}
    colors = learner_colors(list(TITLES.values()), ROLES)
    curve = [TITLES[name] for name in ON_THE_CURVE]
    beside = ("bayes_correlated", *ON_THE_CURVE[:1], BEST, *ON_THE_CURVE[1:])
    learners = [TITLES[name] for name in beside if TITLES[name] in set(t["transfer"]["learner"])]
    replicas = t["replicas"].rename(columns={"at_100": "regret"})
    return (
        Picture(
            "raster",
            _raster(t["choices"]),
            "Choices of the first network trained on independent arms, one row per session, on an easy and a hard "
            "problem. Wang et al. 2018, Fig. 1c.",
        ),
        Picture(
            "regret",
            regret_figure(
                t["curves"],
                t["regret"][t["regret"]["trial"] == TRIALS],
                replicas,
                _published(),
                order=curve,
                colors=colors,
                source="Wang et al. 2018, Fig. 1d",
            ),
            "Cumulative regret on arms (.25, .75). Left: means with 95 % intervals over sessions. Right: regret "
            "after 100 trials; dots are replicas, and intervals are over replicas (networks) or sessions (classical "
            "learners). Open marks are read off Fig. 1d.",
        ),
        Picture(
            "paths",
            _paths(t),
            "Activity in single sessions of correlated arms, projected on the first two principal components; grey: "
            "end states of all sessions. Top: a network trained on correlated arms; in easy problems the activity "
            "moves straight to one end, in hard ones it may turn (Wang et al. 2018, Fig. 1e). Bottom: a network "
            "trained on independent arms (Supp. Fig. 2a).",
        ),
        Picture(
            "ends",
            _ends(t["points"]),
            "Activity after 100 trials, one point per session; titles name the training distribution. After training "
            "on correlated arms the left arm's probability orders the points along a curve (Fig. 1f). After training "
            "on independent arms it does so less (Supp. Fig. 2b), and both arms' probabilities are represented "
            "(Supp. Fig. 2c,d). The second component also follows the trial index.",
        ),
        Picture(
            "transfer",
            transfer_figure(
                t["transfer"][t["transfer"]["learner"].isin(learners)],
                t["transfer_by_replica"].rename(columns={"at_100": "regret"}),
                problems=PROBLEM_TITLES,
                order=learners,
                colors=colors,
            ),
            "Regret after 100 trials on every problem: three fixed pairs of arms and both families of bandits. Small "
            "dots are replicas. Each network has less regret on the family it was trained on.",
        ),
        Picture(
            "horizons",
            horizons_figure(
                t["horizons_long"],
                order=[TITLES[name] for name in ("random", "ucb1", "ucb", "gittins", BEST)],
                colors=colors,
                network=_at_home(t["transfer"]),
            ),
            "Expected regret by session length, computed exactly and averaged over independent uniform arms. Gittins "
            "indices coincide with the Bayes-adaptive optimum; the square is the network trained on these bandits "
            "(simulated).",
        ),
        Picture(
            "learning",
            learning_figure(t["learning_curve"].query("network == 'independent'"), ceiling=0.6492, chance=0.5),
            "Training on independent arms: reward per trial and policy entropy, one thin line per replica. The "
            "ceiling is the Bayes-adaptive optimum.",
        ),
    )


def _titled(table: pd.DataFrame) -> pd.DataFrame:
    """Display names."""
    return table.assign(learner=table["learner"].map(lambda key: TITLES.get(key, key))) if "learner" in table else table


def _published() -> pd.DataFrame:
    long = PUBLISHED.melt("learner", var_name="at", value_name="regret")
    return _titled(long.assign(trial=long["at"].str.removeprefix("at_").astype(int)))


def _at_home(transfer: pd.DataFrame) -> pd.DataFrame:
    name = TITLES["network_independent"]
    return transfer[(transfer["learner"] == name) & (transfer["problem"] == "independent")].assign(horizon=TRIALS)


def _raster(choices: pd.DataFrame) -> object:
    """The problems of Fig. 1c: (.25, .75), and (.6, .4), which is the hard one the other way round."""
    mine = choices[choices["learner"] == TITLES["network_independent"]]
    medium = mine[(mine["problem"] == KNOWN) & (mine["p_left"] < 0.5)].assign(group="medium")
    hard = mine[(mine["problem"] == "hard") & (mine["p_left"] > 0.5)].assign(group="hard")
    groups = {"medium": "Left .25, right .75", "hard": "Left .6, right .4"}
    return raster_figure(pd.concat([medium, hard]), groups=groups, labels=SIDES)


def _paths(t: dict[str, pd.DataFrame]) -> object:
    paths, points = (t[name][t[name]["problem"] == "correlated"] for name in ("paths", "points"))
    groups = {"correlated": "trained on correlated", "independent": "trained on independent"}
    return paths_figure(
        paths.assign(group=paths["network"]), points.assign(group=points["network"]), groups=groups, labels=SIDES
    )


def _ends(points: pd.DataFrame) -> object:
    points = points.assign(group=points["network"] + "/" + points["problem"])
    panels = (
        ("correlated/correlated", "p_left", "Correlated arms,\ntested on correlated", "p left"),
        ("independent/correlated", "p_left", "Independent arms,\ntested on correlated", "p left"),
        ("independent/independent", "p_left", "Independent arms,\ntested on independent", "p left"),
        ("independent/independent", "p_right", "Independent arms,\ntested on independent", "p right"),
    )
    return ends_figure(points, panels)
