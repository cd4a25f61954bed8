"""Signatures of prediction errors: what an agent that reports its errors shows when rewards are foretold or omitted."""

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
        "Prediction errors move to a cue that foretells reward",
        errors.cue_response,
        "Schultz, Dayan & Montague 1997",
        0.05,
    ),
    _pavlovian(
        "reward_response_lost",
        "A foretold reward brings less of an error than one that was not",
        errors.reward_response_lost,
        "Schultz, Dayan & Montague 1997",
        0.05,
    ),
    _pavlovian(
        "omission_dip",
        "The error dips where a likely reward is omitted",
        errors.omission_dip,
        "Schultz, Dayan & Montague 1997",
        0.05,
    ),
    _pavlovian(
        "graded",
        "Errors at cues grow with the probability of reward",
        errors.graded_by_probability,
        "Fiorillo, Tobler & Schultz 2003",
        0.05,
    ),
    Signature(
        "blocking",
        "A cue beside a known one is blocked",
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
        "Cues that each foretell a reward lose when two of them bring but one",
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
        "A sure reward surprises less the longer it takes",
        "hidden_reward",
        STEPS * 1000,
        errors.less_surprise_later,
        "Starkweather et al. 2017",
        0.003,
        needs=("latent_rpe",),
    ),
)
