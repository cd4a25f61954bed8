"""Running a study: gather (cached), measure, judge, draw, write."""

import dataclasses
import math
import sys
import time
from pathlib import Path
from typing import Any

from neurorl.core.errors import BadValue, StorageFailed
from neurorl.core.files import replacing, write_bytes
from neurorl.core.lock import only_writer
from neurorl.core.stopping import last_words
from neurorl.core.study import OWN, SCALES, Context, Evidence, Measures, Picture, Study
from neurorl.figures.save import save_figure
from neurorl.figures.style import style
from neurorl.report import cache
from neurorl.report.origin import origin, peak_memory_gib, shown_hash, source_hash
from neurorl.report.page import write_page
from neurorl.report.result import StudyResult, read_result, write_result


def run_study(
    study: Study,
    *,
    scale: str = "quick",
    seed: int = 0,
    out: Path = Path("runs"),
    fresh: bool = False,
    quiet: bool = False,
    zoo: bool = False,
    recipe: str = OWN,
) -> StudyResult:
    """Run a study and leave `<out>/<study>/<scale>-seed<seed>/` with result.json, report.html and their parts.

    With networks from the zoo the folder is `<scale>-zoo-seed<seed>/`, with another recipe of training
    `<scale>-<recipe>_recipe-seed<seed>/`.

    What is gathered is cached by (study, scale, seed, source hash), so that measuring, judging and drawing can be done
    anew; a whole result that the same sources made is returned as it is. A gathering that was interrupted goes on from
    its checkpoints.

    Args:
        study: what to run.
        scale: "smoke", "quick" or "paper", as far as the study has them.
        seed: source of all randomness.
        out: folder of results.
        fresh: gather again, whatever the cache and the folder hold.
        quiet: no progress bars.
        zoo: take trained networks from the zoo instead of training them; the seed is that of the tests.
        recipe: how networks are trained: "own", or one of `study.recipes` ("paper").

    Raises:
        BadValue: the study has no such scale or recipe, or a recipe is asked for networks of the zoo.
        StorageFailed: a file could not be written.
    """
    if scale not in study.scales:
        has = ", ".join(s for s in SCALES if s in study.scales)
        raise BadValue(f"The study {study.name} has no scale '{scale}'; it has: {has}.")
    context = Context(study.settings(scale, recipe), scale, seed, Path(), quiet, zoo)
    if zoo and recipe != OWN:
        raise BadValue("Networks of the zoo are trained already, by the study's own recipe; leave zoo or recipe out.")
    kind = variant(scale, zoo=zoo, recipe=recipe)
    folder = result_folder(out, study.name, scale, seed, zoo=zoo, recipe=recipe)
    made_by = {"source_hash": source_hash(study, zoo=zoo), "shown_hash": shown_hash()}
    finished = None if fresh else _finished(folder, made_by)
    if finished is not None:
        return finished
    with only_writer(folder):
        return _run(study, context, folder, made_by, kind, fresh, recipe)


def _run(
    study: Study, context: Context, folder: Path, made_by: dict[str, str], kind: str, fresh: bool, recipe: str
) -> StudyResult:
    scale, seed, zoo = context.scale, context.seed, context.zoo
    evidence, about = _evidence(study.name, study.gather, context, kind, made_by["source_hash"], fresh)
    began = time.perf_counter()
    measures = study.measure(evidence)
    values = {name: math.nan if value is None else float(value) for name, value in measures.values.items()}
    measured = time.perf_counter()
    with style():
        pictures = study.draw(evidence, measures)
    _write_parts(folder, evidence, measures, pictures)
    seconds = {"gather": about["seconds"], "measure": measured - began, "draw": time.perf_counter() - measured}
    result = StudyResult(
        folder=folder,
        study=study.name,
        card=study.card,
        tasks=study.tasks,
        agents=study.agents,
        notes=study.notes,
        scale=scale,
        seed=seed,
        values=values,
        verdicts=tuple(expect.judge(values, scale) for expect in study.expects),
        tables=dict(measures.tables),
        captions=dict(measures.captions),
        figures={picture.name: picture.caption for picture in pictures},
        origin=origin(study, scale, seed) | {"zoo": zoo, "recipe": recipe} | made_by | about | {"seconds": seconds},
    )
    write_result(result)
    write_page(result)
    return result


