"""Spoil tables in every layout and read them: no traceback, no hang, bounded memory, nothing odd accepted in silence.

    python -m benchmarks.fuzz --tables 100000 --seed 0 --workers 2
    python -m benchmarks.fuzz --seed 0 --only 4711            # shows one table and what comes of it

Each table is a small sound one with one class of mutation (`benchmarks.fuzz_mutations`), whose right answer is known.
The command prints counts by class, writes them to a file with --write, and fails where there is a fault.
"""

import argparse
import multiprocessing
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks.fuzz_judge import Case, shown, tried
from benchmarks.fuzz_mutations import MUTATIONS
from benchmarks.fuzz_sheets import LAYOUTS
from neurorl.core.catalogue import names

BATCH = 100  # tables a worker does at once
PATIENCE = 600  # s for a batch, after which the run counts as hanging
MEMORY = 1024  # MiB that a worker may hold
_CAME = ("refused", "said", "same", "silent", "traceback", "hang")


@dataclass(frozen=True)
class Batch:
    """What came of some tables, and the largest resident set of the worker so far, MiB."""

    cases: list[Case]
    memory: float


def done(seed: int, first: int, last: int, layouts: list[str]) -> Batch:
    """Try the tables of these numbers."""
    import resource  # not on Windows

    home = "/dev/shm" if Path("/dev/shm").is_dir() else None  # in memory: each table is a file
    with tempfile.TemporaryDirectory(dir=home) as folder:
        cases = []
        for number in range(first, last):
            try:
                cases.append(tried(seed, number, layouts, Path(folder)))
            except LookupError:  # a class that none of these layouts can have
                continue
    return Batch(cases, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def run(
    tables: int, seed: int, workers: int, layouts: list[str], seconds: float = float("inf")
) -> tuple[list[Case], float]:
    """Try tables 0, 1, ... in several processes; stop early after `seconds`.

    Returns:
        the cases, and the largest resident set of a worker, MiB.

    Raises:
        TimeoutError: a batch is not done within `PATIENCE`.
    """
    began, cases, memory = time.monotonic(), [], 0.0
    starts = list(range(0, tables, BATCH))
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        while starts and time.monotonic() - began < seconds:
            now, starts = starts[: 2 * workers], starts[2 * workers :]
            waiting = [pool.submit(done, seed, first, min(first + BATCH, tables), layouts) for first in now]
            for batch in waiting:
                found = batch.result(timeout=PATIENCE)
                cases += found.cases
                memory = max(memory, found.memory)
            print(
                f"{len(cases):,} tables, {time.monotonic() - began:.0f} s, {memory:.0f} MiB",
                file=sys.stderr,
                flush=True,
            )
    return cases, memory


def faults(cases: Sequence[Case]) -> list[Case]:
    """Cases that came out otherwise than is right."""
    return [case for case in cases if case.is_fault]


def table(cases: Sequence[Case]) -> str:
    """Counts by class, in Markdown."""
    lines = [
        "| mutation | right | refused | said | same rows | accepted, changed | judgement |",
        "| --- | --- | --: | --: | --: | --: | --- |",
    ]
    wrong = Counter((case.mutation, case.right) for case in faults(cases))
    counts = Counter((case.mutation, case.right, case.came) for case in cases)
    for name, right in sorted({(case.mutation, case.right) for case in cases}):
        n = [f"{counts[name, right, came]:,}" for came in _CAME[:4]]
        judgement = "ok" if not wrong[name, right] else f"**{wrong[name, right]:,} wrong**"
        if right == "undetectable":
            judgement = MUTATIONS[name].why
        lines.append(f"| {name} | {right} | {' | '.join(n)} | {judgement} |")
    return "\n".join(lines)


def by_format(cases: Sequence[Case]) -> str:
    """Counts by layout, in Markdown."""
    lines = [
        "| layout | tables | refused | said | same rows | accepted, changed | wrong |",
        "| --- | --: | --: | --: | --: | --: | --: |",
    ]
    wrong, counts = Counter(c.layout for c in faults(cases)), Counter((c.layout, c.came) for c in cases)
    for layout in dict.fromkeys(c.layout for c in sorted(cases, key=lambda c: list(LAYOUTS).index(c.layout))):
        n = [counts[layout, came] for came in _CAME]
        lines.append(f"| {layout} | {sum(n):,} | {' | '.join(f'{each:,}' for each in n[:4])} | {wrong[layout]:,} |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description=__doc__.splitlines()[0])
    parser.add_argument("--tables", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument(
        "--formats", default="", help=f"comma-separated, of {', '.join(names('format'))}; all by default"
    )
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop early after this time, s")
    parser.add_argument("--only", type=int, help="one table by its number: show it, and what comes of it")
    parser.add_argument("--write", type=Path, help="file for the tables of counts")
    options = parser.parse_args()
    formats = options.formats.split(",") if options.formats else list(names("format"))
    layouts = [name for name, layout in LAYOUTS.items() if layout.sheet.format in formats]
    if not layouts:
        parser.error(f"there is no format {options.formats}; there are {', '.join(names('format'))}")
    again = f"python -m benchmarks.fuzz --seed {options.seed}" + (
        f" --formats {options.formats}" if options.formats else ""
    )
    if options.only is not None:
        (case,) = done(options.seed, options.only, options.only + 1, layouts).cases
        print(shown(options.seed, options.only, layouts))
        print(f"right: {case.right}; came: {case.came}\n{case.text}")
        return int(bool(faults([case])))
    began = time.monotonic()
    cases, memory = run(options.tables, options.seed, options.workers, layouts, options.seconds)
    cases = [case for case in cases if case.came != "unwritten"]
    took, wrong = time.monotonic() - began, faults(cases)
    listed = Counter()
    for case in wrong:
        listed[case.mutation, case.layout, case.came] += 1
        if listed[case.mutation, case.layout, case.came] == 1:
            print(f"\n{case.came} (right: {case.right}): {again} --only {case.number}")
            print(f"{case.text[-1500:]}\n{shown(options.seed, case.number, layouts)[:900]}")
    came = Counter(case.came for case in cases)
    said = (
        f"{len(cases):,} tables, seed {options.seed}, {len(cases) / took:.0f} a second with {options.workers} workers: "
        f"{came['traceback']} tracebacks, {came['hang']} hangs, {len(wrong)} judged wrong; largest resident set "
        f"{memory:.0f} MiB."
    )
    text = f"{table(cases)}\n\n{by_format(cases)}\n\n{said}\n"
    print(f"\n{text}\nWrong by class and layout: {dict(listed)}")
    if options.write:
        whole = f"{again} --tables {options.tables} --workers {options.workers}"
        head = f"# Tables fuzzed, class by class\n\nWritten by `{whole} --write {options.write}`."
        options.write.write_text(f"{head}\n\n{text}")
    return int(bool(wrong) or memory > MEMORY)


if __name__ == "__main__":
    sys.exit(main())
