"""Text for messages."""


def cut(text: str, longest: int) -> str:
    """A text of at most `longest` characters; what is longer ends in three dots."""
    return text if len(text) <= longest else f"{text[: longest - 3]}..."
