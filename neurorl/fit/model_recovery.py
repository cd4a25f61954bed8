"""Model recovery: is the model that was simulated the one that is chosen?

Confusion is P(chosen | simulated); inversion, P(simulated | chosen) with all models equally likely beforehand, is what
a choice on real data is worth (Wilson & Collins 2019, rule 6).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
import pandas as pd

from neurorl.core.agent import Agent
from neurorl.core.errors import BadValue
from neurorl.core.task import Task
from neurorl.fit.map import fit_map
from neurorl.fit.posterior import Posterior
from neurorl.fit.recovery import params_of, true_parameters
from neurorl.fit.result import FitResult
from neurorl.fit.schedule import Schedule

CRITERIA: dict[str, Callable[[FitResult], np.ndarray]] = {
    "bic": lambda fit: fit.bic,
    "aic": lambda fit: fit.aic,
    "evidence": lambda fit: _evidence(fit),
}


@dataclass(frozen=True)
class ModelRecovery:
    """Who was taken for whom.

    Attributes:
        confusion: P(chosen | simulated), rows simulated, columns chosen; each row sums to 1.
        inversion: P(simulated | chosen); each column with a choice sums to 1.
        table: one row a simulated subject: simulated, subject, chosen.
        criterion: "bic", "aic" or "evidence" (Laplace's).
    """

    confusion: pd.DataFrame
    inversion: pd.DataFrame
    table: pd.DataFrame
    criterion: str


def recover_models(
    agents: Mapping[str, Agent],
    task: Task,
    schedule: Schedule,
    *,
    criterion: str = "bic",
    task_params: Any = None,
    true: Mapping[str, Mapping[str, np.ndarray]] | None = None,
    seed: int = 0,
    starts: int = 4,
    fit: Callable[..., FitResult] = fit_map,
    quiet: bool = False,
) -> ModelRecovery:
    """Simulate subjects of every model, fit every model to them, and count which is chosen.

    Args:
        agents: the models.
        task: what is played, by default in its published settings.
        schedule: sessions and steps of each subject.
        criterion: what chooses, subject by subject: "bic", "aic", or "evidence".
        task_params: other settings of the task.
        true: model -> parameter -> [subjects], in place of draws from the priors.
        seed: source of all randomness.
        starts: starting points of each fit.
        fit: the method, called as `fit_map` is.
        quiet: no progress bar.
    """
    if criterion not in CRITERIA:
        raise BadValue(f"There is no criterion '{criterion}'; there are {', '.join(CRITERIA)}.")
    if len(agents) < 2:
        raise BadValue("Model recovery tells models apart, so it needs at least two.")
    names, rows = list(agents), []
    for i, (name, agent) in enumerate(agents.items()):
        posterior = Posterior.of(agent, None, prior=True)
        key_params, key_runs = jax.random.split(jax.random.fold_in(jax.random.key(seed), i))
        x = true_parameters(posterior, key_params, schedule.subjects, (true or {}).get(name, {}))
        records = schedule.record(key_runs, agent, params_of(posterior, x), task, task_params)
        scores = []
        for other in agents.values():
            result = fit(other, records, starts=starts, seed=seed, groups=schedule.unit, quiet=quiet)
            scores.append(np.where(result.failed, np.inf, CRITERIA[criterion](result)))
        chosen = np.argmin(scores, axis=0)
        rows += [{"simulated": name, "subject": s, "chosen": names[c]} for s, c in enumerate(chosen)]
    table = pd.DataFrame(rows)
    counts = pd.crosstab(table["simulated"], table["chosen"]).reindex(index=names, columns=names, fill_value=0)
    confusion = counts.div(counts.sum(axis=1), axis=0)
    inversion = confusion.div(confusion.sum(axis=0).replace(0, np.nan), axis=1)
    return ModelRecovery(confusion, inversion, table, criterion)


def _evidence(fit: FitResult) -> np.ndarray:
    if fit.log_evidence is None:
        raise BadValue("This method gives no evidence; choose models by bic or aic, or fit with standard errors.")
    return -2 * fit.log_evidence
