"""The page of drawn architectures shows every figure that its script makes."""

import runpy
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def test_every_figure_is_made_from_the_code_and_shown():
    figures = dict(runpy.run_path(str(DOCS / "figures" / "make_architecture.py"))["figures"]())
    page = (DOCS / "drawings.md").read_text(encoding="utf-8")
    for name in figures:
        assert f"(figures/{name}.svg)" in page and (DOCS / "figures" / f"{name}.svg").is_file(), name
    said = [text.get_text() for text in figures["architecture_conv_lstm"].axes[0].texts]
    assert "128 LSTM units" in said and "24 × 48 pixels × 3" in said
