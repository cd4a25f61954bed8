"""What an error of `neurorl.data` advises, in the words of the command line."""

import ast
import re
from collections.abc import Callable

# codes={'choice': {1: 'left', 2: 'right'}}: one level of braces within the outer ones; words hold no braces.
_CODES = re.compile(r"codes=(\{'[^{}]*': ?(?:\{[^{}]*\}|\.\.\.)\})")
_RENAME = re.compile(r"rename=(\{[^{}]*\})")
_BOTH = re.compile(r"\b[a-z]+=(?:\{[^{}]*\}|'[^']*')? \((--[^()]*)\)")  # format= (--from)
_PLAIN = {"session=0": "--session 0", "subject=": "--subject", "codes=": "--code", "rename=": "--rename"}


def at_the_command_line(text: str) -> str:
    """The text with `codes={...}`, `rename={...}` and their like as `--code ...` and `--rename ...`."""
    text = _BOTH.sub(r"\1", text)
    text = _replaced(_CODES, text, _as_codes)
    text = _replaced(_RENAME, text, _as_renames)
    for python, here in _PLAIN.items():
        text = re.sub(rf"\b{python}", here, text)
    return text


def _replaced(pattern: re.Pattern[str], text: str, words: Callable[[dict], str]) -> str:
    def one(found: re.Match[str]) -> str:
        try:
            return words(ast.literal_eval(found[1]))
        except (ValueError, SyntaxError, AttributeError):
            return found[0]

    return pattern.sub(one, text)


def _as_codes(codes: dict) -> str:
    column, meaning = next(iter(codes.items()))
    if meaning in (..., {...}):
        return f"--code {_quoted(f'{column}:VALUE=MEANING')}"
    return " ".join(f"--code {_quoted(f'{column}:{old}={new}')}" for old, new in meaning.items())


def _as_renames(names: dict) -> str:
    return " ".join(f"--rename {_quoted(f'{old}={new}')}" for old, new in names.items())


def _quoted(text: str) -> str:
    """Text as a shell takes it for one word."""
    return text if re.fullmatch(r"[\w.:=+/@%-]+", text) else "'" + text.replace("'", "'\\''") + "'"
