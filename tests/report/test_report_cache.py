"""Running a study again: what is taken from the cache, what is gathered anew, and when work goes on."""

import dataclasses
import errno
import os
from pathlib import Path

import numpy as np
import pytest
from fake_study import GATHERED, STUDY, again, entry, gather, measure, run

from neurorl.core.catalogue import load
from neurorl.core.errors import StorageFailed
from neurorl.core.study import Context, Evidence
from neurorl.report import cache, origin, sources
from neurorl.report.runner import run_study

pytestmark = pytest.mark.usefixtures("own_cache")


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
