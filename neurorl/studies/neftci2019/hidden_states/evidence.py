"""What the study of hidden states gathers: errors at late rewards, attractors, volatility."""

import dataclasses
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd

from neurorl.analysis.reversals import trials_to_switch
from neurorl.core import catalogue, params
from neurorl.core.agent import Agent
from neurorl.core.study import Context, Evidence
from neurorl.core.task import Task
from neurorl.core.types import Record, Trajectory
from neurorl.data import from_trajectory
from neurorl.loop import replay_many, simulate_many
from neurorl.ops import hidden_reward, wong_wang
from neurorl.studies.neftci2019.learning_to_reverse.evidence import best_cacher

WAITING, DOTS, SERIAL, REVERSAL, WORLD = (
    "hidden_reward",
    "random_dots",
    "serial_reversal",
    "reversal",
    "stable_volatile",
)
TD, DECIDES, HOLDS, FILTER, CACHES = "belief_td", "attractor_decision", "attractor", "hgf", "rescorla_wagner"
OBSERVES = "hmm_observer"

OMISSIONS = {"Task 1": 0.0, "Task 2": 0.1}
FEATURES = ("belief", "time", "time_until_reward")
# What is done to the network that decides, nA.
LESIONS: dict[str, dict[str, float]] = {
    "intact": {},
    "self-excitation .2": dict(j_self=0.2),
    "no cross-inhibition": dict(j_cross=0.0),
    "cross-inhibition halved": dict(j_cross=wong_wang.J_CROSS / 2),
}
# Sd of the noise current at one moment, nA: tau dI/dt = -I + NOISE sqrt(tau) white noise has half the variance NOISE^2.
MOMENTARY = wong_wang.NOISE / 2**0.5
GAINS = (0.008, 0.010, 0.012, 0.015, 0.018, 0.022, 0.026)  # nA; current of an outcome
SHARP = 12.0  # inverse temperature of the attractor in these tasks
HAZARD_TRIALS, HAZARD_FROM = 100, 20
# Worlds that are stable for 120 trials and volatile for 200: after Behrens et al. 2007, and one with more contrast.
WORLDS: dict[str, dict[str, Any]] = {
    "75/25, then 80/20 every 40": {},
    "90/10, then 90/10 every 10": dict(p_stable=0.9, p_volatile=0.9, block=10),
    "75/25, then 80/20 every 20": dict(block=20),
}
STABLE, TRIALS = 120, 320
SETTLED = 20  # trials left out at the start of the stable part, in which everybody learns fast
OMEGA2 = np.linspace(-7.0, -1.0, 13)
OMEGA3 = np.linspace(-6.0, 0.0, 7)
RATES = np.linspace(0.02, 0.6, 30)  # of the delta rule


@dataclass(frozen=True)
class Scale:
    """How much is gathered.

    Attributes:
        animals: learners on the delayed-reward tasks, each for `waits` trials.
        waits: trials; errors are read in the second half.
        decisions: decisions about dots, of all coherences together, for each lesion.
        sessions: sessions of the reversal tasks at each gain.
        worlds: sessions of each volatile world.
    """

    animals: int
    waits: int
    decisions: int
    sessions: int
    worlds: int


def gather(context: Context) -> Evidence:
    """Simulate all parts."""
    scale: Scale = context.settings
    keys = iter(jax.random.split(jax.random.key(context.seed), 16))
    evidence = Evidence()
    evidence.tables["waiting"] = _waiting(next(keys), scale)
    evidence.tables["decisions"] = _decisions(next(keys), scale)
    evidence.tables["courses"] = _courses(next(keys))
    evidence.tables |= _reversals(keys, scale)
    evidence.tables |= _worlds(keys, scale)
    return evidence


