"""References resolve: every key on a card stands in the bibliography."""

from neurorl.core.card import Card
from neurorl.core.references import keys_of, references
from neurorl.testing.laws import NotApplicable


def unresolved(module: str, card: Card) -> str | None:
    """The references of a card that the bibliography does not hold, in words; None where it holds all.

    Raises:
        NotApplicable: the module is not part of this library, whose bibliography cannot know its sources.
    """
    if not module.startswith("neurorl."):
        raise NotApplicable("only files of the library itself must cite the library's bibliography")
    missing = [key for key in keys_of(card.refs) if key not in references()]
    return f"Not in neurorl/core/refs.bib: {', '.join(missing)}; add the entries." if missing else None
