"""What the What/Where study gathers: lesioned learners in both kinds of block, the circuit node by node, fits."""

from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd

from neurorl.core import catalogue
from neurorl.core.agent import Agent
from neurorl.core.study import Context, Evidence
from neurorl.core.types import Record
from neurorl.fit import fit_map
from neurorl.loop import replay_many, simulate_many
from neurorl.ops.arms import arm_spaces
from neurorl.ops.frontal_striatal import FRONTAL_STRIATAL
from neurorl.perturb import lesion_part
from neurorl.studies.shared.blocks import (
    TASK,
    TRIALS,
    accuracy,
    around_reversal,
    by_picture,
    made,
    play_blocks,
    settings,
)

AGENT, CIRCUIT, CONSISTENCY = "object_action", "frontal_striatal", "risk_sensitive_td"
KINDS = {"what": 1.0, "where": 0.0}
SCHEDULES = (0.8, 0.7, 0.6)
LESION = 0.4  # gain that is left: lesioned monkeys stay above chance
DOSES = (1.0, 0.8, 0.6, 0.4, 0.2, 0.0)
MIXINGS = (0.0, 0.1, 0.2, 0.3)
STRIATA = {"ventral": "ventral_striatum", "dorsal": "dorsal_striatum"}
FITTED = {"control": 1.0, "ventral lesion": LESION}


@dataclass(frozen=True)
class Scale:
    """How much is gathered.

    Attributes:
        blocks: of each condition, kind of block and schedule.
        subjects: simulated subjects of each group that are fitted, 24 blocks each.
    """

    blocks: int
    subjects: int


def gather(context: Context) -> Evidence:
    """Simulate and fit everything."""
    scale: Scale = context.settings
    keys = jax.random.split(jax.random.key(context.seed), 4)
    evidence = Evidence()
    _lesions(evidence, keys[0], scale)
    _gradient(evidence, keys[1], scale)
    _nodes(evidence, keys[2], scale)
    evidence.tables["fits"] = _fits(keys[3], scale)
    return evidence


def conditions(agent: Agent) -> dict[str, Any]:
    """The intact agent, both striata at every dose, and the usual lesion of dopamine."""
    whole = agent.params()
    out = {"control": whole}
    for short, part in STRIATA.items():
        out |= {f"{short} {gain:g}": lesion_part(agent, whole, part, gain=gain) for gain in DOSES if gain < 1}
    return out | {f"dopamine {LESION:g}": lesion_part(agent, whole, "dopamine", gain=LESION)}


def _lesions(evidence: Evidence, key: Any, scale: Scale) -> None:
    agent = made(AGENT)
    groups = conditions(agent)
    blocks, courses, trust = [], [], []
    for kind, p, played in play_blocks(key, agent, groups, kinds=KINDS, schedules=SCHEDULES, blocks=scale.blocks):
        blocks.append(accuracy(played, groups, kind=kind, p_good=p))
        courses.append(around_reversal(played, groups, kind=kind, p_good=p))
        omega = played.latents.omega[0].mean(axis=0)  # of the control
        trust.append(pd.DataFrame({"trial": np.arange(1, TRIALS + 1), "omega": omega}).assign(kind=kind, p_good=p))
    for name, parts in (("blocks", blocks), ("courses", courses), ("trust", trust)):
        evidence.tables[name] = pd.concat(parts, ignore_index=True)


def _gradient(evidence: Evidence, key: Any, scale: Scale) -> None:
    """The same lesions in the circuit without an amygdala, with increasing mixing of its loops."""
    agent = replace(made(CIRCUIT), circuit=FRONTAL_STRIATAL.without("amygdala"))
    whole = agent.params()
    lesions = {"control": whole} | {
        name: lesion_part(agent, whole, part, gain=LESION) for name, part in STRIATA.items()
    }
    groups = {
        f"{name} {g:g}": replace(params, mixing=jnp.asarray(g, float))
        for name, params in lesions.items()
        for g in MIXINGS
    }
    parts = []
    for kind, p, played in play_blocks(key, agent, groups, kinds=KINDS, schedules=SCHEDULES[:1], blocks=scale.blocks):
        parts.append(accuracy(played, groups, kind=kind, p_good=p))
        if kind == "what":  # the sealed circuit beside the agent it should be, on its own choices
            record = jax.tree.map(jnp.asarray, Record.of(jax.tree.map(lambda leaf: leaf[0, :20], played)))
            other = made(AGENT)
            log_prob = np.asarray(replay_many(other, other.params(), record).log_prob)
            evidence.numbers["sealed_difference"] = float(np.abs(log_prob - played.log_prob[0, :20]).max())
    table = pd.concat(parts, ignore_index=True)
    split = table["condition"].str.rsplit(" ", n=1, expand=True)
    evidence.tables["gradient"] = table.assign(condition=split[0], mixing=split[1].astype(float))


def _nodes(evidence: Evidence, key: Any, scale: Scale) -> None:
    """The whole circuit, and without each of its nodes."""
    agent = made(CIRCUIT)
    whole = agent.params()
    names = [node.name for node in FRONTAL_STRIATAL.nodes]
    groups = {"control": whole} | {name: lesion_part(agent, whole, name) for name in names}
    parts = [
        accuracy(played, groups, kind=kind, p_good=p)
        for kind, p, played in play_blocks(
            key, agent, groups, kinds=KINDS, schedules=SCHEDULES[:1], blocks=max(20, scale.blocks // 3)
        )
    ]
    evidence.tables["nodes"] = pd.concat(parts, ignore_index=True)


def _fits(key: Any, scale: Scale) -> pd.DataFrame:
    """Intact and lesioned subjects, fitted by learners without a lesion.

    With the object and action learner on mixed blocks, and, as the monkeys were, with a learner of pictures alone that
    has a rate for each sign of the error, on what blocks.
    """
    task, agent = catalogue.load("task", TASK), made(AGENT)
    learner = catalogue.load("agent", CONSISTENCY).for_spaces(arm_spaces(2))
    who, sessions = np.repeat(np.arange(scale.subjects), 24), 24
    rows = []
    for g, (group, gain) in enumerate(FITTED.items()):
        params = lesion_part(agent, agent.params(), STRIATA["ventral"], gain=gain)
        for kind, p_what in (("both", 0.5), ("what", 1.0)):
            blocks = replace(settings(0.8, p_what), p_good=jnp.asarray(SCHEDULES))
            k = jax.random.fold_in(key, 2 * g + (kind == "what"))
            played = simulate_many(
                k, agent, params, task, TRIALS, subjects=scale.subjects, sessions=sessions, task_params=blocks
            )
            record, fitted = Record.of(played), agent
            if kind == "what":
                record, fitted = by_picture(record), learner
            found = fit_map(fitted, record, groups=who, starts=4, laplace=False, quiet=True)
            table = found.table().loc[:, [*found.values, "converged"]]
            rows.append(table.assign(subject=np.arange(scale.subjects), group=group, kind=kind))
    return pd.concat(rows, ignore_index=True)
