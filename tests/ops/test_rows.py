import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.ops.rows import read_row, write_row


@pytest.mark.parametrize("n_obs", [1, 3])
def test_rows_are_read_and_written_as_by_indexing(n_obs):
    table = jnp.arange(n_obs * 2.0).reshape(n_obs, 2)
    row = jnp.array([7.0, 8.0])
    for obs in range(n_obs):
        np.testing.assert_array_equal(read_row(table, jnp.asarray(obs)), table[obs])
        np.testing.assert_array_equal(write_row(table, jnp.asarray(obs), row), table.at[obs].set(row))
