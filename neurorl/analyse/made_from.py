"""What a fit is made from, as fingerprints by name: a stage that was kept is taken only where all of them agree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from neurorl import __version__
from neurorl.analyse.choices import Choices
from neurorl.core.agent import Agent
from neurorl.core.catalogue import load
from neurorl.core.fingerprint import digest
from neurorl.core.kept_values import take_apart
from neurorl.core.sources import PACKAGE, code, code_of, source_of
from neurorl.core.versions import version_of
from neurorl.data.kept_tables import TABLES
from neurorl.fit.design.formula import Design


@dataclass(frozen=True)
class MadeFrom:
    """All that the stages of a fit depend on.

    Attributes:
        data: the decisions; every column counts.
        options: what was asked for, by name.
        design: the formulas over the covariates.
        chosen: agent -> name or file, as given.
        agents: agent -> the agent made for the task, whose options count.
        held: agent -> parameters that are held.
    """

    data: Choices
    options: Mapping[str, Any]
    design: Design | None
    chosen: Mapping[str, str]
    agents: Mapping[str, Agent]
    held: Mapping[str, Mapping[str, float]]
    _sources: dict[str, str] = field(default_factory=dict)

    @cached_property
    def common(self) -> dict[str, Any]:
        """What every stage depends on."""
        task = load("task", self.data.task)
        fitting = [
            *(PACKAGE / "analyse").glob("*.py"),
            *(PACKAGE / "fit").rglob("*.py"),
        ]
        return {
            "the table of choices": digest(take_apart(self.data.dataset.table, TABLES)),
            code_of("task", task, self.data.task): digest(task, source_of(task), *_own(self.data.task)),
            "what the formulas and covariates say": digest(self.design),
            "the version of neurorl": __version__,
            "the version of jax": version_of("jax"),
            "neurorl's own code": code(fitting),
            **self.options,
        }

    def of(self, agents: Sequence[str]) -> dict[str, Any]:
        """What a stage about these agents depends on besides."""
        found: dict[str, Any] = {}
        for name in agents:
            agent = self.agents[name]
            if name not in self._sources:
                self._sources[name] = digest(agent, source_of(agent), *_own(self.chosen[name]))
            found[code_of("agent", agent, self.chosen[name])] = self._sources[name]
            held = ", ".join(f"{key}={value!r}" for key, value in self.held[name].items())
            found[f"the held parameters of {name}"] = held
        return found


def _own(given: str) -> tuple[str, ...]:
    """The code of a file that was named, which may hand on a class of another."""
    return (code([Path(given).resolve()]),) if given.endswith(".py") else ()
