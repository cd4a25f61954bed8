"""Agents side by side on the same choices."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from neurorl.core.errors import BadData, BadValue
from neurorl.fit.result import FitResult


def compare(results: Mapping[str, FitResult]) -> pd.DataFrame:
    """Put the fits of several agents to the same units side by side, best BIC first.

    BIC = k ln n - 2 log L (Schwarz 1978) and AIC = 2 k - 2 log L (Akaike 1974), each summed over units; they read
    the log-likelihood at the fitted parameters, which under a prior is not its maximum. The normalised likelihood of
    a unit is exp(log L / n), the geometric mean probability of its choices.

    Args:
        results: agent's name -> its fit. All must be fits to the same units.

    Returns:
        one row an agent: agent, n_params (a unit), n_units, n_choices and log_lik (nats; sums over units),
        log_lik_per_choice, normalised_likelihood (mean over units), aic, bic, delta_bic (to the lowest),
        best_share (share of units for which this agent's BIC is lowest), converged (share of units).
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
    lowest = np.argmin([result.bic for result in results.values()], axis=0)
    rows = [
        {
            "agent": name,
            "n_params": result.n_params,
            "n_units": len(first),
            "n_choices": int(first.sum()),
            "log_lik": result.log_lik.sum(),
            "log_lik_per_choice": result.log_lik.sum() / first.sum(),
            "normalised_likelihood": np.exp(result.log_lik / first).mean(),
            "aic": result.aic.sum(),
            "bic": result.bic.sum(),
            "delta_bic": 0.0,
            "best_share": (lowest == i).mean(),
            "converged": result.converged.mean(),
        }
        for i, (name, result) in enumerate(results.items())
    ]
    table = pd.DataFrame(rows).sort_values("bic", ignore_index=True)
    table["delta_bic"] = table["bic"] - table["bic"].min()
    return table
