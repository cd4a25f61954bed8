"""Advantage actor-critic as a drawn procedure, with the settings of a training run (Wang et al. 2018, Supp. Fig. 1)."""

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from neurorl.figures.boxes import Box, canvas, draw_arrow, draw_region
from neurorl.figures.style import PALETTE, WIDE, style

_HEIGHT, _LINE, _TEXT = 3.98, 0.3, 0.98  # of the figure; from line to line; where lines begin, inches
_OPTIMISERS = {"rmsprop": "RMSProp", "adam": "Adam"}

# Each line: what is done, and a remark at the right. Names in braces are settings.
_BEFORE = (("Draw the session’s task; start from the learned $h_0,\\ c_0$", ""),)
_WITHIN = (
    ("$x_t = [\\,o_t,\\ \\mathrm{onehot}(a_{t-1}),\\ r_{t-1}\\,]$", "observation, action, reward"),
    ("$h_t,\\ c_t = \\mathrm{LSTM}(x_t,\\ h_{t-1},\\ c_{t-1})$", "learned within the session"),
    ("$\\pi_t = \\mathrm{softmax}(W_\\pi h_t + b_\\pi),\\quad V_t = w_v \\cdot h_t + b_v$", "actor and critic"),
    ("$a_t \\sim \\pi_t$;  the task answers $r_t,\\ o_{t+1}$", ""),
)
_AFTER = (
    ("$R_t = \\sum_{i}\\ \\gamma^{\\,i}\\, r_{t+i}$", "$\\gamma$ = {discount}, to the end of the {stretch}"),
    ("$\\delta_t = R_t - V_t$", "prediction error: dopamine"),
    (
        "$L = \\sum_t\\ [\\,-\\log \\pi_t(a_t)\\,\\delta_t + \\frac{1}{2}\\,\\beta_v\\,\\delta_t^{\\,2} "
        "- \\beta_e\\, H(\\pi_t)\\,]$",
        "the first $\\delta_t$ held constant; $\\beta_v$ = {value_cost}, $\\beta_e$ = {entropy}",
    ),
    ("$\\theta \\leftarrow \\theta - {optimiser}(\\nabla_{\\!\\theta} L)$", "rate {step_size}, {clip}"),
)


def procedure_figure(settings: Mapping[str, Any]) -> Figure:
    """The algorithm line by line; what changes activity and what changes weights on areas of their own.

    Args:
        settings: of a training run, as `TrainConfig.as_dict` gives them: sessions, steps, unroll, parallel, replicas,
            discount, value_cost, entropy, step_size, optimiser, clip.
    """
    words = _words(settings)
    with style():
        figure, axes = canvas(WIDE, _HEIGHT)
        outer = Box(WIDE / 2, _HEIGHT / 2, WIDE - 0.1, _HEIGHT - 0.1)
        draw_region(axes, outer, color=PALETTE["model_free"], share=0.09)
        y = _HEIGHT - 0.3
        sessions = f"Over {words['sessions']} sessions, {words['parallel']}: weights $\\theta$ change"
        axes.text(0.24, y, sessions, fontsize=8.5, weight="bold", va="center", color=PALETTE["model_free"])
        y = _lines(axes, _BEFORE, words, y - 0.36, 1)
        top = y + 0.14
        inner = Box(WIDE / 2 + 0.16, top - (len(_WITHIN) * _LINE + 0.48) / 2, WIDE - 0.7, len(_WITHIN) * _LINE + 0.48)
        draw_region(axes, inner, color="#FFFFFF", share=1.0)
        draw_region(axes, inner, color=PALETTE["network"], share=0.12)
        within = f"Within a session, $t = 1 \\ldots {words['steps']}$: activity changes, weights do not"
        axes.text(0.62, top - 0.2, within, fontsize=8.5, weight="bold", va="center", color=PALETTE["network"])
        y = _lines(axes, _WITHIN, words, top - 0.54, 2)
        _again(axes, inner, PALETTE["network"])
        y = _lines(axes, _AFTER, words, y - 0.2, 6)
        _again(axes, outer, PALETTE["model_free"])
    return figure


def _lines(axes: Axes, lines: Any, words: Mapping[str, str], y: float, first: int) -> float:
    """Numbered lines from `y` downwards; where the next one would stand."""
    for i, (text, remark) in enumerate(lines):
        axes.text(_TEXT - 0.12, y, str(first + i), fontsize=7, va="baseline", ha="right", color=PALETTE["muted"])
        axes.text(_TEXT, y, _filled(text, words), fontsize=8.8, va="baseline")
        axes.text(WIDE - 0.3, y, _filled(remark, words), fontsize=7.5, va="baseline", ha="right", alpha=0.8)
        y -= _LINE
    return y


def _filled(text: str, words: Mapping[str, str]) -> str:
    for name, value in words.items():
        text = text.replace("{" + name + "}", value)
    return text


def _again(axes: Axes, box: Box, color: str) -> None:
    """From the end of a block back to its beginning, along its left edge."""
    left = box.side("left")[0] + 0.1
    top, bottom = box.side("top")[1] - 0.42, box.side("bottom")[1] + 0.16
    draw_arrow(axes, [(left + 0.12, bottom), (left, bottom), (left, top), (left + 0.12, top)], color=color, width=1.1)


def _words(settings: Mapping[str, Any]) -> dict[str, str]:
    """Settings as they stand in the lines."""
    parallel, clip, unroll = settings["parallel"], settings["clip"], settings["unroll"]
    return {
        "sessions": f"{settings['sessions']:,}",
        "steps": f"{settings['steps']}",
        "parallel": "one an update" if parallel == 1 else f"{parallel} an update",
        "discount": f"{settings['discount']:g}",
        "value_cost": f"{settings['value_cost']:g}",
        "entropy": _scheduled(settings["entropy"]),
        "step_size": _scheduled(settings["step_size"]),
        "optimiser": f"\\mathrm{{{_OPTIMISERS.get(settings['optimiser'], settings['optimiser'])}}}",
        "clip": "no clipping" if clip is None else f"gradients clipped at {clip:g}",
        "stretch": "session" if unroll is None else f"stretch of {unroll} steps, then the value",
    }


def _scheduled(schedule: Mapping[str, float]) -> str:
    """A number, or two with an arrow where it changes in training."""
    numbers = [_plain(schedule["start"]), _plain(schedule["end"])]
    return " → ".join(dict.fromkeys(numbers))


def _plain(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")
