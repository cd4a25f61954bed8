"""The data sets' oracles, whole: `python -m benchmarks.data_oracles DATASET [NAME ...]`.

A slice of each is a test (`tests/data/test_*_oracle.py`); here every session and every person is fitted once. The
results stand in `docs/data.md`.

trepka_mice, trepka_monkeys: maximum likelihood of three models for every session, beside the authors' (fmincon).
collins_rlwm: four models for every person of every experiment at each whole capacity from 2 to 5, the best kept, beside
the authors' means; names after it choose experiments (CF12 SZ EEG fMRI Dev GL).
nspn_two_step: the hybrid's fits to the first 128 people beside the best of fits from 32 starts.
"""

import argparse
import time
import warnings
from pathlib import Path

import jax
import numpy as np
import pandas as pd

from benchmarks.rlwm_by_picture import FREE, Showings, maxima
from neurorl.core.catalogue import load
from neurorl.core.params import replace
from neurorl.fit import FitWarning, fit_map
from neurorl.loop import replay_many

REFERENCE = Path(__file__).parents[1] / "tests" / "data" / "reference"
OF_TREPKA = {"Return": "risk_sensitive_td", "Income": "income_learner", "ChoiceKernel": "choice_kernel_learner"}
OF_COLLINS = {  # agent, what is held
    "wm_habit": ("working_memory_habit", True, {}),
    "wm_rl": ("working_memory_rl", True, {}),
    "wm_rl_no_errors": ("working_memory_rl", False, {"neglect_slow": 0.0}),
    "wm_rl_no_neglect": ("working_memory_rl", False, {"neglect": 1.0, "neglect_slow": 1.0}),
}
CAPACITIES = (2.0, 3.0, 4.0, 5.0)
K_OF_AIC = {"wm_habit": 7, "wm_rl": 7, "wm_rl_no_errors": 7, "wm_rl_no_neglect": 6}  # capacity included


def trepka(name: str, starts: int, seeds: int) -> None:
    """Print, for each model, the sums of minus log-likelihood and where ours falls short of theirs.

    Of `seeds` fits, each from `starts` starts, the best is kept for each session.
    """
    dataset = load("dataset", name).load()
    records, index = dataset.records()
    fits = pd.read_csv(REFERENCE / f"{name}_fits.csv.gz")
    for model, agent_name in OF_TREPKA.items():
        theirs = fits[fits["model"] == model].set_index("session")["nll"].reindex(index["session"]).to_numpy()
        agent = load("agent", agent_name).for_spaces(dataset.schema.spaces)
        began = time.perf_counter()
        fitted = [fit_map(agent, records, prior=False, starts=starts, seed=s, quiet=True) for s in range(seeds)]
        log_lik = np.max([result.log_lik for result in fitted], axis=0)
        seconds, excess = time.perf_counter() - began, -log_lik - theirs
        above = index["session"][excess > 1e-3].tolist()
        converged = np.any([result.converged for result in fitted], axis=0)
        print(
            f"{name} {model}: ours {-log_lik.sum():.4f}, theirs {theirs.sum():.4f}; largest excess of ours "
            f"{excess.max():.2e}, of theirs {-excess.min():.2e}; {len(above)} of {len(excess)} sessions "
            f"above theirs + 1e-3 {above}; mean AIC {2 * fitted[0].n_params - 2 * log_lik.mean():.3f}; "
            f"{(~converged).sum()} not converged; {seconds:.0f} s",
            flush=True,
        )


def collins(experiments: list[str], models: list[str], starts: int) -> None:
    """Print, for each experiment, each model's mean log-likelihood and AIC beside the authors'.

    Maxima are found picture by picture (`rlwm_by_picture`) and scored by the agents, in double precision.
    """
    dataset = load("dataset", "collins_rlwm").load()
    means = pd.read_csv(REFERENCE / "collins_rlwm_means.csv").set_index(["experiment", "model"])
    for experiment in experiments:
        subjects = dataset.table.loc[dataset.table["experiment"] == experiment, "subject"].unique()
        part = dataset.subset(subjects=subjects)
        aic = {}
        for model in models:
            agent_name, shared, held = OF_COLLINS[model]
            began = time.perf_counter()
            with jax.enable_x64(True):
                showings = Showings.of(part.table)
                x, capacity, found = maxima(showings, model, CAPACITIES, starts)
                records, index = part.records()
                of_session = pd.Index(showings.people).get_indexer(index["subject"])
                agent = load("agent", agent_name)(part.schema.spaces, shared)
                values = dict(zip(FREE, x[of_session].T, strict=True)) | {"capacity": capacity[of_session]}
                values |= {name: np.full(len(index), value) for name, value in held.items()}
                params = jax.vmap(lambda v, agent=agent: replace(agent.params(), **v))(values)
                scored = np.asarray(replay_many(agent, params, records, stacked=True).log_prob).sum(axis=1)
            log_lik = np.bincount(of_session, scored)
            aic[model], theirs = 2 * K_OF_AIC[model] - 2 * log_lik.mean(), means.loc[(experiment, model)]
            print(
                f"{experiment} {model}: log-likelihood ours {log_lik.mean():.4f}, theirs {theirs['llh']:.4f}; AIC ours "
                f"{aic[model]:.3f}, theirs less 2 {theirs['aic'] - 2:.3f}; both roads differ by at most "
                f"{np.abs(log_lik - found).max():.1e}; {time.perf_counter() - began:.0f} s",
                flush=True,
            )
        print(f"{experiment}: lowest AIC {min(aic, key=aic.__getitem__)}", flush=True)


def nspn(starts: int, seeds: int) -> None:
    """Print, for maximum likelihood and a posteriori, how many people's fits stay short of the best that is found."""
    dataset = load("dataset", "nspn_two_step").load()
    dataset = dataset.subset(subjects=dataset.table["subject"].unique()[:128])
    records, _ = dataset.records()
    agent = load("agent", "hybrid").for_spaces(dataset.schema.spaces)
    for prior in (False, True):
        many, *fits = [
            fit_map(agent, records, prior=prior, starts=n, seed=seed, laplace=False, quiet=True).log_posterior
            for n, seed in [(32, seeds), *((starts, seed) for seed in range(seeds))]
        ]
        short = np.max([many, *fits], axis=0) - fits
        print(
            f"nspn_two_step hybrid, {'a posteriori' if prior else 'maximum likelihood'}: more than 0.1 nats short of "
            f"the best of 32 starts in {(short > 0.1).sum(axis=1).tolist()} of {len(many)} people, by at most "
            f"{short.max():.3f}",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.data_oracles", description=__doc__)
    parser.add_argument("dataset", choices=("trepka_mice", "trepka_monkeys", "collins_rlwm", "nspn_two_step"))
    parser.add_argument("experiments", nargs="*", metavar="NAME", help="experiments of collins_rlwm; all by default")
    parser.add_argument("--models", nargs="+", choices=list(OF_COLLINS), default=list(OF_COLLINS))
    parser.add_argument("--seeds", type=int, default=1, help="fits of each session, the best of which is kept")
    parser.add_argument("--starts", type=int, default=8)
    options = parser.parse_args()
    warnings.simplefilter("ignore", FitWarning)  # counted in what is printed
    if options.dataset == "collins_rlwm":
        collins(options.experiments or ["CF12", "SZ", "EEG", "fMRI", "Dev", "GL"], options.models, options.starts)
    elif options.dataset == "nspn_two_step":
        nspn(options.starts, options.seeds)
    else:
        trepka(options.dataset, options.starts, options.seeds)


if __name__ == "__main__":
    main()
