"""What is fitted together: one session, or all sessions of a group."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from neurorl.core.errors import BadData, BadValue
from neurorl.core.types import Record


@dataclass(frozen=True)
class Units:
    """Sessions arranged by what shares parameters.

    Attributes:
        sessions: Record [units, m, t] in double precision; a unit with fewer than m sessions is filled up with
            sessions that did not happen.
        labels: the group of each unit, sorted; without groups the position of its session in the batch.
        n_choices: scored choices of each unit.
    """

    sessions: Record
    labels: np.ndarray
    n_choices: np.ndarray


def with_choices(
    records: Record, groups: Sequence[Any] | np.ndarray | None = None
) -> tuple[Record, Sequence[Any] | np.ndarray | None, tuple[Any, ...]]:
    """The sessions of all units that have a scored choice.

    Args:
        records: sessions [S, T].
        groups: [S] the unit of each session (default: each its own).

    Returns:
        the sessions that are kept, their groups (their positions, where there were none), and the labels of the units
        that are left out, sorted. All is as it was where each unit, or none at all, has a scored choice.
    """
    scored = np.asarray(records.valid, bool) & np.asarray(records.scored, bool)
    own = np.arange(len(scored)) if groups is None else np.asarray(groups)
    if scored.ndim != 2 or own.shape != (len(scored),):
        return records, groups, ()  # `by_unit` says what is wrong
    labels, unit = np.unique(own, return_inverse=True)
    there = np.bincount(unit, scored.sum(axis=1), minlength=len(labels)) > 0
    if there.all() or not there.any():
        return records, groups, ()
    kept = np.flatnonzero(there[unit])
    sessions = jax.tree.map(lambda leaf: leaf[kept], records)
    return sessions, own[kept], tuple(labels[~there].tolist())


def by_unit(records: Record, groups: Sequence[int] | np.ndarray | None = None) -> Units:
    """Arrange a batch of sessions [S, T]; `groups` [S] names the unit of each session (default: each its own).

    Call it where double precision is on.
    """
    if np.ndim(records.reward) != 2:
        raise BadData(
            "A fit takes a batch of sessions [sessions, steps], but the rewards have shape "
            f"{np.shape(records.reward)}; give a single session a leading axis of 1."
        )
    n_sessions = np.shape(records.reward)[0]
    of_session = np.arange(n_sessions) if groups is None else np.asarray(groups)
    if of_session.shape != (n_sessions,):
        raise BadValue(
            f"groups has shape {of_session.shape}, but it must name one group for each of {n_sessions} sessions."
        )
    labels, unit = np.unique(of_session, return_inverse=True)
    place = _position_within(unit)
    n_units, most = len(labels), int(place.max(initial=0)) + 1
    source = np.full((n_units, most), -1)
    source[unit, place] = np.arange(n_sessions)
    happened = (source >= 0)[..., None]

    valid, scored = (np.asarray(mask)[source] & happened for mask in (records.valid, records.scored))
    n_choices = (valid & scored).sum(axis=(1, 2))
    if n_sessions == 0 or (n_choices == 0).any():
        raise BadData(
            "No session has a scored choice, so there is nothing to fit; check the columns choice, valid and scored."
            if not n_choices.any()
            else "There are units without a scored choice: " + ", ".join(map(str, labels[n_choices == 0])) + "."
        )
    fields = {name: jax.tree.map(lambda leaf: _double(leaf)[source], value) for name, value in vars(records).items()}
    sessions = Record(**(fields | {"valid": jnp.asarray(valid), "scored": jnp.asarray(scored)}))
    return Units(sessions, labels, n_choices)


def _position_within(unit: np.ndarray) -> np.ndarray:
    """0, 1, 2, ... for the first, second, third session of each unit."""
    order = np.argsort(unit, kind="stable")
    counts = np.bincount(unit)
    first = np.repeat(np.cumsum(counts) - counts, counts)
    place = np.empty_like(unit)
    place[order] = np.arange(len(unit)) - first
    return place


def _double(leaf: jax.Array) -> jax.Array:
    return jnp.asarray(leaf, float) if jnp.issubdtype(jnp.asarray(leaf).dtype, jnp.floating) else jnp.asarray(leaf)
