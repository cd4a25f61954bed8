"""The working-memory models of Collins 2025 by another road: picture by picture instead of trial by trial.

Given the answers, the pictures of a block do not meet: between two showings of a picture its row of memory fades by
(1 - phi)^gap, and the key pressed last is known from the record. So every picture of every block is a short sequence of
its own, some 15 showings long, and all are worked on at once. It is an independent check of the agents and ten times
as fast, but it can only score; what it finds is scored again by the agents.
"""

from dataclasses import dataclass
from typing import Any, Self

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Array, Float

from neurorl.fit.search.evaluate import Point
from neurorl.fit.search.penalised import everywhere
from neurorl.fit.search.quasi_newton import search

FREE = ("alpha", "stick", "rho", "forget", "epsilon", "neglect")  # the order of z; capacity is held
KEYS, BETA, EDGE = 3, 25.0, 1e-30


@dataclass(frozen=True)
class Showings:
    """The showings of every picture, time first: arrays [T, P, B] for P people and B block-and-picture places.

    Attributes:
        people: labels, in order.
        key, reward: answer (0, 1, 2) and whether it was right.
        last: key pressed on the trial before, -1 at the start of a block.
        gap: trials since the last showing (of those that count), or since the start.
        size: set size [P, B].
        there: whether there is such a showing.
    """

    people: tuple[str, ...]
    key: Array
    reward: Array
    last: Array
    gap: Array
    size: Array
    there: Array

    @classmethod
    def of(cls, table: pd.DataFrame) -> Self:
        """Arrange the valid rows of `collins_rlwm`."""
        rows = table[table["valid"]].copy()
        block = [rows["subject"], rows["session"]]
        rows["t"] = rows.groupby(block).cumcount()
        rows["last"] = rows.groupby(block)["choice"].shift(1).fillna(-1).astype(int)
        picture = [*block, rows["state"]]
        rows["visit"] = rows.groupby(picture).cumcount()
        rows["gap"] = rows["t"] - rows.groupby(picture)["t"].shift(1).fillna(0)
        person, people = pd.factorize(rows["subject"])
        place = rows.groupby("subject", sort=False, group_keys=False)[["session", "state"]].apply(
            lambda part: pd.Series(pd.factorize(part["session"] * 100 + part["state"])[0], index=part.index)
        )
        where = (rows["visit"].to_numpy(), person, place.loc[rows.index].to_numpy())
        shape = tuple(int(axis.max()) + 1 for axis in where)

        def laid_out(name: str, fill: float) -> Array:
            out = np.full(shape, fill)
            out[where] = rows[name]
            return jnp.asarray(out)

        size = np.ones(shape[1:])
        size[where[1:]] = rows["set_size"]
        there = np.zeros(shape, bool)
        there[where] = True
        names = (("choice", 0.0), ("reward", 0.0), ("last", -1.0), ("gap", 0.0))
        return cls(tuple(people), *(laid_out(*name) for name in names), jnp.asarray(size), jnp.asarray(there))


def log_probs(
    x: Float[Array, "6 P"], capacity: Float[Array, " P"], data: Showings, variant: str
) -> Float[Array, "T P B"]:
    """Log-probability of every answer, nats; 0 where there is none.

    Args:
        x: the parameters FREE of each person.
        capacity: K of each person.
        data: the showings.
        variant: "wm_habit", "wm_rl", "wm_rl_no_errors" (the slow module does not learn from errors), or
            "wm_rl_no_neglect" (both learn fully from them; `neglect` is not used).
    """
    alpha, stick, rho, forget, epsilon, neglect = (row[:, None] for row in x)
    of_memory = jnp.ones_like(neglect) if variant == "wm_rl_no_neglect" else neglect
    of_slow = {"wm_rl_no_errors": jnp.zeros_like(neglect)}.get(variant, of_memory)
    weight = rho * jnp.minimum(1.0, capacity[:, None] / data.size)
    start = jnp.full((KEYS, *data.size.shape), 1.0 / KEYS)

    def showing(carry: tuple[Array, Array], row: tuple[Array, ...]) -> tuple[tuple[Array, Array], Array]:
        memory, slow = carry
        key, reward, last, gap, there = row
        faded = 1 / KEYS + (memory - 1 / KEYS) * (1 - forget) ** jnp.maximum(gap - 1, 0)  # one a trial in between
        codes = jnp.arange(KEYS)[:, None, None]
        leaning = stick * (codes == last)
        p_memory = jax.nn.softmax(BETA * (faded + leaning), axis=0)
        p_slow = jax.nn.softmax(BETA * (slow + leaning), axis=0)
        chosen = codes == key
        guided = weight * (chosen * p_memory).sum(0) + (1 - weight) * (chosen * p_slow).sum(0)
        log_p = jnp.log(jnp.maximum((1 - epsilon) * guided + epsilon / KEYS, EDGE))
        right = reward > 0
        # A trial's own fading comes before its outcome is taken up.
        own = 1 / KEYS + (faded - 1 / KEYS) * (1 - forget)
        kept = own + chosen * jnp.where(right, 1.0, of_memory) * (reward - own)
        target = 1.0 if variant == "wm_habit" else reward
        learned = slow + chosen * alpha * jnp.where(right, 1.0, of_slow) * (target - slow)
        return (jnp.where(there, kept, memory), jnp.where(there, learned, slow)), jnp.where(there, log_p, 0.0)

    rows = (data.key, data.reward, data.last, data.gap, data.there)
    return jax.lax.scan(showing, (start, start), rows)[1]


