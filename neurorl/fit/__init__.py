"""Parameters from data."""

from neurorl.fit.compare import compare
from neurorl.fit.map import fit_map
from neurorl.fit.recovery import Recovery, recover
from neurorl.fit.result import FitResult, FitWarning

__all__ = ["FitResult", "FitWarning", "Recovery", "compare", "fit_map", "recover"]
