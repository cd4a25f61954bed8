"""The layout of revaluation tasks: a fixed map of states, payments that are shown, steps to think and steps to act.

What is seen is a vector [one-hot of the state, payment of every state / 2, pondering, acting]. The map is fixed and
is written on the labels ("state 3 -> 17, 4": the first answer leads to 17, the second to 4), and so are the numbers
of steps ("pondering for 5", "acting for 5"). An agent that knows the map reads it there; a network must learn it.
"""

import functools
import re
from dataclasses import dataclass
from typing import Self

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from neurorl.core.errors import BadValue, DoesNotFit
from neurorl.core.spaces import Box, Discrete, Spaces

SHOWN = 0.5  # payments are shown in units of 2, which makes them about as large as the codes of the states
REWARDS = (-1.0, 5.0)  # least and most of one step
_STATE = re.compile(r"state (\d+) -> (.+)")


@functools.cache
def derangement_graph(n_states: int, n_actions: int = 2, seed: int = 0) -> tuple[tuple[int, ...], ...]:
    """A random map in which each answer permutes the states and no answer stays.

    No state leads to itself, no two answers of a state lead to the same one, every state has as many ways in as out,
    and every state can be reached from every other. Drawn by rejection (NumPy's PCG64), so that a seed means a map.

    Args:
        n_states, n_actions: the size; n_states > n_actions.
        seed: which map.

    Returns:
        for each state, where each answer leads.
    """
    if not 1 <= n_actions < n_states:
        raise BadValue(
            f"A map of {n_states} states with {n_actions} different successors each, none of them the "
            "state itself, does not exist."
        )
    rng = np.random.default_rng(seed)
    while True:
        used = np.eye(n_states, dtype=bool)
        ways: list[np.ndarray] = []
        while len(ways) < n_actions:
            way = rng.permutation(n_states)
            if not used[np.arange(n_states), way].any():
                used[np.arange(n_states), way] = True
                ways.append(way)
        graph = tuple(tuple(int(s) for s in row) for row in np.stack(ways, axis=1))
        if np.isfinite(distances(graph)).all():
            return graph


@functools.cache
def distances(successors: tuple[tuple[int, ...], ...]) -> np.ndarray:
    """Steps on the shortest way, [from, to]; 0 from a state to itself, infinite where there is no way."""
    n = len(successors)
    out = np.where(np.eye(n, dtype=bool), 0.0, np.inf)
    reached = np.eye(n, dtype=bool)
    for steps in range(1, n):
        # What is reached from a state in this many steps is what its successors reach in one fewer.
        reached = np.any(reached[np.asarray(successors)], axis=1)
        out = np.where(reached & np.isinf(out), float(steps), out)
    out.flags.writeable = False
    return out


@dataclass(frozen=True)
class Revaluation:
    """Where things are in what is seen, and the map.

    Attributes:
        successors: for each state, where each answer leads.
        ponder: steps at the start of a trial in which answers move nothing.
        acts: steps that move.
    """

    successors: tuple[tuple[int, ...], ...]
    ponder: int
    acts: int

    @property
    def n_states(self) -> int:
        return len(self.successors)

    @property
    def n_actions(self) -> int:
        return len(self.successors[0])

    def spaces(self) -> Spaces:
        """Interface between such a task and an agent."""
        n = self.n_states
        ways = (f"state {s} -> {', '.join(map(str, to))}" for s, to in enumerate(self.successors))
        phases = (f"pondering for {self.ponder}", f"acting for {self.acts}")
        low, high = (min(SHOWN * REWARDS[0], 0.0), max(SHOWN * REWARDS[1], 1.0))
        return Spaces(
            Box((2 * n + 2,), low, high, labels=(*ways, *(f"payment of state {s} / 2" for s in range(n)), *phases)),
            Discrete(tuple(f"way {a}" for a in range(self.n_actions))),
            REWARDS,
            steps_per_trial=self.ponder + self.acts,
        )

    @classmethod
    def of(cls, spaces: Spaces) -> Self:
        """Read map and numbers of steps from a task's labels; raises `DoesNotFit` if this is not such a task."""
        labels = spaces.obs.labels if isinstance(spaces.obs, Box) else ()
        ways = [found[2] for label in labels if (found := _STATE.fullmatch(label))]
        steps = [int(label.rpartition(" ")[2]) for label in labels[-2:]] if ways else []
        if not ways or len(labels) != 2 * len(ways) + 2:
            raise DoesNotFit(
                "This agent plans on a map whose states and rewards are shown (the task `revaluation`); this task "
                "shows no map."
            )
        return cls(tuple(tuple(map(int, way.split(","))) for way in ways), *steps)

    def see(
        self, state: Int[Array, ""], payments: Float[Array, " n_states"], acting: Bool[Array, ""]
    ) -> Float[Array, " 2*n_states+2"]:
        """What is seen in a state."""
        here = (jnp.arange(self.n_states) == state).astype(payments.dtype)
        phase = jnp.stack([~acting, acting]).astype(payments.dtype)
        return jnp.concatenate([here, SHOWN * payments, phase])

    def state(self, obs: Float[Array, " n"]) -> Int[Array, ""]:
        """Where one is."""
        return jnp.argmax(obs[: self.n_states]).astype(jnp.int32)

    def payments(self, obs: Float[Array, " n"]) -> Float[Array, " n_states"]:
        """What entering each state pays, reward units."""
        return obs[self.n_states : 2 * self.n_states] / SHOWN

    def acting(self, obs: Float[Array, " n"]) -> Bool[Array, ""]:
        """Whether an answer given now moves."""
        return obs[-1] > 0.5

    def after(self, state: Int[Array, ""], action: Int[Array, ""]) -> Int[Array, ""]:
        """Where an answer leads."""
        return jnp.asarray(self.successors, jnp.int32)[state, jnp.clip(action, 0, self.n_actions - 1)]
