"""The report of a whole paper: one self-contained page, study by study, figure by figure, claim by claim."""

import os
from collections.abc import Sequence
from html import escape
from pathlib import Path

from neurorl.core.files import write_text
from neurorl.core.paper import Paper
from neurorl.report.numbers import seconds
from neurorl.report.page import CSS, counts_html, figures_html, verdict_table_html
from neurorl.report.provenance import command
from neurorl.report.result import PAGE, StudyResult


def write_paper_page(folder: Path, paper: Paper, results: Sequence[StudyResult], failed: dict[str, str]) -> Path:
    """Write `report.html` of a paper and return its path.

    Args:
        folder: where.
        paper: which.
        results: of its studies, in its order.
        failed: study -> sentence, for those that could not be run.
    """
    page = folder / PAGE
    write_text(page, _page_html(folder, paper, results, failed))
    return page


def _page_html(folder: Path, paper: Paper, results: Sequence[StudyResult], failed: dict[str, str]) -> str:
    scale, seed = (results[0].scale, results[0].seed) if results else ("", 0)
    links = "".join(f'<a href="#{escape(r.study)}">{escape(r.study.replace("_", " "))}</a>' for r in results)
    lost = "".join(f"<li><b>{escape(name)}</b> could not be run: {escape(why)}</li>" for name, why in failed.items())
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(paper.card.title)}</title><style>{CSS.read_text(encoding='utf-8')}</style></head>\n<body><main>\n"
        f'<header><p class="eyebrow">neurorl · {escape(paper.name)} · {escape(scale)} scale · seed {seed}</p>'
        f'<h1>{escape(paper.card.title)}</h1><p class="lead">{escape(paper.card.summary)}</p>'
        f'<nav aria-label="Contents">{links}</nav></header>\n'
        f'<section id="overview"><h2>Overview</h2>{counts_html(results)}{_overview(folder, results)}'
        f"{f'<ul>{lost}</ul>' if lost else ''}</section>\n"
        f"{''.join(_study(folder, result) for result in results)}</main></body></html>\n"
    )


def _overview(folder: Path, results: Sequence[StudyResult]) -> str:
    heads = (
        ("Study", ""),
        ("Held", "n"),
        ("Missed", "n"),
        ("Not run", "n"),
        ("Identities", "n"),
        ("Gathered in", "n"),
        ("Missed claims", ""),
    )
    head = "".join(f'<th scope="col" class="{kind}">{title}</th>' for title, kind in heads)
    rows = []
    for result in results:
        counts = result.counts()
        missed = "; ".join(v.expect.claim for v in result.verdicts if v.outcome == "missed") or "none"
        cells = "".join(f'<td class="n">{counts[outcome]}</td>' for outcome in ("held", "missed", "not run"))
        identities = result.counts("identity")
        broken = f", {identities['missed']} broken" if identities["missed"] else ""
        cells += f'<td class="n">{identities["held"]}{broken}</td>'
        took = seconds(result.origin.get("seconds", {}).get("gather"))
        rows.append(
            f'<tr><th scope="row"><a href="#{escape(result.study)}">{escape(result.card.title)}</a></th>{cells}'
            f'<td class="n">{took}</td><td class="source">{escape(missed)}</td></tr>'
        )
    return (
        '<div class="scroll" role="region" tabindex="0" aria-label="Studies"><table class="verdicts">'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _study(folder: Path, result: StudyResult) -> str:
    name = escape(result.study)
    own = escape(Path(os.path.relpath(result.page, folder)).as_posix(), quote=True)
    return (
        f'<section id="{name}" aria-labelledby="h-{name}"><h2 id="h-{name}">{escape(result.card.title)}</h2>'
        f"<p>{escape(result.card.summary)}</p>"
        f'<p class="files"><a href="{own}">tables, notes and provenance</a><code>{escape(command(result))}</code></p>'
        f"{figures_html(result, prefix=result.study + '-', files=False)}{counts_html([result])}"
        f"{verdict_table_html(result)}</section>\n"
    )
