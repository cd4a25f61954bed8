"""A data set that is shipped with the package, with its licence and its citation."""

from collections.abc import Callable
from dataclasses import dataclass

from neurorl.core.card import Card
from neurorl.data.dataset import Dataset


@dataclass(frozen=True)
class ShippedSet:
    """A data set that is shipped with the package.

    Attributes:
        card: title, summary, references, tags.
        licence: SPDX name of the licence; its text lies beside the file.
        citation: what to cite when the data are used.
        task: name of the task whose spaces the codes belong to.
        load: reads the table.
    """

    card: Card
    licence: str
    citation: str
    task: str
    load: Callable[[], Dataset]
