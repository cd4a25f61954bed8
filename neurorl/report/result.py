"""The result of a study as an object and as a folder of files; one is made from the other."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from neurorl.core.card import Card
from neurorl.core.errors import StorageFailed
from neurorl.core.files import write_text
from neurorl.core.study import Expect, Kind, Verdict
from neurorl.data.inflating import require_modest_parquet
from neurorl.report.files import strict_json
from neurorl.report.plain_result import require_plain

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

    def counts(self, kind: Kind = "finding") -> dict[str, int]:
        """How many claims of one kind held, were missed and were not run; identities of the code count apart."""
        outcomes = [verdict.outcome for verdict in self.verdicts if verdict.expect.kind == kind]
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
            "identities": self.counts("identity"),
            "verdicts": [
                asdict(v.expect) | {"value": v.value, "interval": v.interval, "outcome": v.outcome}
                for v in self.verdicts
            ],
            "measures": self.values,
            "tables": {name: self.captions.get(name) for name in self.tables},
            "figures": self.figures,
            "origin": self.origin,
        }


def totals(results: Sequence[StudyResult], kind: Kind = "finding") -> dict[str, int]:
    """How many claims of one kind held, were missed and were not run, over several studies."""
    return {
        outcome: sum(result.counts(kind)[outcome] for result in results) for outcome in ("held", "missed", "not run")
    }


def counted(results: Sequence[StudyResult]) -> str:
    """The verdicts of some studies as a phrase: "23 held, 1 missed; and 9 identities of the code hold"."""
    findings, identities = totals(results), totals(results, "identity")
    parts = [", ".join(f"{n} {outcome}" for outcome, n in findings.items() if n)]
    held, broken = identities["held"], identities["missed"]
    if held:
        parts.append(f"{held} identit{'y' if held == 1 else 'ies'} of the code hold{'s' if held == 1 else ''}")
    if broken:
        parts.append(f"{broken} identit{'y is' if broken == 1 else 'ies are'} broken, which is an error in the code")
    return "; and ".join(part for part in parts if part)


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
        require_plain(content)
        paths = {name: folder / "tables" / f"{name}.parquet" for name in content["tables"]}
        for path in paths.values():
            require_modest_parquet(path)
        tables = {name: pd.read_parquet(path) for name, path in paths.items()}
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


def _read_json(folder: Path) -> dict[str, Any]:
    path = folder / RESULT
    if not path.is_file():
        inside = sorted(str(found.parent) for found in folder.glob(f"**/{RESULT}")) if folder.is_dir() else []
        hint = f"Results are in: {', '.join(inside[:5])}." if inside else "`neurorl run STUDY` makes one."
        raise StorageFailed(f"There is no {RESULT} in {folder}. {hint}")
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise StorageFailed(f"{path} cannot be read ({error}). Run the study again.") from error


def _verdict(item: dict[str, Any]) -> Verdict:
    low = -math.inf if item["low"] is None else item["low"]
    high = math.inf if item["high"] is None else item["high"]
    more = {name: item[name] for name in ("kind", "end", "given") if name in item}  # older results have none of them
    expect = Expect(item["claim"], item["measure"], low, high, item["source"], item["basis"], item["scale"], **more)
    ends = item.get("interval")
    low_end, high_end = (math.nan if end is None else float(end) for end in ends or (None, None))
    interval = None if ends is None else (low_end, high_end)
    return Verdict(expect, item["value"], item["outcome"], interval)
