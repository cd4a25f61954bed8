"""Whether records are such as an agent can follow: arrays index by code, and a code too high takes another's."""

from typing import Any

import jax
import numpy as np
from jax.core import Tracer

from neurorl.core.errors import BadData, BadValue, DoesNotFit
from neurorl.core.spaces import Box, Discrete, Spaces


def require_suited(agent: Any, records: Any) -> None:
    """An error where records are none, or hold states or choices that the agent's spaces do not have.

    Raises:
        BadValue: the agent is a name, or the records are a data set or a table.
        DoesNotFit: a state or a choice is not one of the agent's, so that the records are of another task.
    """
    require_records(agent, records)
    spaces = getattr(agent, "spaces", None)
    leaves = jax.tree.leaves((records.obs, records.action, records.valid))
    if not isinstance(spaces, Spaces) or any(isinstance(leaf, Tracer) for leaf in leaves):
        return  # inside a compiled function values are not known; whoever compiled it asked before
    valid, name = np.asarray(records.valid, bool), type(agent).__name__
    if isinstance(spaces.action, Discrete):
        _require_codes(records.action, valid, spaces.action, "choice", name)
    if isinstance(spaces.obs, Discrete):
        _require_codes(records.obs, valid, spaces.obs, "state", name)
    elif isinstance(spaces.obs, Box) and np.shape(records.obs)[valid.ndim :] != spaces.obs.shape:
        raise DoesNotFit(
            f"Observations have shape {np.shape(records.obs)[valid.ndim :]} in these records, but {name} was made "
            f"for {spaces.obs.shape}; make the agent from the spaces of the task that was recorded."
        )


def require_records(agent: Any, records: Any) -> None:
    """An error where something else than an agent and records is given."""
    if isinstance(agent, str):
        raise BadValue(
            f"'{agent}' is a name; give the agent itself: neurorl.load_agent('{agent}').for_spaces(task.spaces)."
        )
    if callable(getattr(records, "records", None)):
        raise BadValue(
            "Records are expected, not a data set: records, sessions = dataset.records(), and "
            "groups=sessions['subject'].factorize()[0] for one fit per subject."
        )
    if not all(hasattr(records, name) for name in ("obs", "action", "reward", "valid", "scored")):
        raise BadValue(
            f"Records are expected, as `Dataset.records` returns them, not {type(records).__name__}; read a table with "
            "neurorl.data.read(PATH, task=TASK)."
        )


def _require_codes(codes: Any, valid: np.ndarray, space: Discrete, what: str, name: str) -> None:
    """An error where a row that happened has a code beyond the space."""
    values = np.asarray(codes)
    if values.shape != valid.shape:
        raise DoesNotFit(
            f"{name} takes one {what} code a row, but these records have {what}s of shape {values.shape} for rows of "
            f"shape {valid.shape}; make the agent from the spaces of the task that was recorded."
        )
    if not np.isfinite(values[valid]).all():
        raise BadData(f"A {what} in these records is not finite.")
    most = values[valid].max(initial=-1)
    if most >= space.n:
        raise DoesNotFit(
            f"The records hold the {what} {most:g}, but {name} was made for {space.n} ({', '.join(space.labels[:6])}"
            f"{', ...' if space.n > 6 else ''}), which are counted from 0; make the agent from the spaces of the task "
            "that was recorded."
        )
