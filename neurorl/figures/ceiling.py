"""How far the models stand below what can be predicted at all: bits per held-out choice, with chance and ceiling."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from neurorl.figures.style import PALETTE, WIDE, as_written, style


def held_out_figure(table: pd.DataFrame, *, chance: float, ceiling: str | None = None) -> Figure:
    """Bits per held-out choice, best on top; the best model's way from chance towards the network in words.

    Args:
        table: columns model, bits_per_choice, delta_bits, delta_se (of the paired difference to the best row).
        chance: bits per choice of a guess.
        ceiling: the row of `table` that is the network fitted to the choices.
    """
    table = table.sort_values("bits_per_choice", ignore_index=True)
    with style():
        figure = Figure(figsize=(WIDE * 0.85, 1.15 + 0.3 * len(table)), layout="constrained")
        axes = figure.subplots()
        at = np.arange(len(table))
        bits = table["bits_per_choice"].to_numpy(float)
        colors = [PALETTE["ceiling" if name == ceiling else "network"] for name in table["model"]]
        axes.hlines(at, bits, chance, color=PALETTE["faint"], lw=3)
        axes.scatter(bits, at, c=colors, s=28, zorder=4)
        error = 1.96 * table["delta_se"].to_numpy(float)
        axes.errorbar(bits, at, xerr=np.nan_to_num(error), fmt="none", ecolor=PALETTE["ink"], lw=1, zorder=3)
        axes.axvline(chance, color=PALETTE["chance"], lw=1, ls=(0, (4, 2)))
        axes.annotate("chance", (chance, -0.5), xytext=(3, 0), textcoords="offset points", fontsize=7, va="bottom")
        axes.set_yticks(at, list(map(as_written, table["model"])))
        axes.set_ylim(len(table) - 0.5, -0.9)
        axes.set_xlabel("bits per held-out choice (lower is better; line: 95 % interval of the difference to the best)")
        models = table[table["model"] != ceiling]
        if ceiling in set(table["model"]) and len(models):
            best, top = models.iloc[0], table[table["model"] == ceiling].iloc[0]
            if best["bits_per_choice"] <= top["bits_per_choice"]:
                axes.set_title(f"{as_written(best['model'])} predicts as well as the network: no ceiling is visible")
            elif top["bits_per_choice"] < chance:
                share = (chance - best["bits_per_choice"]) / (chance - top["bits_per_choice"])
                axes.set_title(f"{as_written(best['model'])} explains {share:.0%} of the network's gain over chance")
    return figure
