"""The battery: signatures of animal learning that an agent shows.

Any agent, including one in your own file, plays every task of the battery that it fits with its default parameters.
Each signature is a number with its interval over simulated subjects (Neftci & Averbeck 2019, Conclusions, name the
tasks: Pavlovian conditioning, bandits and related tasks). A signature is shown if the lower end of the 95 % interval
of its mean lies above the value that an agent without it would reach.

An agent that misses a signature is not wrong; the page states what it is a model of. Parameters are the agent's
defaults; fitted parameters may show more signatures.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from neurorl.analysis.over_units import over_units
from neurorl.core.card import Card
from neurorl.core.catalogue import load
from neurorl.core.options import options_of
from neurorl.core.study import Evidence, Expect, Measures, Study
from neurorl.studies.battery.evidence import Scale, built_from, gather, player
from neurorl.studies.battery.figures import draw
from neurorl.studies.battery.signature import Signature
from neurorl.studies.battery.signatures import SIGNATURES

AGENT = "q_learning"  # examined where nobody is named

SCALES = {
    "smoke": Scale(AGENT, subjects=3, share=0.2),
    "quick": Scale(AGENT, subjects=24),
    "paper": Scale(AGENT, subjects=200),
}


def measure(evidence: Evidence) -> Measures:
    """Mean and interval of each signature over subjects; the verdict depends on the lower end."""
    out = Measures(
        captions={
            "signatures": "Each signature over simulated subjects, with 95 % intervals; above: the value that it "
            "must exceed.",
            "not_asked": "Signatures that were not tested, because the agent does not fit the task or does not "
            "report what they need.",
        }
    )
    values = evidence.tables["values"]
    if len(values):
        table = over_units(values, "value", ["signature"])
        about = [
            {"signature": s.name, "claim": s.claim, "task": s.task, "above": s.above, "source": s.source}
            for s in SIGNATURES
        ]
        table = table.merge(pd.DataFrame(about), on="signature")
        beyond = dict(zip(table["signature"], table["low"] > table["above"], strict=True))
        met = {s.name: all(beyond.get(name, False) for name in s.given) for s in SIGNATURES}
        table["given"] = [met[name] for name in table["signature"]]
        out.tables["signatures"] = table.assign(shown=(table["low"] > table["above"]) & table["given"])
        for row in table.to_dict("records"):
            name = row["signature"]
            out.values |= {name: row["mean"], f"{name}_low": row["low"], f"{name}_high": row["high"]}
            out.values[f"{name}_given"] = float(met[name])
    out.tables["not_asked"] = evidence.tables["not_asked"]
    return out


def _asked(agent: str, options: Mapping[str, Any] | None = None) -> tuple[Signature, ...]:
    """What an agent can be tested on."""
    return tuple(signature for signature in SIGNATURES if not isinstance(player(agent, signature, options), str))


def _expects(asked: tuple[Signature, ...]) -> tuple[Expect, ...]:
    return tuple(
        Expect(
            s.claim,
            s.name,
            s.above,
            float("inf"),
            s.source,
            "direction",
            end="low",
            given=f"{s.name}_given" if s.given else "",
        )
        for s in asked
    )


def examine(agent: str, options: Mapping[str, Any] | None = None) -> Study:
    """The battery of one agent, under options that differ from their defaults.

    Args:
        agent: a name in the catalogue, a file, or a trained network of the zoo.
        options: fields of the agent; none for a network.
    """
    asked, options = _asked(agent, options), dict(options or {})
    name = Path(agent).stem if agent.endswith((".py", ".npz")) else agent
    with_what = ", ".join(f"{option} = {value}" for option, value in options.items())
    known = () if built_from(agent) else options_of(load("agent", agent))
    settings = ", ".join(f"{each.name} = {options.get(each.name, each.default)}" for each in known)
    folder = "".join(f"-{option}={value}" for option, value in options.items())
    return replace(
        STUDY,
        name=re.sub(r"[^\w.=-]+", "_", f"battery_{name}{folder}"),
        card=replace(STUDY.card, title=f"The battery: {name}{f' with {with_what}' if with_what else ''}"),
        agents=(agent, *built_from(agent)),
        tasks=tuple(dict.fromkeys(s.task for s in asked)),
        scales={scale: replace(settings, agent=agent, options=options) for scale, settings in STUDY.scales.items()},
        expects=_expects(asked),
        notes=(*STUDY.notes, *((f"Options of the agent: {settings}.",) if settings else ())),
    )


STUDY = Study(
    name="battery",
    card=Card(
        title="The battery: signatures of animal learning",
        summary="Any agent plays every task that it fits, and one page lists the signatures of animal learning that "
        "it shows: `neurorl run battery --agent NAME|FILE.py|ZOO/NETWORK`.",
        refs=("neftci2019",),
        tags=("battery", "signatures"),
    ),
    tasks=tuple(dict.fromkeys(s.task for s in SIGNATURES)),
    agents=(AGENT,),
    scales=SCALES,
    gather=gather,
    measure=measure,
    expects=_expects(_asked(AGENT)),
    draw=draw,
    notes=("Parameters are the agent's defaults. A missed signature is a finding about the agent, not an error.",),
    of_agent=examine,
)
