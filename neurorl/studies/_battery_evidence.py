"""Letting one agent play every task of the battery that it fits."""

import warnings
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
import pandas as pd

from neurorl.core.agent import Agent
from neurorl.core.catalogue import load
from neurorl.core.errors import DoesNotFit
from neurorl.core.progress import progress
from neurorl.core.study import Context, Evidence
from neurorl.data import Dataset, from_trajectory
from neurorl.loop import simulate_many
from neurorl.studies._battery_measures import BY_SUBJECT
from neurorl.studies._battery_signatures import SIGNATURES, Signature


@dataclass(frozen=True)
class Scale:
    """Who is examined, and how many of it.

    Attributes:
        agent: a name in the catalogue, or a file.
        subjects: simulated subjects, with the agent's default parameters.
        share: of each signature's sessions.
    """

    agent: str
    subjects: int
    share: float = 1.0


def player(agent: str, signature: Signature) -> Agent | str:
    """The agent made for a signature's task, or the sentence that says why it does not fit."""
    try:
        return load("agent", agent).for_spaces(signature.make().spaces)
    except DoesNotFit as error:
        return str(error)


def gather(context: Context) -> Evidence:
    """One row a subject and signature: signature, subject, value; and what the agent was not asked for."""
    scale: Scale = context.settings
    rows, absent, played = [], [], {}
    with progress("Playing", total=len(SIGNATURES), quiet=context.quiet) as advance:
        for signature in SIGNATURES:
            made = player(scale.agent, signature)
            if isinstance(made, str):
                absent.append({"signature": signature.name, "task": signature.task, "why": made})
            else:
                dataset = _played(context, made, signature, played)
                missing = [name for name in signature.needs if name not in dataset.table]
                if missing:
                    why = f"It does not report {', '.join(missing).replace('latent_', '')}."
                    absent.append({"signature": signature.name, "task": signature.task, "why": why})
                else:
                    rows.append(_measured(signature, dataset))
            advance(1, signature.task)
    columns = ["signature", "task", "why"]
    measured = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=["signature", BY_SUBJECT, "value"])
    return Evidence(tables={"values": measured, "not_asked": pd.DataFrame(absent, columns=columns)})


def _measured(signature: Signature, dataset: Dataset) -> pd.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a subject that never varied has no correlation
        values = signature.measure(dataset)
    return values.rename("value").rename_axis(BY_SUBJECT).reset_index().assign(signature=signature.name)


def _played(context: Context, agent: Agent, signature: Signature, before: dict[Any, Dataset]) -> Dataset:
    """What subjects did; signatures of the same task and length look at the same choices."""
    scale: Scale = context.settings
    sessions = max(1, round(signature.sessions * scale.share))
    what = (signature.task, repr(signature.options), signature.settings, signature.steps, sessions)
    if what not in before:
        task, key = signature.make(), jax.random.key(context.seed)
        settings = task.params() if signature.settings is None else signature.settings(task)
        many = {"subjects": scale.subjects, "sessions": sessions, "task_params": settings}
        trajectory = simulate_many(key, agent, agent.params(), task, signature.steps, **many)
        who = np.repeat(np.arange(scale.subjects), sessions)
        number = np.tile(np.arange(sessions), scale.subjects)
        before[what] = from_trajectory(trajectory, task.spaces, subjects=who.tolist(), sessions=number.tolist())
    return before[what]
