"""Agents side by side on the same choices."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from neurorl.core.errors import BadData, BadValue
from neurorl.fit.result import FitResult


def comparable(results: Mapping[str, FitResult]) -> np.ndarray:
    """Units on which models can be compared [S]: those that no model failed on.

    A model that failed on every unit has no say in it: it would leave nothing to compare the others on.
    """
    failed = [result.failed for result in results.values() if not result.failed.all()]
    return ~np.logical_or.reduce(failed) if failed else ~next(iter(results.values())).failed


def compare(results: Mapping[str, FitResult]) -> pd.DataFrame:
    """Put the fits of several agents to the same units side by side, best BIC first.

    BIC = k ln n - 2 log L (Schwarz 1978) and AIC = 2 k - 2 log L (Akaike 1974), each summed over units; they read
    the log-likelihood at the fitted parameters, which under a prior is not its maximum. The normalised likelihood of
    a unit is exp(log L / n), the geometric mean probability of its choices. Where groups were learned, the integrated
    BIC stands beside them, k ln n - 2 log p(choices | group) with each unit's own parameters integrated out (Huys et
    al. 2011), and orders the table. A unit that some model failed on is left out for all, and counted (`comparable`).

    Args:
        results: agent's name -> its fit. All must be fits to the same units.

    Returns:
        one row an agent: agent, n_params (a unit), n_units, n_left_out, n_choices and log_lik (nats; sums over
        units), log_lik_per_choice, normalised_likelihood (mean over units), aic, bic, delta_bic (to the lowest),
        best_share (share of units for which this agent's BIC is lowest), converged (share of all units), and, of
        groups, integrated_bic.
    """
    if not results:
        raise BadValue("There is nothing to compare; give at least one fit, as {name: fit}.")
    first = next(iter(results.values())).n_choices
    other = [name for name, result in results.items() if not np.array_equal(result.n_choices, first)]
    if other:
        raise BadData(
            f"The fits of {', '.join(other)} are not to the same choices as those of {next(iter(results))}: the "
            "numbers of scored choices differ. Compare fits to the same records and groups."
        )
    kept = comparable(results)
    n_choices = first[kept]
    bic = np.stack([result.bic[kept] for result in results.values()])
    lowest = bic.argmin(axis=0)
    rows = []
    for i, (name, result) in enumerate(results.items()):
        log_lik = np.where(result.failed.all(), np.nan, result.log_lik[kept])
        row = {
            "agent": name,
            "n_params": result.n_params,
            "n_units": int(kept.sum()),
            "n_left_out": int((~kept).sum()),
            "n_choices": int(n_choices.sum()),
            "log_lik": log_lik.sum(),
            "log_lik_per_choice": log_lik.sum() / n_choices.sum(),
            "normalised_likelihood": np.exp(log_lik / n_choices).mean(),
            "aic": result.aic[kept].sum(),
            "bic": bic[i].sum(),
            "delta_bic": 0.0,
            "best_share": (lowest == i).mean(),
            "converged": result.converged.mean(),
        }
        integrated = result.integrated_bic_of(kept)
        rows.append(row if integrated is None else row | {"integrated_bic": integrated})
    table = pd.DataFrame(rows)
    by_group = "integrated_bic" in table.columns and np.isfinite(table["integrated_bic"].to_numpy()).all()
    by = "integrated_bic" if by_group else "bic"
    table = table.sort_values(by, ignore_index=True)
    table["delta_bic"] = table["bic"] - table["bic"].min()
    return table
