"""Text for messages."""


def cut(text: str, longest: int) -> str:
    """A text of at most `longest` characters; what is longer ends in three dots."""
    return text if len(text) <= longest else f"{text[: longest - 3]}..."


def many(n: int, word: str) -> str:
    """ "1 trial", "2 trials"."""
    return f"{n} {word}{'s' * (n != 1)}"
