"""`neurorl show`: everything that one thing says about itself."""

from collections.abc import Callable, Sequence
from typing import Any

from neurorl.cli.arguments import AnyName, Json, Options
from neurorl.cli.output import print_json, print_pairs, print_table, print_text
from neurorl.core.catalogue import card_of, docstring_of, kind_of, kinds_of, load
from neurorl.core.errors import BadValue
from neurorl.core.references import split_place

EXAMPLES = (
    "neurorl show hybrid",
    "neurorl show two_step",
    "neurorl show study/two_step",
    "neurorl show nspn_two_step",
    "neurorl show my_agent.py --json",
)


def command(name: AnyName, /, option: Options = (), json: Json = False) -> None:
    """Show a task, agent, synapse, algorithm, study or data set: card, equations, parameters, options, and what fits.

    Args:
        name: A name of the catalogue or a file of your own.
        option: Show an agent with this option set.
        json: Print JSON and nothing else.
    """
    from neurorl.cli.runtime import prepare

    kind = kind_of(name)
    card, text = card_of(kind, name), docstring_of(kind, name)
    prepare()
    if option and kind != "agent":
        raise BadValue(f"--option is for agents, and {name} is a {kind}; leave it out.")
    details = _agent(name, option) if kind == "agent" else _DETAILS[kind](name)
    if json:
        head = {"name": name, "kind": kind, "title": card.title, "summary": card.summary}
        print_json(head | {"refs": card.refs, "tags": card.tags, "docstring": text} | details)
        return
    print_text(f"{card.title}", bold=True)
    print_text(f"{kind} {name}; {', '.join(card.tags)}", dim=True)
    print_text(f"\n{card.summary}\n")
    if text:
        print_text(f"{text}\n")
    for title, value in details.items():
        _print_detail(title.replace("_", " ").capitalize(), value)
    refs = ("{} ({})".format(*split_place(ref)) if ":" in ref else ref for ref in card.refs)
    print_text(f"References: {', '.join(refs) or 'none'}. `neurorl cite {name}` prints them.")
    for other in kinds_of(name)[1:]:
        print_text(f"There is also a {other} of this name: neurorl show {other}/{name}.")


def _agent(name: str, option: Sequence[str] = ()) -> dict[str, Any]:
    from neurorl.cli.agents import player_for
    from neurorl.cli.fits import fitting_tasks
    from neurorl.core.parts import parts_of

    tasks = fitting_tasks(name)
    if not tasks:
        return {"parameters": [], "options": _options(load("agent", name)), "fits_tasks": tasks}
    player = player_for(name, tasks[0], option)
    params = player.params()
    parts = {"parts": tuple(parts_of(params))} if parts_of(params) else {}
    found = {"parameters": _parameters(params), "options": _options(player, bool(option))}
    return found | parts | {"fits_tasks": tasks}


def _options(agent: Any, changed: bool = False) -> list[dict[str, Any]]:
    """The options of an agent or its class; with their values where some were set."""
    from neurorl.core.options import options_of

    return [
        {"name": each.name}
        | ({"value": getattr(agent, each.name)} if changed else {})
        | {"default": each.default, "allowed": each.range, "meaning": each.doc}
        for each in options_of(agent)
    ]


def _parameters(params: Any) -> list[dict[str, Any]]:
    """The free parameters."""
    from neurorl.core.params import free_params

    return [
        {
            "name": info.name,
            "symbol": info.symbol,
            "default": info.default,
            "units": info.units,
            "range": str(info.support),
            "prior": str(info.prior),
            "meaning": info.doc,
        }
        for info in free_params(params)
    ]


def _task(name: str) -> dict[str, Any]:
    from neurorl.cli.fits import fitting_agents

    task = load("task", name)
    found = {"spaces": _spaces(task.spaces), "settings": _settings(task.params())}
    options = {"options": _options(task)} if _options(task) else {}
    return found | options | {"fits_agents": fitting_agents(name)}


