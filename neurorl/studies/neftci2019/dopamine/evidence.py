"""What the dopamine study gathers: prediction errors by trial and time, of every learner in every session."""

import functools
from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
import xarray as xr

from neurorl.agents.td_lambda import TDLambda
from neurorl.core.study import Context, Evidence
from neurorl.core.task import Task
from neurorl.core.types import Outcome
from neurorl.loop import run
from neurorl.ops.time_since_cues import SerialCompound
from neurorl.perturb import stimulated
from neurorl.studies.neftci2019.conditioning.programmes import MODELS
from neurorl.studies.neftci2019.dopamine.credit import delayed, views, walks
from neurorl.studies.neftci2019.dopamine.sessions import (
    BINS,
    CHANCES,
    COMPOUND,
    CUE,
    LEARNERS,
    SESSIONS,
    STEPS,
    TASK,
    TIMED,
    TRIALS,
    graded,
    sessions,
    timed,
)
from neurorl.tasks.pavlovian import Pavlovian

EXTRA = 0.5  # dopamine stimulation at the reward of compound trials, reward units
SLOW = 0.02  # learning rate where outcomes are uncertain


@dataclass(frozen=True)
class Scale:
    """How much is gathered.

    Attributes:
        uncertain: trials of each session with uncertain rewards; the first third is training.
        runs: walks' sessions for each pair of lambda and alpha.
        alphas: learning rates of the walk.
        choosers: learners on the delayed bandit for each pair of delay and trace.
        choices: trials of each.
    """

    uncertain: int = 6000
    runs: int = 40
    alphas: int = 14
    choosers: int = 60
    choices: int = 2000


def gather(context: Context) -> Evidence:
    """Everything; sessions of certain outcomes in double precision, since the claims are about equalities."""
    scale: Scale = context.settings
    keys = jax.random.split(jax.random.key(context.seed), 5)
    with jax.enable_x64(True):
        errors = xr.concat([errors_of(keys[0], name) for name in LEARNERS], "learner")
        numbers = unblocking(keys[0]) | {"second_order_rw": second_order(keys[0]), "views_differ": views(keys[1])}
    return Evidence(
        tables={
            "graded": uncertain_rewards(keys[2], scale.uncertain),
            "timed": uncertain_times(keys[2], scale.uncertain),
            "walks": walks(keys[3], scale.runs, scale.alphas),
            "delayed": delayed(keys[4], scale.choosers, scale.choices),
        },
        recordings={"errors": errors},
        numbers=numbers,
    )


def by_time(rows: Any) -> np.ndarray:
    """Errors [..., trials * steps] as [..., trials, time]: the error of time t stands in the row of step t - 1."""
    table = np.asarray(rows).reshape(*np.shape(rows)[:-1], -1, STEPS)
    return np.concatenate([np.zeros_like(table[..., :1]), table[..., :-1]], axis=-1)


def played(key: Any, agent: TDLambda, rates: Any, task: Task, programmes: Any, trials: int) -> Any:
    """Sessions of a learner, one a programme: errors, values and rewards, each [programmes, trials * steps]."""
    return _player(agent, task, trials * STEPS)(key, rates, programmes)


@functools.lru_cache(maxsize=16)
def _player(agent: TDLambda, task: Task, n_steps: int) -> Any:
    def session(key: Any, rates: Any, programme: Any) -> Any:
        t = run(key, agent, rates, task, programme, n_steps)
        return {"rpe": t.latents.rpe, "value": t.latents.value, "reward": t.reward, "kind": t.truth.kind}

    return jax.jit(jax.vmap(session, (None, None, 0)))


