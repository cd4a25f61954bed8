"""The contract of a paper: the studies that together reproduce it."""

from dataclasses import dataclass

from neurorl.core.card import Card


@dataclass(frozen=True)
class Paper:
    """A paper: its name, its card, and the names of its studies in the paper's order."""

    name: str
    card: Card
    studies: tuple[str, ...]
