"""Disks that are full or read-only, no home, a closed standard output, long names: a sentence, and nothing torn."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import COMMANDS
from kills import prepared
from same import contents
from warmed import Ended

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the warm process forks")

LONG = "n" * 300
WRITERS = {name: COMMANDS[name] for name in ("train", "study", "recover", "fit map")}


def sentence(ended: Ended, code: int) -> str:
    """What a command said; it ended with this code and without a traceback."""
    assert ended.code == code, (ended.code, ended.err[-500:])
    assert "Traceback" not in ended.err and "Unexpected error" not in ended.err
    assert code == 0 or ended.err.strip().endswith((".", "?")), ended.err[-300:]
    return ended.err


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real disk of 64 KiB."""
    place = tmp_path / "disk"
    place.mkdir()
    try:
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)], check=True, capture_output=True, timeout=10
        )
    except (OSError, subprocess.SubprocessError) as error:
        pytest.skip(
            f"a disk cannot be mounted here ({error}); the test with a limit on the size of files stands for it"
        )
    yield place
    subprocess.run(["umount", str(place)], check=True, timeout=10)


SLOW = {"recover", "fit map"}
EACH = [pytest.param(name, marks=[pytest.mark.slow] if name in SLOW else []) for name in WRITERS]


@pytest.mark.parametrize("name", [each for each in EACH if each.values[0] in ("train", "fit map")])
def test_a_full_disk(warm, table, small_disk, tmp_path, name):
    command = COMMANDS[name]
    folder = prepared(warm, small_disk / "work", table)
    pages = os.statvfs(small_disk).f_bavail
    (small_disk / "filler").write_bytes(bytes(4096 * (pages - 3)))
    logs = {"log": str(tmp_path / "log")}
    said = sentence(warm(command.argv, folder, **logs), 4)
    assert "No space left on device" in said and "could not be written" in said
    assert not [path for path in folder.rglob(".*.*") if path.is_file()], "temporary files were left"
    (small_disk / "filler").unlink()
    subprocess.run(["mount", "-o", "remount,size=10m", str(small_disk)], check=True, timeout=10)
    again = warm(command.again, folder, **logs)
    assert again.code == 0, again.err[-300:]


@pytest.mark.parametrize("name", EACH)
def test_a_limit_on_the_size_of_files(warm, table, tmp_path, name):
    """Where no disk can be mounted: the system refuses every file of more than 2,000 bytes."""
    folder = prepared(warm, tmp_path / "work", table)
    before = contents(folder)
    said = sentence(warm(WRITERS[name].argv, folder, largest_file=2_000), 4)
    assert "File too large" in said and "written" in said
    large = [path for path in set(folder.rglob("*")) if path.is_file() and path.stat().st_size >= 2_000]
    assert {path.name for path in large} <= set(before), large


def test_a_cache_that_cannot_be_written(warm, table, tmp_path):
    """A study is run all the same, and says that nothing is cached. Fits and training need no cache."""
    folder = prepared(warm, tmp_path / "work", table)
    cache = {"env": {"NEURORL_CACHE": "/proc/nowhere"}}
    said = sentence(warm(WRITERS["study"].argv, folder, **cache), 0)
    assert "Nothing is cached: /proc/nowhere cannot be written" in said
    assert (folder / "runs" / "tiny" / "smoke-seed0" / "report.html").exists()
    sentence(warm(COMMANDS["train"].argv, folder, **cache), 0)


def test_no_home(warm, table, tmp_path):
    folder = prepared(warm, tmp_path / "work", table)
    sentence(warm(COMMANDS["train"].argv, folder, env={}, without=["HOME", "NEURORL_CACHE", "USER", "LOGNAME"]), 0)


@pytest.mark.parametrize("name", ["train", "list", "simulate"])
def test_standard_output_is_closed(warm, table, tmp_path, name):
    """Work is done all the same; a table that has nowhere to go is an error, and the reader's leaving is none."""
    argv = {"list": ("list",), "simulate": ("simulate", "bandit", "rescorla_wagner", "--steps", "3")}
    folder = prepared(warm, tmp_path / "work", table)
    ended = warm(argv.get(name, COMMANDS["train"].argv), folder, closed_output=True)
    assert ended.code in (0, 4, 141) and "Traceback" not in ended.err, ended.err[-300:]
    if name == "train":
        assert ended.code == 0 and (folder / "kept.npz").exists()


@pytest.mark.parametrize(
    "argv",
    [
        (*COMMANDS["train"].argv[:-4], "--out", LONG),
        (*COMMANDS["train"].argv[:-2], "--keep", f"{LONG}.npz"),
        (*COMMANDS["fit map"].argv[:-2], "--out", LONG),
        (*COMMANDS["study"].argv[:-2], "--out", LONG),
        ("simulate", "bandit", "rescorla_wagner", "--steps", "3", "--out", f"{LONG}.csv"),
        ("recover", "bandit", "--agents", "rescorla_wagner", "--steps", "3", "--out", LONG),
        ("train", "bandit", f"{LONG}.py"),
        ("simulate", "bandit", f"{LONG}.py"),
        ("simulate", LONG, LONG),
        ("fit", f"{LONG}.csv", "--task", "bandit", "--agents", "rescorla_wagner"),
        ("fit", "choices.csv", "--task", "bandit", "--agents", LONG),
        ("run", LONG),
        ("report", LONG),
        ("show", LONG),
        ("cite", f"{LONG}.py"),
        ("check", f"{LONG}.py"),
        ("new", "agent", LONG),
        ("convert", f"{LONG}.csv", f"{LONG}.parquet", "--task", "bandit"),
        ("train", f"{LONG}.npz"),
        ("simulate", "bandit", "lstm", "--trained", LONG),
    ],
    ids=lambda argv: " ".join(part[:12] for part in argv[:2]),
)
def test_names_of_300_characters(warm, table, tmp_path, argv):
    folder = prepared(warm, tmp_path / "work", table)
    before = contents(folder)
    ended = warm(argv, folder)
    assert ended.code in (2, 4), (ended.code, ended.err[-400:])
    sentence(ended, ended.code)
    assert contents(folder) == before


@pytest.mark.slow
def test_subjects_and_agent_files_with_long_names(warm, table, tmp_path):
    """What is long but may be: 300 characters as the name of a subject, 200 as that of an agent's file."""
    folder = prepared(warm, tmp_path / "work", table)
    text = (folder / "choices.csv").read_text().splitlines()
    head, rows = text[0].split(","), [line.split(",") for line in text[1:]]
    for row in rows:
        row[head.index("subject")] = f"{LONG}{row[head.index('subject')]}"
    (folder / "choices.csv").write_text("\n".join(",".join(row) for row in [head, *rows]) + "\n")
    mine = f"{'a' * 200}.py"
    (folder / mine).write_text("from neurorl.agents.rescorla_wagner import AGENT\n")
    argv = ["fit", "choices.csv", "--task", "bandit", "--agents", f"{mine},random_choice", "--starts", "1", "--quiet"]
    sentence(warm([*argv, "--no-checks", "--out", "fits"], folder), 0)
    assert LONG in (folder / "fits" / f"{'a' * 200}.csv").read_text()
    assert os.path.exists(folder / "fits" / "report.html")
