"""Parameter recovery over trial counts: two learning rates and an inverse temperature in a 70/30 reversal task.

The design of the specification: sessions of 80 trials with a reversal after 30 to 50, reward chances 0.7 and 0.3,
alpha+ and alpha- uniform in (0.1, 0.8), beta uniform in (1.5, 8), 80 simulated subjects, maximum a posteriori. Target:
r of alpha+, alpha- and log beta at least 0.9 at 1,920 trials (24 sessions).

    python -m benchmarks.recovery [--sessions 24 12 3]
"""

import argparse
import dataclasses

import jax.numpy as jnp
import numpy as np

from neurorl.core.catalogue import load
from neurorl.fit.recovery import Recovery, recover

TRUE = {"alpha_pos": (0.1, 0.8), "alpha_neg": (0.1, 0.8), "beta": (1.5, 8.0)}
HELD = {"phi": 0.0, "kappa": 0.0, "epsilon": 0.0}


def recovery(sessions: int, *, subjects: int = 80, seed: int = 0, starts: int = 2) -> Recovery:
    """Recovery at 80 trials a session."""
    task = dataclasses.replace(load("task", "reversal"), blocks=True)
    settings = dataclasses.replace(task.params(), p_good=jnp.asarray(0.7))
    rng = np.random.default_rng(seed)
    true = {name: rng.uniform(low, high, subjects) for name, (low, high) in TRUE.items()}
    agent = load("agent", "q_learning").for_spaces(task.spaces)
    more = {"subjects": subjects, "sessions": sessions, "steps": 80, "seed": seed, "starts": starts, "quiet": True}
    return recover(agent, task, task_params=settings, true=true, fixed=HELD, **more)


def correlations(found: Recovery) -> dict[str, float]:
    """r of alpha+, alpha- and log beta, over subjects whose fit converged."""
    kept = found.table[found.table["converged"]]
    out = {}
    for name in TRUE:
        mine = kept[kept["parameter"] == name]
        scale = np.log if name == "beta" else np.asarray
        out[name] = float(np.corrcoef(scale(mine["true"]), scale(mine["fitted"]))[0, 1])
    return out


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sessions", type=int, nargs="+", default=[24, 12, 3])
    for sessions in parser.parse_args().sessions:
        found = recovery(sessions)
        r = ", ".join(f"{name} {value:.3f}" for name, value in correlations(found).items())
        failed = int(found.summary["n_failed"].max())
        print(f"{80 * sessions} trials: r (log for beta) {r}; {failed} of 80 fits failed", flush=True)


if __name__ == "__main__":
    main()