def errors_of(key: Any, name: str) -> xr.Dataset:
    """Errors by time and values by step of one learner: dims learner, session, trial, time (or step)."""
    learner = LEARNERS[name]
    found = played(key, learner.agent(), learner.params(), TASK, sessions(), TRIALS)
    value = np.asarray(found["value"]).reshape(len(SESSIONS), TRIALS, STEPS)
    dims = ("learner", "session", "trial", "time")
    return xr.Dataset(
        {"rpe": (dims, by_time(found["rpe"])[None]), "value": (dims, value[None])},
        coords={
            "learner": [name],
            "session": list(SESSIONS),
            "trial": np.arange(1, TRIALS + 1),
            "time": np.arange(STEPS),
        },
    )


def extra_at_compound(obs: Any, action: Any, outcome: Outcome) -> Any:
    """Stimulation at the reward of compound trials (the design of Steinberg et al. 2013)."""
    return EXTRA * (outcome.truth.kind == COMPOUND) * outcome.reward


def unblocking(key: Any) -> dict[str, float]:
    """Value of the blocked cue, shown alone, without and with stimulation: at its onset and before the reward."""
    learner, out = LEARNERS["td0"], {}
    of_blocking = jax.tree.map(lambda leaf: leaf[list(SESSIONS).index("blocking")][None], sessions())
    for name, task in (("blocked", TASK), ("unblocked", stimulated(TASK, extra_at_compound))):
        found = played(key, learner.agent(), learner.params(), task, of_blocking, TRIALS)
        alone = np.asarray(found["value"]).reshape(TRIALS, STEPS)[-1]
        out |= {f"{name}_onset": float(alone[CUE]), f"{name}_end": float(alone[CUE + 9])}
    return out


def second_order(key: Any) -> float:
    """Highest value of X, which comes before a trained A and no reward, of Rescorla and Wagner's learner of trials."""
    agent, params = MODELS["rescorla_wagner"].make(TASK)
    of = jax.tree.map(lambda leaf: leaf[list(SESSIONS).index("second order")], sessions())
    v = jax.jit(lambda key: run(key, agent, params, TASK, of, TRIALS * STEPS).latents.v)(key)
    return float(jnp.max(v[:, TASK.cues.index("X")]))


def uncertain_rewards(key: Any, trials: int) -> pd.DataFrame:
    """Errors after training, averaged over trials by outcome: columns p, paid, time, rpe, n."""
    learner = replace(LEARNERS["td0"], representation=SerialCompound(1, STEPS), alpha=SLOW)
    one = Pavlovian(cues=("A",), steps=STEPS)
    found = played(key, learner.agent(), learner.params(), one, graded(), trials)
    rpe, paid = by_time(found["rpe"]), np.asarray(found["reward"]).reshape(len(CHANCES), trials, STEPS).sum(-1) > 0
    late, parts = slice(trials // 3, None), []
    for i, p in enumerate(CHANCES):
        for which in (True, False):
            here = rpe[i, late][paid[i, late] == which]
            if len(here):
                means = pd.DataFrame({"time": np.arange(STEPS), "rpe": here.mean(axis=0)})
                parts.append(means.assign(p=p, paid=which, n=len(here)))
    return pd.concat(parts, ignore_index=True)


def uncertain_times(key: Any, trials: int) -> pd.DataFrame:
    """Errors at rewards of uncertain time, after training: columns task, reset, bin (steps after the cue), rpe."""
    one, parts = Pavlovian(cues=("A",), steps=STEPS), []
    for reset in (False, True):
        learner = replace(LEARNERS["td0"], representation=SerialCompound(1, STEPS, reset), alpha=SLOW)
        found = played(key, learner.agent(), learner.params(), one, timed(), trials)
        rpe, kind = by_time(found["rpe"]), np.asarray(found["kind"]).reshape(len(TIMED), trials, STEPS)[..., 0]
        for i, name in enumerate(TIMED):
            for k, after in enumerate(BINS):
                here = (kind[i] == k) & (np.arange(trials) >= trials // 3)
                error = rpe[i, here, CUE + after]
                parts.append((name, reset, int(after), float(error.mean()) if len(error) else np.nan))
    return pd.DataFrame(parts, columns=["task", "reset", "bin", "rpe"])
