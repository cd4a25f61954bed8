"""Which texts are numbers: plain decimal ones, as people and programs write them.

Python also reads "0_1" as 1, digits of other scripts and spellings of infinity; in a table such a cell is far more
likely a mistake than a number.
"""

import math
import re

_PLAIN = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_INFINITE = frozenset(("inf", "+inf", "-inf", "infinity", "-infinity"))  # as pandas and R write them


def plain_number(text: str) -> float:
    """The number that a text stands for; NaN where it is not a plain decimal number ("0_1", "0x1", "one")."""
    text = text.strip()
    if _PLAIN.fullmatch(text) or text.lower() in _INFINITE:
        return float(text)
    return math.nan
