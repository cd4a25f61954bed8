"""Write docs/wang2018.md from finished runs: `python docs/make_wang2018.py runs/*/paper-zoo-seed0`.

One section a study, in the paper's order: its first figure, and every claim with what was expected and measured.
"""

import json
import shutil
import sys
from pathlib import Path

from neurorl.core.catalogue import full_name, load
from neurorl.report.numbers import beside, interval

HERE = Path(__file__).parent
MARKS = {"held": "held", "missed": "**missed**", "not run": "not run"}
HEAD = """# Wang et al. 2018, simulation by simulation

*Prefrontal cortex as a meta-reinforcement learning system*, every claim beside what came out here. Numbers are those of
the shipped networks (`neurorl run wang2018 --zoo`), which `neurorl train NAME` trains again from their seeds. Basis:
*reported*, the paper prints the number; *direction*, the paper shows the direction and the threshold is ours; *ours*, a
number of this project. An *identity* follows from the equations or from how the code is built, so that only an error in
the code can break it; it counts apart. On two idle cores `neurorl run wang2018` took 15 minutes at quick scale (seed
0). The shipped networks together took 245 minutes of single, busy cores to train and 37 to test at paper scale, which
shared out over two cores is less than two and a half hours; they were not all trained in one go. What was tried where a
claim is missed stands on the study's own page. This page is written by `docs/make_wang2018.py`.

"""


def main(folders: list[Path]) -> None:
    """Write the page and copy the figures."""
    results = {}
    for folder in folders:
        result = json.loads((folder / "result.json").read_text(encoding="utf-8"))
        results[result["study"]] = (folder, result)
    named = [name for name in load("paper", "wang2018").studies if name in results]
    rows = "".join(_row(name, results[name][1]) for name in named)
    overview = (
        f"| study | scale | held | missed | not run | identities | networks |\n|---|---|---|---|---|---|---|\n{rows}\n"
    )
    sections = "".join(_section(name, *results[name]) for name in named)
    (HERE / "wang2018.md").write_text(HEAD + overview + sections, encoding="utf-8")


def _row(name: str, result: dict) -> str:
    counts = result["counts"]
    study = load("study", name)
    trained = study.networks(study.scales["paper"])
    networks = ", ".join(f"{n.name.rpartition('/')[2]} x {n.config.replicas}" for n in trained)
    if len(trained) > 6:
        networks = f"{len(trained)} networks x {trained[0].config.replicas}"
    numbers = " | ".join(str(counts[outcome]) for outcome in MARKS) + f" | {result['identities']['held']}"
    return f"| [{result['title']}]({_page(name)}) | {result['scale']} | {numbers} | {networks} |\n"


def _section(name: str, folder: Path, result: dict) -> str:
    figure = next(iter(result["figures"]))
    kept = f"figures/wang2018_{name}.png"
    shutil.copyfile(folder / "figures" / f"{figure}.png", HERE / kept)
    rows = "".join(_claim(verdict) for verdict in result["verdicts"])
    return (
        f"\n## {result['title']}\n\n{result['summary']} `neurorl run {name}`; [what was done and tried]({_page(name)})."
        "\n\n"
        f"![{result['figures'][figure]}]({kept})\n\n*{result['figures'][figure]}*\n\n"
        f"| claim | expected | measured | verdict | source | basis |\n|---|---|---|---|---|---|\n{rows}"
    )


def _page(name: str) -> str:
    """Where a study's own page stands, seen from this folder."""
    return f"../neurorl/studies/{full_name('study', name)}/page.md"


def _claim(verdict: dict) -> str:
    low = -float("inf") if verdict["low"] is None else verdict["low"]
    high = float("inf") if verdict["high"] is None else verdict["high"]
    cells = (
        verdict["claim"],
        interval(low, high),
        beside(verdict["value"], low, high),
        MARKS[verdict["outcome"]],
        verdict["source"],
        f"identity, {verdict['basis']}" if verdict["kind"] == "identity" else verdict["basis"],
    )
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |\n"


if __name__ == "__main__":
    main([Path(folder) for folder in sys.argv[1:]])
