"""Choices of 16 mice between two baited spouts (Bari et al. 2019, as published by Trepka et al. 2021).

One row a trial: choice left or right, reward 1 or 0; columns `block`, `p_left` and `p_right` hold the block and the
chance that a spout is baited anew on a trial (0.4 beside 0.1 or 0.05). `files/trepka_mice/README.md` says what was left
out of the source.
"""

from neurorl.core.card import Card
from neurorl.data.dataset import Dataset
from neurorl.data.sets._trepka import CITATION, read
from neurorl.data.shipped import ShippedSet


def load() -> Dataset:
    """The 189,199 trials of all 16 mice, 469 sessions."""
    return read("trepka_mice")


DATASET = ShippedSet(
    card=Card(
        title="Foraging mice: 16 animals, two baited spouts",
        summary="189,199 choices in 469 sessions of a matching task in blocks. Mice undermatch: their choices are "
        "distributed more evenly than the rewards.",
        refs=("trepka2021", "bari2019"),
        tags=("bandit", "mouse", "matching", "foraging"),
    ),
    licence="MIT",
    citation=CITATION + " Recorded by Bari BA et al. (2019), Neuron 103: 922-933.",
    task="baited_blocks",
    load=load,
)
