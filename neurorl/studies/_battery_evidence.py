"""Letting one agent play every task of the battery that it fits."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import jax
import numpy as np
import pandas as pd

from neurorl.core.agent import Agent
from neurorl.core.catalogue import load
from neurorl.core.errors import BadValue, DoesNotFit
from neurorl.core.options import with_options
from neurorl.core.progress import progress
from neurorl.core.study import Context, Evidence
from neurorl.data import Dataset, from_trajectory
from neurorl.loop import simulate_many
from neurorl.studies._battery_measures import BY_SUBJECT
from neurorl.studies._battery_signature import Signature
from neurorl.studies._battery_signatures import SIGNATURES


@dataclass(frozen=True)
class Scale:
    """Who is examined, and how many of it.

    Attributes:
        agent: a name in the catalogue, or a file.
        subjects: simulated subjects, with the agent's default parameters.
        share: of each signature's sessions.
        options: options of the agent that differ from their defaults.
    """

    agent: str
    subjects: int
    share: float = 1.0
    options: Mapping[str, Any] = field(default_factory=dict)


def player(agent: str, signature: Signature, options: Mapping[str, Any] | None = None) -> Agent | str:
    """The agent made for a signature's task, or the sentence that says why it is not asked."""
    try:
        made = load("agent", agent).for_spaces(signature.make().spaces)
    except (DoesNotFit, BadValue) as error:
        return str(error)
    made = with_options(made, options or {}, agent)
    try:
        if signature.change is not None:
            signature.change(made, made.params(jax.random.key(0)))
    except (DoesNotFit, BadValue) as error:
        return str(error)
    return made


def gather(context: Context) -> Evidence:
    """One row a subject and signature: signature, subject, value; and what the agent was not asked for."""
    rows, absent, played = [], [], {}
    with progress("Playing", total=len(SIGNATURES), quiet=context.quiet) as advance:
        for signature in SIGNATURES:
            found = examined(context, signature, played)
            if isinstance(found, str):
                absent.append({"signature": signature.name, "task": signature.task, "why": found})
            else:
                rows.append(
                    found.rename("value").rename_axis(BY_SUBJECT).reset_index().assign(signature=signature.name)
                )
            advance(1, signature.task)
    columns = ["signature", "task", "why"]
    measured = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=["signature", BY_SUBJECT, "value"])
    return Evidence(tables={"values": measured, "not_asked": pd.DataFrame(absent, columns=columns)})


def examined(context: Context, signature: Signature, played: dict[Any, Dataset]) -> pd.Series | str:
    """The value of each subject, or the sentence that says why the agent is not asked.

    Args:
        context: scale, agent and seed.
        signature: what is asked.
        played: what subjects did so far, to be added to.
    """
    made = player(context.settings.agent, signature, context.settings.options)
    if isinstance(made, str):
        return made
    dataset = _played(context, made, signature, played)
    missing = [name for name in signature.needs if name not in dataset.table]
    if missing:
        return f"It does not report {', '.join(missing).replace('latent_', '')}."
    values = _measured(signature, dataset)
    if signature.change is not None:
        values -= _measured(signature, _played(context, made, signature, played, changed=True))
    return values


def _measured(signature: Signature, dataset: Dataset) -> pd.Series:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a subject that never varied has no correlation
        return signature.measure(dataset)


def _played(
    context: Context, agent: Agent, signature: Signature, before: dict[Any, Dataset], changed: bool = False
) -> Dataset:
    """What subjects did; signatures of the same task and length look at the same choices."""
    scale: Scale = context.settings
    sessions = max(1, round(signature.sessions * scale.share))
    change = signature.change if changed else None
    what = (signature.task, repr(signature.options), signature.settings, signature.steps, sessions, change)
    if what not in before:
        task, key = signature.make(), jax.random.key(context.seed)
        settings = task.params() if signature.settings is None else signature.settings(task)
        params = agent.params() if change is None else change(agent, agent.params())
        many = {"subjects": scale.subjects, "sessions": sessions, "task_params": settings}
        trajectory = simulate_many(key, agent, params, task, signature.steps, **many)
        who = np.repeat(np.arange(scale.subjects), sessions)
        number = np.tile(np.arange(sessions), scale.subjects)
        before[what] = from_trajectory(trajectory, task.spaces, subjects=who.tolist(), sessions=number.tolist())
    return before[what]
