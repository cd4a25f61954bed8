"""A study that costs nothing, for the tests of its run, its cache and its files."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.figure import Figure

from neurorl.core import keeper
from neurorl.core.card import Card
from neurorl.core.study import Context, Evidence, Expect, Measures, Picture, Study
from neurorl.report.runner import run_study

GATHERED: list[Context] = []


def gather(context: Context) -> Evidence:
    GATHERED.append(context)
    stay = pd.DataFrame({"who": ["rat", "person"], "stay": [0.25 + context.seed, 0.75], "n": [3, 4]})
    units = xr.Dataset({"h": (("trial", "unit"), np.arange(6.0).reshape(3, 2))})
    return Evidence({"stay": stay}, {"units": units}, {"n": 7.0, "lost": math.nan})


def measure(evidence: Evidence) -> Measures:
    stay = evidence.tables["stay"]
    values = {"mean_stay": stay["stay"].mean(), "n": evidence.numbers["n"], "lost": evidence.numbers["lost"]}
    values["unit_sum"] = float(evidence.recordings["units"]["h"].sum())
    return Measures(values, {"by_who": stay}, {"by_who": "Stay probability by who."})


def draw(evidence: Evidence, measures: Measures) -> tuple[Picture, ...]:
    figure = Figure(figsize=(2, 1))
    figure.subplots().plot(evidence.tables["stay"]["stay"])
    return (Picture("stay", figure, "Stay probability."),)


def expect(measure: str, low: float, high: float, scale: str = "smoke") -> Expect:
    return Expect(f"{measure} is right", measure, low, high, "Someone 2020, Fig. 1", "reported", scale)


STUDY = Study(
    name="fake",
    card=Card(title="Rats stay & people <stay>", summary="A fake.", refs=("daw2011:eq. 2", "unheard2099")),
    tasks=("two_step",),
    agents=("hybrid",),
    scales={"smoke": 1, "quick": 2},
    gather=gather,
    measure=measure,
    expects=(
        expect("mean_stay", 0.5, 0.5),
        expect("n", 8, math.inf),
        expect("lost", -math.inf, 1),
        expect("absent", 0, 1),
        expect("unit_sum", 15, 15, "quick"),
    ),
    draw=draw,
    notes=("A note.",),
)


def run(out: Path, study: Study = STUDY, **options: object):
    return run_study(study, scale="smoke", out=out, quiet=True, **options)  # type: ignore[arg-type]


def again(out: Path, study: Study = STUDY):
    """Run into another folder, where no finished result lies: from the evidence in the cache, if it is whole."""
    return run(out / "elsewhere", study)


def entry(folder: Path) -> Path:
    (found,) = folder.glob(f"evidence/fake/*{keeper.ENDING}")
    return found
