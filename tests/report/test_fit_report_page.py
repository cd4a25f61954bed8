"""The page of a fit: what is given stands in it, escaped and whole."""

import pandas as pd

from neurorl.report.fit_page import FitReport, Picture, Table, fit_page_html


def test_the_page_holds_answer_warnings_tables_pictures_and_command() -> None:
    report = FitReport("a <b> fitted", "The answer.", warnings=["Mind & this."], command="neurorl fit x.csv")
    report.add("Comparison", "A paragraph.", Table("t", pd.DataFrame({"model": ["m"], "bic": [1.5]}), "Numbers"))
    report.add("Comparison", Picture(b"<svg></svg>", "A picture"), ["one", "two"])
    report.origin = {"Task": "bandit", "Nothing": None}
    page = fit_page_html(report)
    for text in ("a &lt;b&gt; fitted", "The answer.", "Mind &amp; this.", "Table 1.", "Figure 1.", "neurorl fit x.csv"):
        assert text in page
    assert "<dt>Task</dt><dd>bandit</dd>" in page and "Nothing" not in page
    assert page.count("<section") == page.count("</section>") == 3
    assert "http" not in page.replace("http://www.w3.org", "")
