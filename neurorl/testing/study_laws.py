"""The laws of studies: what the report and the catalogue rely on."""

import math
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from neurorl.core.catalogue import names
from neurorl.core.study import SCALES, Basis, Context, End, Expect, Kind, Study
from neurorl.testing.laws import Law, NotApplicable
from neurorl.testing.references import unresolved

Smoke = Mapping[str, Any] | Callable[[Study], Mapping[str, Any]]


def smoke_measures(study: Study, seed: int = 0) -> Mapping[str, float]:
    """Gather and measure at smoke scale in a temporary folder; nothing is kept."""
    with tempfile.TemporaryDirectory() as folder:
        context = Context(study.scales["smoke"], "smoke", seed, Path(folder), quiet=True)
        return study.measure(study.gather(context)).values


@dataclass(frozen=True)
class Trial:
    """A study on trial: the study, the module it stands in, and its smoke run."""

    study: Study
    module: str
    smoke: Smoke | None


def _names(t: Trial) -> str | None:
    """Every task and agent the study names is in the catalogue."""
    for kind, listed in (("task", t.study.tasks), ("agent", t.study.agents)):
        unknown = [name for name in listed if name not in names(kind) and not Path(name).is_file()]
        if unknown:
            return f"No {kind} is called {', '.join(unknown)}; see `neurorl list`."
    return None


def _scales(t: Trial) -> str | None:
    """The study has settings for smoke, quick and paper."""
    missing = [scale for scale in SCALES if scale not in t.study.scales]
    return f"The study has no settings for scale {', '.join(missing)}." if missing else None


def _expects(t: Trial) -> str | None:
    """There is a claim to judge; each can be read alone, and has an interval, a source, a basis and a scale."""
    if not t.study.expects:
        return "The study has no claims; add an Expect for each claim that it should meet."
    for expect in t.study.expects:
        if fault := _ill_formed(expect):
            return f"The claim '{expect.claim}' {fault}."
    twice = [claim for claim, n in Counter(expect.claim for expect in t.study.expects).items() if n > 1]
    return f"Several claims read '{twice[0]}'; say in each what distinguishes it." if twice else None


def _ill_formed(expect: Expect) -> str | None:
    if not expect.claim.strip():
        return "is empty; write it as a sentence"
    if expect.claim.startswith("...") or expect.claim.endswith("..."):
        return "continues another claim; write a sentence that can be read alone"
    if math.isnan(expect.low) or math.isnan(expect.high) or expect.low > expect.high:
        return f"has the interval {expect.low} to {expect.high}; give the lower end first"
    if math.isinf(expect.low) and math.isinf(expect.high):
        return "holds for every number; give at least one end of the interval"
    if not expect.source.strip():
        return "has no source; name the paper and the figure or table"
    if expect.basis not in get_args(Basis):
        return f"has basis '{expect.basis}'; use one of {', '.join(get_args(Basis))}"
    if expect.kind not in get_args(Kind):
        return f"is of kind '{expect.kind}'; use one of {', '.join(get_args(Kind))}"
    if expect.end not in get_args(End):
        return f"judges the end '{expect.end}'; use one of {', '.join(get_args(End))}"
    if expect.scale not in SCALES:
        return f"has scale '{expect.scale}'; use one of {', '.join(SCALES)}"
    return None


def _smoke(t: Trial) -> str | None:
    """The smoke run ends and yields the measure of every claim."""
    if t.smoke is None:
        raise NotApplicable("no smoke run was asked for")
    measures = t.smoke(t.study) if callable(t.smoke) else t.smoke
    wanted = {expect.measure for expect in t.study.expects} | {e.given for e in t.study.expects if e.given}
    wanted |= {f"{e.measure}_{end}" for e in t.study.expects if e.end != "value" for end in ("low", "high")}
    missing = sorted(wanted - set(measures))
    if missing:
        measured = ", ".join(sorted(measures)) or "nothing"
        return f"The smoke run did not measure {', '.join(missing)}; it measured {measured}."
    return None


def _references(t: Trial) -> str | None:
    return unresolved(t.module, t.study.card)


STUDY_LAWS = (
    Law("names", _names),
    Law("scales", _scales),
    Law("expects", _expects),
    Law("smoke", _smoke, ("names", "scales", "expects")),
    Law("references", _references),
)
