"""Recovery over trial counts, coverage of intervals, and confusion of models in a 70/30 reversal task.

The design of the specification: sessions of 80 trials with a reversal after 30 to 50, reward chances 0.7 and 0.3,
alpha+ and alpha- uniform in (0.1, 0.8), beta uniform in (1.5, 8), 80 simulated subjects, maximum a posteriori.
Targets: r of alpha+, alpha- and log beta at least 0.9 at 1,920 trials (24 sessions); the right model chosen by BIC for
at least 0.85 of the subjects of each of three models at 960 trials.

The three: values with two learning rates (`risk_sensitive_td`), inference of the good arm (`hmm_observer`), and a
hybrid of values and habit (`choice_kernel_learner`). The specification names no distribution for the parameters of the
last two; theirs were chosen once, here, before anything was fitted.

    python -m benchmarks.recovery [--sessions 24 12 3]

It takes about two minutes on two cores, and exits with 1 where a figure falls out of the range that `docs/fitting.md`
states: at 1,920 trials every r at least .9, at 960 every diagonal entry of the confusion matrix at least .85, and at
all three sizes coverage of 90 % intervals between .8 and .98 (80 subjects: standard error .034) and no failed fit.
"""

import argparse
import dataclasses
import sys
from typing import Any

import jax.numpy as jnp
import numpy as np

from neurorl.core.catalogue import load
from neurorl.core.task import Task
from neurorl.fit.design.model_recovery import ModelRecovery, recover_models
from neurorl.fit.design.recovery import Recovery, recover
from neurorl.fit.design.schedule import Schedule

STEPS = 80  # trials of a session
LEAST_R, LEAST_RIGHT, COVERED = 0.9, 0.85, (0.8, 0.98)
TRUE = {"alpha_pos": (0.1, 0.8), "alpha_neg": (0.1, 0.8), "beta": (1.5, 8.0)}
HELD = {"phi": 0.0, "kappa": 0.0, "epsilon": 0.0}
MODELS = {
    "risk_sensitive_td": TRUE,
    "hmm_observer": {"h": (0.01, 0.1), "p_hi": (0.6, 0.9), "beta": (1.5, 8.0)},
    "choice_kernel_learner": TRUE | {"rate": (0.1, 0.8), "omega": (0.1, 0.8)},
}


def design() -> tuple[Task, Any]:
    """The task and its settings."""
    task = dataclasses.replace(load("task", "reversal"), blocks=True)
    return task, dataclasses.replace(task.params(), p_good=jnp.asarray(0.7))


def drawn(ranges: dict[str, tuple[float, float]], subjects: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """True parameters, uniform in their ranges."""
    return {name: rng.uniform(low, high, subjects) for name, (low, high) in ranges.items()}


def recovery(sessions: int, *, subjects: int = 80, seed: int = 0, starts: int = 2) -> Recovery:
    """Recovery of two learning rates and an inverse temperature."""
    task, settings = design()
    true = drawn(TRUE, subjects, np.random.default_rng(seed))
    agent = load("agent", "q_learning")(task.spaces, initial=0.0)
    more = {"subjects": subjects, "sessions": sessions, "steps": STEPS, "seed": seed, "starts": starts, "quiet": True}
    return recover(agent, task, task_params=settings, true=true, fixed=HELD, **more)


def confusion(sessions: int, *, subjects: int = 80, seed: int = 0, starts: int = 4) -> ModelRecovery:
    """Who is taken for whom by BIC."""
    task, settings = design()
    rng = np.random.default_rng(seed)
    true = {name: drawn(ranges, subjects, rng) for name, ranges in MODELS.items()}
    agents = {name: load("agent", name).for_spaces(task.spaces) for name in MODELS}
    schedule = Schedule.even(subjects, sessions, STEPS)
    return recover_models(agents, task, schedule, task_params=settings, true=true, seed=seed, starts=starts, quiet=True)


def correlations(found: Recovery) -> dict[str, float]:
    """r of alpha+, alpha- and log beta, over subjects whose fit converged."""
    kept = found.table[found.table["converged"]]
    out = {}
    for name in TRUE:
        mine = kept[kept["parameter"] == name]
        scale = np.log if name == "beta" else np.asarray
        out[name] = float(np.corrcoef(scale(mine["true"]), scale(mine["fitted"]))[0, 1])
    return out


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sessions", type=int, nargs="+", default=[24, 12, 3])
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    out = []
    for sessions in options.sessions:
        found = recovery(sessions, seed=options.seed)
        trials, correlated = STEPS * sessions, correlations(found)
        covered = dict(zip(found.summary["parameter"], found.summary["coverage_90"], strict=True))
        failed = int(found.summary["n_failed"].max())
        r = ", ".join(f"{name} {value:.3f}" for name, value in correlated.items())
        coverage = ", ".join(f"{name} {value:.3f}" for name, value in covered.items())
        print(
            f"{trials} trials: r (log for beta) {r}; 90 % intervals hold {coverage}; {failed} of 80 fits failed",
            flush=True,
        )
        if sessions >= 24:
            out += [f"r of {name} at {trials} trials" for name, value in correlated.items() if not value >= LEAST_R]
        low, high = COVERED
        out += [f"coverage of {name} at {trials} trials" for name, c in covered.items() if not low <= c <= high]
        out += [f"failed fits at {trials} trials"] if failed else []
    found = confusion(12, seed=options.seed)
    print(f"{STEPS * 12} trials, P(chosen by BIC | simulated):\n{found.confusion.round(3).to_string()}", flush=True)
    out += [f"confusion of {name}" for name in MODELS if not found.confusion.loc[name, name] >= LEAST_RIGHT]
    print(f"Out of the stated range: {', '.join(out)}." if out else "All figures lie in the stated ranges.")
    return 1 if out else 0


if __name__ == "__main__":
    sys.exit(main())
