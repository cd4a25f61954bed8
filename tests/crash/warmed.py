"""The warm process from the side of the tests: a command goes in, how it ended comes out."""

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Ended:
    """How a command ended.

    Attributes:
        code: its exit code, or minus the signal that ended it.
        hung: whether it did not end by itself in time.
        seconds: how long it ran.
        out, err: what it printed.
        changes: what it changed below its folder, in order: (event, path).
    """

    code: int
    hung: bool
    seconds: float
    out: str
    err: str
    changes: tuple[tuple[str, str], ...]


class Warm:
    """A warm process. Its cache of compiled programs is that of the test suite; everything else is the caller's."""

    def __init__(self) -> None:
        env = {**os.environ, "NEURORL_DEVICES": "1", "PYTHONWARNINGS": "ignore::RuntimeWarning"}
        env.pop("NEURORL_DEBUG", None)
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / "warm.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env
        )
        assert json.loads(self._process.stdout.readline())["ready"], "a JAX backend was started before the fork"
        self._logs = itertools.count()

    def __call__(self, argv: Sequence[str], cwd: Path, **asked: Any) -> Ended:
        """Run a command in a folder.

        Args:
            argv: without `neurorl`.
            cwd: the folder; its cache of evidence is beside it.
            asked: `signal` with `at` or `after`, `env`, `without`, `limit`, `largest_file`, `closed_output`, `log`: see
                `warm`.
        """
        log = asked.pop("log", None) or cwd.parent / f"{cwd.name}-log{next(self._logs)}"
        env = {"NEURORL_CACHE": str(cwd / "cache")} | asked.pop("env", {})
        request = {"argv": list(argv), "cwd": str(cwd), "log": str(log), "env": env, "limit": 300} | asked
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        for part in ("out", "err", "changes"):
            Path(f"{log}.{part}").unlink()
        changes = tuple(tuple(line.split(" ", 1)) for line in answer.pop("changes").splitlines())
        return Ended(changes=changes, **answer)

    def close(self) -> None:
        """End the process."""
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(30)
