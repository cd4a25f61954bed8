"""`neurorl cite`: what to cite for a task, an agent, a study, a data set, or for this library."""

from neurorl.cli.arguments import AnyName, Json
from neurorl.cli.output import print_json
from neurorl.core.catalogue import card_of, kind_of
from neurorl.core.errors import NeurorlError, UnknownName
from neurorl.core.references import bibtex, keys_of, reference, references

EXAMPLES = (
    "neurorl cite two_step > refs.bib",
    "neurorl cite daw2011",
    "neurorl cite neurorl",
    "neurorl cite my_agent.py",
)

# This library, and the two papers it is built around.
_PROJECT = ("neurorl", "wang2018", "neftci2019")


def command(name: AnyName, /, json: Json = False) -> None:
    """Print the references of anything as BibTeX.

    Args:
        name: A task, agent, study or data set, a file of your own, the key of one reference, or "neurorl".
        json: Print JSON and nothing else.
    """
    keys = _keys(name)
    if json:
        print_json([{"key": k, "kind": reference(k).kind, **reference(k).fields, "bibtex": bibtex(k)} for k in keys])
    else:
        print("\n\n".join(bibtex(key) for key in keys))


def _keys(name: str) -> tuple[str, ...]:
    if name == "neurorl":
        return _PROJECT
    if name in references():
        return (name,)
    keys = keys_of(card_of(_kind(name), name).refs)
    if not keys:
        raise NeurorlError(f"The card of {name} names no references.")
    return keys


def _kind(name: str) -> str:
    """The kind of a name; a key of a reference may be what was meant."""
    try:
        return kind_of(name)
    except UnknownName as error:
        try:
            reference(name)
        except UnknownName as nearest:
            if "Did you mean" in str(nearest) and "Did you mean" not in str(error):
                raise nearest from None
        raise error
