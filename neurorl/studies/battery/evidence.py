"""Run one agent on every task of the battery that it fits."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
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
from neurorl.loop import run, simulate_many
from neurorl.studies.battery.led import Led
from neurorl.studies.battery.measures import BY_SUBJECT
from neurorl.studies.battery.signature import Form, Signature
from neurorl.studies.battery.signatures import SIGNATURES
from neurorl.zoo import ZooEntry, load_zoo, zoo_names


@dataclass(frozen=True)
class Scale:
    """The agent that is tested, and the number of subjects.

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


@dataclass(frozen=True)
class Player:
    """The agent for a signature's task, and the form of the task.

    Attributes:
        agent: made for the task, led where the design gives answers.
        form: of the task.
        params: the agent's defaults, or the weights of a network of the zoo, stacked [replicas].
        replicas: of a network; 0 for an agent with one set of parameters.
    """

    agent: Agent
    form: Form
    params: Any
    replicas: int = 0


@lru_cache
def _trained(name: str) -> ZooEntry | None:
    return load_zoo(name) if name in zoo_names() or name.endswith(".npz") else None


def built_from(agent: str) -> tuple[str, ...]:
    """The catalogue's name of what a trained network is; () for other agents."""
    entry = _trained(agent)
    return () if entry is None else (entry.origin["network"]["agent"],)


def player(agent: str, signature: Signature, options: Mapping[str, Any] | None = None) -> Player | str:
    """The agent made for a signature's task, or the sentence that says why the signature is not tested.

    Args:
        agent: a name in the catalogue, a file, or a trained network: a name in the zoo or a file that ends in .npz.
        signature: the signature.
        options: fields of the agent that differ from their defaults; a network has those it was trained with.

    Raises:
        BadValue: the agent has no such option, or a network is given any.
    """
    why = ""
    for form in signature.forms:
        try:
            made, params, replicas = _made(agent, form, options or {})
        except DoesNotFit as error:
            why = why or str(error)
            continue
        try:
            if signature.change is not None:
                signature.change(made, params)
        except (DoesNotFit, BadValue) as error:  # it lacks the part
            return str(error)
        missing = [name for name in signature.needs if name not in _reported(made, params, replicas, form)]
        if missing:
            return f"It does not report {', '.join(missing).replace('latent_', '')}."
        return Player(Led(made, signature.led) if signature.led else made, form, params, replicas)
    return why


def _made(agent: str, form: Form, options: Mapping[str, Any]) -> tuple[Agent, Any, int]:
    """The agent for this form of a task, its parameters, and the number of replicas of a network."""
    spaces, entry = form.make().spaces, _trained(agent)
    if entry is None:
        try:
            made = load("agent", agent).for_spaces(spaces)
        except BadValue as error:
            raise DoesNotFit(str(error)) from error
        made = with_options(made, options, agent)
        return made, made.params(jax.random.key(0)), 0
    if options:
        raise BadValue(f"{agent} is a trained network, so its options are those of its training; remove --option.")
    if entry.agent.spaces != spaces:
        raise DoesNotFit(f"It was trained on another task ({entry.origin['network']['task']}).")
    return entry.agent, entry.params, entry.replicas


def _reported(agent: Agent, params: Any, replicas: int, form: Form) -> set[str]:
    """Columns of the latents that an agent reports, without playing."""
    task = form.make()
    settings = task.params() if form.settings is None else form.settings(task)
    if replicas:
        params = jax.tree.map(lambda leaf: leaf[0], params)
    shapes = jax.eval_shape(lambda key: run(key, agent, params, task, settings, 1).latents, jax.random.key(0))
    return {f"latent_{name}" for name in vars(shapes)}


def gather(context: Context) -> Evidence:
    """One row per subject and signature: signature, subject, value; and the signatures that were not tested."""
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
    """The value of each subject, or the sentence that says why the signature is not tested.

    Args:
        context: scale, agent and seed.
        signature: the signature.
        played: tables of the tasks played so far; extended in place.
    """
    made = player(context.settings.agent, signature, context.settings.options)
    if isinstance(made, str):
        return made
    try:
        return values_of(made, signature, context.settings, context.seed, played)
    except DoesNotFit as error:  # an answer that is no choice cannot be led
        return str(error)


def values_of(made: Player, signature: Signature, scale: Scale, seed: int, played: dict[Any, Dataset]) -> pd.Series:
    """The value of each subject, or of each network of a trained agent."""
    values = _measured(signature, _played(made, signature, scale, seed, played))
    if signature.change is not None:
        values -= _measured(signature, _played(made, signature, scale, seed, played, changed=True))
    # Networks are the units of a trained agent, since subjects of one network share its weights.
    return values.groupby(values.index % made.replicas).mean() if made.replicas else values


def _measured(signature: Signature, dataset: Dataset) -> pd.Series:
    for name in (each for each in signature.needs if each in dataset.table):
        finite = np.isfinite(dataset.table[name]).groupby(dataset.table["subject"], sort=False).any()
        infinite = np.isinf(dataset.table[name]).any()
        if infinite or not finite.all():
            latent = name.removeprefix("latent_")
            raise DoesNotFit(f"Its {latent} does not stay finite here: with these parameters its values diverge.")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a subject that never varied has no correlation
        return signature.measure(dataset)


def _played(
    made: Player, signature: Signature, scale: Scale, seed: int, before: dict[Any, Dataset], changed: bool = False
) -> Dataset:
    """Tables of sessions; signatures with the same task and length use the same sessions."""
    form, sessions = made.form, max(1, round(signature.sessions * scale.share))
    change = signature.change if changed else None
    what = (form.task, repr(form.options), form.settings, form.steps, sessions, signature.led, change)
    if what not in before:
        task, key = form.make(), jax.random.key(seed)
        settings = task.params() if form.settings is None else form.settings(task)
        params = made.params
        if change is not None:
            params = change(made.agent.agent if isinstance(made.agent, Led) else made.agent, params)
        if made.replicas:  # subject s plays with the weights of replica s, s - n, ...
            params = jax.tree.map(lambda leaf: leaf[np.arange(scale.subjects) % made.replicas], params)
        trajectory = simulate_many(
            key,
            made.agent,
            params,
            task,
            form.steps,
            subjects=scale.subjects,
            sessions=sessions,
            task_params=settings,
            stacked=made.replicas > 0,
        )
        who = np.repeat(np.arange(scale.subjects), sessions)
        number = np.tile(np.arange(sessions), scale.subjects)
        before[what] = from_trajectory(trajectory, task.spaces, subjects=who.tolist(), sessions=number.tolist())
    return before[what]
