"""Write the page of the battery and its figure: `python docs/make_battery.py runs/battery_*/quick-seed0`.

One row an agent, one column a signature: shown, not shown, or not asked for.
"""

import json
import sys
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from neurorl.figures.style import PALETTE, style
from neurorl.studies.battery.signatures import SIGNATURES

HERE = Path(__file__).parent
PAGE = HERE.parent / "neurorl" / "studies" / "battery" / "page.md"
HEAD = """# The battery: which signatures of animal learning does an agent show?

    neurorl run battery --agent q_learning
    neurorl run battery --agent my_agent.py --scale paper
    neurorl run battery --agent wang2018/two_step

Any agent, a file of your own or a trained network of the zoo included, plays every task of the battery that it fits,
with its default parameters: 24 simulated subjects at quick, 200 at paper. A signature is shown where the lower end of
the 95 % interval of its mean over subjects lies above what an agent without it reaches: chance, the number of an
oracle, or a margin of ours. Of trained networks the replicas are the units, eight or three of them. Lesions and drugs
are asked of agents that have the part they are given to; a lesioned group plays from the same seeds as a whole one.
The page of a run lists every mean with its interval, what it must exceed, and why the agent was not asked for the
rest.

A signature that is missed is a finding about the agent, not an error: nobody's default parameters show everything,
and fitted ones may show more.

Every signature has controls in the tests (`tests/studies/battery_controls.py`): an agent that shows it, and rivals
that do well, or look as if they did, without the mechanism: random choice, fixed and wandering preferences, a table
with a row a display, fixed learning rates with extreme rates and start values, win-stay-lose-shift, a hidden-state
observer where the signature is about more. `pytest -m slow tests/studies/test_battery_controls.py` runs them all.

![Signatures by agents: shown, not shown, not asked for.](../../../docs/figures/battery.png)

"""
TAIL = """## Read this with care

- **Parameters are defaults.** `thompson` and `q_learning` explore; what they lack may be a matter of their
  temperature.
- **Reversals that get faster.** Each of 16 phases is 20 free trials and 40 forced ones, both arms in turn, so that
  values which a fixed rate learns are the same before every reversal; errors after reversals 2 and 3 are compared
  with those after the eighth and later. Of 120 delta rules (learning rate .005 to 1, inverse temperature 2 to 20,
  start value -1 to 1) none has a gain whose interval
  lies above .3; the observer that learns to reverse gains
  2.2. (Counted from the first reversal, without forced trials, a delta rule with rate .05 that starts at 0 gained
  18.8: it measured the start value.)
- **"Better than a delta rule"** (infers state) is a number: the best delta rule is right in .825 of choices after
  trial 20 (80/20, hazard .04), the filter with the right model in .857; the line is drawn at .84. A learner whose
  unchosen values fall back to the middle (`q_learning` with forgetting .6 to .8 and inverse temperature 20)
  reaches .851: in a task with two arms, forgetting acts as the knowledge that what was bad will be good again.
  *Infers value* has no such rival.
- **Knows when** compares P(leave | two losses in a row) on trials 33 to 50 with 14 to 29, both before the block's
  reversal: .76 for the observer with a prior on timing, within .07 of 0 or below for delta rules and hidden Markov
  models of any hazard tried.
- **Pictures and sides.** *Finds picture* and *finds side* are chance or better; a table with a row a display passes
  both. *Learns what* and *learns where* ask for transfer: after a reversal the pictures keep their sides for 20
  trials and then change them, and the first choice is counted. A table is right in about .10
  there. `object_action` is right in .35 of both: after a reversal its arbitration trusts the wrong system for a while.
  No agent here learns where by default; a delta rule that ignores the pictures does (.92).
- **Late outcomes** are tested in 20 free choices after 400 random ones, since a learner that follows its own values
  can climb without credit (see [dopamine](../neftci2019/dopamine/page.md)).
- **Matching** is the slope of choices over the arms' base chances and not over what was earned, which follows choices
  whatever made them.
- **One value a stimulus.** Table learners keep one value a sign where the answers are the signs (probabilistic
  selection), which is the standard learner of that literature; with a row a pair they would be at chance on new
  pairs.
- **A sure reward that surprises less when it is late** (Starkweather et al. 2017, Task 1) is asked with the agent's
  own beliefs about omissions, none by default. The rise of Task 2, where one reward in ten is left out, needs an
  agent that is told so: see [hidden states](../neftci2019/hidden_states/page.md).
- **Sub-goals and hierarchies** have no signature here.
- **Dopamine at choice** is asked of agents with two pathways; blocked dopamine of all that name it as a part.
  `fast_slow` learns without dopamine, by its amygdala.
- **Not on this page.** `dqn` takes more than twenty minutes and was not run to its end. `counterfactual_learner` needs
  the outcomes of both options, which no task of the battery shows. `q_trace` is not asked whether a late reward
  surprises less: with traces that never fade its values diverge there.
- **Networks** are asked on the tasks they were trained on. Networks without training are not on this page, nor those
  of Harlow's learning sets and of planning, whose tasks have no signature here.

This page is written by `docs/make_battery.py` from runs at quick scale, one to three minutes of one core an agent."""


