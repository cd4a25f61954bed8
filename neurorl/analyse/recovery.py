"""Recovery on the design of the data, by the method, starts, held parameters and formulas of the fit itself."""

import sys
from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np

from neurorl.analyse.choices import Choices
from neurorl.analyse.outcome import Outcome
from neurorl.analyse.stages import Stages
from neurorl.core.agent import Agent
from neurorl.core.catalogue import load
from neurorl.core.params import free_params
from neurorl.fit import methods
from neurorl.fit.design.formula import Design
from neurorl.fit.design.model_recovery import recover_models
from neurorl.fit.design.recovery import recover
from neurorl.fit.design.schedule import Schedule
from neurorl.fit.design.truth import Truth, for_subjects, from_population
from neurorl.fit.problem import Posterior

RECOVERED = 40  # subjects that recovery simulates: the first of the design, over and over where there are fewer
STARTS = 8  # of the fits themselves, where none are named


def recovered(
    data: Choices,
    agents: Mapping[str, Agent],
    method: str,
    design: Design | None,
    held: Mapping[str, Mapping[str, float]],
    outcome: Outcome,
    stages: Stages,
    *,
    starts: int | None = None,
    seed: int = 0,
    quiet: bool = False,
) -> None:
    """Parameters of the best agent, and all agents against each other, on this design.

    Where the method learns a population, true parameters are drawn from the population that it learned; else from the
    declared priors. What that will cost is said on standard error before it begins.
    """
    task, whole = load("task", data.task), Schedule(data.unit, data.sessions["n_steps"].to_numpy())
    schedule = whole.at_least(RECOVERED).first(RECOVERED)
    rows = np.arange(schedule.subjects) % whole.subjects
    about = methods.method_of(method)
    starts = (starts or STARTS) if "starts" in about.takes else None
    own, lost = designs(agents, design, rows)
    share = float(schedule.n_steps.sum() / whole.n_steps.sum())
    print(cost(method, list(agents), outcome.best, stages.seconds, share, schedule.subjects), file=sys.stderr)
    true: dict[str, Truth] = {}
    if about.learns_population:
        for i, (name, agent) in enumerate(agents.items()):
            explained = own.get(name) or Design.intercepts(schedule.subjects)
            result = outcome.results[name]
            if result.group is not None and Posterior.of(agent, held[name], prior=False, gradient=False).free:
                true[name] = from_population(result, agent, explained, fixed=held[name], seed=seed + i)
    more = {"schedule": schedule, "seed": seed, "starts": starts, "quiet": quiet, "method": method}
    best = outcome.best
    if free_params(agents[best].params()):
        fit = partial(methods.fit, method=about, design=own[best]) if best in own else None
        outcome.recovery[best] = stages(
            f"recovery-{best}",
            lambda: recover(agents[best], task, true=true.get(best), fixed=held[best], fit=fit, **more),
            [best],
            **{"recovery": method},
        )
    if len(agents) > 1:
        outcome.model_recovery = stages(
            "model-recovery",
            lambda: recover_models(agents, task, true=true, fixed=held, designs=own, **more),
            list(agents),
            **{"recovery": method},
        )
    outcome.said += [*lost, _whose(whole.subjects, schedule.subjects, data.by)]
    for name, recovery in outcome.recovery.items():
        outcome.said += [f"{name}: {sentence}" for sentence in recovery.notes]


def designs(
    agents: Mapping[str, Agent], design: Design | None, rows: np.ndarray
) -> tuple[dict[str, Design], list[str]]:
    """What explains each agent's parameters in the simulated subjects, and what could not be taken over."""
    own, lost = {}, []
    if design is None:
        return own, lost
    for name, agent in agents.items():
        part = for_subjects(design.of_agent(agent), rows)
        poor = [k for k, c in part.of_parameter.items() if np.linalg.matrix_rank(c.x) < c.x.shape[1]]
        if poor:
            lost.append(
                f"{name}: recovery leaves out the formula of {', '.join(poor)}, whose columns depend on each other in "
                f"the {len(rows)} subjects that are simulated."
            )
            part = part.only([k for k in part.of_parameter if k not in poor])
        if part.of_parameter:
            own[name] = part
    return own, lost


def cost(
    method: str, agents: Sequence[str], best: str, seconds: Mapping[str, float], share: float, subjects: int
) -> str:
    """What recovery will cost, in one line, from the time that the fits took.

    Args:
        method: of the fits and of recovery.
        agents: all of them.
        best: the one whose parameters are recovered.
        seconds: stage -> the time it took; stages that were read back from an earlier run are not there.
        share: steps that recovery simulates, over those of the data.
        subjects: that are simulated.
    """
    n, about = len(agents), methods.method_of(method)
    together = about.infer is not None
    if together:
        parts, total = ["models"], lambda took: took["models"] * (1 / n + (n if n > 1 else 0))
    else:
        left_out = [f"left-out-units-{name}" for name in agents] if about.criterion == "left out" and n > 1 else []
        parts = [*(f"fit-{name}" for name in agents), *left_out]

        def total(took: Mapping[str, float]) -> float:
            return took[f"fit-{best}"] + (n * sum(took.values()) if n > 1 else 0)

    fits = f"1 fit of {best}" + (f" and {n if together else n * n} for model recovery" if n > 1 else "")
    if together and n > 1:
        fits = f"1 fit of {best} and 1 inference over {n} models"
    known = {part: seconds[part] for part in parts if part in seconds}
    told = f"Recovery by {method}: {subjects} simulated subjects, {fits}"
    if len(known) < len(parts):
        return f"{told}; the time is not known, because the fits were read from an earlier run."
    return f"{told}: up to about {duration(share * total(known))}, estimated from the time of the fits."


def duration(seconds: float) -> str:
    """A time in words: 20 s, 4 min, 2.5 h."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 90 * 60 else f"{seconds / 3600:.1f} h"


def _whose(there: int, simulated: int, by: str) -> str:
    """Whose sessions and steps the simulated subjects have."""
    whose = f"the first {simulated} of {there} {by}s" if there > simulated else f"the {there} {by}s"
    again = ", over and over" if there < simulated else ""
    return f"Recovery simulates {simulated} subjects with the sessions and steps of {whose}{again}."
