"""Units whose choices do not determine their parameters, and why.

A unit is named where its choices bring less than half of the precision of a parameter (`contraction`): the value is
mostly the declared prior's. Units are drawn towards a population by design, the more the less they differ: there the
line is a tenth, or a quarter of what the choices of the median unit bring where that is less. Two kinds of units are
named whatever the curvature says: those that chose one option only (the likelihood grows up to an end of the range, so
that nothing is bounded on that side), and those with fewer scored choices than parameters.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from neurorl.core.types import Record

HALF = 0.5  # contraction below which a value is mostly that of a declared prior
TENTH = 0.1  # the same for a population

FEW = "there are fewer scored choices than parameters"
ONE_OPTION = "one option was chosen on every scored trial"
UNPAID = "no reward was ever obtained"
SAME = "every outcome was the same"


def reasons(sessions: Record, n_params: int) -> tuple[str, ...]:
    """The plainest reason for each unit that its choices may not determine its parameters; empty where there is none.

    Args:
        sessions: [S, m, T].
        n_params: number of fitted parameters of a unit.
    """
    happened = np.asarray(sessions.valid, bool)
    scored = happened & np.asarray(sessions.scored, bool)
    action, reward = np.asarray(sessions.action), np.asarray(sessions.reward, float)
    n_choices = scored.sum(axis=(1, 2))
    one_option = np.zeros(len(scored), bool)
    if action.shape == scored.shape and np.issubdtype(action.dtype, np.integer):
        one_option = _constant(action, scored)
    unpaid = ~np.where(happened, reward, 0.0).any(axis=(1, 2))
    outcomes = [unpaid, _constant(reward, happened)]
    for here in outcomes:
        here &= not (len(here) > 1 and here.all())  # where nobody is ever paid, this is about the task
    told = ((FEW, n_choices < n_params), (ONE_OPTION, one_option), *zip((UNPAID, SAME), outcomes, strict=True))
    return tuple(next((reason for reason, here in told if here[s]), "") for s in range(len(scored)))


def undetermined(
    contraction: Mapping[str, np.ndarray], why: Sequence[str], failed: np.ndarray, hierarchical: bool
) -> tuple[tuple[str, ...], ...]:
    """For each unit [S] the names of the parameters that its choices do not determine; none where its fit failed."""
    always = np.array([reason in (FEW, ONE_OPTION) for reason in why], bool)
    open_ = {}
    for name, share in contraction.items():
        known = share[np.isfinite(share)]
        line = HALF if not hierarchical else min(TENTH, float(np.median(known)) / 4 if len(known) else TENTH)
        open_[name] = (always | ~(share >= line)) & ~failed
    return tuple(tuple(name for name, here in open_.items() if here[s]) for s in range(len(failed)))


def sentences(
    names: Sequence[tuple[str, ...]], why: Sequence[str], method: str, who: Callable[[np.ndarray], str]
) -> list[str]:
    """A sentence for each reason, and for each parameter that is open for no plain reason.

    Args:
        names: of `undetermined`.
        why: of `reasons`.
        method: of the fit.
        who: a mask of units [S] in words.
    """
    rest = {
        "map": "These values are determined by the prior",
        "ml": "Other values explain these choices about equally well",
    }.get(method, "These values are determined by the population")
    less = {"map": "say less about it than its prior", "ml": "say less about it than its declared prior would"}.get(
        method, "hardly move it away from the population"
    )
    said = []
    for reason in dict.fromkeys(reason for reason, open_ in zip(why, names, strict=True) if reason and open_):
        here = np.array([bool(open_) and own == reason for own, open_ in zip(why, names, strict=True)])
        listed = ", ".join(dict.fromkeys(name for s in np.flatnonzero(here).tolist() for name in names[s]))
        said.append(
            f"{who(here)}: the choices do not determine {listed}; {reason}. {rest}; do not interpret them as "
            "estimates, and leave these units out of averages and comparisons of groups."
        )
    for name in dict.fromkeys(name for open_ in names for name in open_):
        here = np.array([name in open_ and not reason for open_, reason in zip(names, why, strict=True)])
        if here.any():
            said.append(
                f"{who(here)}: the choices do not determine {name}; they {less} (column {name}_contraction). Averages "
                "over units include these values."
            )
    return said


def _constant(values: np.ndarray, here: np.ndarray) -> np.ndarray:
    """Whether all values of a unit [S, m, T] are the same where `here`; False where there is none."""
    flat, kept = values.reshape(len(values), -1), here.reshape(len(here), -1)
    first = np.take_along_axis(flat, kept.argmax(axis=1)[:, None], axis=1)
    return kept.any(axis=1) & ((flat == first) | ~kept).all(axis=1)