def main(folders: list[Path]) -> None:
    """Write the page and the figure."""
    shown, numbers = {}, {}
    for folder in folders:
        result = json.loads((folder / "result.json").read_text(encoding="utf-8"))
        agent = result["agents"][0]
        asked = [verdict for verdict in result["verdicts"] if verdict["value"] is not None]  # others diverged
        if asked:
            shown[agent] = {verdict["measure"]: verdict["outcome"] == "held" for verdict in asked}
            numbers[agent] = {verdict["measure"]: (verdict["value"], *verdict["interval"]) for verdict in asked}
    agents = sorted(shown, key=lambda agent: [-sum(shown[agent].values()), agent])
    with style():
        _matrix(agents, shown).savefig(HERE / "figures" / "battery.png", dpi=150)
    lines = ["| agent | shows | asked and not shown |", "|---|---|---|"]
    for agent in agents:
        yes, no = (
            ", ".join(name.replace("_", " ") for name, held in shown[agent].items() if held is which) or "-"
            for which in (True, False)
        )
        lines.append(f"| `{agent}` | {yes} | {no} |")
    names = [
        "| signature | what is claimed | task | must exceed | highest: mean (95 % interval) | after |",
        "|---" * 6 + "|",
    ]
    for s in SIGNATURES:
        found = {agent: of[s.name] for agent, of in numbers.items() if None not in of.get(s.name, (None,))}
        best = max(found, key=lambda agent: found[agent][0], default="")
        top = "{:.3g} ({:.3g} to {:.3g})".format(*found[best]) + f", `{best}`" if best else "-"
        names.append(f"| {s.name.replace('_', ' ')} | {s.claim} | `{s.task}` | {s.above:g} | {top} | {s.source} |")
    page = HEAD + "\n".join(lines) + "\n\n## The signatures\n\n" + "\n".join(names) + "\n" + TAIL
    PAGE.write_text(page, encoding="utf-8")


def _matrix(agents: list[str], shown: dict[str, dict[str, bool]]) -> Figure:
    """One row an agent, one column a signature."""
    names = [signature.name for signature in SIGNATURES]
    with style():
        figure = Figure(figsize=(2.6 + 0.21 * len(names), 1.9 + 0.19 * len(agents)), layout="constrained")
        axes = figure.subplots()
        for held, color, label in ((True, PALETTE["network"], "shown"), (False, PALETTE["faint"], "not shown")):
            at = [(x, y) for y, a in enumerate(agents) for x, name in enumerate(names) if shown[a].get(name) is held]
            x, y = np.array(at).T
            axes.scatter(x, y, marker="s", s=56, color=color, label=label, linewidths=0)
        axes.set_xticks(range(len(names)), [name.replace("_", " ") for name in names], rotation=90)
        axes.set_yticks(range(len(agents)), agents)
        axes.xaxis.tick_top()
        axes.set_xlim(-0.6, len(names) - 0.4)
        axes.set_ylim(len(agents) - 0.4, -0.6)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        axes.legend(loc="upper left", bbox_to_anchor=(0, 0.0), ncols=2, title="blank: not asked for", alignment="left")
    return figure


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
