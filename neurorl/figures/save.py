"""Figures as files: SVG for the page and for editing, PNG for slides."""

from io import BytesIO
from pathlib import Path

from matplotlib.figure import Figure

from neurorl.core.files import write_bytes
from neurorl.figures.style import style


def save_figure(figure: Figure, stem: Path) -> tuple[Path, Path]:
    """Write `stem`.svg and `stem`.png, each whole or not at all; the same figure gives the same bytes.

    Args:
        figure: a figure made inside `style()`.
        stem: path without suffix.

    Raises:
        StorageFailed: a file could not be written.
    """
    svg, png = stem.with_name(stem.name + ".svg"), stem.with_name(stem.name + ".png")
    write_bytes(svg, render(figure, "svg"))
    write_bytes(png, render(figure, "png"))
    return svg, png


def render(figure: Figure, kind: str) -> bytes:
    """The figure as the content of an "svg" or "png" file."""
    content = BytesIO()
    with style():
        # A date would make every file differ from the last.
        metadata = {"Date": None} if kind == "svg" else None
        figure.savefig(content, format=kind, bbox_inches="tight", pad_inches=0.05, metadata=metadata)
    return content.getvalue()
