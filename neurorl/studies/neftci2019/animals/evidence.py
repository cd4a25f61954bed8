"""What the study of animals gathers: fits by session, held-out sessions, and blocks simulated from the fits."""

import dataclasses
from dataclasses import dataclass
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd

from neurorl.analysis.reversals import aligned_to_reversals, alternations, with_phases
from neurorl.core import catalogue
from neurorl.core.agent import Agent
from neurorl.core.spaces import Spaces
from neurorl.core.study import Context, Evidence
from neurorl.core.types import Record
from neurorl.data import Dataset, from_trajectory
from neurorl.fit import FitResult, fit_map
from neurorl.fit.evidence.cross_validation import make_folds, per_session
from neurorl.loop import replay_many, run

MONKEYS, MICE = "trepka_monkeys", "trepka_mice"
BLOCK = 80  # trials of a monkey's session
BEFORE, AFTER = 10, 25  # trials around reversals

# The four models that the study is about, two that take one of them apart, and the learners that the animals' authors
# fitted. Name -> agent, fields. The timing prior is a Gaussian whose mean and sd are fitted.
MODELS: dict[str, tuple[str, dict[str, Any]]] = {
    "single rate": ("rescorla_wagner", {"initial": 0.5}),
    "dual rate": ("dual_rate", {}),
    "hidden Markov model": ("hmm_observer", {}),
    "timing prior": ("reversal_timing_observer", {"prior": "gaussian"}),
    "flat timing prior": ("reversal_timing_observer", {"prior": "flat"}),
    "the task's timing prior": ("reversal_timing_observer", {"prior": "uniform"}),
    "return (rates by sign)": ("risk_sensitive_td", {}),
    "income (forgetting)": ("income_learner", {}),
    "choice kernel": ("choice_kernel_learner", {}),
}
FOUR = ("single rate", "dual rate", "hidden Markov model", "timing prior")
# A mouse's session has many reversals at no known time, and its arms do not pay with p and 1 - p.
FOR_MICE = tuple(name for name in MODELS if "timing" not in name)
ASYMMETRIC = {"hidden Markov model": {"asymmetric": True}}


@dataclass(frozen=True)
class Scale:
    """How much is gathered.

    Attributes:
        every_monkey, every_mouse: every n-th session is fitted.
        starts: starts of each fit.
        folds: number of cross-validation folds over the sessions of each monkey; 0 for none.
        held_starts: starts of those fits.
        replays: blocks simulated from the fit of each session of a monkey.
    """

    every_monkey: int
    every_mouse: int
    starts: int
    folds: int
    held_starts: int
    replays: int


def gather(context: Context) -> Evidence:
    """Fit both species; simulate from the fits."""
    scale: Scale = context.settings
    monkeys = _every(catalogue.load("dataset", MONKEYS).load(), scale.every_monkey)
    mice = _every(catalogue.load("dataset", MICE).load(), scale.every_mouse)
    evidence = Evidence()
    fits, played, curves, changes = [], [], [], []
    records, index = monkeys.records()
    blocks = reversing(monkeys.table)
    key = jax.random.key(context.seed)
    curves.append(_curve(blocks).assign(player="monkeys", species="monkeys"))
    changes.append(alternations(blocks, best="best").assign(player="monkeys"))
    held = []
    for name in MODELS:
        agent = _agent(name, monkeys.schema.spaces)
        result = _fit(agent, records, scale, context)
        fits.append(_table(result, index).assign(agent=name, species="monkeys"))
        simulated = _play(jax.random.fold_in(key, len(fits)), agent, result, blocks, scale.replays)
        played.append(_curve(simulated).assign(player=name, species="monkeys"))
        changes.append(alternations(simulated, best="best").assign(player=name))
        if scale.folds:
            held.append(_held_out(agent, records, index, scale, context).assign(agent=name))
    records, index = mice.records()
    sides = mice.table.assign(best=(mice.table["p_right"] > mice.table["p_left"]).astype(int), schedule="mice")
    curves.append(_curve(sides).assign(player="mice", species="mice"))
    for name in FOR_MICE:
        agent = dataclasses.replace(_agent(name, mice.schema.spaces), **ASYMMETRIC.get(name, {}))
        result = _fit(agent, records, scale, context)
        fits.append(_table(result, index).assign(agent=name, species="mice"))
        played.append(_predicted(agent, result, records, sides).assign(player=name, species="mice"))
    evidence.tables = {
        "fits": pd.concat(fits, ignore_index=True),
        "curves": pd.concat([*curves, *played], ignore_index=True),
        "changes": pd.concat(changes, ignore_index=True).drop(columns="subject"),
        "reversals": _reversals(blocks),
        "held_out": pd.concat(held, ignore_index=True) if held else pd.DataFrame(),
    }
    return evidence


def _agent(name: str, spaces: Spaces) -> Agent:
    kind, fields = MODELS[name]
    return dataclasses.replace(catalogue.load("agent", kind).for_spaces(spaces), **fields)


