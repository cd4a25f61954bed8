"""Calls of known names with plain values, as they are written on a command line: mismatch(0.4, bits(6)).

Nothing is evaluated: a text is parsed, and only names, plain values and calls of names inside calls are taken from it.
"""

import ast
from dataclasses import dataclass
from typing import Any

from neurorl.core.errors import BadValue
from neurorl.core.text import cut


@dataclass(frozen=True)
class Call:
    """A name and what stands in its brackets; arguments are plain values, words or calls.

    Attributes:
        name: what is called.
        args: in order.
        named: those with a name.
        text: as it was written.
    """

    name: str
    args: tuple[Any, ...]
    named: dict[str, Any]
    text: str


def read_call(text: str, example: str) -> Call:
    """A text as a call.

    A bare word among the arguments stands for itself: lesion(amygdala) is lesion("amygdala").

    Args:
        text: as written; "shift" is shift().
        example: what a right one looks like, for messages.

    Raises:
        BadValue: the text is no call, or holds something else than names, plain values and calls.
    """
    said = f"{cut(text, 80)} is not understood; write a name with plain values in brackets, such as {example}."
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise BadValue(said) from None
    if isinstance(tree, ast.Name):
        return Call(tree.id, (), {}, text.strip())
    return _call(tree, said)


def _call(node: ast.AST, said: str) -> Call:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        raise BadValue(said)
    if any(keyword.arg is None for keyword in node.keywords):
        raise BadValue(said)
    args = tuple(_value(arg, said) for arg in node.args)
    named = {str(keyword.arg): _value(keyword.value, said) for keyword in node.keywords}
    return Call(node.func.id, args, named, ast.unparse(node))


def _value(node: ast.AST, said: str) -> Any:
    if isinstance(node, ast.Call):
        return _call(node, said)
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Tuple | ast.List):
        return tuple(_value(one, said) for one in node.elts)
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, MemoryError, RecursionError):
        raise BadValue(said) from None
