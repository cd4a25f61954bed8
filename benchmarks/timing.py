"""Times work side by side: warm, interleaved, medians."""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Times:
    """Seconds of the repeats of one piece of work."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    def summary(self) -> dict[str, float]:
        """What is kept in results.json; the largest is near the smallest on an idle machine."""
        return {"median": self.median, "min": min(self.seconds), "max": max(self.seconds), "repeats": len(self.seconds)}


class Worker:
    """A process that stays warm between repeats: settings that are fixed when a process starts need one each."""

    def __init__(self, module: str, *arguments: object) -> None:
        command = [sys.executable, "-m", module, *map(str, arguments)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.ready = self._answer()

    def __call__(self) -> float:
        """Do the work once; returns the seconds it took."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return self._answer()["seconds"]

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()

    def _answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{' '.join(self.process.args[1:])} ended early; its own message is above.")  # type: ignore[index]
        return json.loads(line)


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def serve(work: Callable[[], float], **about: Any) -> None:
    """The other end of `Worker`: do `work` once for each line that arrives; `about` is what `ready` holds."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what the work itself prints goes to standard error
    print(json.dumps(about), file=answers, flush=True)
    for _ in sys.stdin:
        print(json.dumps({"seconds": work()}), file=answers, flush=True)


def interleaved(work: Mapping[str, Callable[[], object]], repeats: int, *, warm: bool = True) -> dict[str, Times]:
    """Time all pieces of work in turn, `repeats` rounds, so that a slow minute of the machine hits all alike.

    Args:
        work: name -> a function that returns when the work is done, or a `Worker`, which times itself.
        warm: call each once before the first round, untimed.
    """
    for run in work.values() if warm else ():
        run()
    seconds: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(repeats):
        for name, run in work.items():
            if isinstance(run, Worker):
                seconds[name].append(run())
                continue
            began = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - began)
    return {name: Times(tuple(s)) for name, s in seconds.items()}
