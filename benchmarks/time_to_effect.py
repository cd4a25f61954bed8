"""Rows: time from nothing to each effect of Wang et al. 2018, as the shipped networks took it; nothing is run.

Every network of the zoo carries the learning curve of its training with the seconds of each chunk, of which the first
includes compiling. From these: the seconds of the whole training, the seconds until reward has made 95 % of its way
from the first chunk to the last twentieth, and environment steps a second (the median over chunks). Verdicts come from
results in `runs/`, where there are any.
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.row import Row, hand_over
from neurorl.zoo import load_zoo, zoo_names

RISEN = 0.95
RUNS = Path("runs")
COMPARED = "/feedback_"  # short trainings that are compared with one another; no effect rests on one of them


def measure(quick: bool) -> list[Row]:
    rows = [_row(name) for name in zoo_names() if name.startswith("wang2018/") and COMPARED not in name]
    if not rows:
        print("The zoo is empty; train its networks with `neurorl train`.", file=sys.stderr)
    return rows


def _row(name: str) -> Row:
    entry = load_zoo(name)
    origin, went = entry.origin, courses(entry.curve)
    whole, risen, speed = (
        float(np.mean(values))
        for values in (
            [c.whole for c in went],
            [c.risen for c in went],
            [c.steps_per_second(origin["network"]["config"]) for c in went],
        )
    )
    found = verdicts(origin["study"])
    together = f"{origin['replicas']} replicas at once" if len(went) == 1 else f"mean of {len(went)} trained singly"
    return Row(
        f"from nothing to {name.rpartition('/')[2].replace('_', ' ')}",
        ours=f"{_time(whole)}, reward risen after {_time(risen)}; {speed / 1e6:.2g} M steps/s",
        how=f"training of `{name}`, {together} on {origin['devices']}, as its curve tells"
        + (f"; then {found}" if found else ""),
        numbers={"whole_seconds": whole, "risen_seconds": risen, "steps_per_second": speed},
    )


@dataclass(frozen=True)
class Course:
    """How one training went, chunk by chunk: mean reward of its replicas, and seconds."""

    replicas: int
    reward: np.ndarray
    seconds: np.ndarray

    @property
    def whole(self) -> float:
        """Seconds of the whole training."""
        return float(self.seconds.sum())

    @property
    def risen(self) -> float:
        """Seconds until mean reward has risen by 95 % of what it rises in all."""
        end = self.reward[-max(len(self.reward) // 20, 1) :].mean()
        there = self.reward >= self.reward[0] + RISEN * (end - self.reward[0])
        return float(np.cumsum(self.seconds)[np.argmax(there)])

    def steps_per_second(self, config: dict[str, Any]) -> float:
        """Environment steps a second, all replicas together, in the median chunk."""
        steps = config["chunk"] * config["parallel"] * (config["unroll"] or config["steps"]) * self.replicas
        return steps / float(np.median(self.seconds))


def courses(curve: dict[str, np.ndarray]) -> list[Course]:
    """One course where the replicas were trained together, which then share the seconds; else one a replica."""
    each = []
    for replica in np.unique(curve["replica"]):
        mine = np.flatnonzero(curve["replica"] == replica)
        mine = mine[np.argsort(curve["sessions"][mine], kind="stable")]
        each.append(Course(1, *(np.asarray(curve[c], float)[mine] for c in ("reward", "seconds"))))
    if all(np.array_equal(c.seconds, each[0].seconds) for c in each):
        return [Course(len(each), np.mean([c.reward for c in each], axis=0), each[0].seconds)]
    return each


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
