"""What the study of fast and slow gathers: tracking errors, arbitration, lesions and fits to them, experts."""

from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd

from neurorl.core import catalogue
from neurorl.core.study import Context, Evidence
from neurorl.core.types import Record
from neurorl.fit import fit_map
from neurorl.loop import simulate_many
from neurorl.ops.arms import arm_spaces
from neurorl.perturb import lesion_part
from neurorl.studies.neftci2019.fast_and_slow.experts import experts
from neurorl.studies.neftci2019.fast_and_slow.tracking import tracking
from neurorl.studies.shared.blocks import (
    TASK,
    TRIALS,
    accuracy,
    around_reversal,
    by_picture,
    correct,
    made,
    play_blocks,
)
from neurorl.studies.shared.blocks import settings as block_settings

AGENT, LEARNER = "fast_slow", "risk_sensitive_td"
CERTAIN = 1.0  # the schedule that always pays the good option
SCHEDULES = (CERTAIN, 0.8, 0.7, 0.6)
LESIONS = {"amygdala lesion": "amygdala", "striatum lesion": "ventral_striatum"}
RANGES = {"alpha_fast": (0.5, 0.95), "alpha_slow": (0.05, 0.3), "beta": (4.0, 12.0), "eta": (0.5, 4.0)}
MODES, MODE_BLOCKS = 12, 24  # separate fits of lesioned subjects where rewards are certain, and blocks of each
READ_OUTS = {"additive": False, "renormalised": True}


@dataclass(frozen=True)
class Scale:
    """How much is gathered.

    Attributes:
        steps: simulated steps of each tracking problem.
        blocks: of each lesion and schedule.
        sets: parameter sets that are tried, `tried` blocks of each lesion and schedule.
        fitted: blocks of each group that are fitted.
    """

    steps: int
    blocks: int
    sets: int
    tried: int
    fitted: int


def gather(context: Context) -> Evidence:
    """Simulate and fit everything."""
    scale: Scale = context.settings
    keys = jax.random.split(jax.random.key(context.seed), 5)
    key_modes = jax.random.fold_in(jax.random.key(context.seed), 5)
    evidence = Evidence()
    evidence.tables |= tracking(keys[0], scale.steps)
    evidence.tables["experts"], evidence.tables["experts_shown"], evidence.tables["experts_curve"] = experts(keys[1])
    _lesions(evidence, keys[2], scale)
    evidence.tables["map"] = _map(keys[3], scale)
    evidence.tables["fits"] = _fits(keys[4], scale)
    evidence.tables["modes"] = _modes(key_modes, scale)
    return evidence


def groups(params: Any) -> dict[str, Any]:
    """The whole agent and its two total lesions."""
    agent = made(AGENT)
    return {"control": params} | {name: lesion_part(agent, params, part) for name, part in LESIONS.items()}


def _lesions(evidence: Evidence, key: Any, scale: Scale) -> None:
    agent = made(AGENT)
    conditions = groups(agent.params())
    blocks, courses = [], []
    for kind, p, played in play_blocks(
        key, agent, conditions, kinds={"what": 1.0}, schedules=SCHEDULES, blocks=scale.blocks
    ):
        blocks.append(accuracy(played, conditions, kind=kind, p_good=p))
        courses.append(around_reversal(played, conditions, kind=kind, p_good=p))
    evidence.tables["blocks"] = pd.concat(blocks, ignore_index=True)
    evidence.tables["courses"] = pd.concat(courses, ignore_index=True)


def _map(key: Any, scale: Scale) -> pd.DataFrame:
    """Mean accuracy of many parameter sets, intact and lesioned, with both read-outs of values.

    Columns: set, the parameters, read_out, p_good, condition, accuracy.
    """
    agent, task = made(AGENT), catalogue.load("task", TASK)
    key_sets, key_play = jax.random.split(key)
    u = np.asarray(jax.random.uniform(key_sets, (len(RANGES), scale.sets)))
    drawn = {name: low + (high - low) * u[i] for i, (name, (low, high)) in enumerate(RANGES.items())}
    one = jax.vmap(lambda values: replace(agent.params(), **values))({k: jnp.asarray(v) for k, v in drawn.items()})
    index = pd.DataFrame({"set": np.arange(scale.sets)} | drawn)
    parts = []
    for read_out, renormalised in READ_OUTS.items():
        for p in SCHEDULES:
            for condition, params in groups(one).items():
                # The same key, so that a set has its own blocks and plays the same ones under every lesion.
                played = simulate_many(
                    key_play,
                    replace(agent, renormalised=renormalised),
                    params,
                    task,
                    TRIALS,
                    subjects=scale.sets,
                    sessions=scale.tried,
                    task_params=block_settings(p, 1.0),
                    stacked=True,
                )
                share = correct(jax.tree.map(np.asarray, played)).reshape(scale.sets, -1).mean(axis=1)
                who = {"read_out": read_out, "p_good": p, "condition": condition}
                parts.append(index.assign(**who, accuracy=share))
    return pd.concat(parts, ignore_index=True)


def _fits(key: Any, scale: Scale) -> pd.DataFrame:
    """Fits of one delta-rule learner, with a learning rate for each sign of the error, to intact and lesioned blocks.

    All blocks of a group share parameters: with certain rewards the likelihood of a few blocks has two maxima, one for
    each rate, and means over subjects would mix them.
    """
    agent, task = made(AGENT), catalogue.load("task", TASK)
    learner = catalogue.load("agent", LEARNER).for_spaces(arm_spaces(2))
    together = np.zeros(scale.fitted, int)
    rows = []
    for group, params in groups(agent.params()).items():
        for p in (CERTAIN, 0.7):
            made_of = dict(subjects=1, sessions=scale.fitted, task_params=block_settings(p, 1.0))
            record = by_picture(Record.of(simulate_many(key, agent, params, task, TRIALS, **made_of)))
            found = fit_map(learner, record, groups=together, starts=8, laplace=False, quiet=True, prior=False)
            table = found.table().loc[:, [*found.values, "log_lik", "converged", "starts_agreeing"]]
            rows.append(table.assign(group=group, p_good=p))
    return pd.concat(rows, ignore_index=True)


def _modes(key: Any, scale: Scale) -> pd.DataFrame:
    """Separate fits of subjects without an amygdala where rewards are certain: into which of two maxima each falls.

    Columns fit, the parameters, log_lik, converged, starts_agreeing.
    """
    agent, task = made(AGENT), catalogue.load("task", TASK)
    learner = catalogue.load("agent", LEARNER).for_spaces(arm_spaces(2))
    each = min(MODE_BLOCKS, scale.fitted)
    params = groups(agent.params())["amygdala lesion"]
    made_of = dict(subjects=1, sessions=MODES * each, task_params=block_settings(CERTAIN, 1.0))
    record = by_picture(Record.of(simulate_many(key, agent, params, task, TRIALS, **made_of)))
    unit = np.repeat(np.arange(MODES), each)
    found = fit_map(learner, record, groups=unit, starts=8, laplace=False, quiet=True, prior=False)
    return found.table().loc[:, [*found.values, "log_lik", "converged", "starts_agreeing"]].assign(fit=np.arange(MODES))
