"""Every figure about recovery that the documentation states outside `docs/fitting.md`'s own benchmarks, measured again.

Correlations of true and fitted parameters over 40 subjects with parameters from the priors, maximum a posteriori, seed
0; shares of subjects whose choices bound a parameter, and coverage of profile intervals.

    python -m benchmarks.recovery_in_docs [NAME ...]

It prints the stated beside the measured figure, takes some minutes on two cores, and exits with 1 where one is off by
more than 0.03.
"""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass

from neurorl.core.catalogue import load
from neurorl.core.task import Task
from neurorl.fit.design.recovery import recover
from neurorl.tasks.pavlovian import Pavlovian

OFF = 0.03


@dataclass(frozen=True)
class Claim:
    """Figures that a page states.

    Attributes:
        page: where.
        agent, task: who plays what.
        sessions, steps: of each of 40 subjects.
        r: parameter -> stated correlation of true and fitted.
        bounded, coverage: parameter -> stated share of subjects whose choices bound it on both sides, and of 95 %
            likelihood-ratio intervals that hold the true value.
    """

    page: str
    agent: str
    task: Callable[[], Task]
    sessions: int
    steps: int
    r: dict[str, float]
    bounded: dict[str, float]
    coverage: dict[str, float]


def named(name: str) -> Callable[[], Task]:
    return lambda: load("task", name)


CLAIMS = {
    "identify_240": Claim(
        "docs/fitting.md",
        "risk_sensitive_td",
        named("reversal"),
        3,
        80,
        {"alpha_pos": 0.74},
        {"alpha_pos": 0.55, "alpha_neg": 0.83, "beta": 0.95},
        {"alpha_pos": 0.93, "alpha_neg": 0.95, "beta": 0.88},
    ),
    "identify_960": Claim(
        "docs/fitting.md",
        "risk_sensitive_td",
        named("reversal"),
        12,
        80,
        {},
        {"alpha_pos": 0.83, "alpha_neg": 0.93, "beta": 0.98},
        {"alpha_pos": 0.90, "alpha_neg": 1.0, "beta": 0.93},
    ),
    "td_lambda": Claim(
        "neurorl/studies/neftci2019/dopamine/page.md",
        "td_lambda",
        lambda: Pavlovian(cues=("A", "B", "C"), steps=10),
        1,
        1000,
        {"alpha": 0.80, "gamma": 0.59, "lam": 0.71, "beta": 0.93, "bias": 1.00},
        {},
        {},
    ),
    "choice_trace_learner": Claim(
        "neurorl/studies/neftci2019/dopamine/page.md",
        "choice_trace_learner",
        named("delayed_bandit"),
        1,
        600,
        {"alpha": 0.94, "beta": 0.98, "kappa": 0.98},
        {},
        {},
    ),
    "uncertainty_arbitration": Claim(
        "neurorl/studies/neftci2019/habits/page.md",
        "uncertainty_arbitration",
        named("devaluation"),
        1,
        400,  # two steps a trial
        {"beta": 0.91, "alpha": 0.57, "noise_mb": 0.05, "noise_mf": 0.47},
        {},
        {},
    ),
}


def measured(claim: Claim) -> list[tuple[str, float, float]]:
    """What is stated, the stated figure, and the measured one."""
    task = claim.task()
    agent = load("agent", claim.agent).for_spaces(task.spaces)
    more = {"subjects": 40, "sessions": claim.sessions, "steps": claim.steps, "seed": 0, "quiet": True}
    found = recover(agent, task, identify=bool(claim.bounded), **more)
    r = found.summary.set_index("parameter")["r"]
    rows = [(f"r of {name}", stated, float(r[name])) for name, stated in claim.r.items()]
    if found.identified is not None:
        table = found.identified.set_index("parameter")
        for what, column, figures in (
            ("bounded", "bounded", claim.bounded),
            ("95 % intervals", "coverage_95", claim.coverage),
        ):
            rows += [(f"{what}, {name}", stated, float(table.loc[name, column])) for name, stated in figures.items()]
    return rows


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of {', '.join(CLAIMS)}; all if none is named")
    out = []
    for name in parser.parse_args().names or CLAIMS:
        claim = CLAIMS[name]
        for what, stated, value in measured(claim):
            off = abs(value - stated) > OFF
            mark = "  <- off" if off else ""
            print(f"{name} ({claim.page}): {what}: stated {stated:.2f}, measured {value:.3f}{mark}", flush=True)
            out += [f"{name}: {what}"] if off else []
    print(f"Not as stated: {', '.join(out)}." if out else "All figures are as stated.")
    return 1 if out else 0


if __name__ == "__main__":
    sys.exit(main())
