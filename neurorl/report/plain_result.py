"""What `result.json` may hold: a run folder may come from anybody, and its page is opened in a browser.

Numbers must be numbers, so that no text reaches the page where digits are expected, and the names of tables and figures
must be file names without a path, so that nothing outside the folder is read.
"""

import re
from collections.abc import Mapping
from typing import Any, get_args

from neurorl.core.study import SCALES, Basis, End, Kind, Outcome

_NAME = re.compile(r"[\w+-][\w .+-]{0,200}")
_TEXTS = ("study", "title", "summary", "scale")
_LISTS = ("refs", "tags", "tasks", "agents", "notes")


def require_plain(content: Any) -> None:
    """Raise `ValueError` unless this is the content of a result."""
    if not isinstance(content, dict):
        raise ValueError("it is not a set of named values")
    for name in _TEXTS:
        _require(isinstance(content[name], str), name)
    for name in _LISTS:
        _require(isinstance(content[name], list) and all(isinstance(item, str) for item in content[name]), name)
    _require(type(content["seed"]) is int, "seed")
    _require(isinstance(content["measures"], dict) and all(map(_is_number, content["measures"].values())), "measures")
    origin = content["origin"]
    _require(isinstance(origin, dict) and _is_number(origin.get("peak_memory_gib")), "origin")
    spent = origin.get("seconds", {})
    _require(isinstance(spent, dict) and all(map(_is_number, spent.values())), "origin")
    for kind in ("tables", "figures"):
        named = content[kind]
        _require(isinstance(named, dict) and all(map(_is_file_name, named)), kind)
        _require(all(caption is None or isinstance(caption, str) for caption in named.values()), kind)
    _require(isinstance(content["verdicts"], list), "verdicts")
    for verdict in content["verdicts"]:
        _require(isinstance(verdict, dict), "verdicts")
        _require_verdict(verdict)


def _require_verdict(verdict: Mapping[str, Any]) -> None:
    for name in ("claim", "measure", "source"):
        _require(isinstance(verdict[name], str), f"{name} of a verdict")
    for name in ("low", "high", "value"):
        _require(_is_number(verdict[name]), f"{name} of a verdict")
    known = {"basis": get_args(Basis), "scale": SCALES, "outcome": get_args(Outcome)}
    for name, values in known.items():
        _require(verdict[name] in values, f"{name} of a verdict")
    for name, values in {"kind": get_args(Kind), "end": get_args(End)}.items():  # older results have none of them
        _require(verdict.get(name, values[0]) in values, f"{name} of a verdict")
    _require(isinstance(verdict.get("given", ""), str), "given of a verdict")
    ends = verdict.get("interval")
    _require(ends is None or (isinstance(ends, list) and len(ends) == 2 and all(map(_is_number, ends))), "interval")


def _is_number(value: Any) -> bool:
    return value is None or type(value) in (int, float)


def _is_file_name(name: str) -> bool:
    return _NAME.fullmatch(name) is not None


def _require(right: bool, name: str) -> None:
    if not right:
        raise ValueError(f"{name} does not have the expected type")
