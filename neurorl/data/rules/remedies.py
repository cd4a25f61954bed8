"""How a message says what settles it: in the terms of reading a file, or of making a table."""

from collections.abc import Mapping
from typing import Any

from neurorl.data.rules.rows import Facts


def recode(facts: Facts, column: str, meaning: Mapping[Any, Any]) -> str:
    """What to do so that values of a column get a meaning."""
    if facts.read:
        return f"read the file with codes={{'{column}': {dict(meaning)!r}}}"
    # A table has no word "missing": there a missing choice is an empty cell.
    words = {old: "empty" if new == "missing" else new for old, new in meaning.items()}
    changes = ", ".join(f"{old} becomes {new}" for old, new in words.items())
    return f"recode column {column} ({changes}; neurorl.data.read does it with codes=)"
