"""The steps of an analysis: fits, comparison, held-out choices, recovery, predictive checks."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from neurorl.analyse.choices import Choices
from neurorl.analyse.outcome import INFERRED, NETWORK, Outcome
from neurorl.analyse.stages import Stages
from neurorl.analysis.behaviour import behaviour, lay_over, misses
from neurorl.core.agent import Agent
from neurorl.core.catalogue import load
from neurorl.fit import FitResult, Recovery, compare, methods
from neurorl.fit.design.formula import Design
from neurorl.fit.evidence.compare import comparable
from neurorl.fit.evidence.cross_validation import cross_validate, held_out_summary, make_folds
from neurorl.fit.evidence.loo_comparison import compare_left_out
from neurorl.fit.evidence.model_inference import HBIResult
from neurorl.fit.evidence.selection import select_models
from neurorl.fit.method import Method
from neurorl.fit.predictive import choice_probabilities, simulate_fitted
from neurorl.fit.settings import ModelSettings, differences, model_settings
from neurorl.fit.trial_wise import regressors

CHECKED = 3  # models that predictive checks look at


Fitter = Callable[..., FitResult]


def fitter(method: Method, design: Design | None = None) -> Fitter:
    """The method as a function that is called as `fit_map` is; of the design, each agent takes what it has."""

    def fit(agent: Agent, records: Any, **settings: Any) -> FitResult:
        own = None if design is None else design.of_agent(agent)
        return methods.fit(agent, records, method, design=own, **settings)

    return fit


def settings_of(
    agents: Mapping[str, Agent], held: Mapping[str, Mapping[str, float]], method: str, names: Mapping[str, str]
) -> tuple[dict[str, ModelSettings], list[str]]:
    """What each model was given, and in what the models differ that they could share."""
    return model_settings(agents, held, names), differences(agents, held, priors=method == "map")


def fit_all(
    data: Choices,
    agents: Mapping[str, Agent],
    fit: Fitter,
    held: Mapping[str, Mapping[str, float]],
    settings: Mapping[str, Any],
    stages: Stages,
) -> dict[str, FitResult]:
    """Every agent fitted to all choices."""
    return {
        name: stages(
            f"fit-{name}",
            lambda name=name, agent=agent: fit(
                agent, data.batch, groups=data.unit, fixed=held[name], checkpoint=stages.file(name), **settings
            ),
            [name],
        )
        for name, agent in agents.items()
    }


def infer_models(
    data: Choices,
    agents: Mapping[str, Agent],
    infer: Callable[..., HBIResult],
    held: Mapping[str, Mapping[str, float]],
    settings: Mapping[str, Any],
    stages: Stages,
) -> HBIResult:
    """Inference over all agents at once, by a method of models."""
    more = {"fixed": held, "checkpoint": stages.file("models"), **settings}
    return stages("models", lambda: infer(agents, data.batch, groups=data.unit, **more), list(agents))


def compared(results: dict[str, FitResult], index: pd.DataFrame, inferred: HBIResult | None = None) -> Outcome:
    """The comparison on the choices that were fitted, and which subject follows which of several models."""
    table = compare(results)
    table["bits_per_choice"] = -table["log_lik_per_choice"] / np.log(2)
    table["n_failed"] = [int(results[name].failed.sum()) for name in table["agent"]]
    told = [
        "agent",
        "n_params",
        "bits_per_choice",
        "integrated_bic",
        "bic",
        "delta_bic",
        "aic",
        "best_share",
        "n_failed",
    ]
    first = [name for name in told if name in table]
    table = table.loc[:, [*first, *table.columns.drop(first)]]
    outcome, ok = Outcome(results, table), comparable(results)
    if inferred is not None:
        outcome.selection, outcome.evidence = inferred.selection(), INFERRED
        ok = np.ones(len(index), bool)
    elif len(results) > 1 and ok.sum() > 1 and not any(result.failed.all() for result in results.values()):
        evidences = [result.log_evidence for result in results.values()]
        laplace = all(e is not None and np.isfinite(e[ok]).all() for e in evidences)
        scores = evidences if laplace else [-0.5 * result.bic for result in results.values()]
        outcome.evidence = "Laplace's approximation of each subject's evidence" if laplace else "−BIC / 2"
        outcome.selection = select_models(np.stack([np.asarray(s)[ok] for s in scores], axis=1), list(results))
    elif len(results) > 1:
        lost = [name for name, result in results.items() if result.failed.all()]
        why = f"{', '.join(lost)} failed on all of them" if lost else "fewer than two of them were fitted by all models"
        outcome.said.append(f"No random-effects selection was made over these {len(index)} units, because {why}.")
    for name, result in results.items():  # how choices were scored, where that is no plain likelihood
        if result.fitted.origin.get("gradient") is False:
            outcome.said += [f"{name}: {sentence}" for sentence in result.doubts]
    if outcome.selection is not None:
        share = pd.DataFrame(outcome.selection.responsibilities, columns=list(outcome.selection.table["model"]))
        outcome.followed = pd.concat([index[ok].reset_index(drop=True), share], axis=1)
    return outcome


def leave_out(
    data: Choices,
    agents: Mapping[str, Agent],
    design: Design | None,
    outcome: Outcome,
    stages: Stages,
    *,
    seed: int,
    quiet: bool,
) -> None:
    """Leave-one-out over choices and over units, where every fit has draws."""
    if any(result.draws is None for result in outcome.results.values()):
        return
    from neurorl.fit.evidence.left_out import loo_over_choices, loo_over_units

    found = {}
    for name, agent in agents.items():
        given = (outcome.results[name], agent, data.batch, data.unit)
        over_choices = stages(f"left-out-choices-{name}", lambda g=given: loo_over_choices(*g, quiet=quiet), [name])
        own = None if design is None else design.of_agent(agent)
        over_units = stages(
            f"left-out-units-{name}",
            lambda g=given, d=own: loo_over_units(*g, design=d, seed=seed, quiet=quiet),
            [name],
        )
        found[name] = {"choices": over_choices, data.by + "s": over_units}
    outcome.left_out = compare_left_out(found)


def held_out(
    data: Choices,
    agents: Mapping[str, Agent],
    fit: Fitter,
    held: Mapping[str, Mapping[str, float]],
    settings: Mapping[str, Any],
    outcome: Outcome,
    stages: Stages,
    *,
    folds: int,
    ceiling: bool,
) -> None:
    """Cross-validation of every agent, and of the network where it was asked for."""
    names = [", session ".join(map(str, row)) for row in data.index.itertuples(index=False)]
    made = make_folds(data.batch, data.unit, folds, names=names)
    few = np.asarray(made.of_unit() < folds)
    if few.any():
        outcome.said.append(
            f"{int(few.sum())} of {len(few)} {data.by}s have fewer sessions than the {folds} folds that were asked "
            "for; each has as many folds as sessions."
        )
    tables = {}
    for name, agent in agents.items():

        def again(agent: Agent, records: Any, unit: Any, name: str = name) -> FitResult:
            return fit(agent, records, groups=unit, fixed=held[name], laplace=False, **settings)

        tables[name] = stages(
            f"held-out-{name}",
            lambda name=name, agent=agent, again=again: cross_validate(
                agent, data.batch, made, again, outcome.results[name]
            ),
            [name],
            folds=folds,
        )
    if ceiling:
        from neurorl.fit.evidence.ceiling import ceiling as network

        spaces = data.dataset.schema.spaces
        more = {"seed": settings.get("seed", 0), "quiet": bool(settings.get("quiet"))}
        tables[NETWORK] = stages("network", lambda: network(data.batch, spaces, made, **more), folds=folds)
    if outcome.evidence == INFERRED:
        outcome.said.append(
            "Held-out choices are predicted by hbi of each model by itself: cross-validation does not infer who "
            "follows which model."
        )
    outcome.held_out, outcome.held_out_kind = held_out_summary(tables), f"{made.n} folds of {made.kind}"


def check(data: Choices, agents: Mapping[str, Agent], outcome: Outcome, *, seed: int) -> None:
    """Behaviour of the data, of the best agents one step ahead, and of the best one playing by itself."""
    n_actions = data.dataset.schema.spaces.discrete_action().n
    lengths = data.sessions["n_steps"].to_numpy()
    real = np.arange(np.shape(data.batch.reward)[1]) < lengths[:, None]
    tables = {"data": behaviour(data.dataset)}
    missed = []
    if len(agents) > CHECKED:
        outcome.said.append(f"Predictive checks show {CHECKED} of {len(agents)} models, the best first.")
    ordered = [outcome.best, *(name for name in agents if name != outcome.best)][:CHECKED]
    for name in ordered:
        p = choice_probabilities(agents[name], outcome.results[name], data.batch, data.unit, n_actions)
        expected = tables[f"{name}, one step ahead"] = behaviour(data.dataset, p[real])
        missed.append(misses(tables["data"], expected).assign(model=name))
    task, best = load("task", data.task), outcome.best
    played = simulate_fitted(agents[best], outcome.results[best], task, data.sessions, data.unit, seed=seed)
    tables[f"{best}, playing anew"] = behaviour(played)
    outcome.checks, outcome.misses = lay_over(tables), pd.concat(missed, ignore_index=True)


def trial_wise(data: Choices, agents: Mapping[str, Agent], outcome: Outcome) -> None:
    """Regressors of every agent."""
    outcome.regressors = {
        name: regressors(agent, outcome.results[name], data.dataset, data.unit) for name, agent in agents.items()
    }


def recovery_as_dict(outcome: Outcome) -> dict[str, Any]:
    """What recovery found, as plain values; empty where it was not asked for."""
    found: dict[str, Any] = {}
    if outcome.recovery:
        found["recovery"] = {name: as_dict(recovery) for name, recovery in outcome.recovery.items()}
    if outcome.model_recovery is not None:
        models = outcome.model_recovery
        tables = {name: getattr(models, name).reset_index() for name in ("confusion", "inversion")}
        found["model_recovery"] = {"about": models.about} | {k: v.to_dict("records") for k, v in tables.items()}
    return found


def as_dict(recovery: Recovery) -> dict[str, Any]:
    """A recovery as plain values."""
    identified = {} if recovery.identified is None else {"identified": recovery.identified.to_dict("records")}
    return {
        "about": recovery.about,
        "intervals": recovery.intervals,
        "notes": list(recovery.notes),
        "summary": recovery.summary.to_dict("records"),
        "trade_offs": recovery.trade_offs.to_dict("records"),
    } | identified
