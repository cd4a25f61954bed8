"""The table in README.md, between two markers, made from results.json."""

import importlib.metadata
import os
import platform
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
PAGE = HERE / "README.md"
BEGIN, END = "<!-- table: made by `python -m benchmarks` -->", "<!-- end of table -->"
HEAD = ("what", "neurorl", "peer", "ratio", "target", "met", "how measured")
IDLE = 2.5  # load average above which more than the row before this one must have been at work
MET = {True: "yes", False: "**no**", None: ""}
PACKAGES = ("jax", "gymnax", "stable-baselines3", "sb3-contrib", "torch", "scipy", "numpy")


def machine() -> dict[str, Any]:
    """What the figures were taken on."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "system": platform.system(),
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in PACKAGES},
    }


def table(results: dict[str, Any]) -> str:
    """All rows as a Markdown table; below it their notes and the machine."""
    rows = [row for result in results.values() for row in result["rows"]]
    cells = [(r["what"], r["ours"], r["peer"], r["ratio"], r["target"], MET[r["met"]], r["how"]) for r in rows]
    lines = ["| " + " | ".join(row) + " |" for row in (HEAD, ("---",) * len(HEAD), *cells)]
    notes = [note for row in rows for note in row["notes"]]
    notes += sorted({_sentence(result["machine"]) for result in results.values()})
    loaded = [f"{name} ({r['load_before']:.1f})" for name, r in results.items() if r["load_before"] > IDLE]
    if loaded:
        notes.append(
            "Other work shared the machine, so that these speeds are lower bounds; load average before the row: "
            f"{', '.join(loaded)}."
        )
    return "\n".join([*lines, "", *(f"- {note}" for note in notes)])


def write_table(results: dict[str, Any]) -> None:
    """Put the table between the markers of the page."""
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}\n{table(results)}\n{END}{after}", encoding="utf-8")


def _sentence(machine: dict[str, Any]) -> str:
    versions = ", ".join(f"{name} {machine[name]}" for name in ("python", *PACKAGES))
    cores = f"{machine['cores']} cores of {machine['processor']}, {machine['memory_gib']} GiB"
    return f"Machine: {cores}, {machine['system']}; {versions}."


def _processor() -> str:
    names = [line.split(":", 1)[1].strip() for line in _cpuinfo() if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text().splitlines() if path.exists() else []
