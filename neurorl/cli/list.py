"""`neurorl list`: the catalogue, read from cards and origins without importing what they describe."""

from typing import Annotated, Any, Literal

from tyro.conf import Positional

from neurorl.cli.arguments import Json, OptionalTag, OptionalTask
from neurorl.cli.output import print_json, print_table
from neurorl.core.catalogue import KINDS, card_of, names
from neurorl.core.errors import NeurorlError
from neurorl.zoo.index import zoo_names, zoo_origin

EXAMPLES = (
    "neurorl list",
    "neurorl list agents --tag two-step",
    "neurorl list --fits bandit",
    "neurorl list studies --json",
    "neurorl list zoo",
)

_KINDS = {about.plural: kind for kind, about in KINDS.items()}

_Choice: Any = Literal[("all", *_KINDS, "zoo")]  # pyright: ignore[reportInvalidTypeForm]
What = Annotated[_Choice, Positional]


def command(
    what: What = "all",  # pyright: ignore[reportInvalidTypeForm]
    /,
    tag: OptionalTag = None,
    fits: OptionalTask = None,
    json: Json = False,
) -> None:
    """List what the catalogue holds, kind by kind, and trained networks (the zoo).

    Args:
        what: What to list.
        tag: Only those with this tag.
        fits: Only agents that fit this task (a name or a file).
        json: Print JSON and nothing else.
    """
    if fits is not None:
        from neurorl.cli.fits import fitting_agents

        if what not in ("all", "agents"):
            raise NeurorlError(f"--fits lists agents, not {what}; leave '{what}' out.")
        found = [_entry("agents", name) for name in fitting_agents(fits)]
    else:
        found = [
            _entry(plural, name) for plural, kind in _KINDS.items() if what in ("all", plural) for name in names(kind)
        ]
        found += [_trained(name) for name in zoo_names() if what in ("all", "zoo")]
    if tag is not None:
        tags = sorted({t for entry in found for t in entry["tags"]})
        found = [entry for entry in found if tag in entry["tags"]]
        if not found:
            raise NeurorlError(f"Nothing here has the tag '{tag}'; the tags are: {', '.join(tags)}.")
    if json:
        print_json(found)
        return
    for plural in (*_KINDS, "zoo"):
        rows = [(e["name"], e["title"], ", ".join(e["tags"])) for e in found if e["kind"] == plural]
        if rows:
            print_table(("name", "title", "tags"), rows, title=plural.capitalize())


def _entry(plural: str, name: str) -> dict[str, Any]:
    try:
        card = card_of(_KINDS[plural], name)
    except (NeurorlError, SyntaxError) as error:  # one broken file of another package hides nothing else
        return {"kind": plural, "name": name, "title": f"cannot be read: {error}", "tags": ()}
    return {"kind": plural, "name": name, "title": card.title, "tags": card.tags}


def _trained(name: str) -> dict[str, Any]:
    origin = zoo_origin(name)
    network, n = origin["network"], origin["replicas"]
    title = f"{network['agent']} trained on {network['task']}, {n} replica{'s' * (n != 1)}"
    return {"name": name, "kind": "zoo", "title": title, "tags": [f"study {origin['study']}"], "origin": origin}
