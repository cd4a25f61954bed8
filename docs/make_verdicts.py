"""Write docs/verdicts.md from finished runs: `python docs/make_verdicts.py runs/*/quick-*`.

One row a study: how many of its claims held and were missed, which were missed, and how many identities of the code
hold.
"""

import json
import sys
from pathlib import Path

from neurorl.core.catalogue import load

HERE = Path(__file__).parent
HEAD = """# Verdicts of the studies

Studies at `quick` scale, seed 0, as they were last run together. *Held* and *missed* count claims that could have come
out otherwise; *identities* follow from the equations or from how the code is built and count apart. Networks: *zoo*,
the shipped networks play; *trained*, they are trained anew; *none*, the study has none. What was tried where a claim is
missed stands on the study's own page, and so do the counts of studies that are not in the table. This page is made by

    neurorl run neftci2019              # the studies of Neftci & Averbeck 2019
    neurorl run wang2018 --zoo          # the studies of Wang et al. 2018, on the shipped networks
    python docs/make_verdicts.py runs/*/quick-*

"""


def main(folders: list[Path]) -> None:
    """Write the page from the folders that hold a result."""
    results = [json.loads((folder / "result.json").read_text(encoding="utf-8")) for folder in folders]
    rows = [_row(result) for result in results]
    totals = [sum(row[i] for row in rows) for i in (2, 3, 4)]
    lines = ["| study | networks | held | missed | identities that hold | missed claims |", "|---|---|---|---|---|---|"]
    lines += ["| " + " | ".join(map(str, row)) + " |" for row in sorted(rows, key=lambda row: row[0])]
    lines.append(f"| **all** | | **{totals[0]}** | **{totals[1]}** | **{totals[2]}** | |")
    (HERE / "verdicts.md").write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")


def _row(result: dict) -> tuple[str, str, int, int, int, str]:
    missed = [v for v in result["verdicts"] if v["outcome"] == "missed"]
    broken = [v for v in missed if v["kind"] == "identity"]
    if broken:
        raise SystemExit(f"{result['study']}: identities are broken, which is an error: {[v['claim'] for v in broken]}")
    study = load("study", result["study"])
    has = bool(study.networks(study.scales["quick"]))
    networks = "none" if not has else ("zoo" if result["origin"]["zoo"] else "trained")
    said = "; ".join(f"`{v['measure']}`" for v in missed) or "none"
    counts = result["counts"]
    return f"`{result['study']}`", networks, counts["held"], counts["missed"], result["identities"]["held"], said


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
