"""Measure the rows and write the table: `python -m benchmarks [--quick] [NAME ...]`."""

import argparse
import json
import os
import subprocess
import sys
import time
from importlib.metadata import PackageNotFoundError

from benchmarks.table import RESULTS, machine, table, write_table

NAMES = (
    "train_speed",
    "sharding",
    "bandit_steps",
    "likelihood",
    "many_subjects",
    "map_fit",
    "nuts",
    "mice_map",
    "startup",
    "floating_point",
    "train_wang2018",
    "harlow_frames",
    "time_to_effect",
    "dqn_frames",
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of {', '.join(NAMES)}; all if none is named")
    parser.add_argument(
        "--quick", action="store_true", help="a short trial of each, judged by no target; writes no file"
    )
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in NAMES]
    if unknown:
        parser.error(f"there is no benchmark {', '.join(unknown)}; there are {', '.join(NAMES)}")

    try:
        here = machine()
    except PackageNotFoundError as missing:
        print(f"The peer {missing.name} is not installed; run: pip install 'neurorl[bench]'.", file=sys.stderr)
        return 1
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    measured, failed = {}, []
    for name in options.names or NAMES:
        began, load = time.perf_counter(), os.getloadavg()[0]
        print(f"{name} ...", file=sys.stderr, flush=True)
        # A process each: the number of devices, threads and what is compiled are fixed for good in one.
        command = [sys.executable, "-m", f"benchmarks.{name}", *(["--quick"] if options.quick else [])]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
        if done.returncode:
            failed.append(name)
            continue
        rows = json.loads(done.stdout.splitlines()[-1])
        measured[name] = {
            "rows": [row | {"target": "", "met": None} for row in rows] if options.quick else rows,
            "machine": here,
            "load_before": load,
            "seconds": round(time.perf_counter() - began, 1),
        }
    together = {name: (results | measured)[name] for name in NAMES if name in results | measured}
    if options.quick:
        print(table(measured))
    else:
        RESULTS.write_text(json.dumps(together, indent=1) + "\n")
        write_table(together)
        print(table(together))
    if failed:
        print(f"Not measured, see the messages above: {', '.join(failed)}.", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
