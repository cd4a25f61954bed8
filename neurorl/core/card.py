"""The card: what a task, an agent, a data set or a study says about itself."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Card:
    """Metadata that sits on the thing itself.

    A card is written with literal values only, so that it can be read without importing
    the module it stands in (`neurorl list` answers without loading JAX).

    Attributes:
        title: one line, sentence case, no full stop.
        summary: one to three sentences: what it is and what it is for.
        refs: keys of `neurorl/core/refs.bib`, optionally with a place: `"daw2011:eq. 2"`.
        tags: words to filter by (`neurorl list --tag two-step`).
    """

    title: str
    summary: str
    refs: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
