"""Values read off the figures of Wang et al. 2018 (about +-0.02 of an axis), drawn beside ours."""

import pandas as pd

_FIGURE = "Wang et al. 2018, Fig. 2"
MONKEY_SLOPE = 0.52  # dashed in Fig. 2a and 2d

# Weights by lag. The lower axis of Fig. 2f is printed upside down: alternation is negative here.
HISTORY = pd.DataFrame(
    [
        *(("reward", lag, w) for lag, w in ((1, 1.0), (2, 0.67), (3, 0.67), (4, 0.54), (5, 0.54), (6, 0.3), (12, 0.0))),
        *(("choice", lag, w) for lag, w in ((1, -5.1), (2, -0.65), (5, 1.0), (12, 1.0))),
    ],
    columns=["effect", "lag", "mean"],
).assign(learner="Meta-RL network", source=f"{_FIGURE}f")
HISTORY = pd.concat(
    [
        HISTORY,
        pd.DataFrame({"effect": ["reward", "choice"], "lag": 1, "mean": [3.3, -1.9]}).assign(
            learner="Monkeys (reversal)", source=f"{_FIGURE}c (other monkeys, baited arms)"
        ),
    ],
    ignore_index=True,
)

# |partial correlation|: mean over units and the largest unit, Fig. 2e.
UNITS = pd.DataFrame(
    [
        ("last_action", 0.22, 0.65),
        ("last_reward", 0.07, 0.24),
        ("interaction", 0.11, 0.25),
        ("value", 0.21, 0.555),
    ],
    columns=["variable", "mean", "largest"],
).assign(source=f"{_FIGURE}e")

# Share of prefrontal neurons, Fig. 2b.
NEURONS = pd.DataFrame(
    [("last_action", 0.21), ("last_reward", 0.165), ("interaction", 0.13), ("value", 0.33)],
    columns=["variable", "share"],
).assign(source=f"{_FIGURE}b")
