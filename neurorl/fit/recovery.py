"""Recovery: do parameters that were simulated come back when they are fitted?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Array, Float, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.errors import BadValue
from neurorl.core.task import Task
from neurorl.fit.identify import Profile, profiles
from neurorl.fit.map import fit_map
from neurorl.fit.posterior import Posterior
from neurorl.fit.result import FitResult
from neurorl.fit.schedule import Schedule

Z_90 = 1.6448536269514722  # half the width of a 90 % interval, in standard errors


@dataclass(frozen=True)
class Recovery:
    """True beside fitted parameters.

    Attributes:
        table: one row a subject and parameter: subject, parameter, true, fitted, converged.
        summary: one row a parameter over the subjects whose fit converged: parameter, r (Pearson's), bias (mean of
            fitted - true), rmse, coverage (share of 90 % intervals, from standard errors on the unconstrained scale,
            that hold the true value; NaN where the method gives none), n_subjects, n_failed.
        trade_offs: one row a pair: parameter, other, r (Pearson's, of their errors on the unconstrained scale). Two
            parameters whose errors go together cannot be told apart on this design.
        fit: the fit itself.
        profiles: parameter's name -> its profile likelihood; only where it was asked for.
        identified: one row a parameter, from the profiles: parameter, bounded, bounded_below, bounded_above (share of
            subjects whose choices bound it), coverage (share of 95 % likelihood-ratio intervals that hold the true
            value; an end that is not bounded holds everything on its side), n_subjects.
    """

    table: pd.DataFrame
    summary: pd.DataFrame
    trade_offs: pd.DataFrame
    fit: FitResult
    profiles: dict[str, Profile] | None = None
    identified: pd.DataFrame | None = None


def recover(
    agent: Agent,
    task: Task,
    *,
    subjects: int = 50,
    steps: int = 300,
    sessions: int = 1,
    schedule: Schedule | None = None,
    task_params: Any = None,
    true: Mapping[str, np.ndarray] | None = None,
    seed: int = 0,
    starts: int = 4,
    fixed: Mapping[str, float] | None = None,
    fit: Callable[..., FitResult] = fit_map,
    identify: bool = False,
    quiet: bool = False,
) -> Recovery:
    """Simulate subjects whose parameters are drawn from the priors, fit them, and set true beside fitted.

    Run it on your own design before you fit data: a parameter that does not come back here cannot be read there
    (Wilson & Collins 2019, rule 5).

    Args:
        agent: who is simulated and fitted.
        task: what is played, by default in its published settings.
        subjects: simulated subjects.
        steps: decisions in a session.
        sessions: sessions of a subject, fitted together.
        schedule: sessions and steps of each subject, in place of the three above.
        task_params: other settings of the task.
        true: name -> [subjects] parameters to simulate, in place of draws from the prior.
        seed: source of all randomness.
        starts: starting points of each fit.
        fixed: parameters held in simulation and in fit.
        fit: the method, called as `fit_map` is.
        identify: also find out by profile likelihoods (`neurorl.fit.identify`) whose parameters the choices bound.
        quiet: no progress bar.
    """
    posterior = Posterior.of(agent, fixed, prior=True)
    if not posterior.free:
        raise BadValue(f"{type(agent).__name__} has no free parameter here, so there is nothing to recover.")
    schedule = Schedule.even(subjects, sessions, steps) if schedule is None else schedule
    subjects = schedule.subjects
    if subjects < 2:
        raise BadValue(f"A correlation needs at least two subjects; subjects is {subjects}.")
    key_params, key_runs = jax.random.split(jax.random.key(seed))
    x = true_parameters(posterior, key_params, subjects, true or {})
    records = schedule.record(key_runs, agent, params_of(posterior, x), task, task_params)
    same: dict[str, Any] = {"starts": starts, "seed": seed, "fixed": fixed, "groups": schedule.unit, "quiet": quiet}
    result = fit(agent, records, **same)
    parts = [
        pd.DataFrame(
            {
                "subject": np.arange(subjects),
                "parameter": info.name,
                "true": x[:, k],
                "fitted": result.values[info.name],
                "converged": ~result.failed,
            }
        )
        for k, info in enumerate(posterior.free)
    ]
    error = _errors(posterior, x, result)
    summary = [_summary(part) | _coverage(error[:, k], result, k) for k, part in enumerate(parts)]
    table = pd.concat(parts, ignore_index=True)
    found = Recovery(table, pd.DataFrame(summary), _trade_offs(posterior, error), result)
    if identify:
        bounds = profiles(agent, records, **same)
        rows = [_identified(bounds[info.name], x[:, k]) for k, info in enumerate(posterior.free)]
        found = replace(found, profiles=bounds, identified=pd.DataFrame(rows))
    return found


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


def _coverage(error: np.ndarray, result: FitResult, k: int) -> dict[str, object]:
    counts: dict[str, object] = {"n_subjects": int((~result.failed).sum()), "n_failed": int(result.failed.sum())}
    if result.covariance is None:
        return counts | {"coverage": np.nan}
    spread = np.sqrt(result.covariance[:, k, k])
    there = np.isfinite(spread) & np.isfinite(error)
    inside = np.abs(error[there]) <= Z_90 * spread[there]
    return counts | {"coverage": inside.mean() if there.any() else np.nan}


def _identified(profile: Profile, true: np.ndarray) -> dict[str, object]:
    each = profile.each
    inside = (~each.bounded_below | (true >= each.low)) & (~each.bounded_above | (true <= each.high))
    return {
        "parameter": profile.parameter,
        "bounded": each.bounded.mean(),
        "bounded_below": each.bounded_below.mean(),
        "bounded_above": each.bounded_above.mean(),
        "coverage": inside.mean(),
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
