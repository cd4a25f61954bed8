"""Recovery: do parameters that were simulated come back when they are fitted?"""

from collections.abc import Mapping
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd

from neurorl.core.agent import Agent
from neurorl.core.errors import BadValue
from neurorl.core.task import Task
from neurorl.core.types import Record
from neurorl.fit.map import fit_map
from neurorl.fit.posterior import Posterior
from neurorl.fit.result import FitResult
from neurorl.loop import simulate_many


@dataclass(frozen=True)
class Recovery:
    """True beside fitted parameters.

    Attributes:
        table: one row a subject and parameter: subject, parameter, true, fitted, converged.
        summary: one row a parameter: parameter, r (Pearson's, over subjects), bias (mean of fitted - true), rmse.
        fit: the fit itself.
    """

    table: pd.DataFrame
    summary: pd.DataFrame
    fit: FitResult


def recover(
    agent: Agent,
    task: Task,
    *,
    subjects: int = 50,
    steps: int = 300,
    sessions: int = 1,
    seed: int = 0,
    starts: int = 4,
    fixed: Mapping[str, float] | None = None,
    quiet: bool = False,
) -> Recovery:
    """Simulate subjects whose parameters are drawn from the priors, fit them, and set true beside fitted.

    Run it on your own design before you fit data: a parameter that does not come back here cannot be read there
    (Wilson & Collins 2019, rule 5).

    Args:
        agent: who is simulated and fitted.
        task: what is played, in its published settings.
        subjects: simulated subjects.
        steps: decisions in a session.
        sessions: sessions of a subject, fitted together.
        seed: source of all randomness.
        starts: starting points of each fit.
        fixed: parameters held in simulation and in fit.
        quiet: no progress bar.
    """
    posterior = Posterior.of(agent, fixed, prior=True)
    if not posterior.free:
        raise BadValue(f"{type(agent).__name__} has no free parameter here, so there is nothing to recover.")
    if subjects < 2:
        raise BadValue(f"A correlation needs at least two subjects; subjects is {subjects}.")
    key_params, key_runs = jax.random.split(jax.random.key(seed))
    true = jax.vmap(posterior.constrained)(jnp.asarray(posterior.draw(key_params, (subjects,))))
    played = simulate_many(
        key_runs,
        agent,
        jax.vmap(posterior.params)(true),
        task,
        steps,
        subjects=subjects,
        sessions=sessions,
        stacked=True,
    )
    groups = np.repeat(np.arange(subjects), sessions)
    fit = fit_map(agent, Record.of(played), starts=starts, seed=seed, fixed=fixed, groups=groups, quiet=quiet)
    parts = [
        pd.DataFrame(
            {
                "subject": np.arange(subjects),
                "parameter": info.name,
                "true": np.asarray(true[:, k], float),
                "fitted": fit.values[info.name],
                "converged": fit.converged,
            }
        )
        for k, info in enumerate(posterior.free)
    ]
    return Recovery(pd.concat(parts, ignore_index=True), pd.DataFrame([_summary(part) for part in parts]), fit)


def _summary(part: pd.DataFrame) -> dict[str, object]:
    error = (part["fitted"] - part["true"]).to_numpy()
    r = np.corrcoef(part["true"], part["fitted"])[0, 1] if np.ptp(part["fitted"]) > 0 else np.nan
    return {"parameter": part["parameter"].iloc[0], "r": r, "bias": error.mean(), "rmse": np.sqrt((error**2).mean())}
