"""Recovery: do parameters that were simulated come back when they are fitted?

Simulated subjects are fitted by the method that is asked for, and its own intervals are judged: those of Laplace's
approximation (map, ml, em, hbi: estimate and standard error over the unconstrained scale) or the quantiles of draws
(vi, nuts).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Array, Float, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.errors import BadValue
from neurorl.core.task import Task
from neurorl.fit import methods
from neurorl.fit.design.identifiability import Profile, profiles
from neurorl.fit.design.schedule import Schedule
from neurorl.fit.design.truth import PRIORS, Truth, truth_of
from neurorl.fit.problem import Posterior
from neurorl.fit.result import FitResult

Z_90 = 1.6448536269514722  # half the width of a 90 % interval, in standard errors
STARTS = 4  # of each fit, where the method searches from starting points


@dataclass(frozen=True)
class Recovery:
    """True beside fitted parameters.

    Attributes:
        table: one row a subject and parameter: subject, parameter, true, fitted, converged.
        summary: one row a parameter over the subjects whose fit converged: parameter, r (Pearson's), bias (mean of
            fitted - true), rmse, coverage_90 (share of 90 % intervals that hold the true value; NaN where no subject
            has one, and `notes` says why), n_intervals (subjects that have one), n_subjects, n_failed, n_undetermined
            (subjects among them whose choices do not determine the parameter).
        trade_offs: one row a pair: parameter, other, r (Pearson's, of their errors on the unconstrained scale). Two
            parameters whose errors go together cannot be told apart on this design.
        fit: the fit itself.
        profiles: parameter's name -> its profile likelihood; only where it was asked for.
        identified: one row a parameter, from the profiles: parameter, bounded, bounded_below, bounded_above (share of
            subjects whose choices bound it), coverage_95 (share of 95 % likelihood-ratio intervals that hold the true
            value; an end that is not bounded holds everything on its side), n_subjects.
        method: by which subjects were fitted.
        starts: starting points of each search; None where the method has none.
        source: where the true parameters came from, in words that follow "from".
        notes: further sentences that a reader of the numbers must know.
    """

    table: pd.DataFrame
    summary: pd.DataFrame
    trade_offs: pd.DataFrame
    fit: FitResult
    profiles: dict[str, Profile] | None = None
    identified: pd.DataFrame | None = None
    method: str = "map"
    starts: int | None = None
    source: str = PRIORS
    notes: tuple[str, ...] = ()

    @property
    def about(self) -> str:
        """Method, starts, subjects and source of the true values in a sentence."""
        starts = "" if self.starts is None else f" with {self.starts} start{'s' if self.starts > 1 else ''}"
        n, failed = (int(np.max(self.summary[name].to_numpy())) for name in ("n_subjects", "n_failed"))
        return f"Recovery by {self.method}{starts}: {n + failed} simulated subjects, true values from {self.source}."

    @property
    def intervals(self) -> str:
        """Which intervals coverage_90 counts, in a sentence."""
        which = methods.method_of(self.method).intervals
        return f"coverage_90 is the share of 90 % intervals {which} that hold the true value."


def recover(
    agent: Agent,
    task: Task,
    *,
    subjects: int = 50,
    steps: int = 300,
    sessions: int = 1,
    schedule: Schedule | None = None,
    task_params: Any = None,
    true: Mapping[str, np.ndarray] | Truth | None = None,
    seed: int = 0,
    starts: int | None = None,
    fixed: Mapping[str, float] | None = None,
    method: str = "map",
    fit: Callable[..., FitResult] | None = None,
    identify: bool = False,
    quiet: bool = False,
) -> Recovery:
    """Simulate subjects whose parameters are drawn from the priors, fit them, and set true beside fitted.

    Run it on your own design before you fit data: a parameter that is not recovered here cannot be interpreted there
    (Wilson & Collins 2019, rule 5).

    Args:
        agent: the agent to simulate and fit.
        task: what is played, by default in its published settings.
        subjects: simulated subjects.
        steps: decisions in a session.
        sessions: sessions of a subject, fitted together.
        schedule: sessions and steps of each subject, in place of the three above.
        task_params: other settings of the task.
        true: name -> [subjects] parameters to simulate, in place of draws from the prior; or `truth.from_population`.
        seed: source of all randomness.
        starts: starting points of each search, 4 by default; vi and nuts have none.
        fixed: parameters held in simulation and in fit.
        method: by which subjects are fitted: a name of `neurorl list methods`; hbi is that of this model alone.
        fit: that method with settings of its own, called as `fit_map` is.
        identify: also find out by profile likelihoods (`identifiability.profiles`) whose parameters the choices bound.
        quiet: no progress bar.
    """
    posterior = Posterior.of(agent, fixed, prior=True, gradient=False)
    if not posterior.free:
        raise BadValue(f"{type(agent).__name__} has no free parameter here, so there is nothing to recover.")
    schedule = Schedule.even(subjects, sessions, steps) if schedule is None else schedule
    subjects = schedule.subjects
    if subjects < 2:
        raise BadValue(f"A correlation needs at least two subjects; subjects is {subjects}.")
    key_params, key_runs = jax.random.split(jax.random.key(seed))
    truth = truth_of(true, (info.name for info in posterior.free))
    x = true_parameters(posterior, key_params, subjects, truth.values)
    records = schedule.record(key_runs, agent, params_of(posterior, x), task, task_params)
    starts = starts_of(method, starts)
    searching: dict[str, Any] = {} if starts is None else {"starts": starts}
    same: dict[str, Any] = {"seed": seed, "fixed": fixed, "groups": schedule.unit, "quiet": quiet}
    result = (fit or partial(methods.fit, method=method))(agent, records, **same, **searching)
    rows = np.flatnonzero(result.rows_of(np.arange(subjects)) >= 0)  # one without a scored choice is not fitted
    x = x[rows]
    parts = [
        pd.DataFrame(
            {
                "subject": rows,
                "parameter": info.name,
                "true": x[:, k],
                "fitted": result.values[info.name],
                "converged": ~result.failed,
            }
        )
        for k, info in enumerate(posterior.free)
    ]
    error = _errors(posterior, x, result)
    inside = _inside(posterior, x, error, result)
    open_ = [sum(info.name in names for names in result.undetermined) for info in posterior.free]
    summary = pd.DataFrame(
        [
            _summary(part) | _coverage(inside[:, k], result) | {"n_undetermined": open_[k]}
            for k, part in enumerate(parts)
        ]
    )
    table = pd.concat(parts, ignore_index=True)
    found = Recovery(
        table,
        summary,
        _trade_offs(posterior, error),
        result,
        method=result.method,
        starts=starts,
        source=truth.source,
        notes=tuple(result.absences() + _without_intervals(summary)),
    )
    if identify:
        bounds = profiles(agent, records, **same, starts=starts or STARTS)
        profiled = [_identified(bounds[info.name], x[:, k]) for k, info in enumerate(posterior.free)]
        found = replace(found, profiles=bounds, identified=pd.DataFrame(profiled))
    return found


def starts_of(method: str, starts: int | None) -> int | None:
    """Starting points of each search, STARTS by default; None for a method that does not search."""
    methods.require_use(method, starts=starts)
    return (STARTS if starts is None else starts) if "starts" in methods.method_of(method).takes else None


def true_parameters(
    posterior: Posterior, key: PRNGKeyArray, subjects: int, given: Mapping[str, np.ndarray]
) -> Float[np.ndarray, "s n"]:
    """Parameters to simulate: draws from the prior, and in their place those that are given by name."""
    z = posterior.draw(key, (subjects,)) if posterior.free else np.zeros((subjects, 0))
    x = np.array(jax.vmap(posterior.constrained)(jnp.asarray(z)), float)
    for k, info in enumerate(posterior.free):
        if info.name in given:
            x[:, k] = given[info.name]
    return x


def params_of(posterior: Posterior, x: Float[np.ndarray, "s n"]) -> Any:
    """The agent's parameters at x, stacked over subjects."""
    return jax.vmap(posterior.params)(jnp.asarray(x, float))


def _errors(posterior: Posterior, x: np.ndarray, result: FitResult) -> Float[np.ndarray, "s n"]:
    """Fitted less true on the unconstrained scale; NaN where the fit failed."""
    fitted = np.stack([result.values[info.name] for info in posterior.free])

    def scale(values: np.ndarray) -> Array:
        return posterior.unconstrained(jnp.asarray(values))

    error = np.array(scale(fitted) - scale(x.T), float).T
    error[result.failed] = np.nan
    return error


def _summary(part: pd.DataFrame) -> dict[str, object]:
    kept: Any = part[part["converged"]]
    error = (kept["fitted"] - kept["true"]).to_numpy()
    known = len(kept) > 1 and np.ptp(kept["fitted"]) > 0 and np.ptp(kept["true"]) > 0
    r = np.corrcoef(kept["true"], kept["fitted"])[0, 1] if known else np.nan
    name = part["parameter"].iloc[0]
    if not len(kept):
        return {"parameter": name, "r": np.nan, "bias": np.nan, "rmse": np.nan}
    return {"parameter": name, "r": r, "bias": error.mean(), "rmse": np.sqrt((error**2).mean())}


def _inside(posterior: Posterior, x: np.ndarray, error: np.ndarray, result: FitResult) -> Float[np.ndarray, "s n"]:
    """Whether the 90 % interval of each subject and parameter holds the true value; NaN where there is no interval."""
    inside = np.full(error.shape, np.nan)
    for k, info in enumerate(posterior.free):
        if result.draws is not None:
            draws = result.draws["posterior"][info.name].values
            low, high = np.quantile(draws.reshape(-1, draws.shape[-1]), [0.05, 0.95], axis=0)
            inside[:, k] = np.where(result.failed, np.nan, (low <= x[:, k]) & (x[:, k] <= high))
        elif result.covariance is not None:
            spread = np.sqrt(result.covariance[:, k, k])
            there = np.isfinite(spread) & np.isfinite(error[:, k])
            inside[there, k] = np.abs(error[there, k]) <= Z_90 * spread[there]
    return inside


def _coverage(inside: np.ndarray, result: FitResult) -> dict[str, object]:
    there = np.isfinite(inside)
    return {
        "coverage_90": inside[there].mean() if there.any() else np.nan,
        "n_intervals": int(there.sum()),
        "n_subjects": int((~result.failed).sum()),
        "n_failed": int(result.failed.sum()),
    }


def _without_intervals(summary: pd.DataFrame) -> list[str]:
    """A sentence for each parameter that some subjects have no interval of."""
    said = []
    for row in summary.to_dict("records"):
        n, of = int(row["n_intervals"]), int(row["n_subjects"])
        if n < of:
            counted = f"coverage_90 is over the other {n}" if n else "there is no coverage_90"
            said.append(
                f"{of - n} of {of} subjects have no interval of {row['parameter']} (the posterior is not curved "
                f"downwards at its maximum, or no standard errors were asked for), so {counted}."
            )
    return said


def _identified(profile: Profile, true: np.ndarray) -> dict[str, object]:
    each = profile.each
    inside = (~each.bounded_below | (true >= each.low)) & (~each.bounded_above | (true <= each.high))
    return {
        "parameter": profile.parameter,
        "bounded": each.bounded.mean(),
        "bounded_below": each.bounded_below.mean(),
        "bounded_above": each.bounded_above.mean(),
        "coverage_95": inside.mean(),
        "n_subjects": len(true),
    }


def _trade_offs(posterior: Posterior, error: np.ndarray) -> pd.DataFrame:
    kept = error[np.isfinite(error).all(axis=1)]
    rows = []
    for i, one in enumerate(posterior.free):
        for j in range(i + 1, len(posterior.free)):
            known = len(kept) > 2 and (kept[:, [i, j]].std(axis=0) > 0).all()
            r = np.corrcoef(kept[:, i], kept[:, j])[0, 1] if known else np.nan
            rows.append({"parameter": one.name, "other": posterior.free[j].name, "r": r})
    return pd.DataFrame(rows, columns=["parameter", "other", "r"])
