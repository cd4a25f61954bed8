"""Rows of a table, one row an observation, read and written without gather or scatter.

Inside a scan on a CPU, arithmetic on a handful of rows is faster than indexing one of them, most of all
in the gradient, where reading becomes a scatter.
"""

import jax.numpy as jnp
from jaxtyping import Array, Float, Int


def read_row(table: Float[Array, "n_obs n"], obs: Int[Array, ""]) -> Float[Array, " n"]:
    """The row of this observation."""
    if table.shape[0] == 1:
        return table[0]
    here = jnp.arange(table.shape[0]) == obs
    return jnp.sum(jnp.where(here[:, None], table, 0.0), axis=0)


def write_row(table: Float[Array, "n_obs n"], obs: Int[Array, ""], row: Float[Array, " n"]) -> Float[Array, "n_obs n"]:
    """A copy of the table with this observation's row replaced."""
    if table.shape[0] == 1:
        return row[None]
    here = jnp.arange(table.shape[0]) == obs
    return jnp.where(here[:, None], row, table)
