"""Write docs/battery.md and its figure from finished runs: `python docs/make_battery.py runs/battery_*/quick-seed0`.

One column an agent, one row a signature: shown, not shown, or not asked for.
"""

import csv
import json
import sys
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from neurorl.figures.style import PALETTE, style
from neurorl.studies._battery_signatures import SIGNATURES

HERE = Path(__file__).parent
HEAD = """# The battery: which signatures of animal learning does an agent show?

    neurorl run battery --agent q_learning
    neurorl run battery --agent my_agent.py --scale paper

Any agent, a file of your own included, plays every task of the battery that it fits, with its default parameters: 24
simulated subjects at quick, 200 at paper. A signature is shown where the lower end of the 95 % interval of its mean
over subjects lies above what an agent without it would reach: chance, a number of an oracle, or a margin of ours.
Lesions and drugs are asked of agents that have the part they are given to; a lesioned group plays from the same seeds
as a whole one. The page of a run lists every number, its interval, what it must exceed, and why an agent was not
asked for the rest.

A signature that is missed is a finding about the agent, not an error: nobody's default parameters show everything,
and fitted ones may show more.

![Signatures by agents: shown, not shown, not asked for.](figures/battery.png)

"""
TAIL = """
## Read this with care

- **Parameters are defaults.** `thompson` and `q_learning` explore; what they lack in a row may be a matter of their
  temperature.
- **Reversals that get faster** from the first to the eighth: agents that are slow at first have more to gain. A delta
  rule from whose values nothing is forgotten can gain as well.
- **"Better than any fixed rate"** is a number: the best delta rule is right in .824 of choices after trial 20 (80/20,
  hazard .04) and in .672 at 60/40; the filter with the right model in .857 and .737, with the prior on timing in
  .816. The lines are drawn at .84 and .705, half-way.
- **A sure reward that surprises less when it is late** (Starkweather et al. 2017, Task 1) is asked with the agent's
  own beliefs about omissions, none by default. The rise of Task 2, where one reward in ten is left out, needs an
  agent that is told so: see [hidden states](hidden-states.md).
- **Sub-goals and hierarchies** have no signature here.
- **Dopamine at choice** is asked of agents with two pathways; blocked dopamine of all that name it as a part.
  `fast_slow` learns without dopamine, by its amygdala.

This page is written by `docs/make_battery.py`.
"""


def main(folders: list[Path]) -> None:
    """Write the page and the figure."""
    shown = {}
    for folder in folders:
        result = json.loads((folder / "result.json").read_text(encoding="utf-8"))
        held = {verdict["measure"].removesuffix("_low"): verdict["outcome"] == "held" for verdict in result["verdicts"]}
        asked = {row["signature"] for row in _rows(folder / "tables" / "not_asked.csv")}
        shown[result["agents"][0]] = {name: value for name, value in held.items() if name not in asked}
    agents = sorted(shown, key=lambda agent: [-sum(shown[agent].values()), agent])
    with style():
        _matrix(agents, shown).savefig(HERE / "figures" / "battery.png", dpi=150)
    claims = {signature.name: signature.claim.strip(". ") for signature in SIGNATURES}
    lines = ["| agent | shows | asked and not shown |", "|---|---|---|"]
    for agent in agents:
        yes, no = (
            ", ".join(name.replace("_", " ") for name, held in shown[agent].items() if held is which) or "-"
            for which in (True, False)
        )
        lines.append(f"| `{agent}` | {yes} | {no} |")
    names = ["| signature | what is claimed | task | must exceed | after |", "|---|---|---|---|---|"]
    names += [
        f"| {s.name.replace('_', ' ')} | {claims[s.name]} | `{s.task}` | {s.above:g} | {s.source} |" for s in SIGNATURES
    ]
    page = HEAD + "\n".join(lines) + "\n\n## The signatures\n\n" + "\n".join(names) + "\n" + TAIL
    (HERE / "battery.md").write_text(page, encoding="utf-8")


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def _matrix(agents: list[str], shown: dict[str, dict[str, bool]]) -> Figure:
    names = [signature.name for signature in SIGNATURES]
    with style():
        figure = Figure(figsize=(1.6 + 0.24 * len(agents), 1.8 + 0.2 * len(names)), layout="constrained")
        axes = figure.subplots()
        for held, color, label in ((True, PALETTE["network"], "shown"), (False, PALETTE["faint"], "not shown")):
            at = [(x, y) for x, a in enumerate(agents) for y, name in enumerate(names) if shown[a].get(name) is held]
            x, y = np.array(at).T
            axes.scatter(x, y, marker="s", s=62, color=color, label=label, linewidths=0)
        axes.set_xticks(range(len(agents)), agents, rotation=90)
        axes.set_yticks(range(len(names)), [name.replace("_", " ") for name in names])
        axes.set_xlim(-0.6, len(agents) - 0.4)
        axes.set_ylim(len(names) - 0.4, -0.6)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2, title="blank: not asked for", alignment="left")
    return figure


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
