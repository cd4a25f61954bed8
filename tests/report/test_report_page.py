"""The page: self-contained, accessible, escaped, verdicts first, numbers that do not mislead."""

import math
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from neurorl.core.card import Card
from neurorl.core.study import Expect
from neurorl.report.numbers import beside, interval, is_label, label, number, seconds
from neurorl.report.page import page_html
from neurorl.report.result import StudyResult
from neurorl.report.table import MOST_ROWS, table_html

EVIL = "<script>alert('x')</script> & \"more\""


def make(folder: Path) -> StudyResult:
    (folder / "figures").mkdir(exist_ok=True)
    for kind, content in (("svg", "<svg xmlns='http://www.w3.org/2000/svg'/>"), ("png", "png")):
        (folder / "figures" / f"stay.{kind}").write_text(content)
    values = {"held": 0.5, "missed": math.nan}
    expects = (
        Expect(EVIL, "held", 0.4, 0.6, EVIL, "direction", "smoke"),
        Expect("Never measured", "missed", 0, 1, "Nobody 2000", "ours", "smoke"),
        Expect("Large", "large", 0, 1, "Nobody 2000", "ours", "paper"),
    )
    return StudyResult(
        folder=folder,
        study="fake",
        card=Card(EVIL, EVIL, ("daw2011:eq. 2", "daw2011:Fig. 2", "unheard2099")),
        tasks=("two_step",),
        agents=(),
        notes=(EVIL,),
        scale="quick",
        seed=3,
        values=values,
        verdicts=tuple(expect.judge(values, "quick") for expect in expects),
        tables={"by_who": pd.DataFrame({"who": [EVIL], "x": [1.5]}), "hidden": pd.DataFrame({"secret": [1]})},
        captions={"by_who": EVIL},
        figures={"stay": EVIL},
        origin={"seconds": {"gather": 200.0}, "cached": True, "jax": "0.10"},
    )


