"""`neurorl convert`: trials from one layout into another, or a look at them; regressors into recordings."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import tyro
from tyro.conf import Positional, UseAppendAction

from neurorl.cli.arguments import Flag, Json, OptionalFile, OptionalTask
from neurorl.cli.output import print_json, print_pairs, print_table, print_text
from neurorl.core.catalogue import load_dataset, names
from neurorl.core.errors import BadData, BadValue

EXAMPLES = (
    "neurorl convert ts_exampleData.txt trials.csv                        # hBayesDM, guessed from its columns",
    "neurorl convert sessions/ mice.parquet --from aind                   # a folder of NWB files",
    "neurorl convert my.csv my_hssm.csv --to hssm --task bandit",
    "neurorl convert study_bids/ --task reversal --dry-run                # what is in there, and is it sound?",
    "neurorl convert my.csv out.csv --task bandit --rename id=subject --code choice:F=left --code choice:J=right",
    "neurorl convert trepka_mice mice.npz                                 # a shipped data set as disRNN arrays",
    "neurorl convert session.nwb with_rpe.nwb --add regressors.csv --at goCue_start_time",
)

# Errors speak of Python; what their remedies are called here.
_HERE = (
    "\nAt the command line codes={'choice': {1: 'left'}} is --code choice:1=left, and rename={'id': 'subject'} is "
    "--rename id=subject."
)

OptionalText = Annotated[str | None, tyro.conf.arg(help_behavior_hint="", metavar="NAME")]
Many = Annotated[UseAppendAction[tuple[str, ...]], tyro.conf.arg(metavar="OLD=NEW")]


def command(
    source: Annotated[str, Positional, tyro.conf.arg(metavar="IN", help_behavior_hint="")],
    target: Annotated[Path | None, Positional, tyro.conf.arg(metavar="OUT", help_behavior_hint="")] = None,
    /,
    from_: Annotated[str | None, tyro.conf.arg(name="from", metavar="FORMAT", help_behavior_hint="")] = None,
    to: Annotated[str | None, tyro.conf.arg(metavar="FORMAT", help_behavior_hint="")] = None,
    task: OptionalTask = None,
    rename: Many = (),
    code: Annotated[UseAppendAction[tuple[str, ...]], tyro.conf.arg(metavar="COLUMN:OLD=NEW")] = (),
    subject: OptionalText = None,
    session: OptionalText = None,
    event: OptionalText = None,
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
        from_: The format of IN; by default guessed from the file and its columns.
        to: The format of OUT; by default from its ending (.csv, .parquet: canonical table; .nwb; .npz: disRNN arrays).
        task: The task the choices were made on; formats that say what was seen and answered need none.
        rename: A column of the file, and the name that the format has for it.
        code: What a value of a column means: a code, a label of the task, or "missing".
        subject: Name of the subject, where the file names none.
        session: Name of the session, where the file names none.
        event: BIDS: only rows with this trial_type.
        add: Instead of converting: copy IN (NWB, BIDS events, or a folder of them) to OUT with these regressors as new
            columns: a table keyed by subject, session, trial and step.
        at: With --add: the time column (NWB) or trial_type (BIDS) the regressors belong to: cue or outcome.
        as_events: With --add: rows of their own in BIDS events, duration 0, instead of columns.
        dry_run: Read, check and say what is there; write nothing.
        json: Print JSON and nothing else.
    """
    if target is None and not dry_run:
        raise BadValue("Where should it be written? Name OUT, or add --dry-run to see what is there.")
    if target is not None and target.exists() and target.resolve() == Path(source).resolve():
        raise BadValue(f"{target} is the file itself; name another.")
    if add is not None:
        _add(source, target, add, at, as_events, json)
        return
    if at is not None or as_events:
        raise BadValue("--at and --as-events say where regressors go; name their table with --add.")
    found = _read(source, task, from_, rename, code, subject, session, event)
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


def _read(
    source: str,
    task: str | None,
    format: str | None,
    rename: Sequence[str],
    code: Sequence[str],
    subject: str | None,
    session: str | None,
    event: str | None,
) -> Any:
    from neurorl.data import Reading, reading
    from neurorl.data.source import plain

    if not Path(source).exists() and source in names("dataset"):
        return Reading(load_dataset(source).load(), "shipped data set")
    try:
        return reading(
            source, task=task, format=format, rename=pairs(rename, "--rename"), codes=recodings(code),
            subject=plain(subject) if subject else None, session=plain(session) if session else None, event=event,
        )  # fmt: skip
    except BadData as error:
        raise BadData(f"{error}{_HERE if 'codes=' in str(error) or 'rename=' in str(error) else ''}") from error


def pairs(given: Sequence[str], option: str) -> dict[str, str]:
    """Parse "OLD=NEW" and the like."""
    found = {}
    for text in given:
        old, equals, new = text.partition("=")
        if not equals or not old.strip() or not new.strip():
            raise BadValue(f"{option} {text} is not understood; write two names: {option} subjID=subject.")
        found[old.strip()] = new.strip()
    return found


def recodings(given: Sequence[str]) -> dict[str, dict[str, str]]:
    """Parse "COLUMN:OLD=NEW" and the like."""
    found: dict[str, dict[str, str]] = {}
    for text in given:
        column, colon, rest = text.partition(":")
        old, equals, new = rest.rpartition("=")
        if not colon or not equals or not column.strip() or not new.strip():
            raise BadValue(f"--code {text} is not understood; write a column, a value and its meaning: choice:F=left.")
        found.setdefault(column.strip(), {})[old.strip()] = new.strip()
    return found


def _add(source: str, target: Path | None, add: Path, at: str | None, as_events: bool, json: bool) -> None:
    from neurorl.data import into
    from neurorl.data.source import Source

    written = into(Source(add).table, source, target, at=at, as_events=as_events)
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
        "codes": found.codes,
        "notes": found.notes,
        "columns": list(found.dataset.table.columns),
        "not_kept": lost,
        "written": None if target is None else str(target),
    }


def _print(found: Any, source: str, lost: list[str]) -> None:
    about = {"format": f"{found.format} (guessed: {found.guessed})" if found.guessed else found.format}
    print_pairs(about | found.counts(), title=source)
    rows = [(column, old, new) for column, table in found.codes.items() for old, new in table.items()]
    if rows:
        print_table(("column", "in the file", "became"), rows)
    for title, sentences in (("What was done and assumed", found.notes), ("What could not be kept", lost)):
        if sentences:
            print_text(f"{title}:")
            print_text("".join(f"  {sentence}\n" for sentence in sentences))