def _waiting(key: Any, scale: Scale) -> pd.DataFrame:
    """Errors at the reward by its time, late in training: one row a task, kind of features and bin."""
    task = catalogue.load("task", WAITING)
    n_steps = hidden_reward.STEPS * scale.waits
    parts = []
    for name, p_omission in OMISSIONS.items():
        own = dataclasses.replace(task.params(), p_omission=jnp.asarray(p_omission))
        for features in FEATURES:
            # Values of time know nothing of omissions.
            known = p_omission if features == "belief" else 0.0
            agent = dataclasses.replace(_agent(TD, task), features=features, p_omission=known)
            played = simulate_many(key, agent, agent.params(), task, n_steps, subjects=scale.animals, task_params=own)
            late = (np.asarray(played.reward) > 0) & (np.arange(n_steps) >= n_steps // 2)
            rows = pd.DataFrame(
                {
                    "animal": np.nonzero(late)[0],
                    "bin": np.asarray(played.truth.reward_bin)[late],
                    "rpe": np.asarray(played.latents.rpe)[late].astype(float),
                }
            )
            by_bin = rows.groupby(["animal", "bin"], as_index=False).agg(rpe=("rpe", "mean"), n=("rpe", "size"))
            parts.append(by_bin.assign(task=name, features=features))
    table = pd.concat(parts, ignore_index=True)
    return table.assign(seconds=hidden_reward.BIN * table["bin"])


def _decisions(key: Any, scale: Scale) -> pd.DataFrame:
    """One row a decision: lesion, coherence, right, persisted, rates of the winner and the loser at the end (Hz)."""
    task = catalogue.load("task", DOTS)
    agent = dataclasses.replace(_agent(DECIDES, task), particles=1)
    key_rates = jax.random.fold_in(key, 1)
    parts = []
    for name, values in LESIONS.items():
        own = params.replace(agent.params(), **values)
        n_sessions = max(1, scale.decisions // 40)
        played = simulate_many(key, agent, own, task, 40, subjects=1, sessions=n_sessions)
        late = jnp.asarray(played.latents.late).reshape(-1, 2)
        current = wong_wang.drive(late, jnp.zeros(2), own.j_self, own.j_cross)
        rates = np.sort(wong_wang.rate(current + MOMENTARY * jax.random.normal(key_rates, late.shape)), axis=1)
        left = np.asarray(late[:, 0] > late[:, 1])
        columns = {
            "coherence": np.asarray(played.truth.coherence).ravel().astype(float),
            "right": (left == (np.asarray(played.truth.side).ravel() == 0)).astype(float),
            "persisted": np.asarray(played.latents.persisted).ravel().astype(float),
            "winner": rates[:, 1].astype(float),
            "loser": rates[:, 0].astype(float),
        }
        parts.append(pd.DataFrame(columns).assign(lesion=name))
    return pd.concat(parts, ignore_index=True)


def _courses(key: Any, runs: int = 8, seconds: float = 3.0, dt: float = 0.005) -> pd.DataFrame:
    """Some decisions at coherence 6.4 %: open channels of both populations over time."""
    n, seen = round(seconds / dt), round(1.0 / dt)
    normals = jax.random.normal(key, (n, runs, 2))
    start = jnp.full((runs, 2), wong_wang.REST)
    dots = wong_wang.motion(jnp.asarray(0.064))
    middle, first = wong_wang.in_noise(start, dots, normals[:seen], dt)
    _, then = wong_wang.in_noise(middle, jnp.zeros(2), normals[seen:], dt)
    s = np.concatenate([np.asarray(first), np.asarray(then)])[::4]
    time, run = np.meshgrid(dt * 4 * np.arange(len(s)), np.arange(runs), indexing="ij")
    return pd.DataFrame({"run": run.ravel(), "time": time.ravel(), "s1": s[..., 0].ravel(), "s2": s[..., 1].ravel()})


def _reversals(keys: Any, scale: Scale) -> dict[str, pd.DataFrame]:
    """The attractor of each gain where outcomes are certain, and at 80/20 beside an observer and a delta rule."""
    serial, reversal = catalogue.load("task", SERIAL), catalogue.load("task", REVERSAL)
    agent = _agent(HOLDS, serial)
    each = [params.replace(agent.params(), gain=gain, beta=SHARP) for gain in GAINS]
    stacked = jax.tree.map(lambda *leaves: jnp.stack(leaves), *each)
    size = dict(subjects=len(each), sessions=scale.sessions, stacked=True)
    certain = dataclasses.replace(serial.params(), phase=jnp.asarray(20), reversals=jnp.asarray(5))
    played = simulate_many(next(keys), agent, stacked, serial, 120, task_params=certain, **size)
    who, which = np.divmod(np.arange(len(GAINS) * scale.sessions), scale.sessions)
    table = from_trajectory(played, serial.spaces, subjects=who, sessions=which).table
    switched = trials_to_switch(table)
    switched["gain"] = np.array(GAINS)[switched["subject"].astype(int)]
    one = (table["subject"] == GAINS.index(0.015)) & (table["session"] == 0)
    kept = ["trial", "choice", "reward", "truth_best", "latent_s_0", "latent_s_1"]

    key = next(keys)
    parts = []
    noisy = simulate_many(key, agent, stacked, reversal, HAZARD_TRIALS, **size)
    parts.append(_right(noisy, np.repeat(GAINS, scale.sessions)).assign(player="attractor"))
    observer, cacher = _agent(OBSERVES, reversal), dataclasses.replace(_agent(CACHES, reversal), initial=0.5)
    _, best = best_cacher(key, cacher, reversal, reversal.params(), HAZARD_TRIALS, scale.sessions, HAZARD_FROM)
    for name, other, values in ((OBSERVES, observer, dict(beta=20.0)), (CACHES, cacher, best)):
        # The best delta rule may lie beyond the range in which its parameters are fitted.
        own = dataclasses.replace(other.params(), **{n: jnp.asarray(value, float) for n, value in values.items()})
        played = simulate_many(key, other, own, reversal, HAZARD_TRIALS, subjects=1, sessions=scale.sessions)
        parts.append(_right(played, np.full(scale.sessions, np.nan)).assign(player=name))
    return {
        "switched": switched[["gain", "session", "reversal", "trials"]],
        "noisy": pd.concat(parts, ignore_index=True),
        "held": table.loc[one, kept].reset_index(drop=True),
    }


def _right(played: Trajectory, gain: np.ndarray) -> pd.DataFrame:
    right = np.asarray(played.action == played.truth.best)[:, HAZARD_FROM:].mean(axis=1)
    return pd.DataFrame({"gain": gain, "accuracy": right})


def _worlds(keys: Any, scale: Scale) -> dict[str, pd.DataFrame]:
    """The filter and a delta rule predict which arm pays in both worlds, at every setting of a grid.

    Both are led through sessions in which the left arm is always chosen, so that its reward is the event that they
    predict, and the delta rule's value its probability.
    """
    task = catalogue.load("task", WORLD)
    chooser = dataclasses.replace(_agent(CACHES, task), initial=0.0)
    grids, courses = [], []
    for world, values in WORLDS.items():
        own = dataclasses.replace(task.params(), **{name: jnp.asarray(value) for name, value in values.items()})
        played = simulate_many(
            next(keys), chooser, chooser.params(), task, TRIALS, subjects=1, sessions=scale.worlds, task_params=own
        )
        event = np.asarray(played.truth.left_paid).astype(np.float32)
        record = Record.of(played)
        record = dataclasses.replace(record, action=jnp.zeros_like(record.action), reward=jnp.asarray(event))
        hgf, delta = _agent(FILTER, task), dataclasses.replace(_agent(CACHES, task), initial=0.5)
        settings = {
            FILTER: (hgf, [dict(omega2=float(a), omega3=float(b)) for a in OMEGA2 for b in OMEGA3]),
            CACHES: (delta, [dict(alpha=float(a)) for a in RATES]),
        }
        for name, (agent, each) in settings.items():
            for setting in each:
                stacked = jax.tree.map(
                    lambda leaf: jnp.repeat(leaf[None], scale.worlds, axis=0), params.replace(agent.params(), **setting)
                )
                replayed = replay_many(agent, stacked, record, stacked=True)
                grids.append(_scored(replayed, event).assign(world=world, player=name, **setting))
        courses.append(_course(hgf, delta, record, event, played).assign(world=world))
    return {"grid": pd.concat(grids, ignore_index=True), "example": pd.concat(courses, ignore_index=True)}


def _scored(replayed: Trajectory, event: np.ndarray) -> pd.DataFrame:
    """Log-likelihood of the events (nats) in all and in the volatile trials, and mean learning rates, by session."""
    p = np.clip(np.asarray(replayed.latents.q)[..., 0].astype(float), 1e-6, 1 - 1e-6)
    log_lik = np.where(event > 0, np.log(p), np.log1p(-p))
    out = {"all": log_lik.sum(axis=1), "volatile": log_lik[:, STABLE:].sum(axis=1)}
    if hasattr(replayed.latents, "learning_rate"):
        rate = np.asarray(replayed.latents.learning_rate).astype(float)
        out |= {"rate_stable": rate[:, SETTLED:STABLE].mean(axis=1), "rate_volatile": rate[:, STABLE:].mean(axis=1)}
    return pd.DataFrame({"session": np.arange(len(event)), **out})


def _course(hgf: Agent, delta: Agent, record: Record, event: np.ndarray, played: Trajectory) -> pd.DataFrame:
    """One session of the filter (omega2 = -2.5, omega3 = -2) and of a delta rule (alpha = .15)."""
    one = jax.tree.map(lambda leaf: leaf[:1], record)
    seen = replay_many(hgf, params.replace(hgf.params(), omega2=-2.5, omega3=-2.0), one).latents
    cached = replay_many(delta, params.replace(delta.params(), alpha=0.15), one).latents
    best, volatile = np.asarray(played.truth.best)[0], np.asarray(played.truth.volatile)[0]
    columns = {
        "trial": np.arange(TRIALS),
        "event": event[0],
        "left_better": best == 0,
        "volatile": volatile,
        "p": np.asarray(seen.q)[0, :, 0],
        "mu3": np.asarray(seen.mu3)[0],
        "learning_rate": np.asarray(seen.learning_rate)[0],
        "delta": np.asarray(cached.q)[0, :, 0],
    }
    return pd.DataFrame({name: np.asarray(values, float) for name, values in columns.items()})


def _agent(name: str, task: Task) -> Agent:
    return catalogue.load("agent", name).for_spaces(task.spaces)
