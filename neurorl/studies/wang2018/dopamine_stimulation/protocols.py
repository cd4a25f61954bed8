"""Stopper's stimulation protocols: what is added to the dopamine signal after a pull, forced or free.

Sizes follow Wang et al. 2018, Methods: each protocol cancels the signal of one outcome, by the amount of the reward
that was paid, or adds 1 where a reward was missed.
"""

from typing import Any

import jax.numpy as jnp
from jaxtyping import Array, Float

from neurorl.core.types import Outcome
from neurorl.perturb.stimulation import Rule
from neurorl.tasks.risk import RISKY, SAFE

OUTCOMES = ("safe reward", "risky reward", "risky loss")
CONTROL = "control"
# Stimulation after each of these outcomes, reward units.
PROTOCOLS = {
    CONTROL: (0.0, 0.0, 0.0),
    "block_risky_reward": (0.0, -4.0, 0.0),  # the risky arm paid: the burst is cancelled
    "block_safe_reward": (-1.0, 0.0, 0.0),  # the safe arm paid: the burst is cancelled
    "block_risky_loss": (0.0, 0.0, 1.0),  # the risky arm did not pay: the dip is filled
}


def protocol(stim: Float[Array, "3"]) -> Rule:
    """The rule that adds these amounts after a safe reward, a risky reward and a risky loss."""

    def rule(obs: Any, action: Any, outcome: Outcome) -> Float[Array, ""]:
        pulled, paid = outcome.truth.pulled, outcome.reward > 0
        came = jnp.stack([pulled == SAFE, (pulled == RISKY) & paid, (pulled == RISKY) & ~paid])
        return jnp.where(came, stim, 0.0).sum()

    return rule
