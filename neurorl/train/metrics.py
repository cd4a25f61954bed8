"""The learning curve of a run as rows, as columns, and as `metrics.csv`.

The checkpoints hold the curve; the file is for people, and is made again where it is lost or damaged.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from neurorl.core.algorithm import Algorithm
from neurorl.core.files import write_text

Rows = list[tuple[Any, ...]]


def columns_of(algorithm: Algorithm) -> tuple[str, ...]:
    """The columns of the learning curve: what the algorithm reports, between replica, sessions and seconds."""
    return ("replica", "sessions", *algorithm.metrics, "seconds")


def rows_from(algorithm: Algorithm, measured: Mapping[str, Any], sessions: int, seconds: float) -> Rows:
    """One row a replica: means over the updates of a chunk.

    Args:
        algorithm: what was trained by.
        measured: name -> [replicas, updates].
        sessions: that each replica has had.
        seconds: that the chunk took.
    """
    means = [np.asarray(measured[name]).mean(axis=1) for name in algorithm.metrics]
    return [(replica, sessions, *map(float, row), seconds) for replica, row in enumerate(zip(*means, strict=True))]


def line(algorithm: Algorithm, rows: Rows, speed: float) -> str:
    """What the progress bar says of a chunk: the first two metrics, means over replicas, and the speed, steps/s."""
    first = [
        f"{name.replace('_', ' ')} {np.mean([row[2 + i] for row in rows]):.3f}"
        for i, name in enumerate(list(algorithm.metrics)[:2])
    ]
    return "  ".join([*first, f"{speed / 1e3:,.0f}k steps/s"])


def curve_of(columns: Sequence[str], rows: Rows) -> dict[str, np.ndarray]:
    """The rows as columns."""
    return {name: np.array([row[i] for row in rows]) for i, name in enumerate(columns)}


def rows_of(curve: Mapping[str, np.ndarray]) -> tuple[tuple[str, ...], Rows]:
    """The names of the columns, and the rows."""
    return tuple(curve), list(zip(*(column.tolist() for column in curve.values()), strict=True))


def write(folder: Path, columns: Sequence[str], rows: Rows) -> None:
    """Write `metrics.csv`, whole or not at all."""
    write_text(folder / "metrics.csv", _text(columns, rows))


def mend(folder: Path, columns: Sequence[str], rows: Rows) -> list[str]:
    """Write `metrics.csv` again where it does not begin with these rows; a sentence where that was so.

    A run that was killed between metrics and checkpoint has the rows of one chunk more, which is no damage.
    """
    path, text = folder / "metrics.csv", _text(columns, rows)
    try:
        found = path.read_bytes().decode()
        wrong = "" if found.startswith(text) else "was damaged"
    except FileNotFoundError:
        wrong = "was lost"
    except (OSError, ValueError) as error:
        wrong = f"could not be read ({error})"
    if not wrong:
        return []
    write_text(path, text)
    return [f"{path} {wrong}; it is written again from the checkpoint."]


def _text(columns: Sequence[str], rows: Rows) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()
