"""The report of a fit: one self-contained HTML page from plain tables, figures and sentences.

It does not depend on tasks or agents: the caller provides the content.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from neurorl.core.files import write_text
from neurorl.report.page import CSS
from neurorl.report.table import table_html


@dataclass
class FitReport:
    """What a fit report shows.

    Attributes:
        title: what was fitted to what.
        answer: the answer in a sentence or two.
        sections: heading -> what stands there, in order: strings are paragraphs, `Table` and `Picture` what they say,
            lists are bullets.
        warnings: sentences that a reader of the numbers must know; they stand right under the answer.
        command: how to make it again.
        origin: term -> text.
    """

    title: str
    answer: str
    sections: dict[str, list[Any]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    command: str = ""
    origin: Mapping[str, Any] = field(default_factory=dict)

    def add(self, section: str, *content: Any) -> None:
        """Put something at the end of a section."""
        self.sections.setdefault(section, []).extend(content)


@dataclass(frozen=True)
class Table:
    """A table: `name` is that of its file, tables/name.csv."""

    name: str
    frame: Any
    caption: str


@dataclass(frozen=True)
class Picture:
    """A figure: the content of an SVG file, and its caption."""

    svg: bytes
    caption: str


def write_fit_page(report: FitReport, path: Path) -> None:
    """Write the page, whole or not at all."""
    write_text(path, fit_page_html(report))


def fit_page_html(report: FitReport) -> str:
    """The whole page. It asks for nothing from outside itself."""
    count = {"Table": 0, "Figure": 0}

    def shown(item: Any) -> str:
        if isinstance(item, Table):
            count["Table"] += 1
            return table_html(item.name, item.frame, item.caption, f"Table {count['Table']}")
        if isinstance(item, Picture):
            count["Figure"] += 1
            return _picture(item, count["Figure"])
        if isinstance(item, list):
            return f"<ul>{''.join(f'<li>{escape(str(line))}</li>' for line in item)}</ul>"
        return f"<p>{escape(str(item))}</p>"

    sections = {title: "".join(map(shown, content)) for title, content in report.sections.items() if content}
    sections["Provenance"] = _provenance(report)
    body = "".join(_section(title, content) for title, content in sections.items())
    links = "".join(f'<a href="#{_anchor(title)}">{escape(title)}</a>' for title in sections)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(report.title)}</title><style>{CSS.read_text(encoding='utf-8')}</style></head>\n<body><main>\n"
        f'<header><p class="eyebrow">neurorl · fit</p><h1>{escape(report.title)}</h1>'
        f'<p class="lead">{escape(report.answer)}</p><nav aria-label="Contents">{links}</nav></header>\n'
        f"{_warnings(report.warnings)}{body}</main></body></html>\n"
    )


def _section(title: str, content: str) -> str:
    anchor = _anchor(title)
    return (
        f'<section id="{anchor}" aria-labelledby="h-{anchor}"><h2 id="h-{anchor}">{escape(title)}</h2>'
        f"{content}</section>\n"
    )


def _anchor(title: str) -> str:
    return title.lower().replace(" ", "-")


def _warnings(warnings: list[str]) -> str:
    if not warnings:
        return ""
    return _section("Warnings", f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in warnings)}</ul>")


def _picture(picture: Picture, i: int) -> str:
    data = base64.b64encode(picture.svg).decode()
    caption = escape(picture.caption)
    return (
        f'<figure id="figure-{i}"><div class="card"><img alt="Figure {i}: {caption}" '
        f'src="data:image/svg+xml;base64,{data}"></div><figcaption><b>Figure {i}.</b> {caption}</figcaption></figure>'
    )


def _provenance(report: FitReport) -> str:
    rows = "".join(f"<dt>{escape(str(k))}</dt><dd>{escape(str(v))}</dd>" for k, v in report.origin.items() if v)
    return f"<pre><code>{escape(report.command)}</code></pre><dl>{rows}</dl>"
