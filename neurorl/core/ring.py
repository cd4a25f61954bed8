"""A ring of the last rows that were met (experiences, transitions). A step that did not happen leaves no trace in it.

The slots that the next rows will overwrite are never read. A step that did not happen is therefore undone by setting
back the count alone (`went_on`); the rows, which may be megabytes, are updated in place and never copied.
"""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Int, PRNGKeyArray


class Ring(eqx.Module):
    """The last rows that were met.

    Attributes:
        rows: any tree of arrays [slots, ...].
        met: rows met so far.
    """

    rows: Any
    met: Int[Array, ""]

    @property
    def slots(self) -> int:
        return jax.tree.leaves(self.rows)[0].shape[0]


def empty_ring(form: Any, capacity: int) -> Ring:
    """A ring that keeps `capacity` rows of the shapes and dtypes of `form`; it has one slot more, for the next row."""
    rows = jax.tree.map(lambda leaf: jnp.zeros((capacity + 1, *leaf.shape), leaf.dtype), form)
    return Ring(rows, jnp.asarray(0, jnp.int32))


def push(ring: Ring, rows: Any) -> Ring:
    """The ring with `rows` [n] met after the others."""
    n = jax.tree.leaves(rows)[0].shape[0]
    at = (ring.met + jnp.arange(n, dtype=jnp.int32)) % ring.slots
    kept = jax.tree.map(lambda ring, new: ring.at[at].set(new.astype(ring.dtype)), ring.rows, rows)
    return Ring(kept, ring.met + n)


def draw(key: PRNGKeyArray, ring: Ring, n: int, spare: int = 1) -> Any:
    """`n` rows, each drawn from those kept with equal probability, with replacement.

    Args:
        key: source of the draws.
        ring: at least one row has been met.
        n: how many.
        spare: number of rows that are pushed at a time. That number of slots, the next to be overwritten, is not read;
            with 1 all rows within the capacity are.
    """
    kept = jnp.minimum(ring.met, ring.slots - spare)
    back = jax.random.randint(key, (n,), 0, kept, jnp.int32)  # 0 is the last row met
    at = (ring.met - 1 - back) % ring.slots
    return jax.tree.map(lambda leaf: leaf[at], ring.rows)


def last(ring: Ring, n: int) -> Any:
    """The last `n` rows, in the order in which they were met; n is at most the capacity."""
    at = (ring.met - n + jnp.arange(n, dtype=jnp.int32)) % ring.slots
    return jax.tree.map(lambda leaf: leaf[at], ring.rows)


def went_on(happened: Bool[Array, ""], after: Any, before: Any) -> Any:
    """The state `after` a step where it happened and the state `before` it where it did not.

    `after` may differ from `before` by one push into each `Ring`; of these only the count is chosen.
    """

    def choose(after: Any, before: Any) -> Any:
        if isinstance(after, Ring):
            return Ring(after.rows, jnp.where(happened, after.met, before.met))
        return jnp.where(happened, after, before)

    return jax.tree.map(choose, after, before, is_leaf=lambda node: isinstance(node, Ring))