def _spaces(spaces: Any) -> dict[str, Any]:
    return {
        "observations": _space(spaces.obs),
        "actions": _space(spaces.action),
        "reward": "{:g} to {:g}".format(*spaces.reward),
        "steps per trial": spaces.steps_per_trial,
    } | _shown(spaces)


def _shown(spaces: Any) -> dict[str, Any]:
    """What is shown besides the reward, and after which observations no outcome is shown."""
    found = {} if spaces.feedback is None else {"feedback": _space(spaces.feedback)}
    if not all(spaces.informed):
        pairs = zip(spaces.obs.labels, spaces.informed, strict=True)
        found["no outcome shown after"] = ", ".join(label for label, informed in pairs if not informed)
    return found


def _space(space: Any) -> str:
    if hasattr(space, "n"):
        return ", ".join(f"{i} {label}" for i, label in enumerate(space.labels))
    return f"real numbers of shape {space.shape} from {space.low:g} to {space.high:g}"


def _settings(params: Any) -> dict[str, Any]:
    """The published settings of a task, as numbers or short lists."""
    import dataclasses

    import numpy as np

    values = {field.name: np.asarray(getattr(params, field.name)) for field in dataclasses.fields(params)}
    return {name: np.round(value.astype(float), 6).tolist() for name, value in values.items() if value.size <= 16}


def _study(name: str) -> dict[str, Any]:
    study = load("study", name)
    expects = [
        {"claim": e.claim, "measure": e.measure, "low": e.low, "high": e.high, "source": e.source}
        | {"basis": e.basis, "scale": e.scale}
        for e in study.expects
    ]
    scales = {scale: str(settings) for scale, settings in study.scales.items()}
    return {
        "tasks": study.tasks,
        "agents": study.agents,
        "scales": scales,
        "claims": expects,
        "notes": study.notes,
    }


def _dataset(name: str) -> dict[str, Any]:
    shipped = load("dataset", name)
    about = {"task": shipped.task, "licence": shipped.licence, "citation": shipped.citation}
    table = shipped.load().table
    counts = {"subjects": int(table["subject"].nunique()), "steps": len(table), "columns": ", ".join(table.columns)}
    return {"about": about | counts}


def _format(name: str) -> dict[str, Any]:
    found = load("format", name)
    about = {"columns": found.columns, "files": ", ".join(found.extensions)}
    return {"about": about | {"written": found.write is not None, "needs a task": not found.spaces}}


def _paper(name: str) -> dict[str, Any]:
    studies = load("paper", name).studies
    return {"studies": [{"study": study, "title": card_of("study", study).title} for study in studies]}


def _synapse(name: str) -> dict[str, Any]:
    from neurorl.core.synapse import Synapse

    kind = load("synapse", name)
    made: Synapse = kind()
    declared = {"draws": made.draws, "drifts": made.drifts, "differentiable": made.differentiable}
    declared |= {"reads importance": made.reads_importance, "limits": made.limits or "none"}
    return {"options": _options(kind), "declares": declared}


def _algorithm(name: str) -> dict[str, Any]:
    from neurorl.core.options import options_of
    from neurorl.train.settings import allowed, shown

    kind = load("algorithm", name)
    settings = [
        {"name": each.name, "default": shown(each.default), "allowed": allowed(each), "meaning": each.doc}
        for each in options_of(kind)
    ]
    return {"settings": settings, "metrics": [{"name": key, "meaning": text} for key, text in kind.metrics.items()]}


_DETAILS: dict[str, Callable[[str], dict[str, Any]]] = {
    "agent": _agent,
    "synapse": _synapse,
    "algorithm": _algorithm,
    "task": _task,
    "study": _study,
    "dataset": _dataset,
    "format": _format,
    "paper": _paper,
}


def _print_detail(title: str, value: Any) -> None:
    if isinstance(value, dict):
        print_pairs(value, title=title)
    elif value and isinstance(value[0], dict):
        print_table(tuple(value[0]), (row.values() for row in value), title=title)
    else:
        print_text(f"{title}: {', '.join(map(str, value)) or 'none'}\n")
