"""Figures of the Harlow study."""

import numpy as np

from neurorl.core.study import Evidence, Measures, Picture
from neurorl.figures.film import film_of
from neurorl.studies.wang2018.harlow.evidence import GAZE, PIXELS, VECTOR
from neurorl.studies.wang2018.harlow.figures.panels import (
    accuracy_figure,
    performance_figure,
    stages_figure,
    strip_figure,
)
from neurorl.studies.wang2018.harlow.published import published_monkeys, published_network

TITLES = {VECTOR: "Objects as vectors", GAZE: "Strip of cells", PIXELS: "Pixels"}

SHOWN = 24  # pictures of the strip


def draw(evidence: Evidence, measures: Measures) -> tuple[Picture, ...]:
    """The study's figures."""
    t = measures.tables
    level = PIXELS if (t["stages"]["level"] == PIXELS).any() else VECTOR
    levels = {name: title for name, title in TITLES.items() if (t["accuracy"]["level"] == name).any()}
    mine = t["stages"][t["stages"]["level"] == level]
    pictures = [
        Picture(
            "stages",
            stages_figure(mine, published_network(), published_monkeys()),
            "Accuracy by trial with two new objects: monkeys in their first and last sets of problems (ends of the "
            "curves only), the published network, and our network at six stages of training and after training. A "
            "learner that has learned to learn needs one trial. Wang et al. 2018, Fig. 6b,c.",
        ),
        Picture(
            "tests",
            accuracy_figure(t["accuracy"], t["accuracy_by_replica"], levels),
            "Accuracy by trial with frozen weights, in each test and at each level of detail; thin lines are "
            "replicas with held-out objects. In the paper's control the second object is new on every trial.",
        ),
        Picture(
            "performance",
            performance_figure(t["learning_curve"], levels),
            "Learning curves with held-out objects, one line per replica. A score of 50 means that all trials are "
            "finished with random choices, 100 that all choices from the second trial on are correct. Scores below "
            "50 mean that trials are not finished, since the network does not yet fixate the cross and the objects.",
        ),
    ]
    if "film" in evidence.recordings:
        pictures.insert(0, _filmed(evidence.recordings["film"]))
    return tuple(pictures)


def _filmed(recorded) -> Picture:
    """The view of the network in four sessions: a strip of the first session, a film of all four."""
    sessions = []
    for i in range(recorded.sizes["session"]):
        one = recorded.isel(session=i)
        valid = one["valid"].to_numpy()
        sessions.append({name: one[name].to_numpy()[valid] for name in ("view", "heading", "value", "reward", "trial")})
    first = sessions[0]
    labels = [_label(first, step) for step in range(min(SHOWN, len(first["view"])))]
    return Picture(
        "view",
        strip_figure(first["view"][:SHOWN], labels),
        "Input of the network in the first decisions of a session with two new objects. The dotted line is its "
        "gaze; the number above each view is the reward of that decision. The film shows four sessions, in which "
        "the rewarded object is first on the left, left, right and right: the view, the gaze on the screen, value "
        "(line) and reward (bars). Wang et al. 2018, Fig. 6a and Supp. Video 1.",
        film_of(sessions),
    )


def _label(session: dict[str, np.ndarray], step: int) -> str:
    reward = float(session["reward"][step])
    paid = f", {reward:+.1f}".replace("-", "−") if reward else ""
    return f"trial {int(session['trial'][step]) + 1}{paid}"
