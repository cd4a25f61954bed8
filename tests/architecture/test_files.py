"""Every file is short enough to read, and says what it is."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted(path.relative_to(ROOT) for path in (ROOT / "neurorl").rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=str)
def test_a_file_is_short_and_has_a_docstring(path):
    text = (ROOT / path).read_text(encoding="utf-8")
    assert text.count("\n") <= 300
    assert ast.get_docstring(ast.parse(text))


def test_there_is_no_drawer_for_everything():
    assert [path for path in FILES if path.stem in ("utils", "util", "helpers", "misc", "common")] == []


def test_test_files_have_names_of_their_own():
    """Without packages among the tests, pytest cannot collect two files of one name."""
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted({name for name in names if names.count(name) > 1}) == []
