"""Running all studies of a paper, one after the other, into one report."""

from pathlib import Path
from typing import Any

from neurorl.core.catalogue import full_name, load
from neurorl.core.errors import BadValue, NeurorlError
from neurorl.core.files import write_text
from neurorl.core.lock import only_writer
from neurorl.core.paper import Paper
from neurorl.report.files import strict_json
from neurorl.report.paper_page import write_paper_page
from neurorl.report.result import StudyResult
from neurorl.report.runner import result_folder, run_study


def run_paper(
    paper: Paper,
    *,
    scale: str = "quick",
    seed: int = 0,
    out: Path = Path("runs"),
    say: Any = lambda text: None,
    **options: Any,
) -> tuple[list[StudyResult], dict[str, str], Path]:
    """Run every study of a paper and write one page beside their own reports.

    A study that fails for a reason this library foresees does not stop the others. The page is written anew after each
    study, so that a run that is stopped leaves what it had.

    Args:
        paper: which.
        scale, seed, out: as in `run_study`.
        say: called with a line before each study.
        options: further arguments of `run_study` (fresh, quiet, zoo, recipe).

    Returns:
        the results, the sentences of studies that failed, and the path of the page.
    """
    unknown = [name for name in paper.studies if full_name("study", name) is None]
    if unknown:
        raise BadValue(f"{paper.name} names studies that are not in the catalogue: {', '.join(unknown)}.")
    named = {name: options[name] for name in ("zoo", "recipe") if name in options}
    folder = result_folder(out, paper.name, scale, seed, **named)
    results: list[StudyResult] = []
    failed: dict[str, str] = {}
    page = folder / "report.html"
    with only_writer(folder):
        for i, name in enumerate(paper.studies, 1):
            say(f"[{i}/{len(paper.studies)}] {name}")
            try:
                results.append(run_study(load("study", name), scale=scale, seed=seed, out=out, **options))
            except NeurorlError as error:
                failed[name] = str(error)
            page = write_paper_page(folder, paper, results, failed)
            write_text(folder / "result.json", strict_json(summary(paper, results, failed)))
    return results, failed, page


def summary(paper: Paper, results: list[StudyResult], failed: dict[str, str]) -> dict[str, Any]:
    """The content of a paper's `result.json`: each study's result, and what failed."""
    return {
        "format": 1,
        "paper": paper.name,
        "studies": {result.study: result.as_dict() | {"folder": str(result.folder)} for result in results},
        "failed": failed,
    }
