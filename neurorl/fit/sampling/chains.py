"""Chains that are run on, piece by piece, until there are as many draws as asked for.

Progress shows, Ctrl-C works, and what was drawn is kept in a file. The draws depend on the data, the seed and the
settings of the sampler alone: not on how often they were asked for, nor on whether the run was stopped in between.
"""

from dataclasses import dataclass
from typing import Any, Self

import jax
import jax.numpy as jnp
import numpy as np

from neurorl.core.progress import progress
from neurorl.fit.checkpoint import Kept
from neurorl.fit.sampling.hierarchical import Data
from neurorl.fit.sampling.sampler import PIECE, Drawn, Sampler


@dataclass
class Chains:
    """Where the chains stand.

    Attributes:
        sampler, data: what moves them.
        warmup: first transitions, which adapt the sampler and are not kept.
        kept: the file.
        state: of the sampler.
        done: transitions so far.
        drawn: pieces of draws so far [draw, chain, ...].
    """

    sampler: Sampler
    data: Data
    warmup: int
    kept: Kept
    state: Any
    done: int
    drawn: list[Drawn]

    @classmethod
    def begin(
        cls, sampler: Sampler, data: Data, places: list[dict[str, np.ndarray]], warmup: int, seed: int, kept: Kept
    ) -> Self:
        """Chains at their places, or where the file says that they stood."""
        stacked = jax.tree.map(lambda *leaves: jnp.asarray(np.stack(leaves), float), *places)
        state = sampler.begin(jax.random.split(jax.random.PRNGKey(seed), len(places)), stacked, data)
        if (before := kept.read()) is None:
            return cls(sampler, data, warmup, kept, state, 0, [])
        leaves, form = jax.tree.flatten(state)
        state = sampler.at_home(jax.tree.unflatten(form, [before[f"state{i}"] for i in range(len(leaves))]))
        drawn = {name.removeprefix("draw_"): value for name, value in before.items() if name.startswith("draw_")}
        return cls(sampler, data, warmup, kept, state, int(before["done"]), [drawn] if drawn else [])

    def first(self, n: int, title: str, quiet: bool) -> Drawn:
        """The first n draws of each chain, [chain, n, ...]; the chains run on where they have fewer."""
        left = self.warmup + n - self.done
        with progress(title, total=max(left, 1), quiet=quiet or left <= 0) as advance:
            while self.done < self.warmup + n:
                self._piece()
                diverged = int(sum(part["diverging"].sum() for part in self.drawn))
                advance(PIECE, "warming up" if self.done <= self.warmup else f"{diverged} diverged")
        self.drawn = [_joined(self.drawn)]
        return {name: _double(value[:n].swapaxes(0, 1)) for name, value in self.drawn[0].items()}

    def _piece(self) -> None:
        self.state, found = self.sampler.piece(self.state, self.data)
        adapting = max(0, self.warmup - self.done)  # transitions of this piece
        self.done += PIECE
        if adapting < PIECE:
            self.drawn.append({name: value[adapting:] for name, value in found.items()})
        if self.kept.wanted:
            arrays = {f"state{i}": np.asarray(leaf) for i, leaf in enumerate(jax.tree.leaves(self.state))}
            arrays |= {f"draw_{name}": value for name, value in _joined(self.drawn).items()}
            self.kept.write(arrays | {"done": np.array(self.done)})


def _joined(pieces: list[Drawn]) -> Drawn:
    return {name: np.concatenate([piece[name] for piece in pieces]) for name in (pieces[0] if pieces else {})}


def _double(value: np.ndarray) -> np.ndarray:
    return value.astype(float) if np.issubdtype(value.dtype, np.floating) else value
