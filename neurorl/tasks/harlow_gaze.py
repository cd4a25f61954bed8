"""Harlow's learning sets for an eye that sees a strip of cells (between `harlow_vector` and `harlow_pixels`).

The same room, turns, momentum, fixation, choice and waiting as in `harlow_pixels` (Wang et al. 2018, simulation 5; the
rules are in `ops/gaze`), but the view is one row of cells over 65 degrees. A cell holds how much of it is cross, how
much is screen, the sine of its azimuth where it is wall, and the code of the object that covers its middle: a vector
of random signs. Codes for training and codes that are held out have nothing in common.

After the one-dimensional strip with which a reproduction of the paper (BKHMSI, Meta-RL-Harlow) learned one-shot
choices.

Departs from the paper: cells instead of pixels.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from neurorl.core.card import Card
from neurorl.core.errors import BadValue
from neurorl.core.spaces import Box, Discrete, Spaces
from neurorl.core.task import Task
from neurorl.core.types import Outcome
from neurorl.ops.gaze import CHOICE, FIXATION, Gaze, Geometry, look, start_gaze, steady, truth_of
from neurorl.ops.panorama import ARM, FIELD, azimuths, covered

HALF = 13.0  # half the width of an object, degrees
SETS = 1_000  # objects for training, and as many held out


class Params(eqx.Module):
    geometry: Geometry
    codes: Float[Array, "n_objects n"]


@dataclass(frozen=True)
class HarlowGaze(Task):
    """Harlow's task on a strip of `cells`, objects of `n` signs; further fields as in `HarlowPixels`."""

    cells: int = 16
    n: int = 12
    part: str = "training"
    constant: Literal["both", "rewarded", "either"] = "both"
    trials: int = 6
    repeat: int = 8
    momentum: bool = False

    card: ClassVar[Card] = Card(
        title="Harlow's learning sets, a one-dimensional gaze",
        summary="Fixate the cross, then turn to one of two new objects, in a view of one row of cells. Six trials "
        "per session.",
        refs=("wang2018:simulation 5", "harlow1949"),
        tags=("learning-set", "meta-rl", "self-paced"),
    )

    def __post_init__(self) -> None:
        if self.constant not in ("both", "rewarded", "either"):
            raise BadValue(f"constant is '{self.constant}', but must be both, rewarded or either.")
        if self.part not in ("training", "held-out"):
            raise BadValue(f"part is '{self.part}', but must be training or held-out.")
        if 2**self.n < 2 * SETS:
            raise BadValue(f"Codes of {self.n} signs are too short for {2 * SETS} objects; use at least 11.")

    @property
    def spaces(self) -> Spaces:
        return Spaces(
            obs=Box((self.cells * (3 + self.n),), -1.0, 1.0),
            action=Discrete(("rest", "left", "right")),
            reward=(-1.0, 1.0),
            self_paced=True,
        )

    def params(self) -> Params:
        numbers = np.random.default_rng(0).permutation(2**self.n)[: 2 * SETS]
        mine = numbers[:SETS] if self.part == "training" else numbers[SETS:]
        signs = 2.0 * ((mine[:, None] >> np.arange(self.n)) & 1) - 1.0
        return Params(Geometry() if self.momentum else steady(), jnp.asarray(signs))

    def reset(self, key: PRNGKeyArray, params: Params) -> tuple[Gaze, Float[Array, " obs"]]:
        gaze = start_gaze(key, params.geometry, SETS, self.constant)
        return gaze, self._see(params, gaze)

    def step(self, key: PRNGKeyArray, params: Params, state: Gaze, action: Int[Array, ""]) -> tuple[Gaze, Outcome]:
        push = (action == 2).astype(state.heading.dtype) - (action == 1)
        after, reward, chosen = look(key, params.geometry, state, push, self.repeat, SETS)
        outcome = Outcome(
            obs=self._see(params, after),
            reward=reward,
            discount=1.0 - chosen.astype(reward.dtype),
            stim=jnp.zeros_like(reward),
            truth=truth_of(state, after),
        )
        return after, outcome

    def over(self, params: Params, state: Gaze) -> Bool[Array, ""]:
        return state.trial >= self.trials

    def _see(self, params: Params, gaze: Gaze) -> Float[Array, " obs"]:
        azimuth, cell = azimuths(gaze.heading, self.cells), FIELD / self.cells
        screen = covered(azimuth, FIELD / 2, cell)
        crossed = covered(azimuth, ARM, cell) * (gaze.phase == FIXATION)
        wall = jnp.sin(jnp.deg2rad(azimuth)) * (1 - screen)
        on_left = azimuth < 0
        from_middle = azimuth - jnp.where(on_left, -params.geometry.target, params.geometry.target)
        inside = (jnp.abs(from_middle) <= HALF) & (gaze.phase == CHOICE)
        which = jnp.where(on_left == gaze.left, gaze.rewarded, gaze.other)
        codes = params.codes[which] * inside[:, None]
        return jnp.concatenate([jnp.stack([screen, crossed, wall], axis=-1), codes], axis=-1).reshape(-1)


TASK = HarlowGaze()
