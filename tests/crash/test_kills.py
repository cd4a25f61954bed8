"""A dozen kills of three commands: at fixed changes of the file system, each run again and equal byte by byte.

`make crash` kills all commands at random moments. Here the moments are those at which something could be lost: in front
of the change that finishes a unit of work, behind it, and while results are being written.
"""

import functools
import signal
import sys
from pathlib import Path

import pytest
from commands import COMMANDS
from kills import Reference, killed, prepared, reference
from warmed import Warm

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the warm process forks")
PLAN = [
    *(("train", which, sign) for which in ("first unit", "behind it") for sign in (signal.SIGKILL, signal.SIGINT)),
    ("train", "results", signal.SIGTERM),
    *(("study", which, signal.SIGKILL) for which in ("first unit", "behind it", "results", "end")),
    ("study", "results", signal.SIGINT),
    ("fit map", "first unit", signal.SIGKILL),
    ("fit map", "end", signal.SIGTERM),
]


@pytest.fixture(scope="module")
def whole(warm: Warm, table: Path, tmp_path_factory: pytest.TempPathFactory):
    """Each command left alone, run when it is first asked for."""

    @functools.cache
    def run(name: str) -> Reference:
        return reference(
            warm, prepared(warm, tmp_path_factory.mktemp("whole") / "whole", table), COMMANDS[name], times=1
        )

    return run


def moment(whole: Reference, which: str) -> int:
    """In front of which change of the file system the kill comes."""
    units = [i for i, change in enumerate(whole.ended.changes, start=1) if whole.command.is_unit(change)]
    last = len(whole.ended.changes)
    return {"first unit": units[0], "behind it": units[0] + 1, "results": (units[-1] + last) // 2, "end": last - 5}[
        which
    ]


@pytest.mark.parametrize(("name", "which", "sign"), PLAN)
def test_a_killed_command_run_again_is_as_if_nothing_had_happened(warm, table, whole, tmp_path, name, which, sign):
    folder, one = prepared(warm, tmp_path / "killed", table), whole(name)
    kill = killed(warm, folder, name, one, sign, at=moment(one, which))
    assert kill.struck and kill.wrong == () and kill.lost <= one.command.lost


def test_the_harness_sees_what_differs(whole):
    """The comparison could fail: a byte that changes, a file that is missing, one that was left behind."""
    from same import differing, plain

    one = whole("train")
    name = next(iter(one.files))
    assert differing(one.files, one.files) == []
    assert f"{name} is missing" in differing({}, one.files)[0]
    assert "was left behind" in differing(one.files | {".1.x": b""}, one.files)[0]
    assert "differs at byte 0" in differing(one.files | {name: b"?"}, one.files)[0]
    assert plain("metrics.csv", b"reward,seconds\n1,0.5") == b"reward\n1"
    assert plain("r.html", b"<dt>Date</dt><dd>2026-01-02</dd>, r = 0.5") == b", r = 0.5"
