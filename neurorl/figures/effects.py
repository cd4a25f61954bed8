"""What covariates do to the parameters of a population: estimates with their intervals, one panel a model."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from neurorl.figures.marks import where
from neurorl.figures.style import PALETTE, WIDE, as_written, style


def effects_figure(group: pd.DataFrame) -> Figure:
    """Coefficients beside zero.

    Args:
        group: one row a model, parameter and term (intercepts left out): columns model, parameter, term, mean, low,
            high (95 % interval), on the unconstrained scale.
    """
    models = list(dict.fromkeys(group["model"]))
    most = max(int((group["model"] == model).sum()) for model in models)
    with style():
        figure = Figure(figsize=(WIDE, (0.75 + 0.26 * most) * len(models)), layout="constrained")
        for axes, model in zip(figure.subplots(len(models), 1, sharex=True, squeeze=False)[:, 0], models, strict=True):
            own = where(group, model=model)
            at = np.arange(len(own))
            mean, low, high = (own[name].to_numpy(float) for name in ("mean", "low", "high"))
            axes.axvline(0, color=PALETTE["chance"], lw=1, ls=(0, (4, 2)))
            axes.errorbar(mean, at, xerr=[mean - low, high - mean], fmt="o", color=PALETTE["ink"], ms=4, lw=1.2)
            axes.set_yticks(at, [as_written(f"{p} ~ {t}") for p, t in own[["parameter", "term"]].to_numpy()])
            axes.set_ylim(len(own) - 0.5, -0.5)
            axes.set_title(as_written(model))
        axes.set_xlabel("effect on the unconstrained scale (logit of the position in the range), 95 % interval")
    return figure
