"""Rules that every table of decisions must pass, whichever way it came in.

A rule sees the canonical rows, the task's spaces and what is known about the file. It finds problems, for which the
table is refused, and notes, which are kept with the data set and printed. Each rule has a short name, by which tests
and the fuzz harness count what was found.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from neurorl.data.rules.choices import forbidden, minus_one, missing_chosen
from neurorl.data.rules.copies import appended_twice, same_sessions
from neurorl.data.rules.coverage import missing, never_chosen, paid_when_missing
from neurorl.data.rules.people import alike_names, names_ignored, passed_over, two_groups, unnamed
from neurorl.data.rules.rewards import outside, same_reward, small_rewards
from neurorl.data.rules.rows import Facts, Finding, Rows
from neurorl.data.rules.sessions import session_in_pieces, sessions_ignored, single_trials
from neurorl.data.rules.times import time_falls
from neurorl.data.rules.trials import beyond_the_trial, gaps, stage_missing
from neurorl.data.rules.words import counted_from_one, stand_ins, words

if TYPE_CHECKING:
    import pandas as pd

    from neurorl.core.spaces import Spaces

__all__ = ["NOTES", "PROBLEMS", "Facts", "Finding", "judge"]

Rule = Callable[[Rows], list[Finding]]

# What a table may be refused for; some of these only say what they find where it is harmless.
PROBLEMS: dict[str, Rule] = {
    "forbidden": forbidden,
    "minus-one": minus_one,
    "missing-chosen": missing_chosen,
    "counted-from-one": counted_from_one,
    "words": words,
    "stand-ins": stand_ins,
    "reward-range": outside,
    "step-beyond": beyond_the_trial,
    "stage-missing": stage_missing,
    "appended-twice": appended_twice,
    "session-ignored": sessions_ignored,
    "session-in-pieces": session_in_pieces,
    "time-falls": time_falls,
}
# What is only said.
NOTES: dict[str, Rule] = {
    "many-missing": missing,
    "paid-when-missing": paid_when_missing,
    "never-chosen": never_chosen,
    "gaps": gaps,
    "same-sessions": same_sessions,
    "two-groups": two_groups,
    "alike-names": alike_names,
    "names-ignored": names_ignored,
    "unnamed": unnamed,
    "passed-over": passed_over,
    "same-reward": same_reward,
    "single-trials": single_trials,
    "small-rewards": small_rewards,
}


def judge(table: "pd.DataFrame", spaces: "Spaces", facts: Facts | None = None, *, sound: bool = True) -> list[Finding]:
    """What the rules find, problems first; notes only where there is no problem.

    Args:
        table: canonical rows with all required columns.
        spaces: of the task.
        facts: what is known about the file.
        sound: whether each cell of the table has been found to be what its column holds.
    """
    rows = Rows(table, spaces, facts or Facts())
    found = [finding for rule in PROBLEMS.values() for finding in rule(rows)]
    problems = [finding for finding in found if finding.outcome == "problem"]
    if problems or not sound:
        return problems
    return found + [finding for rule in NOTES.values() for finding in rule(rows)]
