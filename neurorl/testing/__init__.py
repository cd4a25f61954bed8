"""The laws, public: check a task, an agent, a synapse, an algorithm, a fitting method, a study.

from neurorl.testing import check_agent
check_agent("my_agent.py").raise_if_broken()
"""

from neurorl.testing.check import (
    CHECKS,
    check_agent,
    check_algorithm,
    check_format,
    check_method,
    check_study,
    check_synapse,
    check_task,
    fitting_tasks,
)
from neurorl.testing.laws import LawBroken, LawResult, Report
from neurorl.testing.recovery import check_recovery
from neurorl.testing.skeleton import write_skeleton
from neurorl.testing.study_laws import smoke_measures

__all__ = [
    "CHECKS",
    "LawBroken",
    "LawResult",
    "Report",
    "check_agent",
    "check_algorithm",
    "check_format",
    "check_method",
    "check_recovery",
    "check_study",
    "check_synapse",
    "check_task",
    "fitting_tasks",
    "smoke_measures",
    "write_skeleton",
]
