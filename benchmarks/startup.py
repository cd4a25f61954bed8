"""Rows: how long the command line and the import take, and what the demo costs in time and memory.

Every figure is of a whole process, from its start to its end.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.row import Row, hand_over
from benchmarks.timing import interleaved

# What the `neurorl` script runs.
COMMAND = [sys.executable, "-c", "import sys; from neurorl.cli.main import main; sys.exit(main())"]
PROCESSES = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "import neurorl": [sys.executable, "-c", "import neurorl"],
    "import jax": [sys.executable, "-c", "import jax"],
    "neurorl --help": [*COMMAND, "--help"],
}
# What JAX_LOG_COMPILES=1 makes JAX say of each program (tracing is left out: inner programs count twice there).
COMPILING = {
    "lowering": r"Finished jaxpr to MLIR module conversion .* in ([\d.e-]+) sec",
    "xla": r"Finished XLA compilation .* in ([\d.e-]+) sec",
}


def measure(quick: bool) -> list[Row]:
    def work(command: list[str]) -> Any:
        return lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    times = interleaved({name: work(command) for name, command in PROCESSES.items()}, repeats=3 if quick else 9)
    seconds = {name: t.median for name, t in times.items()}
    beside = f"bare Python {1e3 * seconds['python -c pass']:.0f} ms, `import jax` {1e3 * seconds['import jax']:.0f} ms"
    rows = [
        Row(
            f"`{name}`, whole process",
            ours=f"{1e3 * seconds[name]:.0f} ms",
            peer=beside,
            target=target,
            met=seconds[name] < 1 if target else None,
            how="processes started in turn",
            numbers={"seconds": seconds} if name == "neurorl --help" else {},
        )
        for name, target in (("neurorl --help", "under 1 s"), ("import neurorl", ""))
    ]
    return [*rows, _demo("smoke" if quick else "quick")]


def _demo(scale: str) -> Row:
    """The demo's own command in a process of its own, with nothing cached."""
    home = Path(tempfile.mkdtemp(prefix="neurorl-bench-"))
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JAX_", "XLA_", "NEURORL_"))}
    environment = kept | {"NEURORL_CACHE": str(home / "cache"), "JAX_LOG_COMPILES": "1"}
    arguments = ["run", "two_step", "--scale", scale, "--seed", "0", "--out", str(home / "runs")]
    try:
        with (home / "log").open("w") as log:
            began = time.perf_counter()
            process = subprocess.Popen([*COMMAND, *arguments], env=environment, stdout=log, stderr=log)
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - began
        said = (home / "log").read_text()
        if os.waitstatus_to_exitcode(status):
            raise RuntimeError(f"neurorl {' '.join(arguments)} did not end well; the last it said:\n{said[-2000:]}")
        origin = json.loads(next(home.glob("runs/**/result.json")).read_text())["origin"]
    finally:
        shutil.rmtree(home, ignore_errors=True)
    memory = usage.ru_maxrss / 2**20  # Linux counts it in KiB
    compiling = {what: sum(map(float, re.findall(pattern, said))) for what, pattern in COMPILING.items()}
    return Row(
        f"the demo, `neurorl run two_step --scale {scale} --seed 0`",
        ours=f"{seconds:.0f} s, {sum(compiling.values()):.0f} s of them compiling; peak {memory:.2f} GiB",
        target="within 300 s and under 4 GiB" if scale == "quick" else "",
        met=seconds <= 300 and memory < 4 if scale == "quick" else None,
        how="one process, empty caches; memory is its largest resident set, compiling is what JAX logs of lowering "
        "and XLA",
        numbers={
            "seconds": seconds,
            "cpu_seconds": usage.ru_utime + usage.ru_stime,
            "peak_gib": memory,
            "compile_seconds": compiling,
            "stage_seconds": origin.get("seconds"),
        },
    )


if __name__ == "__main__":
    hand_over(measure)
