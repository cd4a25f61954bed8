"""The law of steps that show no outcome: nothing of an outcome that was not shown is kept or reported.

The loop hides the outcome of such a step and keeps of the new state only what `agent.uninformed` returns. An agent can
still return too much: a table of values that goes on would move towards the 0 that stands for the hidden reward. A part
of the state may go on where it is one of these:

- a memory that the outcome does not enter (a choice kernel, the choice of this trial, a trace);
- a memory that a hidden outcome leaves as it was (a sum of the rewards of this trial);
- an input that is written anew at each step (the reward that a network sees).

Where a trial is one step, a latent that an outcome changes is a value, and it must be the same after an uninformed step
as before it (a count of trials that goes on would change an average). A network is exempt: its values follow activity.
"""

import dataclasses
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool

from neurorl.core.informed import hidden, updated
from neurorl.core.recurrent import RecurrentAgent
from neurorl.core.types import Record, Transition
from neurorl.testing.compiled import compiled
from neurorl.testing.meeting import Meeting

N_ROWS = 12  # steps of the session that are looked at


def informed(m: Meeting) -> str | None:
    """Values do not change on a row that told the agent nothing, and no latent reports an outcome."""
    rows = jax.tree.map(lambda leaf: leaf[:N_ROWS], m.record)
    seen = compiled(lambda params, record: _walk(m, params, record))(m.params, rows)
    taught, reports = (
        jax.tree.map(lambda leaf: bool(np.any(leaf)), part) for part in (seen["taught"], seen["reports"])
    )
    if named := _first(reports):
        return (
            f"On a step that shows no outcome the latent {named} depends on the outcome; give latents names, a "
            "prediction error `rpe` or `rpe_...`, or override `uninformed` to report what holds without an outcome."
        )
    if any(jax.tree.leaves(taught)):
        rewritten = compiled(lambda params, record: _rewritten(m, params, record))(m.params, rows)
        anew = jax.tree.map(lambda leaf: bool(np.all(leaf)), rewritten)
        if named := _first(jax.tree.map(lambda moved, written: moved and not written, taught, anew)):
            return (
                f"On a step that shows no outcome the state '{named}' learns from the hidden outcome, which is 0; only "
                "memories that the outcome does not enter may go on: take it out of GOES_ON, or out of `uninformed`."
            )
    values = jax.tree.map(lambda leaf: bool(np.any(leaf)), seen["values"])
    one_step = m.task.spaces.steps_per_trial == 1 and not m.task.spaces.self_paced
    if one_step and not isinstance(m.agent, RecurrentAgent) and (named := _first(values)):
        return (
            f"A step that shows no outcome changes the latent {named} of the next step, which outcomes change too; "
            "what this value is computed from must not go on: take it out of GOES_ON, or out of `uninformed`."
        )
    return None


def _walk(m: Meeting, params: Any, record: Record) -> dict[str, Any]:
    """For each part of state and latents and each row, whether what an uninformed step keeps rests on the outcome."""

    def body(state: Any, row: Record) -> tuple[Any, Any]:
        acted, _ = m.agent.act(params, state, row.obs)
        transition = Transition.of(row)
        kept = {kind: _kept(m, params, acted, _with(m, transition, kind)) for kind in ("low", "high", "none")}
        rests = jax.tree.map(_differ, kept["low"], kept["high"])
        moved = jax.tree.map(_differ, kept["none"][0], acted)
        taught = jax.tree.map(jnp.logical_and, rests[0], moved)
        none = _with(m, transition, "none")
        learned = [m.agent.update(params, acted, _with(m, transition, kind))[0] for kind in ("low", "high")]
        low, high, kept_on, before = (_said(m, params, s, none) for s in (*learned, kept["none"][0], acted))
        values = jax.tree.map(lambda a, b, c, d: _differ(a, b) & _differ(c, d), low, high, kept_on, before)
        flags = {"taught": taught, "reports": rests[1], "values": values}
        return updated(m.agent, params, acted, transition)[0], flags

    return jax.lax.scan(body, m.agent.init(m.key_agent, params), record)[1]


def _rewritten(m: Meeting, params: Any, record: Record) -> Any:
    """For each part of the state and each row, whether an uninformed step makes it the same whatever it was."""

    def body(state: Any, row: Record) -> tuple[Any, Any]:
        acted, _ = m.agent.act(params, state, row.obs)
        transition = _with(m, Transition.of(row), "none")
        leaves, form = jax.tree.flatten(acted)
        kept = jax.tree.leaves(_kept(m, params, acted, transition)[0])
        anew = []
        for i, leaf in enumerate(leaves):
            other = form.unflatten([*leaves[:i], _other(leaf), *leaves[i + 1 :]])
            anew.append(~_differ(jax.tree.leaves(_kept(m, params, other, transition)[0])[i], kept[i]))
        return updated(m.agent, params, acted, Transition.of(row))[0], form.unflatten(anew)

    return jax.lax.scan(body, m.agent.init(m.key_agent, params), record)[1]


def _kept(m: Meeting, params: Any, state: Any, transition: Transition) -> tuple[Any, Any]:
    """State and latents that an uninformed step would leave, had `update` seen this outcome."""
    return m.agent.uninformed(params, state, *m.agent.update(params, state, transition))


def _said(m: Meeting, params: Any, state: Any, transition: Transition) -> Any:
    """The latents of a step that is answered from this state."""
    acted, _ = m.agent.act(params, state, transition.obs)
    return _kept(m, params, acted, transition)[1]


def _with(m: Meeting, transition: Transition, kind: str) -> Transition:
    """The transition with the lowest or the highest outcome, or with a hidden one."""
    blank = hidden(dataclasses.replace(transition, informed=jnp.asarray(False)))
    if kind == "none":
        return blank
    low, high = m.task.spaces.reward
    low, high = (low, high) if np.isfinite(low + high) and low < high else (0.0, 1.0)
    share = low if kind == "low" else high
    feedback = jax.tree.map(lambda leaf: jnp.full_like(leaf, kind == "high"), transition.feedback)
    return dataclasses.replace(blank, reward=jnp.full_like(blank.reward, share), feedback=feedback)


def _differ(a: Array, b: Array) -> Bool[Array, ""]:
    """Whether two leaves differ anywhere; keys of random numbers by their data."""
    if jnp.issubdtype(a.dtype, jax.dtypes.prng_key):
        a, b = jax.random.key_data(a), jax.random.key_data(b)
    same = a == b
    return ~jnp.all(same | (jnp.isnan(a) & jnp.isnan(b)) if jnp.issubdtype(a.dtype, jnp.floating) else same)


def _other(leaf: Array) -> Array:
    """The leaf with other numbers; a key stays as it is."""
    if jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key):
        return leaf
    if leaf.dtype == bool:
        return ~leaf
    return leaf + jnp.asarray(1, leaf.dtype) if jnp.issubdtype(leaf.dtype, jnp.integer) else 0.5 * leaf + 0.125


def _first(flags: Any) -> str:
    """The name of the first part that is flagged; empty where none is."""
    for path, flag in jax.tree_util.tree_flatten_with_path(flags)[0]:
        if flag:
            return jax.tree_util.keystr(path).lstrip(".") or "value"
    return ""