class ByPicture:
    """What `neurorl.fit.search.quasi_newton` climbs: unit u is person u // k at capacity u % k of k capacities."""

    def __init__(self, data: Showings, variant: str, capacities: tuple[float, ...], places: int = 64):
        self.places, self._n = places, len(capacities)
        self.length = np.zeros(len(data.people) * len(capacities))  # all are read in the same time
        width = np.array([2.0 if name == "stick" else 1.0 for name in FREE])
        low = np.array([-1.0 if name == "stick" else 0.0 for name in FREE])

        def constrained(z: Array) -> Array:
            return low[:, None] + width[:, None] * jax.nn.sigmoid(z)

        def work(person: Array, capacity: Array, z: Array) -> Point:
            arrays = (data.key, data.reward, data.last, data.gap, data.there)
            part = Showings((), *(a[:, person] for a in arrays[:4]), data.size[person], arrays[4][:, person])

            def scored(at: Array) -> Array:
                return log_probs(constrained(at), capacity, part, variant)

            directions = jnp.broadcast_to(jnp.eye(len(FREE))[:, :, None], (len(FREE), *z.T.shape))
            value, scores = jax.vmap(lambda v: jax.jvp(scored, (z.T,), (v,)), out_axes=(None, 0))(directions)
            information = jnp.eye(len(FREE)) + jnp.einsum("itpb,jtpb->pij", scores, scores)
            nothing = jnp.zeros(len(person))
            return Point(constrained(z.T).T, value.sum((0, 2)), nothing, scores.sum((1, 3)).T, information)

        self._program, self._capacities = jax.jit(work), np.asarray(capacities)

    def __call__(self, unit: np.ndarray, z: Any) -> Point:
        """The points of `places` lanes."""
        return self._program(unit // self._n, self._capacities[unit % self._n], z)


def maxima(
    data: Showings, variant: str, capacities: tuple[float, ...], starts: int, tries: int = 12, seed: int = 0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Maximum likelihood of every person over all capacities: parameters [P, 6], capacity [P], log-likelihood [P].

    Call it where double precision is on.
    """
    evaluate = ByPicture(data, variant, capacities)
    n_people, n_k = len(data.people), len(capacities)
    unit = np.arange(n_people * n_k)
    tried = np.random.default_rng(seed).uniform(-4, 4, (len(unit), starts, tries, len(FREE)))
    tried[..., 4] -= 2  # lapses are rare
    height = everywhere(evaluate, np.repeat(unit, starts * tries), tried.reshape(-1, len(FREE))).log_lik
    best = height.reshape(len(unit), starts, tries).argmax(axis=2)
    origins = np.take_along_axis(tried, best[:, :, None, None], axis=2)[:, :, 0].reshape(-1, len(FREE))
    ends = search(evaluate, np.repeat(unit, starts), origins, max_steps=80, advance=lambda done: None)
    value = -ends.value.reshape(n_people, n_k * starts)
    winner = value.argmax(axis=1)
    z = ends.z.reshape(n_people, n_k * starts, len(FREE))[np.arange(n_people), winner]
    capacity = np.asarray(capacities)[winner // starts]
    x = everywhere(evaluate, np.arange(n_people) * n_k + winner // starts, z).x
    return x, capacity, value.max(axis=1)
