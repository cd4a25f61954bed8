"""Rows: time from nothing to each effect of Wang et al. 2018, as the shipped networks took it; nothing is run.

Every network of the zoo carries the learning curve of its training with the seconds of each chunk, of which the first
includes compiling. From these: the seconds of the whole training, the seconds until reward has made 95 % of its way
from the first chunk to the last twentieth, and environment steps a second (the median over chunks). Verdicts come from
results in `runs/`, where there are any.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.row import Row, hand_over
from neurorl.zoo import load_zoo, zoo_names

RISEN = 0.95
RUNS = Path("runs")


def measure(quick: bool) -> list[Row]:
    rows = [_row(name) for name in zoo_names() if name.startswith("wang2018/")]
    if not rows:
        print("The zoo is empty; train its networks with `neurorl train`.", file=sys.stderr)
    return rows


def _row(name: str) -> Row:
    entry = load_zoo(name)
    origin, curve = entry.origin, entry.curve
    whole, risen = effect_seconds(curve)
    found = verdicts(origin["study"])
    speed = steps_per_second(curve, origin["network"]["config"], origin["replicas"])
    return Row(
        f"from nothing to {name.rpartition('/')[2].replace('_', ' ')}",
        ours=f"{_time(whole)}, reward risen after {_time(risen)}; {speed / 1e6:.2f} M steps/s",
        how=f"training of `{name}`, {origin['replicas']} replicas at once on {origin['devices']}, as its curve tells"
        + (f"; then {found}" if found else ""),
        numbers={"whole_seconds": whole, "risen_seconds": risen, "steps_per_second": speed},
    )


def effect_seconds(curve: dict[str, np.ndarray]) -> tuple[float, float]:
    """Seconds of all chunks, and until mean reward over replicas has risen by 95 % of what it rises in all."""
    n = len(np.unique(curve["replica"]))
    # One row a chunk and replica; replicas are trained together, so that they share the seconds.
    reward, seconds = (np.asarray(curve[c], float).reshape(-1, n).mean(axis=1) for c in ("reward", "seconds"))
    end = reward[-max(len(reward) // 20, 1) :].mean()
    risen = reward >= reward[0] + RISEN * (end - reward[0])
    elapsed = np.cumsum(seconds)
    return float(elapsed[-1]), float(elapsed[np.argmax(risen)])


def steps_per_second(curve: dict[str, np.ndarray], config: dict[str, Any], replicas: int) -> float:
    """Environment steps a second of all replicas, in the median chunk."""
    steps = config["chunk"] * config["parallel"] * (config["unroll"] or config["steps"]) * replicas
    return steps / float(np.median(curve["seconds"]))


def verdicts(study: str) -> str:
    """The claims of the newest result of this study at paper scale, as words; empty where there is none."""
    results = sorted(RUNS.glob(f"{study}/paper*/result.json"), key=lambda path: path.stat().st_mtime)
    if not results:
        return ""
    result: dict[str, Any] = json.loads(results[-1].read_text(encoding="utf-8"))
    held, judged = result["counts"]["held"], result["counts"]["held"] + result["counts"]["missed"]
    return f"{held} of {judged} claims of {study} held at paper scale"


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


if __name__ == "__main__":
    hand_over(measure)
