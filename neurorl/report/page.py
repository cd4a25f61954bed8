"""The report: one self-contained HTML page, from a result and nothing else.

It knows studies, verdicts, tables and figures; it knows no task and no agent.
"""

import base64
import re
from collections.abc import Sequence
from html import escape
from pathlib import Path

from neurorl.core.errors import StorageFailed, UnknownName
from neurorl.core.files import write_text
from neurorl.core.references import authors, keys_of, reference, split_place, where
from neurorl.core.study import Verdict
from neurorl.report.numbers import number, shown_bounds, shown_value
from neurorl.report.provenance import provenance_html
from neurorl.report.result import StudyResult, totals
from neurorl.report.table import table_html

CSS = Path(__file__).with_name("page.css")

# An SVG with very many points is larger than its picture and slow to show.
_LARGEST_SVG = 1_500_000

_BADGES = {"held": "✓ held", "missed": "✗ missed", "not run": "– not run"}
_BASIS = (
    "<b>Basis.</b> reported: the source prints the number; direction: the source shows the direction and the threshold "
    "is ours; ours: a number of this project. A claim that needs a larger scale is not run. An <b>identity</b> follows "
    "from the equations or from how the code is built, so that only an error in the code can break it; it counts apart."
)


def write_page(result: StudyResult) -> Path:
    """Write `report.html` beside the result's other files and return its path."""
    write_text(result.page, page_html(result))
    return result.page


def page_html(result: StudyResult) -> str:
    """The whole page. It asks for nothing from outside itself."""
    sections = {
        "Verdicts": _verdicts(result),
        "Figures": figures_html(result),
        "Tables": _tables(result),
        "Notes": _notes(result),
        "References": _references(result),
        "Provenance": provenance_html(result),
    }
    present = {title: body for title, body in sections.items() if body}
    links = "".join(f'<a href="#{title.lower()}">{title}</a>' for title in present)
    body = "".join(
        f'<section id="{title.lower()}" aria-labelledby="h-{title.lower()}"><h2 id="h-{title.lower()}">{title}</h2>'
        f"{content}</section>\n"
        for title, content in present.items()
    )
    css = CSS.read_text(encoding="utf-8")
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(result.card.title)}</title><style>{css}</style></head>\n<body><main>\n"
        f'<header><p class="eyebrow">neurorl · {escape(result.study)} · {escape(result.scale)} scale · '
        f"seed {escape(str(result.seed))}</p><h1>{escape(result.card.title)}</h1>"
        f'<p class="lead">{escape(result.card.summary)}</p><nav aria-label="Contents">{links}</nav></header>\n'
        f"{body}</main></body></html>\n"
    )


def _verdicts(result: StudyResult) -> str:
    if not result.verdicts:
        return ""
    return f'{counts_html([result])}{verdict_table_html(result)}<p class="key">{_BASIS}</p>{_all_measures(result)}'


