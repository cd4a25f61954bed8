"""What hierarchical inference over models finds: how frequent each model is, and who follows it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from neurorl.fit.evidence.selection import Selection
from neurorl.fit.result import FitResult


@dataclass(frozen=True)
class HBIResult:
    """What hierarchical inference over models says.

    Attributes:
        names: the M models.
        alpha: [M] of the Dirichlet posterior of the models' frequencies in the population.
        exceedance: [M] probability that a model is the most frequent one.
        protected_exceedance: [M] the same, protected against the chance that all are equally frequent.
        responsibilities: [S, M] probability that a unit follows a model.
        null_probability: that all models are equally frequent.
        log_bound: lower bound of the log evidence of everything, nats.
        results: model -> its fit to every unit; units with little responsibility lie near the group.
        labels: [S] the units.
        left_out: labels of the units that have no scored choice.
    """

    names: tuple[str, ...]
    alpha: np.ndarray
    exceedance: np.ndarray
    protected_exceedance: np.ndarray
    responsibilities: np.ndarray
    null_probability: float
    log_bound: float
    results: dict[str, FitResult]
    labels: np.ndarray
    left_out: tuple[Any, ...] = ()

    @property
    def frequency(self) -> np.ndarray:
        """Posterior mean of each model's frequency in the population, (1 + N_k) / (K + N) [M]."""
        return self.alpha / self.alpha.sum()

    @property
    def mean_responsibility(self) -> np.ndarray:
        """N_k / N, the share of the units that could be fitted that follows each model [M]: CBM's model frequency."""
        followers = self.alpha - 1
        return followers / max(followers.sum(), 1e-300)

    def selection(self) -> Selection:
        """The same as what random-effects selection says."""
        table = self.table().rename(columns={"n_units": "n_most_likely"})
        return Selection(table, self.responsibilities, self.alpha, self.null_probability)

    def table(self) -> pd.DataFrame:
        """One row a model: model, frequency, mean_responsibility, exceedance, protected_exceedance, n_units (how many
        units it is the most likely model of)."""
        most = np.bincount(self.responsibilities.argmax(axis=1), minlength=len(self.names))
        columns = {"frequency": self.frequency, "mean_responsibility": self.mean_responsibility}
        columns["exceedance"] = self.exceedance
        columns |= {"protected_exceedance": self.protected_exceedance, "n_units": most}
        return pd.DataFrame({"model": list(self.names), **columns})