def variant(scale: str, *, zoo: bool = False, recipe: str = OWN) -> str:
    """How a run is called in folders: its scale, and whether its networks came from the zoo or by another recipe."""
    return scale + ("-zoo" if zoo else "") + ("" if recipe == OWN else f"-{recipe}_recipe")


def result_folder(out: Path, name: str, scale: str, seed: int, *, zoo: bool = False, recipe: str = OWN) -> Path:
    """Where the result of a study or a paper lies."""
    return out / name / f"{variant(scale, zoo=zoo, recipe=recipe)}-seed{seed}"


def _finished(folder: Path, made_by: dict[str, str]) -> StudyResult | None:
    """The result that lies in the folder, if it is whole and the very same sources made it."""
    try:
        result = read_result(folder)
    except StorageFailed:
        return None
    figures = (folder / "figures" / f"{name}.{kind}" for name in result.figures for kind in ("svg", "png"))
    same = all(result.origin.get(name) == value for name, value in made_by.items())
    if not same or not all(path.is_file() for path in (result.page, *figures)):
        return None
    return dataclasses.replace(result, origin=result.origin | {"cached": True})


def _evidence(
    name: str, gather: Any, context: Context, kind: str, hashed: str, fresh: bool
) -> tuple[Evidence, dict[str, Any]]:
    """The evidence from the cache, or gathered and cached; and how it came about."""
    place = cache.slot(name, kind, context.seed, hashed)
    found = None if fresh else cache.load(place)
    if found is not None:
        return found[0], found[1] | {"cached": True}
    with only_writer(place.work, wait=lambda sentence: print(sentence, file=sys.stderr)):
        found = None if fresh else cache.load(place)  # gathered by another process meanwhile
        if found is not None:
            return found[0], found[1] | {"cached": True}
        work = cache.working_folder(place, fresh=fresh)
        began = time.perf_counter()
        with last_words(lambda: _stopped(work)):
            gathered = gather(dataclasses.replace(context, folder=work))
        about = {"seconds": time.perf_counter() - began, "peak_memory_gib": peak_memory_gib(), "folder": str(work)}
        # Measured is what was written, so that a cached run cannot differ from the first.
        return cache.store(place, gathered, about), about | {"cached": False}


def _stopped(work: Path) -> str:
    """What a stopped gathering says: only what lies on disk is called kept."""
    kept = [path for path in work.rglob("*") if path.is_file() and not path.name.startswith(".")]
    if not kept or cache.cache_folder() is None:
        return "Stopped. No finished results could be saved."
    return f"Stopped. Finished results are saved in {work}; run the same command again to continue."


def _write_parts(folder: Path, evidence: Evidence, measures: Measures, pictures: tuple[Picture, ...]) -> None:
    """Tables, recordings and figures; files of an earlier run that this one does not make are removed."""
    from neurorl.data.cells import neutral

    written: set[Path] = set()
    for name, table in measures.tables.items():
        csv, parquet = (folder / "tables" / f"{name}.{suffix}" for suffix in ("csv", "parquet"))
        with replacing(csv) as path:
            neutral(table).to_csv(path, index=_has_index(table))
        with replacing(parquet) as path:
            cache.write_parquet(name, table, path)
        written |= {csv, parquet}
    for name, table in evidence.tables.items():
        parquet = folder / "evidence" / f"{name}.parquet"
        with replacing(parquet) as path:
            cache.write_parquet(name, table, path)
        written.add(parquet)
    for name, recording in evidence.recordings.items():
        recorded = folder / "recordings" / f"{name}.nc"
        with replacing(recorded) as path:
            recording.to_netcdf(path, engine="h5netcdf")
        written.add(recorded)
    for picture in pictures:
        written |= set(save_figure(picture.figure, folder / "figures" / picture.name))
        if picture.film:
            film = folder / "figures" / f"{picture.name}.gif"
            write_bytes(film, picture.film)
            written.add(film)
    for part in ("tables", "evidence", "recordings", "figures"):
        for old in set((folder / part).glob("*.*")) - written:
            old.unlink()


def _has_index(table: Any) -> bool:
    """Whether the index carries names or labels rather than row numbers."""
    import pandas as pd

    return not isinstance(table.index, pd.RangeIndex)
