"""The result of a study as an object and as a folder of files; one is made from the other."""

import json
import math
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from neurorl.core.card import Card
from neurorl.core.errors import StorageFailed
from neurorl.core.files import write_text
from neurorl.core.study import Expect, Verdict
from neurorl.report.files import strict_json

RESULT = "result.json"
PAGE = "report.html"
_FORMAT = 1


@dataclass(frozen=True)
class StudyResult:
    """What a study brought out.

    Attributes:
        folder: where its files are.
        study, card, tasks, agents, notes: of the study.
        scale, seed: how it was run.
        values: measure name -> number (NaN where it could not be computed).
        verdicts: one a claim, in the study's order.
        tables: name -> data frame.
        captions: table name -> sentence; only captioned tables stand on the page.
        figures: figure name -> caption; the files are `figures/<name>.svg` and `.png`.
        origin: provenance, as plain values.
    """

    folder: Path
    study: str
    card: Card
    tasks: tuple[str, ...]
    agents: tuple[str, ...]
    notes: tuple[str, ...]
    scale: str
    seed: int
    values: dict[str, float]
    verdicts: tuple[Verdict, ...]
    tables: dict[str, Any]
    captions: dict[str, str]
    figures: dict[str, str]
    origin: dict[str, Any]

    @property
    def page(self) -> Path:
        """The report."""
        return self.folder / PAGE

    def counts(self) -> dict[str, int]:
        """How many claims held, were missed and were not run."""
        outcomes = [verdict.outcome for verdict in self.verdicts]
        return {outcome: outcomes.count(outcome) for outcome in ("held", "missed", "not run")}

    def as_dict(self) -> dict[str, Any]:
        """The content of `result.json`; tables and figures by name and caption."""
        return {
            "format": _FORMAT,
            "study": self.study,
            **asdict(self.card),
            "tasks": self.tasks,
            "agents": self.agents,
            "notes": self.notes,
            "scale": self.scale,
            "seed": self.seed,
            "counts": self.counts(),
            "verdicts": [asdict(v.expect) | {"value": v.value, "outcome": v.outcome} for v in self.verdicts],
            "measures": self.values,
            "tables": {name: self.captions.get(name) for name in self.tables},
            "figures": self.figures,
            "origin": self.origin,
        }


def write_result(result: StudyResult) -> None:
    """Write `result.json`; the tables and figures it names are written by the runner."""
    write_text(result.folder / RESULT, strict_json(result.as_dict()))


def read_result(folder: Path) -> StudyResult:
    """Read a result back from its folder.

    Raises:
        StorageFailed: the folder holds no whole result.
    """
    import pandas as pd

    content = _read_json(folder)
    try:
        _require_plain_names([*content["tables"], *content["figures"]])
        tables = {name: pd.read_parquet(folder / "tables" / f"{name}.parquet") for name in content["tables"]}
        return StudyResult(
            folder=folder,
            study=content["study"],
            card=Card(content["title"], content["summary"], tuple(content["refs"]), tuple(content["tags"])),
            tasks=tuple(content["tasks"]),
            agents=tuple(content["agents"]),
            notes=tuple(content["notes"]),
            scale=content["scale"],
            seed=content["seed"],
            values={name: math.nan if value is None else value for name, value in content["measures"].items()},
            verdicts=tuple(_verdict(item) for item in content["verdicts"]),
            tables=tables,
            captions={name: caption for name, caption in content["tables"].items() if caption is not None},
            figures=content["figures"],
            origin=content["origin"],
        )
    except (KeyError, TypeError, OSError, ValueError) as error:
        raise StorageFailed(
            f"The result in {folder} is not whole ({type(error).__name__}: {error}). Run the study again; what it "
            "gathered is cached."
        ) from error


def _require_plain_names(names: list[str]) -> None:
    """`ValueError` where a name of a table or a figure would lead out of the folder."""
    for name in names:
        if not re.fullmatch(r"[\w+-][\w .+-]*", name):
            raise ValueError(f"{name!r} is no name of a table or a figure")


def _read_json(folder: Path) -> dict[str, Any]:
    path = folder / RESULT
    if not path.is_file():
        inside = sorted(str(found.parent) for found in folder.glob(f"**/{RESULT}")) if folder.is_dir() else []
        hint = f"Results are in: {', '.join(inside[:5])}." if inside else "`neurorl run STUDY` makes one."
        raise StorageFailed(f"There is no {RESULT} in {folder}. {hint}")
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StorageFailed(f"{path} cannot be read ({error}). Run the study again.") from error


def _verdict(item: dict[str, Any]) -> Verdict:
    low = -math.inf if item["low"] is None else item["low"]
    high = math.inf if item["high"] is None else item["high"]
    expect = Expect(item["claim"], item["measure"], low, high, item["source"], item["basis"], item["scale"])
    return Verdict(expect, item["value"], item["outcome"])
