"""Every command line of the README, the docs and the help is one that the commands accept; the cheap ones are run."""

import functools
import importlib
import importlib.util
import inspect
import re
import shlex
from pathlib import Path

import pytest
import tyro

from neurorl.cli import main as cli
from neurorl.core import catalogue
from neurorl.zoo import zoo_names

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "neurorl").rglob("page.md")))
PLACEHOLDERS = {"NAME", "TASK", "AGENT", "STUDY", "A,B"}  # stand for names of the reader's own
OWN = re.compile(r"\.(py|csv|txt|nwb|parquet|npz|xlsx)\b")  # a file of the reader's own


def _lines() -> list[tuple[str, str]]:
    """(page, line) of each line of a code block, and each piece of inline code, that is a command."""
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        blocks = [line[4:] for line in text.splitlines() if line.startswith("    ")]
        inline = re.findall(r"`([^`\n]+)`", text)
        found += [(page.name, line) for line in (*blocks, *inline) if re.match(r"(neurorl|make|python -m) ", line)]
    for verb in cli.VERBS:
        found += [("--help", line) for line in importlib.import_module(f"neurorl.cli.{verb}").EXAMPLES]
    return [(page, part.strip()) for page, line in found for part in re.split(r";|&&", _bare(line))]


def _bare(line: str) -> str:
    """The line without its comment and without the file that its output goes to."""
    return re.split(r"\s+#\s|\s>\s", line)[0]


def _is_whole(line: str) -> bool:
    """Whether it is a command to type, and no mention such as `neurorl fit --regressors`."""
    words = line.split()
    if not words or "..." in line or set(words) & PLACEHOLDERS:
        return False
    return words[0] != "neurorl" or (len(words) > 2 and not words[2].startswith("--")) or words[1] == "list"


COMMANDS = list(dict.fromkeys((page, line) for page, line in _lines() if _is_whole(line)))
NEURORL = [(page, line) for page, line in COMMANDS if line.startswith("neurorl ")]


def _parsed(line: str) -> tuple[str, dict]:
    """The verb and the arguments that its function would be called with."""
    verb, *arguments = shlex.split(line)[1:]
    command = importlib.import_module(f"neurorl.cli.{verb}").command
    got = {}

    @functools.wraps(command)
    def instead(*args, **kwargs):
        got.update(inspect.signature(command).bind(*args, **kwargs).arguments)

    try:
        tyro.cli(instead, args=arguments, config=(tyro.conf.FlagCreatePairsOff,))
    except SystemExit as stop:
        raise AssertionError(f"{line}: not accepted") from stop
    return verb, got


def test_commands_are_found():
    assert len(NEURORL) > 100 and {page for page, _ in NEURORL} >= {"README.md", "fitting.md", "formats.md", "--help"}


@pytest.mark.parametrize(("page", "line"), NEURORL)
def test_it_is_accepted_and_its_names_exist(page, line, capsys):
    verb, got = _parsed(line)
    about = ("names", "name", "study", "task", "agent", "agents", "algorithm")
    named = [str(value) for name, value in got.items() if name in about]
    known = set(zoo_names()) | set(KINDS)
    for name in ",".join(named).split(","):
        name = name.partition("=")[2] or name
        if name and name != "None" and not OWN.search(name) and verb not in ("new", "cite"):
            assert name in known or catalogue.kinds_of(name), f"{page}: {line}: there is no '{name}'"


KINDS = (
    "tasks",
    "agents",
    "synapses",
    "algorithms",
    "studies",
    "datasets",
    "formats",
    "papers",
    "zoo",
    "study",
    "task",
    "agent",
    "synapse",
    "algorithm",
    "dataset",
)
CHEAP = [line for _, line in NEURORL if line.split()[1] in ("list", "show", "cite") and not OWN.search(line)]
# In this order: each uses the files of those before it.
IN_TURN = (
    "neurorl new agent my_agent",
    "neurorl new task my_bandit",
    "neurorl simulate bandit my_agent.py --subjects 20 --steps 200 --out choices.csv",
    "neurorl simulate my_bandit.py rescorla_wagner --out choices.csv",
    "neurorl convert my.csv --task bandit --dry-run",
    "neurorl convert trials.txt trials.csv",
    "neurorl convert trials.txt --dry-run",
)


@pytest.mark.parametrize("line", dict.fromkeys(CHEAP))
def test_cheap_commands_run(line, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli.main(shlex.split(line)[1:]) == 0
    assert capsys.readouterr().out.strip()


def test_commands_on_files_of_ones_own_run_in_turn(capsys, tmp_path, monkeypatch):
    assert set(IN_TURN) <= {line for _, line in NEURORL}, "a command of the list is in no page any more"
    monkeypatch.chdir(tmp_path)
    Path("trials.txt").write_text("subjID\ttrial\tchoice\toutcome\n1\t1\t1\t1\n1\t2\t2\t-1\n1\t3\t2\t1\n")
    Path("my.csv").write_text("subject,choice,reward\na,0,1\na,1,0\na,1,1\n")
    for line in IN_TURN:
        assert cli.main(shlex.split(line)[1:]) == 0, f"{line}: {capsys.readouterr().err}"


@pytest.mark.parametrize(("page", "line"), [(page, line) for page, line in COMMANDS if not line.startswith("neurorl ")])
def test_targets_and_modules_exist(page, line):
    words = line.split()
    if words[0] == "make":
        targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
        assert words[1] in targets, f"{page}: {line}"
    elif words[2].startswith("benchmarks"):
        assert importlib.util.find_spec(words[2]) is not None, f"{page}: {line}"
        if words[2] == "benchmarks":
            from benchmarks.__main__ import NAMES

            assert {word for word in words[3:] if not word.startswith("-")} <= set(NAMES), f"{page}: {line}"
