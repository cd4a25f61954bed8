"""One folder, one writer; and folders that cannot be written are noticed before work begins."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from neurorl.core import files
from neurorl.core.errors import StorageFailed
from neurorl.core.files import replacing, sweep, temporary_name, write_text
from neurorl.core.lock import only_writer, require_file, require_folder

HOLDER = """
import sys, time
from pathlib import Path
from neurorl.core.lock import only_writer
with only_writer(Path(sys.argv[1])):
    (Path(sys.argv[1]) / "x").write_text("1")
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path: Path):
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path / "run")], stdout=-1, text=True) as process:
        assert process.stdout is not None and process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_writer_is_told_of_the_first_and_takes_over_when_it_is_killed(tmp_path, holder):
    folder = tmp_path / "run"
    with (
        pytest.raises(StorageFailed, match=rf"being written by process {holder.pid} on .* since \d\d:\d\d"),
        only_writer(folder),
    ):
        raise AssertionError
    (folder / f".{holder.pid}.half.csv").write_text("half")
    holder.kill()
    holder.wait()
    with only_writer(folder):
        assert not (folder / f".{holder.pid}.half.csv").exists()  # what the dead left half done
    assert sorted(path.name for path in folder.iterdir()) == ["x"]


def test_a_writer_may_wait_for_the_other(tmp_path, holder):
    said = []

    def wait(sentence: str) -> None:
        said.append(sentence)
        holder.kill()

    with only_writer(tmp_path / "run", wait=wait):
        assert len(said) == 1 and "Waiting" in said[0]


def test_a_folder_made_for_nothing_is_removed(tmp_path):
    with only_writer(tmp_path / "a" / "b"):
        pass
    assert not (tmp_path / "a").exists()
    with only_writer(tmp_path / "a" / "b"):
        (tmp_path / "a" / "b" / "x").touch()
    assert (tmp_path / "a" / "b" / "x").exists()


def test_places_where_nothing_can_be_written_are_a_sentence(tmp_path):
    file = tmp_path / "file"
    file.touch()
    for folder, why in (
        (file, "is a file"),
        (file / "sub", "is not a folder"),
        (tmp_path / ("x" * 300), "300 bytes"),
        (Path("/proc/nothing/here"), "cannot be written"),
        (tmp_path / "/".join(["d" * 200] * 30), "cannot be written"),
    ):
        with pytest.raises(StorageFailed, match=why):
            require_folder(folder)
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(StorageFailed, match="cannot be written"):
        require_folder(tmp_path / "loop")
    with pytest.raises(StorageFailed, match="is a folder"):
        require_file(tmp_path)
    with pytest.raises(StorageFailed, match="is not a folder"):
        require_file(file / "x.csv")
    require_folder(tmp_path / "new" / "deep")
    require_file(tmp_path / "new" / "x.csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "loop"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_of_somebody_else_is_a_sentence(tmp_path):
    (tmp_path / "theirs").mkdir(mode=0o500)
    with pytest.raises(StorageFailed, match="Permission denied"):
        require_folder(tmp_path / "theirs" / "out")


def test_the_longest_names_can_be_written(tmp_path):
    name = "x" * 251 + ".csv"
    write_text(tmp_path / name, "1")
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert temporary_name(name).endswith(".csv") and len(temporary_name(name)) <= 255
    assert temporary_name("a.csv") == f".{os.getpid()}.a.csv"
    assert len(os.fsencode(temporary_name("é" * 127))) <= 255
    with pytest.raises(StorageFailed, match="File name too long"):
        write_text(tmp_path / ("x" * 256), "1")


def test_files_of_the_living_and_of_others_are_not_swept(tmp_path):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    (tmp_path / "tables").mkdir()
    kept = [tmp_path / f".{os.getpid()}.x.csv", tmp_path / ".hidden.csv", tmp_path / ".1a.csv", tmp_path / "2.csv"]
    swept = [tmp_path / f".{dead.pid}.x.csv", tmp_path / "tables" / f".{dead.pid}.y"]
    for path in (*kept, *swept):
        path.touch()
    (tmp_path / f".{dead.pid}.folder" / "in").mkdir(parents=True)
    sweep(tmp_path)
    assert sorted(path for path in tmp_path.rglob("*") if path.is_file()) == sorted(kept)
    assert not (tmp_path / f".{dead.pid}.folder").exists()


def test_what_is_flushed_may_be_written_to_and_renaming_is_tried_again_on_windows(tmp_path, monkeypatch):
    import fcntl

    real, modes, tries = os.fsync, [], []
    monkeypatch.setattr(os, "fsync", lambda fd: (modes.append(fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_ACCMODE), real(fd)))
    write_text(tmp_path / "x", "1")
    assert modes == [os.O_RDWR]  # Windows refuses to flush what is open for reading

    replace = os.replace

    def held_open(source, target):
        tries.append(1)
        if len(tries) < 3:
            raise PermissionError(13, "Access is denied")
        replace(source, target)

    monkeypatch.setattr(os, "replace", held_open)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    with pytest.raises(StorageFailed, match="denied"):
        write_text(tmp_path / "x", "2")
    monkeypatch.setattr(files.sys, "platform", "win32")
    write_text(tmp_path / "x", "3")
    assert (tmp_path / "x").read_text() == "3" and len(tries) == 3


def test_an_error_inside_leaves_the_old_file(tmp_path):
    write_text(tmp_path / "x", "old")
    with pytest.raises(ZeroDivisionError), replacing(tmp_path / "x") as temporary:
        temporary.write_text("half")
        raise ZeroDivisionError
    assert [path.name for path in tmp_path.iterdir()] == ["x"] and (tmp_path / "x").read_text() == "old"


@pytest.mark.parametrize("name", [".lock", ".writer", "metrics.csv", "tables", "tables/choices.csv"])
def test_nothing_is_written_through_a_link_out_of_the_folder(name, tmp_path):
    """A folder from elsewhere: taking its lock would empty the file that a link points to."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("kept")
    target = tmp_path / "mine" if name == "tables" else tmp_path / "mine" / "notes.txt"
    link = tmp_path / "run" / name
    link.parent.mkdir(parents=True)
    link.symlink_to(target)
    with (
        pytest.raises(StorageFailed, match=r"is a link to .*, outside .*; nothing is written through it"),
        only_writer(tmp_path / "run"),
    ):
        raise AssertionError
    assert (tmp_path / "mine" / "notes.txt").read_text() == "kept"
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["notes.txt"]


def test_links_within_a_folder_and_the_folder_itself_may_be_links(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a").write_text("x")
    (tmp_path / "real" / "b").symlink_to("a")
    (tmp_path / "run").symlink_to(tmp_path / "real")
    with only_writer(tmp_path / "run"):
        assert (tmp_path / "run" / "b").read_text() == "x"
