"""Running a study: cache, resume, verdicts, files, failures. The study is a fake that counts its gatherings."""

import dataclasses
import errno
import json
import math
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from matplotlib.figure import Figure

from neurorl.core import keeper
from neurorl.core.card import Card
from neurorl.core.catalogue import load
from neurorl.core.errors import BadData, BadValue, StorageFailed
from neurorl.core.study import Context, Evidence, Expect, Measures, Picture, Study
from neurorl.report import cache, origin, page, sources
from neurorl.report.result import read_result
from neurorl.report.runner import run_study

GATHERED: list[Context] = []


def gather(context: Context) -> Evidence:
    GATHERED.append(context)
    stay = pd.DataFrame({"who": ["rat", "person"], "stay": [0.25 + context.seed, 0.75], "n": [3, 4]})
    units = xr.Dataset({"h": (("trial", "unit"), np.arange(6.0).reshape(3, 2))})
    return Evidence({"stay": stay}, {"units": units}, {"n": 7.0, "lost": math.nan})


def measure(evidence: Evidence) -> Measures:
    stay = evidence.tables["stay"]
    values = {"mean_stay": stay["stay"].mean(), "n": evidence.numbers["n"], "lost": evidence.numbers["lost"]}
    values["unit_sum"] = float(evidence.recordings["units"]["h"].sum())
    return Measures(values, {"by_who": stay}, {"by_who": "Stay probability by who."})


def draw(evidence: Evidence, measures: Measures) -> tuple[Picture, ...]:
    figure = Figure(figsize=(2, 1))
    figure.subplots().plot(evidence.tables["stay"]["stay"])
    return (Picture("stay", figure, "Stay probability."),)


def expect(measure: str, low: float, high: float, scale: str = "smoke") -> Expect:
    return Expect(f"{measure} is right", measure, low, high, "Someone 2020, Fig. 1", "reported", scale)


STUDY = Study(
    name="fake",
    card=Card(title="Rats stay & people <stay>", summary="A fake.", refs=("daw2011:eq. 2", "unheard2099")),
    tasks=("two_step",),
    agents=("hybrid",),
    scales={"smoke": 1, "quick": 2},
    gather=gather,
    measure=measure,
    expects=(
        expect("mean_stay", 0.5, 0.5),
        expect("n", 8, math.inf),
        expect("lost", -math.inf, 1),
        expect("absent", 0, 1),
        expect("unit_sum", 15, 15, "quick"),
    ),
    draw=draw,
    notes=("A note.",),
)


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NEURORL_CACHE", str(tmp_path / "cache"))
    GATHERED.clear()
    return tmp_path / "cache"


def run(out: Path, study: Study = STUDY, **options: object):
    return run_study(study, scale="smoke", out=out, quiet=True, **options)  # type: ignore[arg-type]


def again(out: Path, study: Study = STUDY):
    """Run into another folder, where no finished result lies: from the evidence in the cache, if it is whole."""
    return run(out / "elsewhere", study)


def entry(folder: Path) -> Path:
    (found,) = folder.glob(f"evidence/fake/*{keeper.ENDING}")
    return found


def test_verdicts_by_hand(tmp_path: Path) -> None:
    result = run(tmp_path)
    # mean of .25 and .75 is in [.5, .5]; 7 is not >= 8; NaN and a missing measure are misses; "quick" is too large
    assert [v.outcome for v in result.verdicts] == ["held", "missed", "missed", "missed", "not run"]
    assert result.counts() == {"held": 1, "missed": 3, "not run": 1}
    assert result.values["unit_sum"] == 15.0


def test_files_and_strict_json(tmp_path: Path) -> None:
    result = run(tmp_path)
    assert result.folder == tmp_path / "fake" / "smoke-seed0"
    made = {path.relative_to(result.folder).as_posix() for path in result.folder.rglob("*") if path.is_file()}
    assert made == {
        "result.json",
        "report.html",
        "tables/by_who.csv",
        "tables/by_who.parquet",
        "evidence/stay.parquet",
        "recordings/units.nc",
        "figures/stay.svg",
        "figures/stay.png",
    }

    def refuse(constant: str) -> float:
        raise AssertionError(f"{constant} is no JSON")

    content = json.loads((result.folder / "result.json").read_text(), parse_constant=refuse)
    assert content["measures"]["lost"] is None
    assert content["verdicts"][1] == {
        "claim": "n is right",
        "measure": "n",
        "low": 8,
        "high": None,
        "source": "Someone 2020, Fig. 1",
        "basis": "reported",
        "scale": "smoke",
        "kind": "finding",
        "end": "value",
        "given": "",
        "value": 7.0,
        "interval": None,
        "outcome": "missed",
    }
    made_with = content["origin"]
    assert made_with["seed"] == 0 and made_with["scale"] == "smoke" and made_with["cached"] is False
    assert set(made_with["seconds"]) == {"gather", "measure", "draw"}
    assert len(made_with["source_hash"]) == 64 and made_with["jax"] and made_with["cores"] >= 1
    assert (result.folder / "tables" / "by_who.csv").read_text().splitlines()[0] == "who,stay,n"


