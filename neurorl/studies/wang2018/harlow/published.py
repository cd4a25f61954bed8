"""Published values of the Harlow study, read off the figures of Wang et al. 2018 (Fig. 6b,c)."""

import pandas as pd

_NETWORK = {
    "1st": (41, 47, 44, 45, 45, 49),
    "2nd": (44, 55, 50, 59, 61, 71),
    "3rd": (44, 60, 61, 67, 68, 79),
    "4th": (50, 70, 70, 78, 76, 91),
    "5th": (53, 73, 78, 85, 82, 96),
    "6th": (52, 91, 95, 96, 97, 96),
    "final": (54, 97, 98, 98, 99, 98.5),
}
# Only the ends of the monkeys' first curve and the first two trials of their last one were read.
_MONKEYS = {"1-8": {1: 50, 6: 78}, "257-312": {1: 50, 2: 96}}


def published_network() -> pd.DataFrame:
    """Accuracy of the published network at stages of training: columns stage, trial (from 1), mean (0 to 1)."""
    rows = [(stage, i + 1, value / 100) for stage, values in _NETWORK.items() for i, value in enumerate(values)]
    return pd.DataFrame(rows, columns=["stage", "trial", "mean"])


def published_monkeys() -> pd.DataFrame:
    """Accuracy of Harlow's monkeys in their first and last sets of problems, in the same columns."""
    rows = [(stage, trial, value / 100) for stage, values in _MONKEYS.items() for trial, value in values.items()]
    return pd.DataFrame(rows, columns=["stage", "trial", "mean"])
