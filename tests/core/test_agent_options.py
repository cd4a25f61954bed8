"""Options of agents: which fields they are, and how values are read and checked."""

from dataclasses import dataclass
from typing import Any, Literal

import pytest

from neurorl.core.catalogue import load, names
from neurorl.core.errors import BadValue
from neurorl.core.literals import Mismatch, checked, read, words
from neurorl.core.options import Option, option, options_of, settings_of, with_options
from neurorl.core.spaces import Discrete, Spaces

SPACES = Spaces(Discrete(("here",)), Discrete(("a", "b")), (0.0, 1.0))


@dataclass(frozen=True)
class Own:
    """`n` comes from the spaces, `table` is a thing, `rate` is plain, `kind` is declared."""

    spaces: Spaces
    n: int = 0
    table: Any = None
    rate: float = 0.5
    kind: Literal["slow", "fast"] = option("slow", "how fast it is")
    depth: int | None = option(None, "steps ahead", low=1)

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> "Own":
        return cls(spaces, n=2)


MADE = Own.for_spaces(SPACES)


def test_what_the_task_gives_and_what_cannot_be_written_is_no_option() -> None:
    assert settings_of(MADE) == {"rate": 0.5, "kind": "slow", "depth": None}
    changed = with_options(MADE, {"rate": "1", "kind": "fast", "depth": "3"})
    assert settings_of(changed) == {"rate": 1.0, "kind": "fast", "depth": 3} and changed.n == 2
    assert [each.default for each in options_of(changed)] == [0.5, "slow", None]  # defaults stay what they were


def test_an_agent_that_does_not_keep_its_spaces_has_options_too() -> None:
    @dataclass(frozen=True)
    class Bare:
        n: int
        rate: float = 0.5

    assert settings_of(with_options(Bare(2), {"rate": 1})) == {"rate": 1.0}


def test_a_whole_number_that_no_float_holds_is_a_sentence() -> None:
    for huge in (10**400, "1" + "0" * 400):
        with pytest.raises(BadValue, match=r"rate of .* must be a finite number"):
            with_options(MADE, {"rate": huge})


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("3", float, 3.0),
        (".5", float, 0.5),
        ("true", bool, True),
        ("none", int | None, None),
        ("fast", Literal["slow", "fast"], "fast"),
        ("12", str, "12"),
        ("(4, 2)", tuple[int, int], (4, 2)),
        ("4,2", tuple[int, int], (4, 2)),
        ("1", tuple[float, ...], (1.0,)),
    ],
)
def test_texts_are_read_as_the_type_of_the_field(text: str, kind: Any, value: Any) -> None:
    found = checked(read(text, kind), kind)
    assert found == value and type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1.5", int), ("True", int), ("True", float), ("1e999", float), ("1_0", int), ("0x", int), ("1", bool),
        ("(1, 2, 3)", tuple[int, int]), ("__import__('os')", float), ("1j", float), ("medium", Literal["slow", "fast"]),
    ],
)  # fmt: skip
def test_texts_of_another_type_are_refused(text: str, kind: Any) -> None:
    with pytest.raises(Mismatch):
        checked(read(text, kind), kind)


def test_ranges_hold_for_every_part_of_a_tuple() -> None:
    salience = Option("salience", (), tuple[float, ...], low=0, high=1)
    assert salience.check((0.0, 1), "x") == (0.0, 1.0)
    with pytest.raises(BadValue, match=r"salience of x is \(0.5, 2\), but must be a tuple"):
        salience.check((0.5, 2), "x")
    assert words(tuple[int, int]) == "a tuple of 2 values, each a whole number"


def test_every_option_of_the_catalogue_has_a_line_and_a_default_that_is_allowed() -> None:
    for name in names("agent"):
        for each in options_of(load("agent", name)):
            assert each.doc and each.doc[0] != " " and not each.doc.endswith("."), (name, each.name)
            assert each.check(each.default, name) == each.default
