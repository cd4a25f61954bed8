"""Choices of 4 monkeys between two pictures that reverse (Costa et al. 2016, as published by Trepka et al. 2021).

One row a trial; a session is 80 trials with one pair of pictures and one reversal. The codes left and right stand for
circle and square: sides on the screen are not in the source. Columns `block`, `p_left` and `p_right` hold the half
before or after the reversal and the chance of a reward (0.8 beside 0.2, or 0.7 beside 0.3).
"""

from neurorl.core.card import Card
from neurorl.data.dataset import Dataset
from neurorl.data.sets._trepka import CITATION, read
from neurorl.data.shipped import ShippedSet


def load() -> Dataset:
    """The 88,480 trials of all 4 monkeys, 1,106 sessions of 80."""
    return read("trepka_monkeys")


DATASET = ShippedSet(
    card=Card(
        title="Reversal learning: 4 monkeys",
        summary="88,480 choices between two pictures whose reward probabilities are exchanged once in each session "
        "of 80 trials. Monkeys repeat rewarded choices and undermatch slightly.",
        refs=("trepka2021", "costa2016"),
        tags=("bandit", "monkey", "matching", "reversal"),
    ),
    licence="MIT",
    citation=CITATION + " Recorded by Costa VD et al. (2016), Neuron 92: 505-517.",
    task="reversal",
    load=load,
)
