"""Kill commands at random moments, run them again, and see whether anything differs from a run that was left alone.

    python tests/crash/kills.py --kills 200 --seed 0

A third of the kills come in front of a change of the file system drawn at random, the others at a random time; the
signal is SIGKILL, SIGTERM or SIGINT. After a kill every file with a name of its own must be whole: equal to that of the
undisturbed run. After the command has been run again, all files must be equal byte by byte, dates and durations aside,
nothing may be left behind, and at most one unit of work (a chunk of training, a stage of a fit) may have been done
twice.
"""

import argparse
import math
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from commands import COMMANDS, INPUT, Command
from same import contents, differing, plain
from warmed import Ended, Warm

from neurorl.core.errors import StorageFailed

SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
LIMIT = 900.0  # seconds after which a command counts as hung


@dataclass(frozen=True)
class Reference:
    """A command that was left alone: its results, its changes of the file system, and how long it took."""

    command: Command
    files: dict[str, bytes]
    ended: Ended

    @property
    def units(self) -> int:
        """How many units of work it finished."""
        return sum(map(self.command.is_unit, self.ended.changes))


@dataclass(frozen=True)
class Kill:
    """One kill: what it was, what it cost, and what was wrong afterwards (nothing, it is hoped)."""

    command: str
    how: str
    struck: bool
    lost: int
    wrong: tuple[str, ...]


def prepared(warm: Warm, folder: Path, table: Path | None) -> Path:
    """A new folder with the table of choices in it, simulated once."""
    folder.mkdir()
    if table is None:
        ended = warm((*INPUT, "--out", "choices.csv"), folder)
        assert ended.code == 0, ended.err
    else:
        shutil.copy(table, folder / "choices.csv")
    return folder


def results(command: Command, folder: Path) -> dict[str, bytes]:
    """The files that a command has left: those of its folder and others that it was asked for."""
    found = contents(folder / command.out) if (folder / command.out).exists() else {}
    return found | {
        name: plain(name, (folder / name).read_bytes()) for name in command.more if (folder / name).exists()
    }


def reference(warm: Warm, folder: Path, command: Command, times: int = 2) -> Reference:
    """The command, left alone. It runs twice, so that its time is that of compiled programs."""
    for _ in range(times):
        shutil.rmtree(folder / "cache", ignore_errors=True)
        shutil.rmtree(folder / command.out, ignore_errors=True)
        ended = warm(command.argv, folder, limit=10 * LIMIT)
        assert ended.code == 0, f"{' '.join(command.argv)}\n{ended.err}"
    return Reference(command, results(command, folder), ended)


def killed(warm: Warm, folder: Path, name: str, whole: Reference, sign: signal.Signals, **when: float) -> Kill:
    """Kill a command once in a folder that `prepared` made, run it again, and compare."""
    command = whole.command
    first = warm(command.argv, folder, signal=int(sign), limit=LIMIT, **when)
    how = f"{sign.name} {', '.join(f'{k} {v:.4g}' for k, v in when.items())}"
    wrong = [f"killed: {line}" for line in _torn(command, folder, whole)]
    if first.hung:
        wrong.append(f"did not stop within {LIMIT:.0f} s")
    struck = first.code != 0
    there = results(command, folder)
    complete = all(there.get(name) == content for name, content in whole.files.items())  # all that was left was to tidy
    if struck:
        wrong += _last_words(first, sign)
    second = warm(command.again, folder, limit=LIMIT)
    if second.code != 0:
        wrong.append(f"run again: exit code {second.code}: {second.err.strip()[-300:]}")
    else:
        wrong += differing(results(command, folder), whole.files)
    done = sum(map(command.is_unit, (*first.changes, *second.changes)))
    lost = done - whole.units if struck and not complete and second.code == 0 else 0
    reached = first.changes[int(when["at"]) - 1 :][:1] if struck and "at" in when else ()
    if any(map(command.is_unit, reached)):
        lost -= 1  # the change in front of which the kill came is in the log, and did not happen
    if lost > command.lost:
        wrong.append(f"{lost} units of work were done again, at most {command.lost} is expected")
    return Kill(name, how, struck, max(lost, 0), tuple(wrong))