class Reader(HTMLParser):
    """Collects tags with attributes, and the text of headings."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.headings: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("h1", "h2"):
            self.headings.append(data)

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == name]


@pytest.fixture
def html(tmp_path: Path) -> str:
    return page_html(make(tmp_path))


def test_asks_for_nothing_from_outside(html: str) -> None:
    read = Reader(html)
    assert not read.all("script") and not read.all("link") and not read.all("iframe")
    assert all((image["src"] or "").startswith("data:") for image in read.all("img"))
    assert "url(" not in html and "@import" not in html


def test_text_is_escaped(html: str) -> None:
    assert "<script>" not in html
    assert html.count("&lt;script&gt;") >= 8  # title, heading, summary, claim, source, caption, alt, cell, note


def test_verdicts_come_first_and_hide_nothing(html: str) -> None:
    assert Reader(html).headings[1:] == ["Verdicts", "Figures", "Tables", "Notes", "References", "Provenance"]
    assert "<b>1</b>held" in html and "<b>1</b>missed" in html and "<b>1</b>not run" in html
    (row,) = (part for part in html.split("<tr>") if "Never measured" in part)
    assert "✗ missed" in row and "—" in row
    (row,) = (part for part in html.split("<tr>") if ">Large<" in part)
    assert "– not run" in row and "needs paper scale" in row


def test_is_accessible(html: str) -> None:
    read = Reader(html)
    assert read.all("html")[0]["lang"] == "en"
    assert all(image.get("alt") for image in read.all("img"))
    assert len(read.all("caption")) == len(read.all("table")) == 2
    assert all(head.get("scope") in ("col", "row") for head in read.all("th"))
    targets = {attributes["id"] for _, attributes in read.tags if attributes.get("id")}
    links = {(a["href"] or "")[1:] for a in read.all("a") if (a["href"] or "").startswith("#")}
    assert len(links) == 6 and links <= targets


def test_only_captioned_tables_are_shown(html: str) -> None:
    assert "secret" not in html


def test_references_are_listed_once_with_their_places(html: str) -> None:
    assert html.count("10.1016/j.neuron.2011.02.027") == 1
    assert "[eq. 2; Fig. 2]" in html
    assert "unheard2099" in html  # a reference nobody knows is shown as it stands


def test_provenance_says_how_to_make_it_again(html: str) -> None:
    assert "neurorl run fake --scale quick --seed 3" in html
    assert "3 min 20 s (then; read from the cache now)" in html


def test_long_tables_are_cut_and_say_so() -> None:
    html = table_html("long", pd.DataFrame({"i": range(1000)}), "Long.", "Table 1")
    assert html.count("<tr>") == 1 + MOST_ROWS
    assert f"The first {MOST_ROWS} of 1,000 rows." in html


def cells(column: list, name: str = "x") -> list[str]:
    html = table_html("t", pd.DataFrame({name: column}), "T.", "Table 1").split("<tbody>")[1].split("</tbody>")[0]
    return ["".join(cell.itertext()) for cell in ET.fromstring(f"<t>{html}</t>").iter() if cell.tag in ("td", "th")]


def test_columns_share_a_format() -> None:
    assert cells([0.5, 0.25, 1.0]) == ["0.500", "0.250", "1.000"]
    assert cells([1, 2, 30000]) == ["1", "2", "30,000"]
    assert cells([1.0, math.nan, 3.0]) == ["1", "—", "3"]
    assert cells([-1234.56, -2345.6]) == ["−1,235", "−2,346"]
    assert cells([0.5, 1e-9]) == ["0.500", "1.0 × 10⁻⁹"]
    assert cells([0.05123, 0.0]) == ["0.0512", "0.0000"]
    assert cells([0.0, 0.0]) == ["0", "0"]
    assert cells([True, False]) == ["yes", "no"]
    assert cells(["a", None]) == ["a", "—"]
    assert cells([0.7, 0.2, 54321.5, 12345.5]) == ["0.700", "0.200", "54,322", "12,346"]


@pytest.mark.parametrize(
    "name", ["subject", "session", "participant_id", "unit", "seed", "true_state", "Subject", "subj_idx", "trial"]
)
def test_labels_are_shown_as_they_are_written(name: str) -> None:
    assert cells([689514, 7, -1], name) == ["689514", "7", "-1"]
    assert cells([689514.0, math.nan], name) == ["689514", "—"]
    assert cells([12345678901234567], name) == ["12345678901234567"]
    assert cells(["007", None], name) == ["007", "—"]
    assert cells([0.5, 0.25], name) == ["0.500", "0.250"]  # no label after all


def test_amounts_are_not_labels() -> None:
    for name in ("n_choices", "sessions", "log_lik", "trials", "n_units", "bic", "mean_on_scale"):
        assert not is_label(name)
        assert cells([689514], name) == ["689,514"]
    assert is_label(("who", "subject")) and not is_label(("subject", "mean"))
    assert label(2.5) == "2.500" and label(float("inf")) == "∞"


@pytest.mark.parametrize(
    ("x", "shown"),
    [
        (0.7041, "0.704"),
        (-0.7041, "−0.704"),
        (12.345, "12.35"),
        (1234.5, "1,234"),
        (7.0, "7"),
        (2.13e-5, "2.1 × 10⁻⁵"),
        (math.nan, "—"),
        (None, "—"),
        (math.inf, "∞"),
    ],
)
def test_number(x: float | None, shown: str) -> None:
    assert number(x) == shown


def test_a_measure_never_looks_as_if_it_met_a_bound_it_missed() -> None:
    assert beside(0.97, 0.97, 1) == "0.970"
    assert beside(0.96999, 0.97, 1) == "0.96999"
    assert beside(0.9698, 0.97, 1) == "0.9698"
    assert beside(0.0100001, -math.inf, 0.01) == "0.0100001"
    assert beside(0.7934, 0.792, 0.794) == "0.793"
    assert beside(0.0004, -math.inf, 0.0004) == "4.0 × 10⁻⁴"


def test_interval() -> None:
    assert interval(0.792, 0.794) == "0.792 to 0.794"
    assert interval(0.97, math.inf) == "≥ 0.97"
    assert interval(-math.inf, -0.5) == "≤ −0.5"
    assert interval(5, 5) == "= 5"


def test_seconds() -> None:
    assert [seconds(x) for x in (0.0421, 12.4, 200, 7500, None)] == ["0.042 s", "12 s", "3 min 20 s", "2 h 05 min", "—"]
