"""The one style sheet: every figure is made and saved inside `style()`.

Figures are built with `matplotlib.figure.Figure`, never with pyplot, so that drawing leaves no state behind and
needs no display.

Example:
    with style():
        figure = Figure(figsize=(WIDE, 2.6), layout="constrained")
        axes = figure.subplots()
        axes.plot(x, y, color=PALETTE["network"])
"""

from collections.abc import Iterator
from contextlib import contextmanager

import matplotlib
from cycler import cycler

# Widths of a figure in one or both columns of a printed page, inches.
NARROW = 3.5
WIDE = 7.2

# Okabe & Ito's colours, which people with any common colour blindness can tell apart.
_BLUE, _SKY, _GREEN, _YELLOW = "#0072B2", "#56B4E9", "#009E73", "#E69F00"
_RED, _PURPLE, _INK, _GREY, _PALE = "#D55E00", "#CC79A7", "#1F2328", "#8A8F98", "#D8DBE0"

# What a colour stands for; the same role has the same colour in every figure.
PALETTE = {
    "ink": _INK,
    "muted": _GREY,
    "faint": _PALE,
    "people": _INK,
    "network": _BLUE,
    "model_based": _GREEN,
    "model_free": _RED,
    "hybrid": _YELLOW,
    "latent_state": _PURPLE,
    "ceiling": _SKY,
    "chance": _GREY,
    "common": _BLUE,
    "rare": _RED,
    "rewarded": _INK,
    "unrewarded": _GREY,
}

# For series without a role, in this order.
CYCLE = (_BLUE, _RED, _GREEN, _YELLOW, _PURPLE, _SKY, _INK, _GREY)

_SETTINGS = {
    # DejaVu comes with matplotlib: the same figure on every machine.
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "mathtext.fontset": "dejavusans",
    "font.size": 8.5,
    "axes.titlesize": 9,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 8,
    "axes.labelsize": 8.5,
    "axes.labelpad": 4,
    "axes.labelcolor": _INK,
    "axes.edgecolor": _INK,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.prop_cycle": cycler(color=list(CYCLE)),
    "axes.axisbelow": True,
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "xtick.major.width": 0.7,
    "ytick.major.width": 0.7,
    "text.color": _INK,
    "grid.color": _PALE,
    "grid.linewidth": 0.6,
    "lines.linewidth": 1.5,
    "lines.markersize": 4,
    "errorbar.capsize": 0,
    "patch.linewidth": 0,
    "legend.frameon": False,
    "legend.fontsize": 7.5,
    "legend.handlelength": 1.4,
    "figure.dpi": 110,
    "figure.facecolor": "white",
    "savefig.dpi": 220,
    "savefig.facecolor": "white",
    # Text as outlines looks the same everywhere; a fixed salt gives the same file from the same figure.
    "svg.fonttype": "path",
    "svg.hashsalt": "neurorl",
}


def as_written(name: object, longest: int = 40) -> str:
    """A user's own name for a figure: cut where it leaves no room for the axes, and without mathematics.

    A dollar sign would begin mathematics, which could fail to parse.

    Args:
        name: of an agent, a column or a level.
        longest: characters that are shown.
    """
    text = str(name)
    text = text if len(text) <= longest else f"{text[: longest - 1]}…"
    return text.replace("$", r"\$")


@contextmanager
def style() -> Iterator[None]:
    """Draw with this project's settings; what was set before comes back afterwards."""
    with matplotlib.rc_context(_SETTINGS):  # type: ignore[arg-type]
        yield
