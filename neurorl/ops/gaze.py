"""Harlow's task for an eye that turns: fixate, look at one of two objects, wait (Wang et al. 2018, simulation 5).

Angles are degrees of azimuth, 0 in the middle of the screen and positive to the right; time is counted in frames,
several of which pass in one decision. A push turns the eye by `turn` degrees in four frames, spread with momentum m
over those that follow: the velocity is v' = m v + (1 - m) turn / 4.

A trial: the gaze rests on the cross, within `fixation_window`, for `hold` frames (reward `fixation_reward`); then the
two objects stand left and right until the gaze is within `choice_window` of one (reward 1 or -1); then nothing for
`interval` frames.
"""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

FIXATION, CHOICE, INTERVAL = 0, 1, 2
FRAMES = 4  # in which a push turns the eye by `turn`: a decision of Wang et al. 2018


class Geometry(eqx.Module):
    """Settings of the task, degrees and frames; the defaults are those of Wang et al. 2018, where it states them."""

    turn: Float[Array, ""] = eqx.field(default=4.4, converter=jnp.asarray)  # degrees in four frames
    momentum: Float[Array, ""] = eqx.field(default=0.3, converter=jnp.asarray)
    fixation_window: Float[Array, ""] = eqx.field(default=3.5, converter=jnp.asarray)  # degrees
    choice_window: Float[Array, ""] = eqx.field(default=7.0, converter=jnp.asarray)  # degrees
    target: Float[Array, ""] = eqx.field(default=16.25, converter=jnp.asarray)  # degrees from the middle
    hold: Float[Array, ""] = eqx.field(default=4.0, converter=jnp.asarray)  # frames
    interval: Float[Array, ""] = eqx.field(default=10.0, converter=jnp.asarray)  # frames
    fixation_reward: Float[Array, ""] = eqx.field(default=0.2, converter=jnp.asarray)
    start: Float[Array, ""] = eqx.field(default=30.0, converter=jnp.asarray)  # a session begins within +- this


def steady() -> Geometry:
    """An eye without momentum that begins on the cross, so that it only ever looks in directions one decision apart."""
    return Geometry(momentum=jnp.asarray(0.0), start=jnp.asarray(0.0))


class Gaze(eqx.Module):
    """Where a session stands.

    Attributes:
        heading, velocity: degrees, degrees a frame.
        phase: `FIXATION`, `CHOICE` or `INTERVAL`.
        clock: frames for which the cross has been held, or the interval has lasted.
        trial: trials finished.
        left: whether the rewarded object stands on the left in this trial (or the next).
        rewarded, other: which objects they are.
        keep: whether the rewarded and the other object stay the same from trial to trial.
    """

    heading: Float[Array, ""]
    velocity: Float[Array, ""]
    phase: Int[Array, ""]
    clock: Float[Array, ""]
    trial: Int[Array, ""]
    left: Bool[Array, ""]
    rewarded: Int[Array, ""]
    other: Int[Array, ""]
    keep: Bool[Array, "2"]


class Truth(eqx.Module):
    """Hidden truth of a step, for analyses: the gaze after it, and the positions of the objects of its trial."""

    heading: Float[Array, ""]
    phase: Int[Array, ""]
    trial: Int[Array, ""]
    left: Bool[Array, ""]
    rewarded: Int[Array, ""]
    other: Int[Array, ""]


def wrap(degrees: Array) -> Array:
    """An angle within -180 to 180."""
    return jnp.mod(degrees + 180.0, 360.0) - 180.0


def start_gaze(key: PRNGKeyArray, geometry: Geometry, n_objects: int, constant: str) -> Gaze:
    """A session's start: two different objects, a gaze near the cross. `constant` is "both", "rewarded" or "either"."""
    u = jax.random.uniform(key, (5,))
    first = index_of(u[0], n_objects)
    keep = jnp.stack([jnp.asarray(True), jnp.asarray(constant == "both")])
    if constant == "either":
        keep = jnp.stack([u[4] < 0.5, u[4] >= 0.5])
    return Gaze(
        heading=(2 * u[2] - 1) * geometry.start,
        velocity=jnp.zeros_like(u[0]),
        phase=jnp.asarray(FIXATION, jnp.int32),
        clock=jnp.zeros_like(u[0]),
        trial=jnp.asarray(0, jnp.int32),
        left=u[3] < 0.5,
        rewarded=first,
        other=another(u[1], first, n_objects),
        keep=keep,
    )


def look(
    key: PRNGKeyArray, geometry: Geometry, gaze: Gaze, push: Float[Array, ""], repeat: int, n_objects: int
) -> tuple[Gaze, Float[Array, ""], Bool[Array, ""]]:
    """One decision, `repeat` frames long, of an eye pushed to the left (-1), to the right (1) or not at all (0).

    Returns:
        where the session stands, the reward, and whether a choice was made.
    """
    g = geometry
    u = jax.random.uniform(key, (3,))
    heading, velocity, phase, clock, left = gaze.heading, gaze.velocity, gaze.phase, gaze.clock, gaze.left
    reward, chosen = jnp.zeros_like(heading), jnp.asarray(False)
    for _ in range(repeat):
        velocity = g.momentum * velocity + (1 - g.momentum) * push * g.turn / FRAMES
        heading = wrap(heading + velocity)
        fixating, choosing, waiting = phase == FIXATION, phase == CHOICE, phase == INTERVAL
        on_cross = jnp.abs(heading) <= g.fixation_window
        on_object = jnp.abs(jnp.abs(heading) - g.target) <= g.choice_window
        clock = jnp.where(fixating & ~on_cross, 0.0, clock + 1.0)
        fixated = fixating & (clock >= g.hold)
        choice = choosing & on_object
        waited = waiting & (clock >= g.interval)
        right_one = (heading < 0) == left
        reward = reward + jnp.where(fixated, g.fixation_reward, 0.0)
        reward = reward + jnp.where(choice, jnp.where(right_one, 1.0, -1.0), 0.0)
        phase = jnp.where(fixated, CHOICE, jnp.where(choice, INTERVAL, jnp.where(waited, FIXATION, phase)))
        clock = jnp.where(fixated | choice | waited, 0.0, clock)
        left = jnp.where(choice, u[0] < 0.5, left)
        chosen = chosen | choice
    # What does not stay the same is another picture in the next trial, never the one that stays.
    rewarded = jnp.where(chosen & ~gaze.keep[0], another(u[1], gaze.other, n_objects), gaze.rewarded)
    other = jnp.where(chosen & ~gaze.keep[1], another(u[2], rewarded, n_objects), gaze.other)
    after = Gaze(
        heading,
        velocity,
        phase.astype(jnp.int32),
        clock,
        gaze.trial + chosen.astype(jnp.int32),
        left,
        rewarded,
        other,
        gaze.keep,
    )
    return after, reward, chosen


def truth_of(before: Gaze, after: Gaze) -> Truth:
    """Hidden truth of the step between two states, for analyses."""
    return Truth(after.heading, after.phase, before.trial, before.left, before.rewarded, before.other)


def index_of(u: Float[Array, ""], n: int) -> Int[Array, ""]:
    """One of 0 .. n-1 from a number in [0, 1)."""
    return jnp.minimum(jnp.floor(u * n).astype(jnp.int32), n - 1)


def another(u: Float[Array, ""], taken: Int[Array, ""], n: int) -> Int[Array, ""]:
    """One of 0 .. n-1 other than `taken`, from a number in [0, 1)."""
    return (taken + 1 + index_of(u, n - 1)) % n
