"""The law of recovery: parameters that were simulated come back when they are fitted."""

import time
from pathlib import Path

from neurorl.core.agent import Agent
from neurorl.core.catalogue import load
from neurorl.core.params import free_params
from neurorl.core.task import Task
from neurorl.fit import recover
from neurorl.testing.check import agent_name
from neurorl.testing.laws import LawResult, Report


def check_recovery(
    agent: Agent | type[Agent] | str | Path,
    task: Task | str | Path,
    *,
    subjects: int = 40,
    steps: int = 300,
    least: float = 0.5,
    seed: int = 0,
) -> Report:
    """Simulate subjects with parameters drawn from their priors, fit them, and correlate.

    Args:
        agent, task: things, names or files.
        subjects: number of simulated subjects.
        steps: decisions a subject.
        least: smallest Pearson correlation, over subjects, of a true with a fitted parameter that counts as
            recovered.
        seed: source of all randomness.

    Returns:
        one verdict per free parameter; skipped for an agent that has none.
    """
    played: Task = load("task", str(task)) if isinstance(task, str | Path) else task
    made = load("agent", str(agent)) if isinstance(agent, str | Path) else agent
    if isinstance(made, type):
        made = made.for_spaces(played.spaces)
    name, where = agent_name(agent), Path(task).stem if isinstance(task, str | Path) else type(task).__name__
    if not free_params(made.params()):
        return Report(name, (LawResult("recovery", False, True, "the agent has no free parameters", 0.0, where),))

    started = time.perf_counter()
    summary = recover(made, played, subjects=subjects, steps=steps, seed=seed, quiet=True).summary
    seconds = (time.perf_counter() - started) / len(summary)
    results = []
    for parameter, r in zip(summary["parameter"], summary["r"], strict=True):
        fault = (
            f"True and fitted {parameter} correlate with r = {r:.2f} over {subjects} subjects of {steps} steps, less "
            f"than {least:g}; this design cannot tell its values apart: take more steps, or fix the parameter."
        )
        held = bool(r >= least)
        results.append(LawResult(f"recovery of {parameter}", held, False, "" if held else fault, seconds, where))
    return Report(name, tuple(results))
