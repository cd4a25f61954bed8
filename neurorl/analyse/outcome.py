"""All that an analysis found out."""

from dataclasses import dataclass, field

import pandas as pd

from neurorl.fit.design.model_recovery import ModelRecovery
from neurorl.fit.design.recovery import Recovery
from neurorl.fit.evidence.selection import Selection
from neurorl.fit.result import FitResult
from neurorl.fit.settings import ModelSettings

INFERRED = "hierarchical Bayesian inference over models (Piray et al. 2019)"
NETWORK = "network (ceiling)"


@dataclass
class Outcome:
    """All results of a fit; results that were not requested are None or empty."""

    results: dict[str, FitResult]
    comparison: pd.DataFrame
    selection: Selection | None = None
    evidence: str = ""
    followed: pd.DataFrame | None = None
    left_out: pd.DataFrame | None = None
    held_out: pd.DataFrame | None = None
    held_out_kind: str = ""
    checks: pd.DataFrame | None = None
    misses: pd.DataFrame | None = None
    recovery: dict[str, Recovery] = field(default_factory=dict)
    model_recovery: ModelRecovery | None = None
    regressors: dict[str, pd.DataFrame] = field(default_factory=dict)
    settings: dict[str, ModelSettings] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    @property
    def best(self) -> str:
        """The agent that the strongest evidence at hand prefers: choices held out or left out, else the comparison."""
        if self.held_out is not None:
            return str(next(name for name in self.held_out["model"] if name != NETWORK))
        if self.left_out is not None:
            return str(self.left_out["model"].iloc[0])
        return str(self.comparison["agent"].iloc[0])
