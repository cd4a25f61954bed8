"""Harlow's learning sets in pixels: a first-person view of a screen with two objects (Wang et al. 2018, simulation 5).

A network sees a window of 65 degrees onto a panorama of 360 and turns left or right by 4.4 degrees in four frames, or
rests. It must look at a red cross in the middle of a screen for four frames (+0.2); the cross gives way to two objects
16 degrees to the left and to the right, and the one it turns to (within 7 degrees) is chosen: +1 if it is the session's
rewarded object, -1 if not. After ten frames of empty screen the cross is back. Objects change sides at random, stay the
same for the six trials of a session, and are new in every session: only an agent that has learned to learn from the
first trial can be correct on the second. A decision lasts several frames, the last of which is seen.

The view of 24 x 48 pixels with pictures of 20 pixels, decisions of eight frames and an eye without momentum trains on
CPUs; `HarlowPixels.paper()` has the 84 x 84 pixels, 34-pixel pictures, decisions of four frames and momentum.
`part="held-out"` shows objects that training never shows. `constant="rewarded"` is the paper's control, in which the
other object is a new one on every trial; `constant="either"` keeps only one object, for half of the sessions the
rewarded one and for the others the one to be avoided (Wang et al. 2016).

Departs from the paper: decisions of eight frames and no momentum by default; the room is a plain wall instead of
DeepMind Lab's; the size of the momentum, the place of the objects on the screen (from the level's source) and the start
of a session are not stated there.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal, Self

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray, UInt8

from neurorl.core.card import Card
from neurorl.core.errors import BadValue
from neurorl.core.spaces import Box, Discrete, Spaces
from neurorl.core.task import Task
from neurorl.core.types import Outcome
from neurorl.ops.gaze import CHOICE, FIXATION, Gaze, Geometry, look, start_gaze, steady, truth_of
from neurorl.ops.panorama import view
from neurorl.pictures import load_objects


class Params(eqx.Module):
    geometry: Geometry
    pictures: UInt8[Array, "n size size 3"]  # columns first


@dataclass(frozen=True)
class HarlowPixels(Task):
    """Harlow's task in pixels.

    Attributes:
        height, width: of the view, pixels.
        size: of a picture, pixels.
        objects: a set of pictures ("emoji", "omniglot", "fractals") or a folder of images.
        part: which part of the set: "training" or "held-out".
        constant: which objects stay the same within a session: "both", "rewarded" or "either" (one of the two).
        trials: trials of a session.
        repeat: frames of a decision.
        momentum: whether the eye has momentum, and a session begins anywhere within 30 degrees of the cross; else it
            begins on the cross, and all that is seen is seen from a few directions.
    """

    height: int = 24
    width: int = 48
    size: int = 20
    objects: str = "emoji"
    part: str = "training"
    constant: Literal["both", "rewarded", "either"] = "both"
    trials: int = 6
    repeat: int = 8
    momentum: bool = False

    card: ClassVar[Card] = Card(
        title="Harlow's learning sets, in pixels",
        summary="First-person view of a screen: fixate the cross, then turn to one of two new objects. Six trials "
        "per session; one trial suffices to identify the rewarded object.",
        refs=("wang2018:simulation 5", "harlow1949", "leibo2018"),
        tags=("learning-set", "pixels", "meta-rl", "self-paced"),
    )

    @classmethod
    def paper(cls) -> Self:
        """As in Wang et al. 2018: 84 x 84 pixels, pictures of 34 pixels, decisions of four frames, momentum."""
        return cls(height=84, width=84, size=34, repeat=4, momentum=True)

    def __post_init__(self) -> None:
        if self.constant not in ("both", "rewarded", "either"):
            raise BadValue(f"constant is '{self.constant}', but must be both, rewarded or either.")
        if not 1 <= self.size <= min(self.height, self.width // 2):
            raise BadValue(
                f"Two pictures of {self.size} pixels do not fit into a view of {self.height} x {self.width}; choose a "
                "size up to the height and half the width."
            )

    @property
    def spaces(self) -> Spaces:
        return Spaces(
            obs=Box((self.height, self.width, 3), 0.0, 1.0),
            action=Discrete(("rest", "left", "right")),
            reward=(-1.0, 1.0),
            self_paced=True,
        )

    def params(self) -> Params:
        pictures = load_objects(self.objects, self.part, self.size)
        return Params(Geometry() if self.momentum else steady(), jnp.asarray(pictures.transpose(0, 2, 1, 3)))

    def reset(self, key: PRNGKeyArray, params: Params) -> tuple[Gaze, Float[Array, "height width 3"]]:
        gaze = start_gaze(key, params.geometry, params.pictures.shape[0], self.constant)
        return gaze, self._see(params, gaze)

    def step(self, key: PRNGKeyArray, params: Params, state: Gaze, action: Int[Array, ""]) -> tuple[Gaze, Outcome]:
        push = (action == 2).astype(state.heading.dtype) - (action == 1)
        after, reward, chosen = look(key, params.geometry, state, push, self.repeat, params.pictures.shape[0])
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

    def _see(self, params: Params, gaze: Gaze) -> Float[Array, "height width 3"]:
        left = jnp.where(gaze.left, gaze.rewarded, gaze.other)
        right = jnp.where(gaze.left, gaze.other, gaze.rewarded)
        crossed, shown = gaze.phase == FIXATION, gaze.phase == CHOICE
        return view(
            gaze.heading, self.height, self.width, crossed, shown, params.pictures, left, right, params.geometry.target
        )


TASK = HarlowPixels()