def verdict_table_html(result: StudyResult) -> str:
    """Each claim with what was expected, what was measured, and the verdict."""
    heads = (("Claim", ""), ("Expected", "n"), ("Measured", "n"), ("Verdict", ""), ("Source", ""), ("Basis", ""))
    head = "".join(f'<th scope="col" class="{kind}">{title}</th>' for title, kind in heads)
    rows = "".join(_verdict_row(verdict) for verdict in result.verdicts)
    return (
        '<div class="scroll" role="region" tabindex="0" aria-label="Verdicts"><table class="verdicts">'
        "<caption>Each claim is an interval for one measure.</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def counts_html(results: Sequence[StudyResult]) -> str:
    """How many claims held, were missed and were not run, over all these studies; identities apart."""
    counts = {outcome: n for outcome, n in totals(results).items() if n}
    words = "".join(f"<span><b>{n}</b>{outcome}</span>" for outcome, n in counts.items())
    bar = "".join(f'<i class="{outcome.replace(" ", "-")}" style="flex:{n}"></i>' for outcome, n in counts.items())
    identities = totals(results, "identity")
    held, broken = identities["held"], identities["missed"]
    words += f"<span><b>{held}</b>identities of the code hold</span>" if held else ""
    words += f"<span><b>{broken}</b>identities of the code are broken</span>" if broken else ""
    return f'<p class="counts">{words}</p><div class="bar" aria-hidden="true">{bar}</div>'


def _verdict_row(verdict: Verdict) -> str:
    expect = verdict.expect
    badge = f'<span class="badge {verdict.outcome.replace(" ", "-")}">{_BADGES[verdict.outcome]}</span>'
    measured = shown_value(verdict)
    kind = "identity, " if expect.kind == "identity" else ""
    needs = f'<span class="needs">needs {escape(expect.scale)} scale</span>' if verdict.outcome == "not run" else ""
    return (
        f'<tr><th scope="row">{escape(expect.claim)}<span class="measure">{escape(expect.measure)}</span></th>'
        f'<td class="n">{shown_bounds(expect)}</td><td class="n">{measured}</td>'
        f"<td>{badge}{needs}</td>"
        f'<td class="source">{escape(expect.source)}</td>'
        f'<td class="basis">{kind}{escape(expect.basis)}</td></tr>'
    )


def _all_measures(result: StudyResult) -> str:
    if not result.values:
        return ""
    items = "".join(f"<dt><code>{escape(n)}</code></dt><dd>{number(v)}</dd>" for n, v in result.values.items())
    return f"<details><summary>All {len(result.values)} measures</summary><dl>{items}</dl></details>"


def figures_html(result: StudyResult, *, prefix: str = "", files: bool = True) -> str:
    """All figures with their captions.

    Args:
        result: whose.
        prefix: of the figures' identifiers, where several studies share a page.
        files: whether links to the files stand below; they are relative to the study's own folder.
    """
    return "".join(
        _figure(result.folder, name, caption, i, prefix, files)
        for i, (name, caption) in enumerate(result.figures.items(), start=1)
    )


def _figure(folder: Path, name: str, caption: str, i: int, prefix: str, files: bool) -> str:
    svg, png = (f"figures/{name}.{kind}" for kind in ("svg", "png"))
    try:
        content, kind = (folder / svg).read_bytes(), "svg+xml"
        width = _shown_width(content)
        if len(content) > _LARGEST_SVG:
            content, kind = (folder / png).read_bytes(), "png"
    except OSError as error:
        raise StorageFailed(f"The figure {folder / svg} cannot be read ({error}). Run the study again.") from error
    data = base64.b64encode(content).decode()
    film, shown = folder / "figures" / f"{name}.gif", ""
    if film.is_file():
        moving = base64.b64encode(film.read_bytes()).decode()
        shown = f'<div class="card"><img alt="Film of figure {i}" src="data:image/gif;base64,{moving}"></div>'
    all_files = (svg, png, *([f"figures/{name}.gif"] if shown else []))
    links = "".join(f'<a href="{escape(file)}" download>{escape(file)}</a>' for file in all_files)
    below = f'<p class="files">{links}</p>' if files else ""
    return (
        f'<figure id="figure-{escape(prefix + name)}"><div class="card">'
        f'<img alt="Figure {i}: {escape(caption)}"{width} src="data:image/{kind};base64,{data}"></div>{shown}'
        f"<figcaption><b>Figure {i}.</b> {escape(caption)}</figcaption>"
        f"{below}</figure>"
    )


def _shown_width(svg: bytes) -> str:
    """A figure is shown a fifth larger than on paper, so that its small print is as large as the page's."""
    match = re.search(rb'<svg[^>]* width="([0-9.]+)pt"', svg[:2000])
    return f' width="{round(float(match[1]) * 96 / 72 * 1.2)}"' if match else ""


def _tables(result: StudyResult) -> str:
    shown = [(name, caption) for name, caption in result.captions.items() if name in result.tables]
    return "".join(
        table_html(name, result.tables[name], caption, f"Table {i}") for i, (name, caption) in enumerate(shown, start=1)
    )


def _notes(result: StudyResult) -> str:
    return f"<ul>{''.join(f'<li>{escape(note)}</li>' for note in result.notes)}</ul>" if result.notes else ""


def _references(result: StudyResult) -> str:
    refs = result.card.refs
    places = {key: [p for k, p in map(split_place, refs) if k == key and p] for key in keys_of(refs)}
    items = "".join(_reference(key, cited) for key, cited in places.items())
    return f'<ol class="references">{items}</ol>' if items else ""


def _reference(key: str, places: list[str]) -> str:
    cited = f' <span class="place">[{escape("; ".join(places))}]</span>' if places else ""
    try:
        entry = reference(key)
    except UnknownName:  # a study of one's own may cite what this library does not know
        return f"<li>{escape(key)}{cited}</li>"
    title, link = escape(entry.fields.get("title", "")), escape(entry.link, quote=True)
    linked = f'<a href="{link}">{title}</a>' if link else title
    year = escape(entry.fields.get("year", "n.d."))
    return f"<li>{escape(authors(entry))} ({year}). {linked}. <i>{escape(where(entry))}</i>.{cited}</li>"
