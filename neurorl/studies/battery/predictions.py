"""Signatures of prediction errors, for agents that report them."""

from neurorl.ops.hidden_reward import STEPS
from neurorl.studies.battery import designs as design
from neurorl.studies.battery import errors
from neurorl.studies.battery.measures import Measured
from neurorl.studies.battery.signature import Signature


def _pavlovian(name: str, claim: str, measure: Measured, source: str, above: float) -> Signature:
    return Signature(name, claim, "pavlovian", 25 * 400, measure, source, above, needs=("latent_rpe",))


PREDICTIONS = (
    _pavlovian(
        "cue_response",
        "The agent's prediction errors come to occur at a cue that predicts a reward",
        errors.cue_response,
        "Schultz, Dayan & Montague 1997",
        0.05,
    ),
    _pavlovian(
        "reward_response_lost",
        "The agent's prediction error is smaller at a predicted reward than at an unpredicted one",
        errors.reward_response_lost,
        "Schultz, Dayan & Montague 1997",
        0.05,
    ),
    _pavlovian(
        "omission_dip",
        "The agent's prediction error is negative when a likely reward is omitted",
        errors.omission_dip,
        "Schultz, Dayan & Montague 1997",
        0.05,
    ),
    _pavlovian(
        "graded",
        "The agent's prediction error at a cue increases with the probability of reward",
        errors.graded_by_probability,
        "Fiorillo, Tobler & Schultz 2003",
        0.05,
    ),
    Signature(
        "blocking",
        "The agent shows blocking of a cue that is trained with a known cue",
        "pavlovian",
        320,
        errors.blocked,
        "Kamin 1968",
        0.1,
        options={"cues": ("A", "B", "X", "Y"), "steps": 1},
        settings=design.blocking,
        needs=("latent_rpe",),
    ),
    Signature(
        "overexpectation",
        "The agent shows overexpectation: trained cues lose value when shown together with one reward",
        "pavlovian",
        1002,
        errors.overexpected,
        "Rescorla 1970",
        0.1,
        options={"cues": ("A", "B", "C"), "steps": 1},
        settings=design.overexpectation,
        needs=("latent_rpe",),
    ),
    Signature(
        "waiting",
        "The agent's prediction error at a certain reward is smaller if the delay is longer",
        "hidden_reward",
        STEPS * 1000,
        errors.less_surprise_later,
        "Starkweather et al. 2017",
        0.003,
        needs=("latent_rpe",),
    ),
)
