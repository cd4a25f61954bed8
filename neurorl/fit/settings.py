"""Settings of each compared model, and differences between models other than the one they are named after.

A comparison of two models tests everything in which they differ. Where a starting value, a prior or a range of a shared
parameter differs too, the comparison is no longer about the mechanism alone.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from neurorl.core.agent import Agent
from neurorl.core.options import Option, options_of, settings_of
from neurorl.core.params import ParamInfo, free_params


@dataclass(frozen=True)
class ModelSettings:
    """One model of a comparison.

    Attributes:
        model: what it is called.
        agent: name or file of the agent, or name of its class.
        options: option -> value.
        held: parameter that was held -> its value.
        free: the parameters that are fitted.
    """

    model: str
    agent: str
    options: dict[str, Any]
    held: dict[str, float]
    free: tuple[ParamInfo, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain values: agent, options, held, free (names)."""
        free = [info.name for info in self.free]
        return {"agent": self.agent, "options": self.options, "held": self.held, "free": free}

    def __str__(self) -> str:
        """ "late: rescorla_wagner, initial 0.5, beta held at 3"."""
        options = [f"{name} {value}" for name, value in self.options.items()]
        held = [f"{name} held at {value:g}" for name, value in self.held.items()]
        head = self.model if self.agent == self.model else f"{self.model}: {self.agent}"
        return ", ".join([head, *options, *held])


def model_settings(
    agents: Mapping[str, Agent], held: Mapping[str, Mapping[str, float]], names: Mapping[str, str] | None = None
) -> dict[str, ModelSettings]:
    """Options, held and free parameters of every model.

    Args:
        agents: what each is called -> the agent.
        held: the same -> parameters that are held; a model may be missing.
        names: the same -> the agent's name or file; by default the name of its class.
    """
    found = {}
    for name, agent in agents.items():
        own, kind = dict(held.get(name, {})), (names or {}).get(name, type(agent).__name__)
        still = {*own, *getattr(agent, "frozen_params", ())}
        free = tuple(info for info in free_params(agent.params()) if info.name not in still)
        found[name] = ModelSettings(name, kind, settings_of(agent), own, free)
    return found


def settings_table(settings: Mapping[str, ModelSettings]) -> pd.DataFrame:
    """One row a model: model, agent, options, held, free; a dash where there is none."""

    def listed(words: Iterable[str]) -> str:
        return ", ".join(words) or "-"

    rows = [
        {
            "model": name,
            "agent": one.agent,
            "options": listed(f"{option} = {value}" for option, value in one.options.items()),
            "held": listed(f"{parameter} = {value:g}" for parameter, value in one.held.items()),
            "free": listed(info.name for info in one.free),
        }
        for name, one in settings.items()
    ]
    return pd.DataFrame(rows)


def differences(agents: Mapping[str, Agent], held: Mapping[str, Mapping[str, float]], *, priors: bool) -> list[str]:
    """In what compared models differ that they could share, one sentence each.

    Compared are options, held values, ranges and priors of the same name.

    Args:
        agents, held: as in `model_settings`.
        priors: whether the fit reads the priors of parameters; maximum likelihood does not.
    """
    settings = model_settings(agents, held)
    docs = {each.name: each for agent in agents.values() for each in options_of(agent)}
    return [
        *_options(settings, docs),
        *_held(settings),
        *_declared(settings, "range", lambda info: str(info.support)),
        *(_declared(settings, "prior", lambda info: str(info.prior)) if priors else ()),
        *_twins(agents, settings),
    ]


def _options(settings: Mapping[str, ModelSettings], docs: Mapping[str, Option]) -> list[str]:
    lines = []
    for name in dict.fromkeys(option for one in settings.values() for option in one.options):
        values = {model: repr(one.options[name]) for model, one in settings.items() if name in one.options}
        if len(set(values.values())) > 1:
            doc = f" ({docs[name].doc})" if docs[name].doc else ""
            lines.append(
                f"The models differ in the option {name}{doc}: {_who(values)}. Their comparison tests this setting "
                f"too; give them the same value with --option {name}=VALUE."
            )
    return lines


def _held(settings: Mapping[str, ModelSettings]) -> list[str]:
    lines = []
    for name in dict.fromkeys(parameter for one in settings.values() for parameter in one.held):
        values = {model: f"held at {one.held[name]:g}" for model, one in settings.items() if name in one.held}
        values |= {model: "fitted" for model, one in settings.items() if any(info.name == name for info in one.free)}
        if len(set(values.values())) > 1:
            lines.append(f"The models treat the parameter {name} differently: {_who(values)}.")
    return lines


def _declared(settings: Mapping[str, ModelSettings], what: str, of: Callable[[ParamInfo], str]) -> list[str]:
    lines = []
    for name in dict.fromkeys(info.name for one in settings.values() for info in one.free):
        values = {model: of(info) for model, one in settings.items() for info in one.free if info.name == name}
        if len(set(values.values())) > 1:
            lines.append(f"The parameter {name} has another {what} in some of the models: {_who(values)}.")
    return lines


def _twins(agents: Mapping[str, Agent], settings: Mapping[str, ModelSettings]) -> list[str]:
    same: dict[Any, list[str]] = {}
    for name, one in settings.items():
        same.setdefault((type(agents[name]), repr((one.options, one.held))), []).append(name)
    return [
        f"{' and '.join(names)} are the same agent with the same settings, so they fit alike."
        for names in same.values()
        if len(names) > 1
    ]


def _who(values: Mapping[str, str]) -> str:
    """ "0.0 in a, b; 0.5 in c"."""
    models: dict[str, list[str]] = {}
    for model, value in values.items():
        models.setdefault(value, []).append(model)
    return "; ".join(f"{value} in {', '.join(names)}" for value, names in models.items())