def test_second_run_is_from_the_cache(tmp_path: Path) -> None:
    first, second = run(tmp_path), again(tmp_path)
    assert len(GATHERED) == 1
    assert second.origin["cached"] is True and first.origin["cached"] is False
    np.testing.assert_equal(second.values, first.values)


def test_a_finished_result_is_returned_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[Evidence] = []
    study = dataclasses.replace(STUDY, measure=lambda evidence: (measured.append(evidence), measure(evidence))[1])
    first, second = run(tmp_path, study), run(tmp_path, study)
    assert len(measured) == 1 and second.origin["cached"] is True
    np.testing.assert_equal(second.values, first.values)
    assert second.verdicts[0] == first.verdicts[0] and second.counts() == first.counts()
    (first.folder / "figures" / "stay.png").unlink()  # not whole: made again
    run(tmp_path, study)
    assert len(measured) == 2 and len(GATHERED) == 1
    monkeypatch.setattr("neurorl.report.runner.shown_hash", lambda: "other drawing")
    run(tmp_path, study)
    assert len(measured) == 3 and len(GATHERED) == 1


def test_seed_scale_and_fresh_gather_again(tmp_path: Path) -> None:
    run(tmp_path)
    assert run(tmp_path, seed=1).values["mean_stay"] == 1.0
    run_study(STUDY, scale="quick", out=tmp_path, quiet=True)
    run(tmp_path, fresh=True)
    assert [(c.seed, c.settings) for c in GATHERED] == [(0, 1), (1, 1), (0, 2), (0, 1)]


@pytest.mark.parametrize("kept", [0.0, 0.01, 0.5, 0.999])
def test_torn_cache_is_passed_over(tmp_path: Path, own_cache: Path, kept: float) -> None:
    run(tmp_path)
    path = entry(own_cache)
    path.write_bytes(path.read_bytes()[: int(kept * path.stat().st_size)])
    with pytest.warns(UserWarning, match="damaged"):
        assert again(tmp_path).values["n"] == 7.0
    assert len(GATHERED) == 2
    assert again(tmp_path / "third").origin["cached"] is True  # and it was mended


def test_a_folder_in_place_of_the_entry_is_passed_over(tmp_path: Path, own_cache: Path) -> None:
    run(tmp_path)
    place = entry(own_cache)
    place.unlink()
    place.mkdir()
    with pytest.warns(UserWarning, match="damaged"):
        again(tmp_path)


def test_interrupted_gathering_goes_on(tmp_path: Path) -> None:
    def in_two_parts(context: Context) -> Evidence:
        checkpoint = context.folder / "checkpoint"
        if not checkpoint.exists():
            checkpoint.write_text("half")
            raise KeyboardInterrupt
        assert checkpoint.read_text() == "half"
        return gather(context)

    study = dataclasses.replace(STUDY, gather=in_two_parts)
    with pytest.raises(KeyboardInterrupt, match="run the same command again to continue"):
        run(tmp_path, study)
    assert not GATHERED
    assert run(tmp_path, study).values["n"] == 7.0
    with pytest.raises(KeyboardInterrupt):  # a fresh start forgets the checkpoint
        run(tmp_path, study, fresh=True)


