"""The search: many climbs at once, each from its own start, by quasi-Newton steps.

One place on the ground costs a pass through recorded sessions, the steps between cost nothing; so the passes are
compiled and spread over the devices (`evaluate`), and the steps are a few lines of array code here.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from scipy.special import expit

from neurorl.fit.search.evaluate import Point
from neurorl.fit.search.penalised import Ground

PROMISE = 1e-10  # nats that a whole step must still promise, or the climb is at rest
BROUGHT = 1e-9  # nats that the last step must have brought, or the climb is at rest
SUFFICIENT = 1e-4  # share of the promised gain that a step must bring (Armijo)
FARTHEST = 4.0  # no step moves a parameter further than this on the unconstrained scale
SHORTEST = 1e-6  # a step cut this short leads nowhere: the climb rests, as it does on a kink
FLAT = 4.5  # beyond this the scale of z is flat: less than a ninetieth of its steepest
INWARDS = 1e-3  # nats for the whole of a parameter's range: a slope that leads back from there
INSIDE = 2.0  # from where a parameter that has to come back sets out
RETURNS = 3  # times that a climb is brought back, at most


@dataclass
class Climbs:
    """Places in use, each with its climb: minus the log posterior, its gradient and inverse curvature at z, and the
    step that is tried next, z + length direction."""

    z: np.ndarray  # [places, n]
    value: np.ndarray  # [places]; infinite before the first evaluation
    gradient: np.ndarray  # [places, n]
    inverse: np.ndarray  # [places, n, n]
    direction: np.ndarray  # [places, n]
    length: np.ndarray  # [places]
    n_steps: np.ndarray  # [places]
    rested: np.ndarray  # [places]
    over: np.ndarray  # [places]

    @classmethod
    def at(cls, z: np.ndarray) -> Self:
        """Climbs that begin at z."""
        p, n = z.shape
        return cls(
            z=z.copy(),
            value=np.full(p, np.inf),
            gradient=np.zeros((p, n)),
            inverse=np.zeros((p, n, n)),
            direction=np.zeros((p, n)),
            length=np.ones(p),
            n_steps=np.zeros(p, int),
            rested=np.zeros(p, bool),
            over=np.zeros(p, bool),
        )

    def put(self, where: np.ndarray, other: Self) -> None:
        """Overwrite the climbs at some places."""
        for field in fields(self):
            getattr(self, field.name)[where] = getattr(other, field.name)

    def taken(self, where: np.ndarray) -> Self:
        """The climbs at some places."""
        return type(self)(*(getattr(self, field.name)[where] for field in fields(self)))


def search(
    evaluate: Ground,
    unit: np.ndarray,
    origins: np.ndarray,
    *,
    max_steps: int,
    advance: Callable[[float], None] = lambda done: None,
) -> Climbs:
    """Climb from every origin and return the climbs where they ended.

    Climbs need different numbers of steps, so a place whose climb is over is given to the next start at once. Units
    with short sessions come first, so that lanes of like length are read together.

    Args:
        evaluate: the posterior, and the number of places to work on at once.
        unit: [L] whose posterior each climb is on.
        origins: [L, n] where the climbs start.
        max_steps: a climb that has not converged after this number of evaluations is abandoned.
        advance: told the number of climbs that ended.
    """
    ends = Climbs.at(origins)
    order = np.argsort(evaluate.length[unit], kind="stable")
    whose = order[np.arange(evaluate.places) % len(origins)]  # the start that a place works on
    working = np.arange(evaluate.places) < len(origins)
    climbs = Climbs.at(origins[whose])
    begun, ended = working.sum(), 0
    while ended < len(origins):
        trial = climbs.z + climbs.length[:, None] * climbs.direction
        climbs = step(climbs, trial, evaluate(unit[whose], trial), max_steps)
        over = np.flatnonzero(climbs.over & working)
        if len(over) == 0:
            continue
        ends.put(whose[over], climbs.taken(over))
        ended += len(over)
        advance(len(over))
        working[over] = False
        free = over[: len(origins) - begun]
        whose[free] = order[begun : begun + len(free)]
        working[free] = True
        begun += len(free)
        climbs.put(free, Climbs.at(origins[whose[free]]))
    return ends


def from_the_flats(ground: Ground, unit: np.ndarray, ends: Climbs, *, max_steps: int) -> Climbs:
    """Climb on where a parameter was thrown to an end of its range, though over x the way up leads back from there.

    That far out x hardly moves with z, so a climb comes to rest wherever the slope over x points. The parameter is set
    back inside and climbs again; what gains nothing is left as it was.

    Args:
        ground, unit, max_steps: as in `search`.
        ends: where the climbs ended; they are changed.
    """
    left = np.arange(len(unit))
    for _ in range(RETURNS):
        z = ends.z[left]
        back = (np.abs(z) > FLAT) & (np.sign(z) * ends.gradient[left] > INWARDS * expit(z) * expit(-z))
        which = back.any(axis=1)
        left = left[which]
        if len(left) == 0:
            break
        again = search(ground, unit[left], np.where(back, np.sign(z) * INSIDE, z)[which], max_steps=max_steps)
        again.n_steps += ends.n_steps[left]
        higher = again.value < ends.value[left]
        left = left[higher]
        ends.put(left, again.taken(higher))
    return ends


def step(climbs: Climbs, trial: np.ndarray, point: Point, max_steps: int) -> Climbs:
    """One step of the BFGS method of all climbs (Nocedal & Wright 2006, algorithm 6.1), given the point at `trial`.

    The inverse curvature starts as the inverse information at the origin of the climb. A trial that does not bring
    enough is cut back to the maximum of the parabola through what is known, within [0.1, 0.5] of its length.
    """
    value = -(np.asarray(point.log_lik) + np.asarray(point.log_prior))
    gradient = -np.asarray(point.gradient)
    first = climbs.n_steps == 0
    information = np.asarray(point.information)
    sound = np.isfinite(value) & np.isfinite(gradient).all(axis=1) & np.isfinite(information).all(axis=(1, 2))
    moved = trial - climbs.z
    promised = np.einsum("pi,pi->p", climbs.gradient, moved)  # negative: value is minus the log posterior
    with np.errstate(invalid="ignore"):
        taken = sound & (first | (value <= climbs.value + SUFFICIENT * promised))
        excess = np.where(first, 0.0, value - climbs.value - promised)

    inverse = _bfgs(climbs.inverse, moved, np.where(taken[:, None], gradient - climbs.gradient, 0.0))
    inverse[first & sound] = np.linalg.inv(information[first & sound])
    kept = taken[:, None]
    z, gradient = np.where(kept, trial, climbs.z), np.where(kept, gradient, climbs.gradient)
    inverse = np.where(taken[:, None, None], inverse, climbs.inverse)

    direction = -np.einsum("pij,pj->pi", inverse, gradient)
    left = -np.einsum("pi,pi->p", direction, gradient) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        cut = np.where(sound, np.clip(-promised / (2 * excess), 0.1, 0.5), 0.1)
        whole = np.minimum(1.0, FARTHEST / np.abs(direction).max(axis=1, initial=0.0))
    length = np.where(taken, whole, climbs.length * cut)
    with np.errstate(invalid="ignore"):
        barely = ~first & (climbs.value - value < BROUGHT)
    n_steps = climbs.n_steps + 1
    rested = (taken & ((left < PROMISE) | barely)) | (~first & (length < SHORTEST))
    over = rested | (n_steps >= max_steps) | (first & ~sound)
    return Climbs(z, np.where(taken, value, climbs.value), gradient, inverse, direction, length, n_steps, rested, over)


def _bfgs(inverse: np.ndarray, moved: np.ndarray, turned: np.ndarray) -> np.ndarray:
    """H' = (I - r s y') H (I - r y s') + r s s', with s = moved, y = turned, r = 1 / y's; H where y's is not positive.

    Nocedal & Wright 2006, eq. 6.17.
    """
    sy = np.einsum("pi,pi->p", moved, turned)
    scale = np.sqrt(np.einsum("pi,pi->p", moved, moved) * np.einsum("pi,pi->p", turned, turned))
    usable = sy > 1e-10 * scale
    r = np.where(usable, 1 / np.where(usable, sy, 1.0), 0.0)[:, None, None]
    left = np.eye(moved.shape[1]) - r * moved[:, :, None] * turned[:, None, :]
    updated = left @ inverse @ left.transpose(0, 2, 1) + r * moved[:, :, None] * moved[:, None, :]
    return np.where(usable[:, None, None], updated, inverse)
