"""The signatures of the battery: what animals do, each as a number that any player of a task has.

A signature is measured in every simulated subject; an effect is shown where its mean over subjects, less the half
width of the 95 % interval, lies above what an agent without it would reach: chance, or a margin of ours above 0,
since a cached value alone can bring about a little of what planning does (Akam, Costa & Dayan 2015).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from neurorl.core.catalogue import load
from neurorl.core.task import Task
from neurorl.studies import _battery_designs as design
from neurorl.studies import _battery_measures as measured


@dataclass(frozen=True)
class Signature:
    """One thing that animals do.

    Attributes:
        name: of the measure.
        claim: as a sentence about the agent.
        task: name of the task.
        steps: of a session.
        measure: the table of what was played -> one value a subject.
        source: where it was seen.
        above: what an agent without the signature reaches at most.
        sessions: of each subject.
        options: fields of the task that differ from their defaults.
        settings: task -> its params, where they differ from the published ones.
        needs: columns that the agent must report ("latent_rpe"); without them the signature is not asked for.
    """

    name: str
    claim: str
    task: str
    steps: int
    measure: measured.Measured
    source: str
    above: float = 0.0
    sessions: int = 1
    options: Mapping[str, Any] = field(default_factory=dict)
    settings: Callable[[Any], Any] | None = None
    needs: tuple[str, ...] = ()

    def make(self) -> Task:
        """The task."""
        return replace(load("task", self.task), **self.options)


def _pavlovian(name: str, claim: str, measure: measured.Measured, source: str, above: float) -> Signature:
    return Signature(name, claim, "pavlovian", 25 * 400, measure, source, above, needs=("latent_rpe",))


SIGNATURES = (
    _pavlovian(
        "cue_response",
        "Prediction errors move to a cue that foretells reward",
        measured.cue_response,
        "Schultz, Dayan & Montague 1997",
        0.05,
    ),
    _pavlovian(
        "reward_response_lost",
        "A foretold reward brings less of an error",
        measured.reward_response_lost,
        "Schultz, Dayan & Montague 1997",
        0.05,
    ),
    _pavlovian(
        "omission_dip",
        "The error dips where a likely reward stays away",
        measured.omission_dip,
        "Schultz, Dayan & Montague 1997",
        0.05,
    ),
    _pavlovian(
        "graded",
        "Errors at cues grow with the probability of reward",
        measured.graded_by_probability,
        "Fiorillo, Tobler & Schultz 2003",
        0.05,
    ),
    Signature(
        "blocking",
        "A cue beside a known one is blocked",
        "pavlovian",
        320,
        measured.blocked,
        "Kamin 1968",
        0.1,
        options={"cues": ("A", "B", "X", "Y"), "steps": 1},
        settings=design.blocking,
        needs=("latent_rpe",),
    ),
    Signature(
        "better_arm",
        "Finds the arm that pays more often",
        "bandit",
        100,
        measured.better_arm,
        "Thorndike 1911",
        0.5,
        sessions=20,
    ),
    Signature(
        "win_stay",
        "Returns to what was just rewarded",
        "reversal",
        160,
        measured.win_stay,
        "Costa et al. 2016",
        0.02,
        sessions=8,
        options={"blocks": True},
    ),
    Signature(
        "after_reversal",
        "Turns to the other arm after a reversal",
        "reversal",
        160,
        measured.after_reversal,
        "Costa et al. 2016",
        0.5,
        sessions=8,
        options={"blocks": True},
    ),
    Signature(
        "faster_reversals",
        "Reverses faster from reversal to reversal",
        "serial_reversal",
        800,
        measured.faster_reversals,
        "Jang et al. 2015",
        0.5,
    ),
    Signature(
        "chooses_best",
        "Takes the best sign wherever it is shown",
        "probabilistic_selection",
        660,
        measured.chosen_untold(0, 1),
        "Frank, Seeberger & O'Reilly 2004",
        0.5,
    ),
    Signature(
        "avoids_worst",
        "Avoids the worst sign wherever it is shown",
        "probabilistic_selection",
        660,
        measured.avoids_worst,
        "Frank, Seeberger & O'Reilly 2004",
        0.5,
    ),
    Signature(
        "learns_what",
        "Learns which picture is good, wherever it lies",
        "what_where_reversal",
        80,
        measured.better_option,
        "Rothenhoefer et al. 2017",
        0.55,
        sessions=20,
        settings=design.all_what,
    ),
    Signature(
        "learns_where",
        "Learns which side is good, whatever lies there",
        "what_where_reversal",
        80,
        measured.better_option,
        "Rothenhoefer et al. 2017",
        0.55,
        sessions=20,
        settings=design.all_where,
    ),
    Signature(
        "volatility",
        "Learns faster where the world changes more",
        "volatility",
        200,
        measured.faster_when_volatile,
        "Behrens et al. 2007",
        0.0,
        sessions=24,
        options={"schedule": "low_first"},
    ),
    Signature(
        "late_outcomes",
        "Credits an outcome to the choice that earned it three trials before",
        "delayed_bandit",
        400,
        measured.better_arm,
        "Walton et al. 2010",
        0.55,
        sessions=2,
    ),
    Signature(
        "reward_effect",
        "Repeats rewarded first-stage choices (model-free)",
        "two_step_daw",
        400,
        measured.stay_effect("reward"),
        "Daw et al. 2011",
        0.02,
        sessions=4,
    ),
    Signature(
        "interaction",
        "Weighs rewards by the transition (model-based)",
        "two_step_daw",
        400,
        measured.stay_effect("interaction"),
        "Daw et al. 2011",
        0.05,
        sessions=4,
    ),
    Signature(
        "devaluation",
        "Presses less for what has lost its worth",
        "devaluation",
        2 * (100 + 10 + design.TESTED),
        measured.devalued,
        "Colwill & Rescorla 1985",
        0.05,
        options={"levers": 2},
    ),
    Signature(
        "moved_goal",
        "Finds the way to a goal that has moved, soon",
        "gridworld",
        design.LIMIT * (design.MOVES + design.TRIES),
        measured.finds_moved_goal,
        "after Tolman & Honzik 1930",
        0.75,
        options={"maze": "relocation"},
        settings=design.moved_goal,
    ),
    Signature(
        "set_size",
        "Learns worse with more stimuli to remember",
        "rlwm",
        60,
        measured.set_size_effect,
        "Collins & Frank 2012",
        0.03,
        sessions=12,
    ),
    Signature(
        "matching",
        "Matches choices to income",
        "matching",
        100,
        measured.matching_slope,
        "Herrnstein 1961",
        0.2,
        sessions=20,
    ),
    Signature(
        "risk",
        "Takes risks where they pay",
        "risk",
        60,
        measured.risk_follows_value,
        "Stopper et al. 2014",
        0.05,
        sessions=20,
    ),
)