def test_full_disk_while_caching(tmp_path: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(
            StorageFailed, match=r"evidence.fake.*No space left on device.*run the command again"
        ) as hit:
            run(tmp_path)
    assert hit.value.exit_code == 4
    assert [p.name for p in own_cache.glob("evidence/fake/*") if not p.name.endswith(".work")] == []
    assert run(tmp_path).origin["cached"] is False


def test_full_disk_while_writing_keeps_the_old_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = run(tmp_path).page.read_text()

    def full(self: Path, content: bytes) -> int:
        self.touch()
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", full)
        with pytest.raises(StorageFailed, match="No space left"):
            run(tmp_path, fresh=True)
    folder = tmp_path / "fake" / "smoke-seed0"
    assert (folder / "report.html").read_text() == old
    assert not list(folder.rglob(".*"))  # no half file stays behind


def test_a_table_no_file_can_hold_is_a_sentence(tmp_path: Path) -> None:
    def mixed(context: Context) -> Evidence:
        return Evidence({"odd": pd.DataFrame({"x": [1, "a"]})})

    with pytest.raises(BadData, match=r"'odd'.*one type"):
        run(tmp_path, dataclasses.replace(STUDY, gather=mixed))


def test_unknown_scale(tmp_path: Path) -> None:
    with pytest.raises(BadValue, match="no scale 'paper'; it has: smoke, quick"):
        run_study(STUDY, scale="paper", out=tmp_path)


def test_figures_of_an_earlier_run_are_removed(tmp_path: Path) -> None:
    folder = run(tmp_path).folder
    (folder / "figures" / "old.svg").write_text("old")
    run(tmp_path, fresh=True)
    assert sorted(path.name for path in (folder / "figures").iterdir()) == ["stay.png", "stay.svg"]


def test_figures_are_the_same_bytes_again(tmp_path: Path) -> None:
    folder = run(tmp_path).folder
    first = {path.name: path.read_bytes() for path in (folder / "figures").iterdir()}
    run(tmp_path, fresh=True)
    assert {path.name: path.read_bytes() for path in (folder / "figures").iterdir()} == first


def test_result_reads_back_and_gives_the_same_page(tmp_path: Path) -> None:
    result = run(tmp_path)
    again = read_result(result.folder)
    assert again.verdicts[0] == result.verdicts[0] and again.card == result.card
    assert again.verdicts[1].expect.high == math.inf
    assert math.isnan(again.values["lost"])
    pd.testing.assert_frame_equal(again.tables["by_who"], result.tables["by_who"])
    assert page.page_html(again) == result.page.read_text()


def test_reading_nothing_or_half_is_a_sentence(tmp_path: Path) -> None:
    folder = run(tmp_path).folder
    with pytest.raises(StorageFailed, match=r"Results are in: .*smoke-seed0"):
        read_result(tmp_path)
    (folder / "tables" / "by_who.parquet").unlink()
    with pytest.raises(StorageFailed, match="not whole"):
        read_result(folder)
    (folder / "result.json").write_text("{")
    with pytest.raises(StorageFailed, match="cannot be read"):
        read_result(folder)


def test_source_hash_sees_what_can_change_results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "package"
    for name in ("core/maths.py", "data/sets/numbers.csv", "cli/talk.py", "figures/paint.py"):
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text("1")
    monkeypatch.setattr(origin, "PACKAGE", package)
    monkeypatch.setattr(sources, "PACKAGE", package)
    before = origin.source_hash(STUDY)
    (package / "cli" / "talk.py").write_text("2")
    (package / "figures" / "paint.py").write_text("2")
    assert origin.source_hash(STUDY) == before
    (package / "data" / "sets" / "numbers.csv").write_text("2")
    with_data = origin.source_hash(STUDY)
    (package / "core" / "maths.py").write_text("2")
    assert len({before, with_data, origin.source_hash(STUDY)}) == 3


def test_source_hash_sees_a_study_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "own.py"
    text = "from dataclasses import replace\nfrom {0} import STUDY as BASE\ndef gather(c): return None\n"
    file.write_text(text.format(__name__) + "STUDY = replace(BASE, gather=gather)\n")
    study = load("study", str(file))
    before = origin.source_hash(study)
    assert before == origin.source_hash(study)
    file.write_text(file.read_text() + "# changed\n")
    assert origin.source_hash(study) != before


def test_entries_of_old_sources_are_removed(own_cache: Path) -> None:
    for i in range(5):
        place = cache.slot("fake", "smoke", 0, f"{i:064x}"[::-1])
        cache.store(place, Evidence(numbers={"i": i}), {})
        os.utime(place.file, (i, i))
    other = cache.slot("fake", "smoke", 10, "a" * 64)
    cache.store(other, Evidence(), {})
    kept = sorted(path.name for path in own_cache.glob("evidence/fake/smoke-seed0-*"))
    assert len(kept) == cache.KEPT and other.file.exists()
    assert cache.load(cache.slot("fake", "smoke", 0, f"{4:064x}"[::-1])) is not None
