"""Model recovery: is the model that was simulated the one that is chosen?

Confusion is P(chosen | simulated); inversion, P(simulated | chosen) with all models equally likely beforehand, is what
a choice on real data is worth (Wilson & Collins 2019, rule 6).

Each method chooses as it does on data, subject by subject: map and ml by BIC, em by the evidence of the subject under
the population that was learned of all simulated subjects of one model, vi and nuts by leaving the subject out. hbi
infers the model of each subject from all simulated subjects of all models together.
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
from neurorl.core.types import Record
from neurorl.fit import methods
from neurorl.fit.design.formula import Design
from neurorl.fit.design.recovery import params_of, starts_of, true_parameters
from neurorl.fit.design.schedule import Schedule
from neurorl.fit.design.truth import PRIORS, Truth, truth_of
from neurorl.fit.problem import Posterior
from neurorl.fit.result import FitResult

CRITERIA = {
    "bic": "BIC",
    "aic": "AIC",
    "evidence": "Laplace's approximation of each subject's evidence",
    "left out": "leave-one-subject-out",
    "responsibility": "the responsibilities of inference over models",
}


@dataclass(frozen=True)
class ModelRecovery:
    """The confusion of models.

    Attributes:
        confusion: P(chosen | simulated), rows simulated, columns chosen; each row sums to 1.
        inversion: P(simulated | chosen); each column with a choice sums to 1.
        table: one row a simulated subject: simulated, subject, chosen.
        criterion: a name in CRITERIA.
        method: by which subjects were fitted.
        starts: starting points of each search; None where the method has none.
        source: where the true parameters came from, in words that follow "from".
    """

    confusion: pd.DataFrame
    inversion: pd.DataFrame
    table: pd.DataFrame
    criterion: str
    method: str = "map"
    starts: int | None = None
    source: str = PRIORS

    @property
    def about(self) -> str:
        """Method, criterion, starts, subjects and source of the true values in a sentence."""
        starts = "" if self.starts is None else f" with {self.starts} start{'s' if self.starts > 1 else ''}"
        n = int(np.max(self.table.groupby("simulated").size().to_numpy()))
        return (
            f"Model recovery by {self.method}{starts}: {n} simulated subjects of each model, true values from "
            f"{self.source}, the model of each subject chosen by {CRITERIA[self.criterion]}."
        )


def recover_models(
    agents: Mapping[str, Agent],
    task: Task,
    schedule: Schedule,
    *,
    criterion: str | None = None,
    task_params: Any = None,
    true: Mapping[str, Mapping[str, np.ndarray] | Truth] | None = None,
    seed: int = 0,
    starts: int | None = None,
    fixed: Mapping[str, Mapping[str, float]] | None = None,
    method: str = "map",
    designs: Mapping[str, Design] | None = None,
    quiet: bool = False,
) -> ModelRecovery:
    """Simulate subjects of every model, fit every model to them, and count which is chosen.

    Args:
        agents: the models.
        task: what is played, by default in its published settings.
        schedule: sessions and steps of each subject.
        criterion: what chooses, subject by subject: "bic", "aic", "evidence" or "left out"; by default what the method
            itself goes by. hbi has no other than its own.
        task_params: other settings of the task.
        true: model -> parameter -> [subjects], in place of draws from the priors; or `truth.from_population`.
        seed: source of all randomness.
        starts: starting points of each search, 4 by default; vi and nuts have none.
        fixed: model -> parameters held in simulation and in fit.
        method: by which every model is fitted.
        designs: model -> what explains its parameters, one row a subject; for em, vi and nuts.
        quiet: no progress bar.
    """
    by = methods.method_of(method)
    criterion = criterion or by.criterion
    if criterion not in CRITERIA:
        raise BadValue(f"There is no criterion '{criterion}'; there are {', '.join(CRITERIA)}.")
    if (by.criterion == "responsibility") != (criterion == "responsibility"):
        raise BadValue(f"{method} chooses models by {CRITERIA[by.criterion]}, not by {criterion}.")
    if len(agents) < 2:
        raise BadValue("Model recovery compares models, so it needs at least two.")
    starts, fixed, true = starts_of(method, starts), fixed or {}, true or {}
    names, simulated, sources = list(agents), {}, {}
    for i, (name, agent) in enumerate(agents.items()):
        posterior = Posterior.of(agent, fixed.get(name), prior=True, gradient=False)
        key_params, key_runs = jax.random.split(jax.random.fold_in(jax.random.key(seed), i))
        truth = truth_of(true.get(name), (info.name for info in posterior.free))
        sources[truth.source] = None
        x = true_parameters(posterior, key_params, schedule.subjects, truth.values)
        simulated[name] = schedule.record(key_runs, agent, params_of(posterior, x), task, task_params)
    settings: dict[str, Any] = {"seed": seed, "quiet": quiet} | ({} if starts is None else {"starts": starts})
    if by.infer is not None:
        rows = _inferred(by.infer, agents, simulated, schedule, fixed, settings)
    else:
        rows = []
        for name, records in simulated.items():
            scores, subjects = [], np.arange(schedule.subjects)
            for other, agent in agents.items():
                design = (designs or {}).get(other)
                own: dict[str, Any] = {"design": design, "fixed": fixed.get(other), "groups": schedule.unit}
                result = methods.fit(agent, records, method, **own, **settings)
                scores.append(_scores(result, agent, records, schedule, criterion, design))
                subjects = np.flatnonzero(
                    result.rows_of(np.arange(schedule.subjects)) >= 0
                )  # all, or those with choices
            rows += [
                {"simulated": name, "subject": s, "chosen": names[c]}
                for s, c in zip(subjects.tolist(), np.argmin(scores, axis=0), strict=True)
            ]
    table = pd.DataFrame(rows)
    counts = pd.crosstab(table["simulated"], table["chosen"]).reindex(index=names, columns=names, fill_value=0)
    confusion = counts.div(counts.sum(axis=1), axis=0)
    inversion = confusion.div(confusion.sum(axis=0).replace(0, np.nan), axis=1)
    return ModelRecovery(confusion, inversion, table, criterion, method, starts, " and ".join(sources))


def _scores(
    result: FitResult, agent: Agent, records: Record, schedule: Schedule, criterion: str, design: Design | None
) -> np.ndarray:
    """The lower, the better, of each subject that was fitted; infinite where the fit failed."""
    if criterion == "evidence" and result.log_evidence is None:
        raise BadValue(f"{result.method} gives no evidence; choose models by bic or aic.")
    if criterion == "left out" and result.draws is None:
        raise BadValue(
            f"{result.method} makes no draws, which leaving subjects out needs; choose models by bic or aic."
        )
    of: dict[str, Callable[[], np.ndarray]] = {
        "bic": lambda: result.bic,
        "aic": lambda: result.aic,
        "evidence": lambda: -2 * np.nan_to_num(np.asarray(result.log_evidence), nan=-np.inf),
        "left out": lambda: -_left_out(result, agent, records, schedule, design),
    }
    return np.where(result.failed, np.inf, of[criterion]())


def _left_out(
    result: FitResult, agent: Agent, records: Record, schedule: Schedule, design: Design | None
) -> np.ndarray:
    from neurorl.fit.evidence.left_out import loo_over_units

    return loo_over_units(result, agent, records, schedule.unit, design=design, quiet=True).pointwise


def _inferred(
    infer: Callable[..., Any],
    agents: Mapping[str, Agent],
    simulated: Mapping[str, Record],
    schedule: Schedule,
    fixed: Mapping[str, Mapping[str, float]],
    settings: Mapping[str, Any],
) -> list[dict[str, Any]]:
    """One inference over models on the subjects of all models together."""
    together = jax.tree.map(lambda *leaves: np.concatenate([np.asarray(leaf) for leaf in leaves]), *simulated.values())
    n, names = schedule.subjects, list(agents)
    unit = np.concatenate([schedule.unit + i * n for i in range(len(names))])
    found = infer(agents, together, groups=unit, fixed=fixed, **settings)
    chosen = found.responsibilities.argmax(axis=1)
    return [
        {"simulated": names[int(label) // n], "subject": int(label) % n, "chosen": names[c]}
        for label, c in zip(found.labels, chosen, strict=True)
    ]
