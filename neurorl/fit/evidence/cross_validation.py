"""Held-out choices: parameters from some sessions predict the choices of others.

Where a unit has several sessions, whole sessions are held out. Where it has one, runs of consecutive trials are: the
learner still lives through them (its values at the end of one are those the next begins with), but their choices do not
enter the fit. Choices after a held-out run depend on what was chosen in it, so such blocks are less independent than
sessions; `Folds.kind` says which was done.
"""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd

from neurorl.core.agent import Agent
from neurorl.core.errors import BadData, BadValue
from neurorl.core.types import Record
from neurorl.fit.result import FitResult, FitWarning
from neurorl.loop import replay_many, scorable

NONE = -1  # fold of a step that is in no fold


@dataclass(frozen=True)
class Folds:
    """Which choices are held out together.

    Attributes:
        of_step: [S, T] fold of each scored step, -1 for all others.
        n: number of folds.
        unit: [S] unit of each session, 0, 1, ...
        kind: "sessions", "blocks of trials", or "sessions, or blocks of trials where there is one session".
    """

    of_step: np.ndarray
    n: int
    unit: np.ndarray
    kind: str

    def of_unit(self) -> np.ndarray:
        """Number of folds of each unit [units]; fewer than n where it has fewer sessions, or trials with a choice."""
        there = np.zeros((int(self.unit.max()) + 1, self.n), bool)
        session, step = np.nonzero(self.of_step != NONE)
        there[self.unit[session], self.of_step[session, step]] = True
        return there.sum(axis=1)

    def training(self, records: Record, *held: int) -> Record:
        """The records with the choices of these folds not scored."""
        return self._scored(records, ~np.isin(self.of_step, held) & (self.of_step != NONE))

    def test(self, records: Record, fold: int) -> Record:
        """The records with only the choices of this fold scored."""
        return self._scored(records, self.of_step == fold)

    @staticmethod
    def _scored(records: Record, keep: np.ndarray) -> Record:
        return eqx.tree_at(lambda r: r.scored, records, jnp.asarray(keep))


def make_folds(
    records: Record,
    groups: Sequence[Any] | np.ndarray | None = None,
    folds: int = 5,
    *,
    names: Sequence[Any] | None = None,
) -> Folds:
    """Share the choices of each unit out over folds. A unit without a scored choice is in none of them.

    Args:
        records: sessions [S, T].
        groups: [S] the unit of each session; by default each its own.
        folds: the largest number of folds, at least 2; a unit with fewer sessions has as many folds as sessions.
        names: of the units in sorted order, for messages; by default their groups.

    Raises:
        BadData: a unit has one session with too few scored choices; the sentence names all of them.
    """
    if folds < 2:
        raise BadValue(f"The number of folds is {folds}, but cross-validation needs at least 2.")
    scored = np.asarray(records.scored & records.valid)
    labels, unit = np.unique(np.arange(len(scored)) if groups is None else np.asarray(groups), return_inverse=True)
    names = list(labels if names is None else names)
    short = []
    of_step = np.full(scored.shape, NONE)
    kinds = set()
    for u in range(unit.max() + 1):
        sessions = np.flatnonzero((unit == u) & scored.any(axis=1))
        if len(sessions) > 1:
            for i, s in enumerate(sessions):
                of_step[s, scored[s]] = i % folds
            kinds.add("sessions")
        for s in sessions if len(sessions) == 1 else ():
            if scored[s].sum() < 2 * folds:
                short.append(f"{names[u]} ({scored[s].sum()})")
            of_step[s] = _blocks(scored[s], np.asarray(records.discount)[s] == 0, folds)
            kinds.add("blocks of trials")
    if short:
        raise BadData(
            f"There are too few scored choices for {folds} blocks of trials (at least {2 * folds} are needed): "
            f"{', '.join(short)}. Use fewer folds, or leave these out."
        )
    if not kinds:
        raise BadData("No session has a scored choice, so there is nothing to hold out.")
    kind = kinds.pop() if len(kinds) == 1 else "sessions, or blocks of trials where there is one session"
    return Folds(of_step, int(of_step.max()) + 1, unit, kind)


