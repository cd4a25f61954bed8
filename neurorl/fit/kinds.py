"""What fits may leave in a file of the keeper: this list, and nothing else, is made when a file is read."""

from collections.abc import Iterable

from neurorl.core.agent import Agent
from neurorl.core.fitted import Fitted
from neurorl.core.kept_values import Kind, record, shaped_like
from neurorl.data.kept_tables import TABLES
from neurorl.fit.design.identifiability import Interval, Profile
from neurorl.fit.design.model_recovery import ModelRecovery
from neurorl.fit.design.recovery import Recovery
from neurorl.fit.evidence.loo import Loo
from neurorl.fit.evidence.model_inference import HBIResult
from neurorl.fit.evidence.selection import Selection
from neurorl.fit.result import FitResult

RESULTS = (FitResult, Fitted, HBIResult, Recovery, ModelRecovery, Selection, Loo, Profile, Interval)


def kinds(agents: Iterable[Agent]) -> tuple[Kind, ...]:
    """Tables, results of fits, and the parameters of these agents."""
    return (*TABLES, *map(record, RESULTS), *(shaped_like(agent.params()) for agent in agents))
