"""The agents a command is about: what each is called, and its options and held parameters, read from the command line.

--agents 'early=rescorla_wagner,late=rescorla_wagner' --option late.initial=0.5 --fix early.beta=3
"""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from neurorl.cli.arguments import finite
from neurorl.core.errors import BadValue

# Names of the files that reports write beside one file an agent.
_TAKEN = (
    "averages", "chains", "checks", "comparison", "confusion", "effects", "followed", "group", "held_out", "inversion",
    "left_out", "misses", "models", "report", "selection",
)  # fmt: skip


def chosen_agents(agents: str) -> dict[str, str]:
    """What to call each agent, and the name or file that was given.

    An agent is called by its alias ("late=rescorla_wagner"), else by its name, a file by its stem.
    """
    given = [name.strip() for name in agents.split(",") if name.strip()]
    if not given:
        raise BadValue("--agents is empty; name one or more, separated by commas: --agents hybrid,model_free.")
    chosen: dict[str, str] = {}
    for text in given:
        alias, equals, rest = (part.strip() for part in text.partition("="))
        is_alias = bool(equals) and re.fullmatch(r"[\w-]*", alias) is not None
        if is_alias and not (alias and rest):
            raise BadValue(f"--agents {text} is not understood; write a name and an agent: late=rescorla_wagner.")
        label, named = (alias, rest) if is_alias else (Path(text).stem, text)
        if label in chosen:
            raise BadValue(
                f"Two of the agents {agents} are called {label}; give each its own name: --agents "
                f"'early={named},late={named}'."
            )
        if label in _TAKEN:
            raise BadValue(f"An agent cannot be called {label}, which is a table of the report; give it another name: "
                           f"--agents 'my_{label}={named}'.")  # fmt: skip
        chosen[label] = named
    return chosen


def players_for(chosen: Mapping[str, str], task: str, options: Sequence[str] = ()) -> dict[str, Any]:
    """Every agent made for a task, with its options set.

    Args:
        chosen: what each is called -> its name or file (`chosen_agents`).
        task: a name or a file.
        options: "NAME=VALUE" for every agent that has the option, "AGENT.NAME=VALUE" for one.

    Raises:
        DoesNotFit: an agent does not fit the task.
        BadValue: an option names no agent here, is not one of the agent's, or has a value that is not allowed.
    """
    from neurorl.cli.fits import agent_for

    return optioned({label: agent_for(given, task) for label, given in chosen.items()}, options)


def player_for(agent: str, task: str, options: Sequence[str] = (), made: Any = None) -> Any:
    """The one agent of a command, made for a task (`made` where it has options of its own), with its options set."""
    from neurorl.cli.fits import agent_for

    label = Path(agent).stem
    return optioned({label: agent_for(agent, task, made)}, options)[label]


def own_options(agent: str, options: Sequence[str]) -> dict[str, str]:
    """Option -> text, for a command about one agent; they are checked where the agent meets its task."""
    label, found = Path(agent).stem, {}
    for text in options:
        left, equals, right = (part.strip() for part in text.partition("="))
        named, _, name = left.rpartition(".")
        if not equals or not name or not right:
            raise BadValue(f"--option {text} is not understood; write --option NAME=VALUE.")
        if named and named != label:
            raise BadValue(f"--option {text}: there is no agent '{named}' here; the agent is {label}.")
        if name in found:
            raise BadValue(f"--option gives {name} twice; give it once.")
        found[name] = right
    return found


def optioned(players: Mapping[str, Any], options: Sequence[str]) -> dict[str, Any]:
    """Agents with their options set."""
    from neurorl.core.options import listed, options_of, with_options

    if not options:
        return dict(players)
    known = {label: {each.name for each in options_of(player)} for label, player in players.items()}

    def which(label: str) -> str:
        return listed(players[label], label)

    asked = _per_agent(options, "--option", known, which, str)
    return {label: with_options(player, asked[label], label) for label, player in players.items()}


def held_for(players: Mapping[str, Any], fix: Sequence[str]) -> dict[str, dict[str, float]]:
    """For each agent, the parameters to hold: "NAME=VALUE" in every agent that has it, "AGENT.NAME=VALUE" in one."""
    from neurorl.core.params import replace

    has = parameters_of(players)

    def which(label: str) -> str:
        return f"The parameters of {label} are: {', '.join(sorted(has[label])) or 'none'}."

    held = _per_agent(fix, "--fix", has, which, finite)
    for label, values in held.items():
        if not values:
            continue
        try:
            replace(players[label].params(), **values)
        except BadValue as error:
            raise BadValue(f"--fix for {label}: {error}") from error
    return held


def parameters_of(players: Mapping[str, Any]) -> dict[str, set[str]]:
    """Names of the free parameters of each agent."""
    from neurorl.core.params import free_params

    return {label: {info.name for info in free_params(agent.params())} for label, agent in players.items()}


def _per_agent(
    given: Sequence[str],
    flag: str,
    known: Mapping[str, set[str]],
    which: Callable[[str], str],
    value: Callable[..., Any],
) -> dict[str, dict[str, Any]]:
    """For each agent, name -> value; what is said of one agent wins over what is said of all."""
    thing = "option" if flag == "--option" else "parameter"
    for_all: dict[str, Any] = {}
    for_one: dict[str, dict[str, Any]] = {label: {} for label in known}
    for text in given:
        left, equals, right = (part.strip() for part in text.partition("="))
        label, _, name = left.rpartition(".")
        if not equals or not name or not right:
            raise BadValue(f"{flag} {text} is not understood; write {flag} NAME=VALUE, or {flag} AGENT.NAME=VALUE.")
        if label and label not in known:
            raise BadValue(f"{flag} {text}: there is no agent '{label}' here; the agents are: {', '.join(known)}.")
        if label and name not in known[label]:
            raise BadValue(f"{flag} {text}: {label} has no {thing} '{name}'. {which(label)}")
        if not label and not any(name in own for own in known.values()):
            raise BadValue(f"{flag} {text}: no agent here has the {thing} '{name}'. {' '.join(map(which, known))}")
        place = for_one[label] if label else for_all
        if name in place:
            raise BadValue(f"{flag} gives {left} twice; give it once.")
        place[name] = value(right) if value is str else value(right, f"{flag} {text}")
    return {
        label: {name: found for name, found in for_all.items() if name in own} | for_one[label]
        for label, own in known.items()
    }
