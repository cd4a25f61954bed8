"""Row: maximum likelihood of every mouse session of Trepka et al. 2021, three models, beside a SciPy loop.

Whole calls of `fit_map` from a cold start: compiling is in the seconds, for no compiled program is kept on disk.
Sessions have 121 to 830 trials. The loop is what a user would write: one session and start after the other, NumPy
arrays, a trial at a time, L-BFGS-B with gradients by finite differences. A few sessions are timed, and the time of all
is said to be in proportion to their number. The optima that both sides found are compared.
"""

import os
import resource
import time
import warnings

import jax
import numpy as np
from scipy.optimize import minimize

from benchmarks.row import Row, hand_over
from neurorl.core.catalogue import load
from neurorl.core.types import Record
from neurorl.fit import FitWarning, fit_map

STARTS, EVERY, TARGET = 8, 100, 60.0  # starts of each fit; the loop does every 100th session; seconds
MODELS = {  # agent -> the ends of its parameters, in its order: alpha_pos, beta, alpha_neg, and decay or rate, omega
    "risk_sensitive_td": ((0, 1), (0, 100), (0, 1)),
    "income_learner": ((0, 1), (0, 100), (0, 1), (0, 1)),
    "choice_kernel_learner": ((0, 1), (0, 100), (0, 1), (0, 1), (0, 1)),
}


def minus_log_likelihood(x: np.ndarray, model: str, action: np.ndarray, reward: np.ndarray) -> float:
    """Of one session, nats; the equations stand in the agents' files."""
    alpha_pos, beta, alpha_neg, *more = x
    v, kernel, total = np.full(2, 0.5), np.zeros(2), 0.0
    for a, r in zip(action, reward, strict=True):
        logits = beta * (v + more[1] * kernel) if model == "choice_kernel_learner" else beta * v
        top = logits.max()
        total -= logits[a] - top - np.log(np.exp(logits - top).sum())
        v[a] += (alpha_pos if r > 0 else alpha_neg) * (r - v[a])
        if model == "income_learner":
            v[1 - a] *= 1 - more[0]
        elif model == "choice_kernel_learner":
            kernel += more[0] * ((np.arange(2) == a) - kernel)
    return total


def by_scipy(model: str, action: np.ndarray, reward: np.ndarray, rng: np.random.Generator, starts: int) -> float:
    """The lowest minus log-likelihood of one session from random starts."""
    low, high = np.array(MODELS[model], float).T
    starting = rng.uniform(low, np.minimum(high, 10.0), (starts, len(low)))
    data = (model, action, reward)
    ends = [minimize(minus_log_likelihood, x, data, "L-BFGS-B", bounds=MODELS[model]) for x in starting]
    return min(end.fun for end in ends)


def measure(quick: bool) -> list[Row]:
    jax.config.update("jax_num_cpu_devices", os.cpu_count())  # as the command line does
    jax.config.update("jax_enable_compilation_cache", False)
    warnings.simplefilter("ignore", FitWarning)
    starts = 2 if quick else STARTS
    dataset = load("dataset", "trepka_mice").load()
    records, index = dataset.records()
    if quick:
        records, index = jax.tree.map(lambda leaf: leaf[::40], records), index.iloc[::40]
    agents = {name: load("agent", name).for_spaces(dataset.schema.spaces) for name in MODELS}

    def house(laplace: bool) -> tuple[float, dict[str, np.ndarray]]:
        jax.clear_caches()
        began, found = time.perf_counter(), {}
        for name, agent in agents.items():
            fit = fit_map(agent, records, prior=False, starts=starts, laplace=laplace, quiet=True)
            found[name] = -fit.log_lik
        return time.perf_counter() - began, found

    bare, found = house(laplace=False)
    whole, _ = house(laplace=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20  # KiB on Linux

    few = range(0, len(index), 6 if quick else EVERY)
    seconds, short = _loop(records, few, found, starts)
    n, trials = len(index), int(np.asarray(records.valid).sum())
    work = f"{n} mouse sessions ({trials:,} trials) x {len(MODELS)} models x {starts} starts"
    ours_how = f"`fit_map(prior=False)` of {', '.join(f'`{name}`' for name in MODELS)}, compiling included"
    loop_how = f"SciPy's L-BFGS-B with a NumPy score over {len(few)} sessions, times {n / len(few):.0f}"
    peer, target = seconds * n / len(few), f"under {TARGET:.0f} s"
    return [
        Row(
            f"{name} of {work}, cold",
            ours=f"{ours:.0f} s; peak {peak:.2f} GiB",
            peer=f"{peer / 60:.0f} min, extrapolated",
            ratio=f"{peer / ours:.0f} x",
            target=target,
            met=ours < TARGET,
            how=f"{ours_how}, {how}; {loop_how}",
            notes=notes,
            numbers={"seconds": ours, "peer_seconds_of_few": seconds, "few": len(few), "peak_gib": peak},
        )
        for name, ours, how, notes in (
            ("Maximum likelihood", bare, "without standard errors", (_compared(short),)),
            ("The same with standard errors", whole, "as `neurorl fit` does it", ()),
        )
    ]


def _loop(records: Record, few: range, found: dict[str, np.ndarray], starts: int) -> tuple[float, np.ndarray]:
    """Seconds of the SciPy loop over a few sessions, and ours less its minus log-likelihood [models, few]."""
    action, reward, valid = (np.asarray(leaf) for leaf in (records.action, records.reward, records.valid))
    rng, began = np.random.default_rng(0), time.perf_counter()
    theirs = [[by_scipy(m, action[s][valid[s]], reward[s][valid[s]], rng, starts) for s in few] for m in MODELS]
    return time.perf_counter() - began, np.array([found[m][list(few)] for m in MODELS]) - theirs


def _compared(short: np.ndarray) -> str:
    return (
        f"Mouse sessions, {short.size} fits done by both: ours ends more than 0.001 nats better in "
        f"{int((short < -1e-3).sum())} (by at most {max(0.0, -short.min()):.2f}), SciPy's in "
        f"{int((short > 1e-3).sum())} (by at most {max(0.0, short.max()):.2g})."
    )


if __name__ == "__main__":
    hand_over(measure)
