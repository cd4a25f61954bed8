"""Have the chains met, and how many independent draws are they worth?

Rank-normalised split R-hat and effective sample sizes of Vehtari, Gelman, Simpson, Carpenter & Bürkner 2021 (Bayesian
Analysis 16: 667-718), by ArviZ, for all quantities at once. A quantity that does not move, or is not a number, has
R-hat NaN and no effective draw: that means no convergence.
"""

from typing import Any

import numpy as np
import xarray as xr
from jaxtyping import Float

from neurorl.fit.sampling.arviz_bridge import arviz

Draws = Float[np.ndarray, "chain draw quantity"]


def rhat(draws: Draws) -> Float[np.ndarray, " quantity"]:
    """The larger of R-hat of the ranks and of the folded ranks (their eqs. 3, 4, 14)."""
    return _asked(draws, np.nan, "rhat", method="rank")


def ess_bulk(draws: Draws) -> Float[np.ndarray, " quantity"]:
    """Effective sample size of the ranks, for the middle of the distribution."""
    return _asked(draws, 0.0, "ess", method="bulk")


def ess_tail(draws: Draws) -> Float[np.ndarray, " quantity"]:
    """The smaller effective sample size of the 5 % and the 95 % quantile."""
    return _asked(draws, 0.0, "ess", method="tail")


def mean_error(draws: Draws) -> Float[np.ndarray, " quantity"]:
    """Monte Carlo standard error of the means."""
    return _asked(draws, np.nan, "mcse", method="mean")


def _asked(draws: Draws, otherwise: float, function: str, **options: Any) -> np.ndarray:
    """What ArviZ says of the quantities that move; `otherwise` of all others."""
    finite = np.isfinite(draws).all(axis=(0, 1))
    with np.errstate(invalid="ignore"):
        moves = finite & (np.ptp(draws, axis=(0, 1)) > 0)
    out = np.full(draws.shape[2], otherwise)
    if moves.any():
        data = xr.Dataset({"x": (("chain", "draw", "quantity"), draws[:, :, moves])})
        out[moves] = getattr(arviz(), function)(data, **options)["x"].values
    return out
