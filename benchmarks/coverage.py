"""Do the intervals of NUTS hold what they promise? Coverage and ranks over data sets of the model's own making.

Each data set is drawn as the hierarchical model says (`neurorl.fit.sampling.hierarchical`): group means N(0, 1.5) and
spreads half-normal(1) on the logit scale, 20 subjects from that group, 100 trials of each on the two-armed bandit by
the Rescorla-Wagner learner. If the sampler is right, 90 % of the central 90 % intervals hold the true value, and the
true value's rank among independent draws is as often any as any other (simulation-based calibration, Talts, Betancourt,
Simpson, Vehtari & Gelman 2018, arXiv 1804.06788). Target: 85 to 95 % for group means, group spreads and subjects.

    python -m benchmarks.coverage [--sets 100] [--file coverage.jsonl]

One line of the file is one data set; the same command goes on with those that are not there yet. It exits with 1 where
a coverage falls out of the target, ranks are uneven (p below .001 in any of the six tests), or a fit falls short of the
standard. Fewer than 100 sets are judged by the target widened by two standard errors.
"""

import argparse
import json
import sys
import warnings
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from scipy.stats import chisquare

from benchmarks.choices import AGENT
from neurorl.agents.rescorla_wagner import Params
from neurorl.core.types import Record
from neurorl.fit.methods.nuts import fit_nuts
from neurorl.fit.problem import Posterior
from neurorl.fit.sampling.convergence import reached
from neurorl.fit.sampling.hierarchical import INTERCEPT_SD, SPREAD
from neurorl.loop import simulate_many
from neurorl.tasks.bandit import TASK

SUBJECTS, TRIALS = 20, 100
INTERVAL, COVERED = 0.9, (0.85, 0.95)
UNEVEN = 1e-3  # p of the test of ranks
RANKED = 99  # draws that the true value is ranked among, so that there are 100 ranks
BINS = 10


def drawn(seed: int) -> tuple[dict[str, np.ndarray], Record]:
    """True values by quantity, on the logit scale, and the choices."""
    rng = np.random.default_rng(seed)
    posterior = Posterior.of(AGENT, None, prior=False)
    names = [info.name for info in posterior.free]
    mean, sd = rng.normal(0, INTERCEPT_SD, len(names)), np.abs(rng.normal(0, SPREAD, len(names)))
    z = rng.normal(mean, sd, (SUBJECTS, len(names)))
    true = {f"mean of {name}": mean[k : k + 1] for k, name in enumerate(names)}
    true |= {f"sd of {name}": sd[k : k + 1] for k, name in enumerate(names)}
    true |= {name: z[:, k] for k, name in enumerate(names)}
    x = jax.vmap(posterior.constrained)(jnp.asarray(z))
    params = Params(**{name: x[:, k] for k, name in enumerate(names)})
    played = simulate_many(jax.random.key(seed), AGENT, params, TASK, TRIALS, subjects=SUBJECTS, stacked=True)
    return true, jax.device_get(Record.of(played))


def judged(seed: int) -> dict[str, Any]:
    """One data set: for each quantity the share of draws below its true value, and its rank among RANKED of them."""
    true, records = drawn(seed)
    fit = fit_nuts(AGENT, records, seed=seed, quiet=True)
    posterior, values = Posterior.of(AGENT, None, prior=False), fit.draws["posterior"]
    below, rank = {}, {}
    for k, info in enumerate(posterior.free):
        draws = {
            f"mean of {info.name}": values[f"coefficients_{info.name}"].values,
            f"sd of {info.name}": values["sd"].values[..., k : k + 1],
            info.name: np.asarray(info.support.unconstrain(values[info.name].values)),
        }
        for name, drawn_values in draws.items():
            flat = drawn_values.reshape(-1, drawn_values.shape[-1]) < true[name]
            below[name] = flat.mean(axis=0).tolist()
            rank[name] = flat[np.linspace(0, len(flat) - 1, RANKED).astype(int)].sum(axis=0).tolist()
    diverging = int(fit.draws["sample_stats"]["diverging"].sum())
    met = reached(fit.fitted.curve["diagnostics"])
    about = {"seed": seed, "met": met, "diverging": diverging, "draws": fit.fitted.origin["draws"]}
    return about | {"below": below, "rank": rank}


def summary(sets: list[dict[str, Any]]) -> pd.DataFrame:
    """One row a quantity: coverage (share of intervals), n of them, and p, of a chi-square test of uniform ranks.

    Subjects of one data set share its group, so their p says less than it seems to; each is ranked all the same.
    """
    rows = []
    for name in sets[0]["below"]:
        below = np.concatenate([one["below"][name] for one in sets])
        rank = np.concatenate([one["rank"][name] for one in sets])
        inside = np.abs(below - 0.5) < INTERVAL / 2
        counts = np.bincount(rank * BINS // (RANKED + 1), minlength=BINS)
        row = {"quantity": name, "coverage": inside.mean(), "n": len(inside), "p": chisquare(counts).pvalue}
        rows.append(row | {"ranks": " ".join(map(str, counts))})
    return pd.DataFrame(rows)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sets", type=int, default=100)
    parser.add_argument("--file", type=Path, default=Path("coverage.jsonl"))
    options = parser.parse_args()
    lines = options.file.read_text().splitlines() if options.file.exists() else []
    done = {one["seed"]: one for one in map(json.loads, lines)}
    warnings.simplefilter("ignore")  # fits that fall short are counted
    for seed in range(options.sets):
        if seed not in done:
            done[seed] = judged(seed)
            with options.file.open("a") as file:
                print(json.dumps(done[seed]), file=file)
    sets = [done[seed] for seed in range(options.sets)]
    found = summary(sets)
    print(found.to_string(index=False, float_format=lambda value: f"{value:.3f}"))
    short, diverging = sum(not one["met"] for one in sets), sum(one["diverging"] > 0 for one in sets)
    print(f"{short} of {len(sets)} fits fell short of the standard, {diverging} had divergent transitions.")
    slack = 2 * np.sqrt(INTERVAL * (1 - INTERVAL) / found["n"]) if len(sets) < 100 else 0.0
    low, high = COVERED
    lost = (found["coverage"] < low - slack) | (found["coverage"] > high + slack) | (found["p"] < UNEVEN)
    out = [*found["quantity"][lost], *(["fits that fell short"] if short else [])]
    print(f"Out of the stated range: {', '.join(out)}." if out else "All figures lie in the stated ranges.")
    return 1 if out else 0


if __name__ == "__main__":
    sys.exit(main())