def _blocks(scored: np.ndarray, ends: np.ndarray, folds: int) -> np.ndarray:
    """Runs of whole trials, as even as they come."""
    trial = np.cumsum(ends) - ends
    with_choice = np.unique(trial[scored])
    place = np.searchsorted(with_choice, trial)
    n = min(folds, len(with_choice))
    return np.where(scored, np.minimum(place, len(with_choice) - 1) * n // len(with_choice), NONE)


def cross_validate(
    agent: Agent,
    records: Record,
    folds: Folds,
    fit: Callable[[Agent, Record, np.ndarray], FitResult],
    whole: FitResult | None = None,
) -> pd.DataFrame:
    """Log-likelihood of held-out choices under parameters fitted to the others.

    Args:
        agent: the agent to fit.
        records: sessions [S, T].
        folds: from `make_folds`.
        fit: (agent, records, groups) -> fit of each unit in order.
        whole: the fit to all choices; where it failed, the unit is marked `failed` here too.

    Returns:
        one row a unit and fold: unit, fold, n_choices, log_lik (nats), failed (the fit to the others failed). Units
        without a scored choice have none, and a `FitWarning` names them.
    """
    there = np.bincount(folds.unit, (folds.of_step != NONE).sum(axis=1)) > 0
    if not there.all():
        absent = ", ".join(map(str, np.flatnonzero(~there)))
        sentence = f"Left out of cross-validation, because it has no scored choice: unit {absent}."
        warnings.warn(sentence, FitWarning, stacklevel=2)
        kept = there[folds.unit]
        records = jax.tree.map(lambda leaf: leaf[np.flatnonzero(kept)], records)
        folds = Folds(folds.of_step[kept], folds.n, folds.unit[kept], folds.kind)
    rows = []
    for fold in range(folds.n):
        result = fit(agent, folds.training(records, fold), folds.unit)
        rows.append(score(agent, result, records, folds, fold))
    table = pd.concat(rows, ignore_index=True)
    if whole is not None:
        table["failed"] |= _failed(whole, table["unit"].to_numpy())
    return table


def score(agent: Agent, result: FitResult, records: Record, folds: Folds, fold: int) -> pd.DataFrame:
    """How well a fit predicts one fold, one row a unit that has choices in it."""
    test = folds.test(records, fold)
    labels, row = np.unique(folds.unit, return_inverse=True)  # the fit's units in order
    played = replay_many(scorable(agent), per_session(result, row), test, stacked=True)
    log_lik = np.bincount(row, np.asarray(played.log_prob, float).sum(axis=1))
    n = np.bincount(row, np.asarray(test.scored).sum(axis=1)).astype(int)
    rows = np.flatnonzero(n)
    columns = {"unit": labels[rows], "fold": fold, "n_choices": n[rows], "log_lik": log_lik[rows]}
    return pd.DataFrame(columns | {"failed": _failed(result, rows)})


def _failed(result: FitResult, unit: np.ndarray) -> np.ndarray:
    """Whether the fit of each unit failed, or left it out."""
    row = result.rows_of(unit)
    return (row < 0) | result.failed[row]


def per_session(result: FitResult, unit: np.ndarray) -> Any:
    """The parameters of each session's unit, stacked [S]; NaN where that was left out for want of a scored choice."""
    row = result.rows_of(unit)
    here = row >= 0

    def one(leaf: Any) -> Any:
        taken = jnp.asarray(leaf)[np.maximum(row, 0)]
        return taken if here.all() else jnp.where(here.reshape(-1, *[1] * (taken.ndim - 1)), taken, jnp.nan)

    return jax.tree.map(one, result.fitted.params)


def held_out_summary(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Models side by side on held-out choices, best first; a unit that failed under any of them is left out of all.

    Args:
        tables: model -> from `cross_validate`.

    Returns:
        one row a model: model, log_lik_per_choice (nats), normalised_likelihood (its exponential: the geometric mean
        probability of a choice), bits_per_choice (-log2 of it; lower is better), delta_bits (mean over units of the
        difference to the best) with its standard error delta_se, n_choices, n_units, n_failed.
    """
    columns = ["n_choices", "log_lik", "failed"]
    wide: dict[str, Any] = {name: table.groupby("unit")[columns].sum() for name, table in tables.items()}
    failed = np.logical_or.reduce([w["failed"].to_numpy() > 0 for w in wide.values()])
    bits = {}
    rows = []
    for name, w in wide.items():
        kept = w[~failed]
        n = int(kept["n_choices"].sum())
        per = float(kept["log_lik"].sum() / n) if n else np.nan
        bits[name] = (-kept["log_lik"] / kept["n_choices"] / np.log(2)).to_numpy()
        rows.append(
            {
                "model": name,
                "log_lik_per_choice": per,
                "normalised_likelihood": np.exp(per),
                "bits_per_choice": -per / np.log(2),
                "n_choices": n,
                "n_units": len(kept),
                "n_failed": int(failed.sum()),
            }
        )
    table = pd.DataFrame(rows).sort_values("bits_per_choice", ignore_index=True)
    best = bits[table["model"].iloc[0]]
    gap = {name: values - best for name, values in bits.items()}
    table.insert(4, "delta_bits", [gap[name].mean() if len(best) else np.nan for name in table["model"]])
    spread = [gap[name].std(ddof=1) / np.sqrt(len(best)) if len(best) > 1 else np.nan for name in table["model"]]
    table.insert(5, "delta_se", spread)
    return table
