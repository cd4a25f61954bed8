"""Row: NUTS of a population of 40 subjects x 200 trials, beside the same model in PyMC.

Rescorla-Wagner learners on a two-armed bandit, alpha and beta of each drawn from a Gaussian population on the logit
scale. Both sample one posterior: same ranges, same priors; PyMC's is written non-centred, as users write it, with
`pytensor.scan` over trials and all subjects side by side (`nuts_pymc`). Speed is effective draws (bulk) a second, of
the quantity of the group or of a subject that has fewest. Ours counts the whole warm call, with pilot, warmup and
diagnosis; the peer's time leaves out building and compiling, and its samplers run as they come, in double precision.
"""

import json
import math
import os
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from typing import Any

import jax
import numpy as np

from benchmarks.choices import AGENT, subjects
from benchmarks.row import Row, hand_over
from neurorl.fit.methods.nuts import fit_nuts
from neurorl.fit.result import FitResult
from neurorl.fit.sampling.convergence import reached
from neurorl.fit.sampling.diagnostics import mean_error

SUBJECTS, TRIALS = 40, 200
APART = 4.0  # Monte Carlo errors between two samplings of one posterior
PEERS = {"nutpie-jax": "nutpie on JAX", "nutpie-numba": "nutpie as it comes", "pymc": "PyMC as it comes"}


def ours(records: Any, seed: int, double: bool = False) -> tuple[float, FitResult]:
    """Seconds of the whole call, and the fit."""
    began = time.perf_counter()
    fit = fit_nuts(AGENT, records, seed=seed, double=double, quiet=True)
    return time.perf_counter() - began, fit


def median_speed(runs: list[tuple[float, FitResult]]) -> float:
    """Effective draws a second of whatever has fewest."""
    return float(np.median([fit.fitted.curve["diagnostics"]["ess_bulk"].min() / seconds for seconds, fit in runs]))


def peer(file: str, sampler: str, quick: bool) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.nuts_pymc", file, sampler, *(["30"] if quick else [])]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def group_of(fit: FitResult) -> dict[str, tuple[float, float]]:
    """Mean and Monte Carlo standard error of the group's means and spreads, by the peer's names."""
    drawn = fit.draws["posterior"]
    found = {}
    for k, name in enumerate(("alpha", "beta")):
        for what, values in (("mean", drawn[f"coefficients_{name}"][..., 0]), ("sd", drawn["sd"][..., k])):
            found[f"{what}_{name}"] = (float(values.mean()), float(mean_error(values.values[..., None])[0]))
    return found


def apart(fit: FitResult, found: dict[str, Any]) -> float:
    """How far the two posteriors lie apart: the largest difference of the group's means, in its Monte Carlo errors."""
    pairs = [(group_of(fit)[name], (other["mean"], other["mcse"])) for name, other in found["group"].items()]
    return max(abs(a - b) / math.hypot(error_a, error_b) for (a, error_a), (b, error_b) in pairs)


def measure(quick: bool) -> list[Row]:
    jax.config.update("jax_num_cpu_devices", os.cpu_count())  # as the command line does
    _, records = subjects(8 if quick else SUBJECTS, TRIALS)
    records = jax.device_get(records)
    cold, _ = ours(records, 0)
    warm = [ours(records, seed) for seed in range(1, 3 if quick else 6)]
    seconds = float(np.median([s for s, _ in warm]))
    tables = [fit.fitted.curve["diagnostics"] for _, fit in warm]
    speed = median_speed(warm)
    ours(records, 0, double=True)  # compiles
    double = median_speed([ours(records, seed, double=True) for seed in range(1, 2 if quick else 4)])
    met = all(map(reached, tables))
    with tempfile.TemporaryDirectory() as folder:
        file = f"{folder}/choices.npz"
        np.savez(file, action=records.action, reward=records.reward)
        others = {sampler: peer(file, sampler, quick) for sampler in PEERS}
    speeds = {sampler: found["bulk"] / found["seconds"] for sampler, found in others.items()}
    best = max(speeds, key=speeds.__getitem__)
    off = {sampler: apart(warm[0][1], found) for sampler, found in others.items()}
    draws = [fit.fitted.origin["draws"] for _, fit in warm]
    return [
        Row(
            f"NUTS of {SUBJECTS} subjects x {TRIALS} trials, to R-hat below 1.01 and over 400 effective draws of all",
            ours=f"{seconds:.1f} s warm, {cold:.1f} s with compiling",
            target="under 60 s",
            met=met and max(cold, *(s for s, _ in warm)) < 60,
            how=f"`fit_nuts` of `rescorla_wagner`, whole call, 4 chains, median of {len(warm)} seeds; "
            f"{min(draws)} to {max(draws)} draws a chain after 300 of warmup, single precision",
            notes=(f"NUTS in double precision makes {double:.0f} effective draws/s, in single precision {speed:.0f}.",),
            numbers={
                "seconds": [s for s, _ in warm],
                "cold": cold,
                "draws": draws,
                "rhat": [float(t["rhat"].max()) for t in tables],
                "bulk": [float(t["ess_bulk"].min()) for t in tables],
                "tail": [float(t["ess_tail"].min()) for t in tables],
                "devices": len(jax.devices()),
            },
        ),
        *(beside(sampler, found, speed, off[sampler], sampler == best) for sampler, found in others.items()),
    ]


def beside(sampler: str, found: dict[str, Any], speed: float, off: float, best: bool) -> Row:
    """The row of one peer; the target is held against the best of them."""
    theirs = found["bulk"] / found["seconds"]
    took = f"{found['seconds']:.0f} s of sampling, {found['whole']:.0f} s whole"
    return Row(
        f"the same posterior beside {PEERS[sampler]}",
        ours=f"{speed:.0f} effective draws/s",
        peer=f"{theirs:.1f} effective draws/s",
        ratio=f"{speed / theirs:.0f} x",
        target="at least 5 x" if best else "",
        met=speed >= 5 * theirs and off < APART if best else None,
        how=f"PyMC {version('pymc')}, nutpie {version('nutpie')}: {took}, R-hat {found['rhat']:.3f}, "
        f"{found['bulk']:.0f} effective draws; group means and spreads at most {off:.1f} Monte Carlo errors apart",
        numbers=found | {"off": off},
    )


if __name__ == "__main__":
    hand_over(measure)
