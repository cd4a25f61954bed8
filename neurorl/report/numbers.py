"""Numbers as a reader wants them: few digits, never so few that they contradict a verdict.

A number that names something (a subject, a session, a seed, a code) is a label: it is shown as it is written.
"""

import math
from typing import Any

from neurorl.core.study import Expect, Verdict

_MINUS = "\N{MINUS SIGN}"
NOTHING = "\N{EM DASH}"


_NAMES = frozenset(
    (
        *("subject", "participant", "person", "animal", "mouse", "monkey", "rat", "id", "uuid", "subj", "sub", "ppt"),
        *("session", "ses", "run", "block", "trial", "step", "row", "fold", "visit", "day", "date", "year", "episode"),
        *("unit", "neuron", "cell", "replica", "seed", "site", "group", "level", "model", "agent", "task", "name"),
        *("state", "choice", "action", "stimulus", "cue", "picture", "code", "label", "context", "category"),
    )
)


def is_label(column: object) -> bool:
    """Whether a column of this name holds labels, not amounts: "subject", "session_id", "true_state"."""
    words = str(column[-1] if isinstance(column, tuple) else column).lower().replace(" ", "_").split("_")
    return words[-1] in _NAMES or (words[0] in ("subject", "subj", "session") and words[-1] in ("idx", "nr", "no"))


def label(x: Any) -> str:
    """A label as it is written: 689514, also where a gap in its column has made it 689514.0; a dash where it is empty.

    A number with a fraction is an amount after all, and is shown as one.
    """
    if x is None or x != x:
        return NOTHING
    if not isinstance(x, float) and getattr(getattr(x, "dtype", None), "kind", "") != "f":
        return str(x)
    return str(int(x)) if float(x).is_integer() else number(float(x))


def number(x: float | int | None) -> str:
    """Three or four telling digits: 0.704, 12.3, 1,234, 2.1 × 10⁻⁵; a dash where there is no number."""
    if x is None or not math.isfinite(x):
        return _unusual(x)
    if float(x).is_integer() and abs(x) < 1e15:
        return whole(int(x))
    if abs(x) < 5e-4:
        return scientific(x)
    return fixed(x, 3 if abs(x) < 10 else 2 if abs(x) < 100 else 1 if abs(x) < 1000 else 0)


def beside(x: float | None, low: float, high: float) -> str:
    """A number with as many digits as show on which side of the bounds it lies."""
    if x is None or not math.isfinite(x):
        return _unusual(x)
    if float(x).is_integer() or abs(x) < 5e-4:
        return number(x)
    for decimals in range(3, 13):
        shown = round(x, decimals)
        if (shown < low) == (x < low) and (shown > high) == (x > high):
            return fixed(x, decimals) if decimals > 3 else number(x) if abs(x) < 10 else fixed(x, decimals)
    return repr(x).replace("-", _MINUS)


def shown_value(verdict: Verdict) -> str:
    """What was measured; where the claim is about an end of its interval, the mean and the interval."""
    low, high = verdict.expect.low, verdict.expect.high
    if verdict.interval is None:
        return beside(verdict.value, low, high)
    ends = [beside(end, low, high) for end in verdict.interval]
    return f"{number(verdict.value)} ({ends[0]} to {ends[1]})"


def shown_bounds(expect: Expect) -> str:
    """The bounds of a claim, and which end of the measure's interval must lie in them."""
    end = {"low": "lower end ", "high": "upper end ", "value": ""}[expect.end]
    return f"{end}{interval(expect.low, expect.high)}"


def interval(low: float, high: float) -> str:
    """The bounds of a claim as they were written down."""
    if low == high:
        return f"= {_bound(low)}"
    if math.isinf(low) and math.isinf(high):
        return "any number"
    if math.isinf(high):
        return f"≥ {_bound(low)}"
    if math.isinf(low):
        return f"≤ {_bound(high)}"
    return f"{_bound(low)} to {_bound(high)}"


def whole(x: int) -> str:
    """A whole number, with commas from 10,000 on (a year or a code stays as it is)."""
    return (f"{x:,}" if abs(x) >= 10_000 else f"{x}").replace("-", _MINUS)


def fixed(x: float, decimals: int) -> str:
    """A number with this number of decimals; no minus before a zero."""
    text = f"{x:,.{decimals}f}"
    return text.removeprefix("-") if float(text.replace(",", "")) == 0 else text.replace("-", _MINUS)


def scientific(x: float) -> str:
    """2.1 × 10⁻⁵."""
    if x == 0:
        return "0"
    mantissa, exponent = f"{x:.1e}".split("e")
    raised = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{mantissa} × 10{raised}".replace("-", _MINUS)


def seconds(x: float | None) -> str:
    """A duration: 0.04 s, 12 s, 3 min 20 s, 2 h 05 min."""
    if x is None:
        return NOTHING
    if x < 10:
        return f"{x:.2g} s"
    if x < 60:
        return f"{x:.0f} s"
    minutes, rest = divmod(round(x), 60)
    return f"{minutes} min {rest:02d} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


def _unusual(x: float | None) -> str:
    if x is None or math.isnan(x):
        return NOTHING
    return "∞" if x > 0 else f"{_MINUS}∞"


def _bound(x: float) -> str:
    return f"{x:.10g}".replace("-", _MINUS)