def _every(animals: Dataset, n: int) -> Dataset:
    """Every n-th session, from the first on."""
    sessions = animals.table["session"].unique()
    return animals if n == 1 else animals.subset(sessions=sessions[::n].tolist())


def _fit(agent: Agent, records: Record, scale: Scale, context: Context) -> FitResult:
    """Every session a unit of its own."""
    return fit_map(agent, records, starts=scale.starts, seed=context.seed, quiet=context.quiet)


def _table(result: FitResult, index: pd.DataFrame) -> pd.DataFrame:
    return result.table(index[["subject", "session"]]).drop(columns="at_bound")


def reversing(monkeys: pd.DataFrame) -> pd.DataFrame:
    """The monkeys' choices with the better picture (`best`) on each trial and the schedule of each session.

    Outcomes exchange one trial before the file's second half begins: on the last trial that the file counts to the
    first half the old picture's reward rate falls from .74 to .23 in all four monkeys (`tests/data/test_trepka.py`).
    """
    high = monkeys[["p_left", "p_right"]].max(axis=1)
    labelled = (monkeys["p_right"] > monkeys["p_left"]).astype(int)
    best = labelled.groupby(monkeys["session"]).shift(-1).fillna(labelled).astype(int)
    return monkeys.assign(best=best, schedule=np.where(high > 0.75, "monkeys, 80/20", "monkeys, 70/30"))


def _reversals(blocks: pd.DataFrame) -> pd.DataFrame:
    """Of each session, the first trial (from 0) on which the other picture is the better one, and the schedule."""
    first = with_phases(blocks, "best").query("phase == 1").groupby("session", sort=False).first().reset_index()
    return first[["session", "trial", "schedule"]]


def _play(key: Any, agent: Agent, result: FitResult, blocks: pd.DataFrame, replays: int) -> pd.DataFrame:
    """Simulate blocks from the fit of each session, with that session's schedule and trial of reversal."""
    task = catalogue.load("task", "reversal_timing")
    own_blocks = _reversals(blocks)
    reversal, schedule = own_blocks["trial"].to_numpy(), own_blocks["schedule"].to_numpy()
    repeated = np.repeat(np.arange(len(reversal)), replays)
    p_good = np.where(schedule == "monkeys, 80/20", 0.8, 0.7)[repeated]
    trial = jnp.asarray(reversal[repeated])
    own = type(task.params())(jnp.asarray(p_good, jnp.float32), trial, trial)
    params = jax.tree.map(lambda leaf: leaf[repeated], result.fitted.params)

    def one(key: Any, params: Any, task_params: Any) -> Any:
        return run(key, agent, params, task, task_params, BLOCK)

    played = jax.jit(jax.vmap(one))(jax.random.split(key, len(repeated)), params, own)
    table = from_trajectory(_plain(played), task.spaces, sessions=np.arange(len(repeated))).table
    return table.assign(best=table["truth_best"], schedule=schedule[repeated][table["session"]])


def _plain(played: Any) -> Any:
    """The sessions without latents."""
    return eqx.tree_at(lambda t: t.latents, played, None, is_leaf=lambda leaf: leaf is None)


def _curve(blocks: pd.DataFrame, p_choice: str | None = None) -> pd.DataFrame:
    """Share of choices of the new better arm around reversals by schedule, with its standard error over sessions."""
    near = aligned_to_reversals(blocks, before=BEFORE, after=AFTER, best="best", p_choice=p_choice)
    near = near.merge(blocks.drop_duplicates("session")[["session", "schedule"]], on="session")
    each = near.groupby(["schedule", "session", "offset"], as_index=False)["new"].mean()
    grouped = each.groupby(["schedule", "offset"])["new"]
    return grouped.agg(new="mean", se="sem", n="size").reset_index()


def _predicted(agent: Agent, result: FitResult, records: Record, sides: pd.DataFrame) -> pd.DataFrame:
    """The same for the probabilities that a fit gives to the animals' own choices, trial by trial."""
    log_prob = np.asarray(replay_many(agent, result.fitted.params, records, stacked=True).log_prob, float)
    return _curve(sides.assign(p=np.exp(log_prob[np.asarray(records.valid)])), p_choice="p")


def _held_out(agent: Agent, records: Record, index: pd.DataFrame, scale: Scale, context: Context) -> pd.DataFrame:
    """Whole sessions held out: parameters of an animal from its other sessions. One row a session."""
    animal = index["subject"].to_numpy()
    folds = make_folds(records, animal, scale.folds)
    log_lik = np.zeros(len(index))
    for fold in range(folds.n):
        fitted = fit_map(
            agent,
            folds.training(records, fold),
            starts=scale.held_starts,
            seed=context.seed,
            groups=animal,
            laplace=False,
            quiet=context.quiet,
        )
        test = folds.test(records, fold)
        played = replay_many(agent, per_session(fitted, folds.unit), test, stacked=True)
        log_lik += np.asarray(played.log_prob, float).sum(axis=1)
    n = np.asarray(records.scored & records.valid).sum(axis=1)
    return pd.DataFrame({"subject": animal, "session": index["session"], "log_lik": log_lik, "n_choices": n})
