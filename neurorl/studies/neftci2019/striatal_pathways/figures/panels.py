"""The frontal-striatal loop with its activity, its neurons and perturbations, and opponent pathways."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from neurorl.figures.boxes import Box, canvas, draw_arrow, draw_box
from neurorl.figures.marks import interval, number, where
from neurorl.figures.style import PALETTE, WIDE, style

GO, NO_GO, DOPAMINE = PALETTE["model_based"], PALETTE["model_free"], PALETTE["latent_state"]
_SIDES = ("left", "right")


def loop_figure(trials: Sequence[Mapping[str, float]], *, beta: float) -> Figure:
    """The loop on successive trials, one panel each, with the activity of every part.

    Args:
        trials: for each, left and right (striatal activity before the choice), choice, reward, rpe, dopamine (Hz).
        beta: inverse temperature, from activity to the chance of a choice.
    """
    with style():
        figure, axes = canvas(WIDE, 3.8)
        width = WIDE / len(trials)
        for i, trial in enumerate(trials):
            _loop(axes, i * width, width, trial, beta)
    return figure


def neurons_figure(
    neurons: pd.DataFrame, stimulation: pd.DataFrame, doses: pd.DataFrame, block: pd.DataFrame
) -> Figure:
    """Top: a session of the loop, striatal activity and dopamine; bottom: stimulation, doses and block of dopamine.

    Args:
        neurons: one session: trial, choice, reward, dopamine (Hz), left, right.
        stimulation: protocol, trial, left (share of choices).
        doses: dose, trial, correct.
        block: group, trial, correct.
    """
    with style():
        figure = Figure(figsize=(WIDE, 4.7), layout=ConstrainedLayoutEngine(w_pad=0.06, h_pad=0.05))
        grid = figure.add_gridspec(3, 3, height_ratios=(1, 0.8, 1.35))
        top = figure.add_subplot(grid[0, :])
        middle = figure.add_subplot(grid[1, :], sharex=top)
        for side, color in zip(_SIDES, (PALETTE["network"], PALETTE["hybrid"]), strict=True):
            top.plot(neurons["trial"], neurons[side], color=color, label=f"{side} option")
        for reward, face in ((1, PALETTE["ink"]), (0, "white")):
            rows = neurons[neurons["reward"] == reward]
            top.plot(rows["trial"], 1.18 - 0.1 * rows["choice"], "o", ms=2.6, mfc=face, mec=PALETTE["ink"], mew=0.5)
        top.set(ylabel="striatum\n(reward units)", ylim=(-0.05, 1.28))
        top.legend(loc="lower right", ncols=2)
        top.set_title("A session of the loop (dots: choices, left above right; filled: rewarded)")
        top.tick_params(labelbottom=False)
        middle.vlines(neurons["trial"], 5, neurons["dopamine"], color=DOPAMINE, lw=1.4)
        middle.axhline(5, color=PALETTE["muted"], lw=0.7)
        middle.set(ylabel="dopamine (Hz)", xlabel="trial", ylim=(-0.8, 26), xlim=(0, neurons["trial"].max() + 1))
        below = [figure.add_subplot(grid[2, i]) for i in range(3)]
        colors = {"control": PALETTE["ink"], "burst": GO, "dip": NO_GO}
        labels = {"control": "control", "burst": "burst when unpaid", "dip": "dip when paid"}
        for protocol, rows in stimulation.groupby("protocol", sort=False):
            below[0].plot(rows["trial"], rows["left"], color=colors[str(protocol)], label=labels[str(protocol)])
        below[0].set(ylim=(0, 1), xlabel="trial", ylabel="share of left choices")
        below[0].set_title("Stimulation (left only)")
        below[0].legend(fontsize=6.3, loc="center right", bbox_to_anchor=(1, 0.7))
        shown = sorted(set(doses["dose"]))
        for dose in shown:
            rows = where(doses, dose=dose)
            rows = rows[rows["trial"] <= 40]
            alpha = 0.3 + 0.7 * (shown.index(dose) + 1) / len(shown)
            below[1].plot(rows["trial"], rows["correct"], color=DOPAMINE, alpha=alpha, label=f"× {dose:g}")
        below[1].set(ylim=(0.4, 1.02), xlabel="trial", ylabel="share correct")
        below[1].set_title("Dopamine at learning")
        below[1].legend(fontsize=6.3, loc="lower right", ncols=2, bbox_to_anchor=(1, 0.24))
        for group, color in (("control", PALETTE["ink"]), ("blocked", NO_GO)):
            rows = where(block, group=group)
            below[2].plot(rows["trial"], rows["correct"], color=color, label=group)
        below[2].axvline(float(np.max(block["trial"])) / 2 + 0.5, color=PALETTE["muted"], lw=0.8, ls=(0, (3, 2)))
        below[2].set(ylim=(0, 1.02), xlabel="trial", ylabel="share correct")
        below[2].set_title("Blocked as arms exchange")
        below[2].legend(fontsize=6.3, loc="center left")
    return figure


def opponent_figure(weights: pd.DataFrame, selection: pd.DataFrame, *, titles: Mapping[str, str]) -> Figure:
    """Weights of both pathways by sign, and choosing A and avoiding B over dopamine at choice.

    Args:
        weights: sign, go, no_go, of one setting.
        selection: setting, hebbian, measure, rho, mean, low, high.
        titles: setting -> title of its panel.
    """
    with style():
        figure = Figure(figsize=(WIDE, 2.6), layout=ConstrainedLayoutEngine(w_pad=0.05))
        first, *panels = figure.subplots(1, 1 + len(titles), width_ratios=(1.15, *[1] * len(titles)))
        at = np.arange(len(weights))
        first.bar(at - 0.19, weights["go"], 0.36, color=GO, label="direct G")
        first.bar(at + 0.19, weights["no_go"], 0.36, color=NO_GO, label="indirect N")
        first.axhline(1, color=PALETTE["ink"], lw=0.7)
        first.set_xticks(at, [str(sign) for sign in weights["sign"]])
        first.set(ylabel="weight", ylim=(0, 1.65))
        first.set_title("Learned weights")
        first.legend(fontsize=6.5, loc="upper center", ncols=2)
        for axes, (setting, title) in zip(panels, titles.items(), strict=True):
            for name, color, label in (("choose_a", GO, "choose A"), ("avoid_b", NO_GO, "avoid B")):
                for hebbian, line, alpha in ((True, "-", 1.0), (False, (0, (3, 2)), 0.6)):
                    rows = where(selection, setting=setting, measure=name, hebbian=hebbian).sort_values("rho")
                    words = label if hebbian else f"{label}, not Hebbian"
                    axes.plot(
                        rows["rho"], rows["mean"], color=color, ls=line, alpha=alpha, marker="o", ms=3, label=words
                    )
                    if hebbian:
                        for row in rows.to_dict("records"):
                            interval(axes, row["rho"], row["low"], row["high"], color=color)
            axes.set(xlabel="dopamine at choice ρ", ylim=(0.6, 0.9))
            axes.set_title(title)
        panels[0].set_ylabel("share of untrained pairs")
        panels[0].legend(fontsize=6.3, loc="upper right")
    return figure


def richness_figure(richness: pd.DataFrame, *, beta: float, colors: Mapping[str, str]) -> Figure:
    """Gain over dopamine held at 0 in a lean and a rich world, and the gain of dynamic dopamine by inverse temperature.

    Args:
        richness: world, beta, group, gain, gain_sem.
        beta: the inverse temperature of the bars.
        colors: group -> colour, in order.
    """
    worlds = list(dict.fromkeys(richness["world"]))
    with style():
        figure = Figure(figsize=(WIDE, 2.4), layout=ConstrainedLayoutEngine(w_pad=0.08))
        first, second = figure.subplots(1, 2)
        width = 0.8 / len(colors)
        for i, (group, color) in enumerate(colors.items()):
            for at, world in enumerate(worlds):
                row = where(richness, world=world, group=group, beta=beta).iloc[0]
                x = at + (i - (len(colors) - 1) / 2) * width
                first.bar(x, row["gain"], width * 0.9, color=color, label=group.replace("-", "−") if at == 0 else None)
                half = 1.96 * row["gain_sem"]
                interval(first, x, row["gain"] - half, row["gain"] + half)
        first.axhline(0, color=PALETTE["ink"], lw=0.7)
        first.set_xticks(range(len(worlds)), [f"{world} world" for world in worlds])
        first.set(ylabel="better choices than at ρ = 0", ylim=(-0.024, 0.03))
        first.set_title(f"Dopamine at choice, β = {beta:g}")
        first.legend(ncols=3, fontsize=6.5, loc="upper center")
        for world, line in zip(worlds, ("-", (0, (3, 2))), strict=True):
            rows = where(richness, world=world, group="dynamic").sort_values("beta")
            half = 1.96 * rows["gain_sem"]
            second.errorbar(
                rows["beta"],
                rows["gain"],
                half,
                color=next(iter(colors.values())),
                ls=line,
                marker="o",
                ms=3,
                label=world,
            )
        second.axhline(0, color=PALETTE["ink"], lw=0.7)
        second.set(xlabel="inverse temperature β", ylabel="gain of dynamic dopamine")
        second.set_title("Gain by temperature")
        second.legend()
    return figure


def _loop(axes: Axes, left: float, width: float, trial: Mapping[str, float], beta: float) -> None:
    """One trial: cortex proposes, striatum values, the way back selects, dopamine teaches."""
    activity = np.array([trial[side] for side in _SIDES])
    p = np.exp(beta * activity - np.max(beta * activity))
    p = p / p.sum()
    chosen = int(trial["choice"])
    x = [left + 0.78, left + 1.9]
    middle = (x[0] + x[1]) / 2
    axes.text(
        left + width / 2, 3.65, f"trial {int(trial['trial'])}", ha="center", va="center", weight="bold", fontsize=8.5
    )
    back = left + width - 0.5
    thalamus = Box(back, 2.2, 0.86, 0.62)
    for i, side in enumerate(_SIDES):
        strong = i == chosen
        color = PALETTE["network"] if i == 0 else PALETTE["hybrid"]
        cortex, striatum = Box(x[i], 2.95, 0.98, 0.46), Box(x[i], 1.75, 0.98, 0.5)
        draw_arrow(
            axes,
            [cortex.side("bottom"), striatum.side("top")],
            kind="excites",
            color=color,
            width=0.8 + 4.0 * max(activity[i], 0.0),
        )
        axes.text(x[i] + 0.1, 2.37, f"w = {number(activity[i])}", fontsize=6.8, va="center")
        draw_box(axes, cortex, f"cortex {side}", "x = 1", color=color)
        draw_box(axes, striatum, "striatum", f"s = {number(activity[i])}", color=color, strong=strong)
    for at in x:  # out below the striatum, back above the cortex
        draw_arrow(axes, [(at + 0.3, 1.5), (at + 0.3, 1.25), (back, 1.25), thalamus.side("bottom")], width=1.0)
        draw_arrow(axes, [thalamus.side("top"), (back, 3.42), (at, 3.42), (at, 3.18)], width=1.0)
    draw_box(axes, thalamus, "GPi, MD", f"p {number(p[0])} | {number(p[1])}", color=PALETTE["muted"])
    paid = "paid" if trial["reward"] > 0 else "not paid"
    said = f"{number(trial['rpe'])} → {number(trial['dopamine'], 1)} Hz"
    dopamine = Box(middle, 0.62, 1.9, 0.56)
    at = x[chosen] - 0.2
    draw_arrow(axes, [(at, dopamine.side("top")[1]), (at, 1.5)], kind="modulates", color=DOPAMINE, width=1.4)
    draw_box(axes, dopamine, f"dopamine ({_SIDES[chosen]} {paid})", f"error {said}", color=DOPAMINE, strong=True)
