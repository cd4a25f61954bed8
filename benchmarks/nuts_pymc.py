"""The peer of `nuts`: the same hierarchical model written in PyMC as its users write it, sampled by PyMC or nutpie.

    python -m benchmarks.nuts_pymc FILE.npz SAMPLER [DRAWS]    # FILE holds action and reward [S, T]

prints one line of JSON: `seconds` of sampling, `whole` with building and compiling, R-hat and effective draws of the
quantity that has fewest, and the group. SAMPLER is pymc, numpyro, nutpie-numba or nutpie-jax, with its own default
numbers of tuning steps and draws unless DRAWS of each are asked for.
"""

import json
import sys
import time
import warnings
from typing import Any

import numpy as np

from benchmarks.timing import cores

CHAINS = 4


def model(action: np.ndarray, reward: np.ndarray) -> Any:
    """Rescorla-Wagner learners [S, T] under a Gaussian population on the logit scale, non-centred.

    Priors, ranges (alpha in (0, 1), beta in (0, 20)) and starting values: `neurorl.fit.sampling.hierarchical`.
    """
    import pymc as pm
    import pytensor
    import pytensor.tensor as pt

    n, chosen = len(action), np.eye(2)[action.T]  # [T, S, 2]

    def step(chosen: Any, reward: Any, q: Any, alpha: Any, beta: Any) -> Any:
        logits = beta[:, None] * q
        log_prob = (chosen * logits).sum(axis=1) - pt.logsumexp(logits, axis=1)
        return q + alpha[:, None] * chosen * (reward[:, None] - q), log_prob

    with pm.Model() as made:
        values = []
        for name, width in (("alpha", 1.0), ("beta", 20.0)):
            mean, sd = pm.Normal(f"mean_{name}", 0.0, 1.5), pm.HalfNormal(f"sd_{name}", 1.0)
            z = pm.Deterministic(f"z_{name}", mean + sd * pm.Normal(f"raw_{name}", 0.0, 1.0, shape=n))
            values.append(width * pm.math.sigmoid(z))
        (_, log_prob), _ = pytensor.scan(
            step,
            sequences=[pt.as_tensor(chosen), pt.as_tensor(np.asarray(reward.T, float))],
            outputs_info=[pt.zeros((n, 2)), None],
            non_sequences=values,
        )
        pm.Potential("choices", log_prob.sum())
    return made


def sample(made: Any, sampler: str, settings: dict[str, int]) -> tuple[Any, float]:
    """The trace, and the seconds of sampling without compilation."""
    import pymc as pm

    kind, _, backend = sampler.partition("-")
    settings = settings | {"chains": CHAINS, "cores": cores()}
    if kind == "nutpie":
        import nutpie

        compiled = nutpie.compile_pymc_model(made, backend=backend)
        began = time.perf_counter()
        return nutpie.sample(compiled, **settings, seed=0, progress_bar=False), time.perf_counter() - began
    more = {} if kind == "pymc" else {"nuts_sampler_kwargs": {"chain_method": "parallel"}}
    with made:
        trace = pm.sample(**settings, random_seed=0, nuts_sampler=kind, progressbar=False, **more)
    return trace, float(trace.posterior.attrs["sampling_time"])


def main() -> None:
    file, sampler, *draws = sys.argv[1:]
    if sampler.startswith(("numpyro", "nutpie-jax")):
        import jax

        jax.config.update("jax_num_cpu_devices", cores())
    warnings.simplefilter("ignore")
    data = np.load(file)
    began = time.perf_counter()
    settings = {"draws": int(draws[0]), "tune": int(draws[0])} if draws else {}
    trace, seconds = sample(model(data["action"], data["reward"]), sampler, settings)
    whole = time.perf_counter() - began
    import arviz as az

    names = [f"{what}_{name}" for what in ("mean", "sd", "z") for name in ("alpha", "beta")]
    table = az.summary(trace, var_names=names, round_to="none")
    figures = {"rhat": table["r_hat"].max(), "bulk": table["ess_bulk"].min(), "tail": table["ess_tail"].min()}
    group = {name: {"mean": row["mean"], "mcse": row["mcse_mean"]} for name, row in table.iloc[:4].iterrows()}
    print(json.dumps({"seconds": seconds, "whole": whole, "group": group} | figures))


if __name__ == "__main__":
    main()