def _last_words(ended: Ended, sign: signal.Signals) -> Iterable[str]:
    """What is wrong with how a killed command ended: whoever can be told stops with a sentence and 128 + the signal."""
    expected = -sign if sign == signal.SIGKILL else 128 + sign
    if ended.code == -sign and not ended.changes:
        return  # the command had not begun, and Python itself ended
    if ended.code != expected:
        yield f"{sign.name} ended with {ended.code}: {ended.err.strip()[-300:]}"
    elif sign != signal.SIGKILL and ("Traceback" in ended.err or not ended.err.strip().endswith(".")):
        yield f"{sign.name} left no sentence: {ended.err.strip()[-300:]}"


def _torn(command: Command, folder: Path, whole: Reference) -> list[str]:
    """Files of a killed run that stand under their own names and are not those of the undisturbed run."""
    lines = []
    for path in sorted((folder / command.out).rglob("*")) if (folder / command.out).exists() else ():
        name = path.relative_to(folder / command.out).as_posix()
        progress = any(part.startswith(".") for part in Path(name).parts) or name not in whole.files
        if not path.is_file() or progress:
            continue
        try:
            found = plain(path.name, path.read_bytes())
        except (ValueError, StorageFailed) as error:
            lines.append(f"{name} is torn ({error})")
            continue
        expected = whole.files[name]
        if found != expected and not (path.name == "metrics.csv" and expected.startswith(found)):
            lines.append(f"{name} is not whole")
    return lines


def drawn(key: random.Random, whole: Reference) -> dict[str, float]:
    """A random moment: in front of a change of the file system, or a time."""
    if key.random() < 1 / 3:
        return {"at": key.randint(1, len(whole.ended.changes))}
    return {"after": key.uniform(0.0, whole.ended.seconds)}


def main() -> int:
    """Kill, run again, compare, and write a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--only", default="", help="names of commands, separated by commas")
    parser.add_argument("--rare", default="fit nuts,zoo,fit with recovery", help="commands that get a third of a share")
    parser.add_argument("--minutes", type=float, default=math.inf, help="stop after so long, whatever is left")
    asked = parser.parse_args()
    key, began = random.Random(asked.seed), time.monotonic()
    names = [name for name in COMMANDS if not asked.only or name in asked.only.split(",")]
    weights = [1 / 3 if name in asked.rare.split(",") else 1.0 for name in names]
    plan = sorted(key.choices(names, weights, k=asked.kills), key=names.index)
    print(f"{asked.kills} kills, seed {asked.seed}", flush=True)
    found: list[Kill] = []
    with tempfile.TemporaryDirectory() as where:
        warm, home = Warm(), Path(where)
        table = prepared(warm, home / "table", None) / "choices.csv"
        whole: dict[str, Reference] = {}
        for i, name in enumerate(plan):
            if time.monotonic() - began > 60 * asked.minutes:
                break
            if name not in whole:
                whole[name] = reference(warm, prepared(warm, home / name, table), COMMANDS[name])
            sign, when = key.choice(SIGNALS), drawn(key, whole[name])
            folder = prepared(warm, home / f"kill{i}", table)
            kill = killed(warm, folder, name, whole[name], sign, **when)
            shutil.rmtree(folder)
            found.append(kill)
            said = "; ".join(kill.wrong) or ("ok" if kill.struck else "ended before the kill")
            print(f"{i + 1:4d} {name:18s} {kill.how:28s} lost {kill.lost}  {said}", flush=True)
        warm.close()
    print(summary(found, whole, time.monotonic() - began, asked.seed))
    return int(any(kill.wrong for kill in found))


def summary(found: list[Kill], whole: dict[str, Reference], seconds: float, seed: int) -> str:
    """The table for the page on reliability."""
    lines = [
        "",
        "| command | kills | of them in time | units of work | lost at most | results that differ |",
        "|---|---|---|---|---|---|",
    ]
    for name, one in whole.items():
        mine = [kill for kill in found if kill.command == name]
        most, bad = max(kill.lost for kill in mine), sum(bool(kill.wrong) for kill in mine)
        lines.append(f"| {name} | {len(mine)} | {sum(k.struck for k in mine)} | {one.units} | {most} | {bad} |")
    bad = sum(bool(kill.wrong) for kill in found)
    lines.append(f"| all | {len(found)} | {sum(k.struck for k in found)} | | {max(k.lost for k in found)} | {bad} |")
    return "\n".join(lines) + f"\n\nSeed {seed}, {seconds:.0f} s."


if __name__ == "__main__":
    sys.exit(main())
