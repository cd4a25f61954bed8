"""Row: MAP of 40 subjects x 8 starts x 200 trials, beside Python loops over SciPy's L-BFGS-B.

Both climb log-likelihood + log-prior of the same Rescorla-Wagner model, and the optima they find are
compared in nats by one function of double precision. SciPy's loops take gradients by finite differences, as
such scripts do; the first scores a trial with NumPy arrays, the second with plain floats and a formula
for two arms, which is the fastest that we could make it.
"""

import math
import os
from collections.abc import Callable
from typing import Any

import jax
import numpy as np
from scipy.optimize import minimize

from benchmarks.choices import AGENT, subjects
from benchmarks.row import Row, hand_over
from benchmarks.timing import interleaved
from neurorl.core.params import free_params
from neurorl.fit import fit_map

SUBJECTS, STARTS, TRIALS = 40, 8, 200
BOUNDS = [(1e-6, 1 - 1e-6), (1e-6, 20 - 1e-6)]
Score = Callable[[np.ndarray, Any, Any], float]


def minus_log_prior(alpha: float, beta: float) -> float:
    """Beta(1.5, 1.5) on alpha, Gamma(2, scale 3) on beta: the priors of the agent, in closed form."""
    log_beta = 0.5 * math.log(alpha) + 0.5 * math.log1p(-alpha) - math.log(math.pi / 8)
    return -(log_beta + math.log(beta) - beta / 3 - 2 * math.log(3))


def numpy_score(x: np.ndarray, action: np.ndarray, reward: np.ndarray) -> float:
    """Minus the log-posterior; a trial at a time over a NumPy array of values."""
    alpha, beta = x
    q, total = np.zeros(2), 0.0
    for a, r in zip(action, reward, strict=True):
        logits = beta * q
        top = logits.max()
        total -= logits[a] - top - np.log(np.exp(logits - top).sum())
        q[a] += alpha * (r - q[a])
    return total + minus_log_prior(alpha, beta)


def float_score(x: np.ndarray, action: list[int], reward: list[float]) -> float:
    """The same on plain floats: -log p(a) = log(1 + exp(beta (q_other - q_a)))."""
    alpha, beta = float(x[0]), float(x[1])
    q, total = [0.0, 0.0], 0.0
    for a, r in zip(action, reward, strict=True):
        total += math.log1p(math.exp(beta * (q[1 - a] - q[a])))
        q[a] += alpha * (r - q[a])
    return total + minus_log_prior(alpha, beta)


def scipy_loop(score: Score, data: list[tuple[Any, Any]], n_starts: int) -> np.ndarray:
    """The best parameters of each subject."""
    rng = np.random.default_rng(0)
    best = np.zeros((len(data), 2))
    for s, (action, reward) in enumerate(data):
        starts = np.stack([rng.uniform(0.1, 0.9, n_starts), rng.uniform(0.5, 12.0, n_starts)], 1)
        found = [minimize(score, x, args=(action, reward), method="L-BFGS-B", bounds=BOUNDS) for x in starts]
        best[s] = min(found, key=lambda f: f.fun).x
    return best


def measure(quick: bool) -> list[Row]:
    jax.config.update("jax_num_cpu_devices", os.cpu_count())  # as the command line does
    n_subjects, n_starts = (4, 2) if quick else (SUBJECTS, STARTS)
    assert [p.name for p in free_params(AGENT.params())] == ["alpha", "beta"]
    _, records = subjects(n_subjects, TRIALS)
    action, reward = np.asarray(records.action), np.asarray(records.reward, float)
    arrays = list(zip(action, reward, strict=True))
    lists = [(a.tolist(), r.tolist()) for a, r in arrays]
    best: dict[str, np.ndarray] = {}

    def house() -> None:
        values = fit_map(AGENT, records, starts=n_starts, seed=0, quiet=True).values
        best["house"] = np.stack([values["alpha"], values["beta"]], 1)

    def loop(name: str, score: Score, data: list[tuple[Any, Any]]) -> Callable[[], None]:
        def work() -> None:
            best[name] = scipy_loop(score, data, n_starts)

        return work

    house()  # compiles
    many = interleaved({"house": house, "floats": loop("floats", float_score, lists)}, repeats=2 if quick else 5)
    few = interleaved({"house": house, "numpy": loop("numpy", numpy_score, arrays)}, repeats=1, warm=False)
    seconds = {"house": many["house"].median, "floats": many["floats"].median, "numpy": few["numpy"].median}

    def worse_by(name: str) -> np.ndarray:
        """How far each subject's optimum lies below the best one that anybody found, nats."""
        found = {n: np.array([float_score(x, *d) for x, d in zip(b, lists, strict=True)]) for n, b in best.items()}
        return found[name] - np.min(list(found.values()), axis=0)

    short = {name: float(worse_by(name).max()) for name in best}
    agreement = (
        f"largest shortfall from the best optimum found: house {short['house']:.0e}, SciPy {short['numpy']:.0e} nats"
    )
    work = f"{n_subjects} subjects x {n_starts} starts x {TRIALS} trials"
    return [
        Row(
            f"MAP of {work}, warm",
            ours=f"{seconds['house']:.2f} s",
            target="at most 0.6 s",
            met=seconds["house"] <= 0.6,
            how="`neurorl.fit.fit_map` of `rescorla_wagner`, whole call; " + agreement,
            numbers={"seconds": seconds, "shortfall_nats": short, "devices": len(jax.devices())},
        ),
        *(
            Row(
                f"the same beside SciPy L-BFGS-B, {words}",
                ours=f"{seconds['house']:.2f} s",
                peer=f"{seconds[name]:.1f} s",
                ratio=f"{seconds[name] / seconds['house']:.0f} x",
                target=target,
                met=seconds[name] >= 30 * seconds["house"] if target else None,
                how=how,
            )
            for name, words, target, how in (
                ("numpy", "NumPy score", "at least 30 x", "one Python loop, same priors and number of starts"),
                ("floats", "plain-float score", "", "the same loop with the leanest Python score of two arms"),
            )
        ),
    ]


if __name__ == "__main__":
    hand_over(measure)
