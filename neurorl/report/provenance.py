"""The end of the report: how to make it again, and what it was made with."""

from html import escape
from typing import Any

from neurorl.report.numbers import seconds
from neurorl.report.result import StudyResult


def command(result: StudyResult) -> str:
    """The command that makes this result again."""
    name = result.origin.get("file") or result.study
    zoo = " --zoo" if result.origin.get("zoo") else ""
    return f"neurorl run {name} --scale {result.scale} --seed {result.seed}{zoo}"


def provenance_html(result: StudyResult) -> str:
    """The command and the list of versions, machine, times and memory."""
    rows = "".join(f"<dt>{escape(term)}</dt><dd>{escape(text)}</dd>" for term, text in _items(result))
    return f"<pre><code>{escape(command(result))}</code></pre><dl>{rows}</dl>"


def _items(result: StudyResult) -> list[tuple[str, str]]:
    made = result.origin
    spent: dict[str, Any] = made.get("seconds", {})
    gathered = seconds(spent.get("gather")) + (" (then; read from the cache now)" if made.get("cached") else "")
    memory = made.get("peak_memory_gib")
    versions = ("python", "jax", "numpy", "pandas", "equinox", "optax")
    items = [
        ("Tasks", ", ".join(result.tasks)),
        ("Agents", ", ".join(result.agents)),
        ("Date", made.get("date")),
        ("neurorl", made.get("neurorl")),
        ("Commit", made.get("git_commit")),
        ("Source hash", made.get("source_hash")),
        ("Versions", ", ".join(f"{name} {made[name]}" for name in versions if made.get(name))),
        ("Machine", made.get("platform")),
        ("Cores", made.get("cores")),
        ("Devices", made.get("devices")),
        ("Gathering took", gathered),
        ("Measuring took", seconds(spent.get("measure"))),
        ("Drawing took", seconds(spent.get("draw"))),
        ("Peak memory", f"{memory:.2f} GiB" if memory else None),
        ("Checkpoints", made.get("folder")),
    ]
    return [(term, str(text)) for term, text in items if text]
