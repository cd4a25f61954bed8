"""`neurorl convert`: trials from one layout into another, or a look at them; regressors into recordings."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import tyro
from tyro.conf import Positional

from neurorl.cli.arguments import Flag, Json, OptionalFile, OptionalTask
from neurorl.cli.output import print_json, print_pairs, print_table, print_text
from neurorl.cli.reading import AS_IT_IS, OptionalText, ReadAs, ReadOptions, pairs
from neurorl.core.catalogue import load_dataset, names
from neurorl.core.errors import BadValue
from neurorl.core.lock import require_place

EXAMPLES = (
    "neurorl convert ts_exampleData.txt trials.csv                        # hBayesDM, guessed from its columns",
    "neurorl convert sessions/ mice.parquet --from aind                   # a folder of NWB files",
    "neurorl convert my.csv my_hssm.csv --to hssm --task bandit",
    "neurorl convert study_bids/ --task reversal --dry-run                # what is in there, and is it sound?",
    "neurorl convert my.csv out.csv --task bandit --rename id=subject --code choice:F=left --code choice:J=right",
    "neurorl convert study_bids/ out.csv --task bandit --where task=bandit",
    "neurorl convert log.csv out.csv --task bandit --event choice=response:key --event reward=feedback:points",
    "neurorl convert trepka_mice mice.npz                                 # a shipped data set as disRNN arrays",
    "neurorl convert session.nwb with_rpe.nwb --add regressors.csv --at goCue_start_time",
)


def command(
    source: Annotated[str, Positional, tyro.conf.arg(metavar="IN", help_behavior_hint="")],
    target: Annotated[Path | None, Positional, tyro.conf.arg(metavar="OUT", help_behavior_hint="")] = None,
    /,
    to: Annotated[str | None, tyro.conf.arg(metavar="FORMAT", help_behavior_hint="")] = None,
    task: OptionalTask = None,
    read: ReadAs = AS_IT_IS,
    add: OptionalFile = None,
    at: OptionalText = None,
    as_events: Flag = False,
    dry_run: Flag = False,
    json: Json = False,
) -> None:
    """Read trials in any known layout, say what became what, and write them in another.

    The formats are those of `neurorl list formats`; `neurorl show FORMAT` says which columns each has. A file that
    breaks its layout gives one error with every problem and its rows, and nothing is written.

    Args:
        source: A file, a folder, or a shipped data set's name.
        target: The file or folder to write.
        to: The format of OUT; by default from its ending (.csv, .parquet: canonical table; .nwb; .npz: disRNN arrays).
        task: The task the choices were made on; formats that say what was seen and answered need none.
        read: How IN is read.
        add: Instead of converting: copy IN (NWB, BIDS events, or a folder of them) to OUT with these regressors as new
            columns: a table keyed by subject, session, trial and step.
        at: With --add: the time column (NWB) or trial_type (BIDS) the regressors belong to: cue or outcome.
        as_events: With --add: rows of their own in BIDS events, duration 0, instead of columns.
        dry_run: Read, check and say what is there; write nothing.
        json: Print JSON and nothing else.
    """
    if target is None and not dry_run:
        raise BadValue(
            "--out is missing: where should the table be written? Name OUT, or add --dry-run to inspect the input."
        )
    if target is not None:
        require_place(target)
    if target is not None and target.exists() and target.resolve() == Path(source).resolve():
        raise BadValue(f"{target} is the input file; choose another name for the output.")
    if add is not None:
        if read != ReadOptions(where=read.where):
            raise BadValue("With --add only --where says how files are read; the table must name them as they stand.")
        _add(source, target, add, at, as_events, json, read.where)
        return
    if at is not None or as_events:
        raise BadValue("--at and --as-events say where regressors go; name their table with --add.")
    found = _read(source, task, read)
    lost: list[str] = []
    if not dry_run and target is not None:
        from neurorl.data import write

        lost = write(found.dataset, target, to)
    if json:
        print_json(_plain(found, source, target if not dry_run else None, lost))
        return
    _print(found, source, lost)
    if not dry_run:
        print_text(f"Written to {target}.")


def _read(source: str, task: str | None, read: ReadOptions) -> Any:
    if not Path(source).exists() and source in names("dataset"):
        from neurorl.data import Reading

        if read.given():
            raise BadValue(f"{source} is a shipped data set, which needs no --from, --rename, --code and the like.")
        dataset = load_dataset(source).load()
        return Reading(dataset, "shipped data set", notes=dataset.notes)
    return read.reading(source, task)


def _add(
    source: str, target: Path | None, add: Path, at: str | None, as_events: bool, json: bool, where: Sequence[str]
) -> None:
    from neurorl.data import into
    from neurorl.data.source import Source

    written = into(
        Source(add).table, source, target, at=at, as_events=as_events, where=pairs(where, "--where", "task=bandit")
    )
    if json:
        print_json({"source": source, "regressors": str(add), "written": [str(path) for path in written]})
    else:
        print_text("\n".join(f"Written to {path}." for path in written))


def _plain(found: Any, source: str, target: Path | None, lost: list[str]) -> dict[str, Any]:
    return {
        "source": source,
        "format": found.format,
        "guessed": found.guessed,
        "counts": found.counts(),
        "decisions": found.scored().as_dict(),
        "codes": found.codes,
        "notes": found.notes,
        "columns": list(found.dataset.table.columns),
        "not_kept": lost,
        "written": None if target is None else str(target),
    }


def _print(found: Any, source: str, lost: list[str]) -> None:
    about = {"format": f"{found.format} (guessed: {found.guessed})" if found.guessed else found.format}
    print_pairs(about | found.counts(), title=source)
    print_text(found.scored().sentence())
    rows = [(column, old, new) for column, table in found.codes.items() for old, new in table.items()]
    if rows:
        print_table(("column", "in the file", "became"), rows)
    for title, sentences in (("What was done and assumed", found.notes), ("What was lost", lost)):
        if sentences:
            print_text(f"{title}:")
            print_text("".join(f"  {sentence}\n" for sentence in sentences))
