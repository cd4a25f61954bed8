"""Signatures of lesions and drugs: their effect on agents that have the part in question.

Two groups play from the same seeds, and the value is that of the intact group less that of the other; if the change has
no effect, the value is exactly 0.
"""

from typing import Any

from neurorl.core.agent import Agent
from neurorl.perturb.parts import dopamine_at_choice, dopamine_at_learning, lesion_part
from neurorl.studies.battery import designs as design
from neurorl.studies.battery import measures as measured
from neurorl.studies.battery.signature import Signature


def no_dopamine(agent: Agent, params: Any) -> Any:
    """Dopamine is absent during learning."""
    return dopamine_at_learning(agent, params, 0.0)


def low_at_choice(agent: Agent, params: Any) -> Any:
    """Dopamine is low during choice; intact subjects have the normal level."""
    return dopamine_at_choice(agent, params, -1.0)


def no_amygdala(agent: Agent, params: Any) -> Any:
    """Without an amygdala."""
    return lesion_part(agent, params, "amygdala")


def no_ventral_striatum(agent: Agent, params: Any) -> Any:
    """Without a ventral striatum."""
    return lesion_part(agent, params, "ventral_striatum")


def weak_ventral_striatum(agent: Agent, params: Any) -> Any:
    """A partial lesion: lesioned monkeys are above chance, so that part of the structure is left."""
    return lesion_part(agent, params, "ventral_striatum", gain=0.4)


BROKEN = (
    Signature(
        "dopamine_learning",
        "Without dopamine, the agent does not learn the better arm",
        "bandit",
        100,
        measured.better_arm,
        "Neftci & Averbeck 2019, Fig. 2",
        0.15,  # a learner with a second system loses some of it, and learns without
        sessions=20,
        change=no_dopamine,
    ),
    Signature(
        "dopamine_choice",
        "Low dopamine at choice shifts the agent from choosing the best option to avoiding the worst",
        "probabilistic_selection",
        660,
        measured.best_over_worst,
        "Frank, Seeberger & O'Reilly 2004",
        0.02,
        settings=design.central,
        change=low_at_choice,
    ),
    Signature(
        "amygdala",
        "Without an amygdala, the agent's accuracy in reversals is lower even if outcomes are certain",
        "reversal_timing",
        80,
        measured.better_option,
        "Costa et al. 2016",
        0.1,
        sessions=20,
        settings=design.certain,
        change=no_amygdala,
    ),
    Signature(
        "ventral_striatum_noisy",
        "Without a ventral striatum, the agent's accuracy in reversals is lower if outcomes are noisy",
        "reversal_timing",
        80,
        measured.better_option,
        "Costa et al. 2016",
        0.03,
        sessions=40,
        settings=design.noisy,
        change=no_ventral_striatum,
    ),
    Signature(
        "ventral_striatum_what",
        "With a weak ventral striatum, the agent's accuracy in what blocks is lower",
        "what_where_reversal",
        80,
        measured.better_option,
        "Rothenhoefer et al. 2017",
        0.03,
        sessions=40,
        settings=design.all_what,
        change=weak_ventral_striatum,
    ),
    Signature(
        "ventral_striatum_where",
        "With a weak ventral striatum, the agent's accuracy in where blocks is unchanged (if it learns sides, and "
        "the lesion impairs pictures)",
        "what_where_reversal",
        80,
        measured.wrong_option,
        "Rothenhoefer et al. 2017",
        -0.02,
        sessions=40,
        settings=design.all_where,
        change=weak_ventral_striatum,
        given=("finds_side", "ventral_striatum_what"),
    ),
)
