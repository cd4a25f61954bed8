"""Claims of the dopamine stimulation study, and the published values of the model and of the rats."""

from math import inf

import pandas as pd

from neurorl.core.study import Expect, with_identities

_SEEDS = 7 / 8  # of the paper's eight networks


def _direction(claim: str, measure: str, low: float, high: float = inf, place: str = "Fig. 7") -> Expect:
    return Expect(claim, measure, low, high, f"Wang et al. 2018, {place}", "direction")


def _seeds(claim: str, measure: str) -> Expect:
    return Expect(
        f"{claim}, in at least seven of eight networks",
        measure,
        _SEEDS,
        1.0,
        "Wang et al. 2018, Fig. 7; the share of networks is ours",
        "direction",
    )


CLAIMS = (
    Expect(
        "No weight changes while the networks are tested",
        "weights_changed",
        0,
        0,
        "Wang et al. 2018, Methods",
        "reported",
        "smoke",
    ),
    Expect(
        "The networks give a valid answer on 99 % of trials",
        "valid_answers",
        0.99,
        1,
        "a precondition of the other claims",
        "ours",
    ),
    _seeds("Without stimulation, the networks make more risky choices when the risky arm is better", "seeds_control"),
    _seeds(
        "Without stimulation, the networks choose the better arm on most trials in both blocks",
        "seeds_control_better_arm",
    ),
    _direction(
        "Without stimulation, the networks choose the risky arm on most trials when the risky arm is better",
        "risky_control_risky_better",
        0.5,
        1,
    ),
    _direction(
        "Without stimulation, the networks choose the risky arm on fewer than half of trials when the safe "
        "arm is better",
        "risky_control_safe_better",
        0,
        0.5,
    ),
    _seeds(
        "Blocking the signal of risky rewards makes risky choices rarer when the risky arm is better",
        "seeds_block_risky_reward",
    ),
    _direction(
        "Blocking the signal of risky rewards lowers the share of risky choices by at least .2 when the risky "
        "arm is better",
        "change_block_risky_reward_risky_better",
        -1,
        -0.2,
    ),
    _direction(
        "Blocking the signal of risky rewards has a larger effect when the risky arm is better than when the "
        "safe arm is better",
        "mainly_block_risky_reward",
        0,
    ),
    _seeds(
        "Blocking the signal of safe rewards makes risky choices more frequent when the safe arm is better",
        "seeds_block_safe_reward",
    ),
    _direction(
        "Blocking the signal of safe rewards raises the share of risky choices by at least .1 when the safe "
        "arm is better",
        "change_block_safe_reward_safe_better",
        0.1,
        1,
    ),
    _direction(
        "Blocking the signal of safe rewards has a larger effect when the safe arm is better than when the "
        "risky arm is better",
        "mainly_block_safe_reward",
        0,
    ),
    _seeds(
        "Blocking the signal of risky losses makes risky choices more frequent when the safe arm is better",
        "seeds_block_risky_loss",
    ),
    _direction(
        "Blocking the signal of risky losses raises the share of risky choices by at least .1 when the safe "
        "arm is better",
        "change_block_risky_loss_safe_better",
        0.1,
        1,
    ),
    _direction(
        "Blocking the signal of risky losses has a larger effect when the safe arm is better than when the "
        "risky arm is better",
        "mainly_block_risky_loss",
        0,
    ),
)

# Identities: a test changes no weight.
IDENTITIES = ("weights_changed",)

EXPECTS = with_identities(CLAIMS, IDENTITIES)

# Read off the published panels, %: (protocol, chance that the risky arm pays, control, stimulation).
_MODEL = (
    ("block_risky_reward", 0.5, 90, 43),
    ("block_risky_reward", 0.125, 28, 25),
    ("block_safe_reward", 0.5, 94, 98),
    ("block_safe_reward", 0.125, 29, 59),
    ("block_risky_loss", 0.5, 88, 88),
    ("block_risky_loss", 0.125, 28, 48),
)
_RATS = (
    ("block_risky_reward", 0.5, 75, 54),
    ("block_risky_reward", 0.125, 25, 23),
    ("block_safe_reward", 0.5, 64, 64),
    ("block_safe_reward", 0.125, 27, 42),
    ("block_risky_loss", 0.5, 67, 69),
    ("block_risky_loss", 0.125, 28, 50),
)


def published() -> pd.DataFrame:
    """Columns source, protocol, p_large, control, stimulated (shares of risky choices, 0 to 1)."""
    columns = ["protocol", "p_large", "control", "stimulated"]
    parts = [
        pd.DataFrame(rows, columns=columns).assign(source=source)
        for source, rows in (("model of Wang et al. 2018", _MODEL), ("rats of Stopper et al. 2014", _RATS))
    ]
    table = pd.concat(parts, ignore_index=True)
    return table.assign(control=table["control"] / 100, stimulated=table["stimulated"] / 100)
