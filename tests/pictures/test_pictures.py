"""Sets of pictures: sizes, parts that share nothing, licences, a folder of one's own."""

from pathlib import Path

import numpy as np
import pytest

import neurorl.pictures
from neurorl.core.errors import BadValue, StorageFailed
from neurorl.core.references import reference
from neurorl.pictures import PARTS, load_objects, picture_sets
from neurorl.pictures.fractals import draw_fractals
from neurorl.pictures.resize import resize

COUNTS = {"emoji": (1000, 1000), "omniglot": (2720, 2120), "fractals": (1000, 1000)}


@pytest.mark.parametrize("name", COUNTS)
def test_each_part_has_its_pictures_in_the_size_asked_for(name):
    for part, n in zip(PARTS, COUNTS[name], strict=True):
        pictures = load_objects(name, part, 20)
        assert pictures.shape == (n, 20, 20, 3) and pictures.dtype == np.uint8
        assert not pictures.flags.writeable
        assert pictures.std(axis=(1, 2, 3)).min() > 0  # none is blank


@pytest.mark.parametrize("name", COUNTS)
def test_no_picture_is_in_both_parts(name):
    ours, theirs = ({picture.tobytes() for picture in load_objects(name, part, 28)} for part in PARTS)
    assert not ours & theirs


def test_held_out_emoji_are_far_from_those_of_training():
    training, held_out = (load_objects("emoji", part, 32).reshape(1000, -1).astype(np.float32) for part in PARTS)
    squares = (training**2).sum(1)[:, None] + (held_out**2).sum(1) - 2 * training @ held_out.T
    assert np.sqrt(squares.min() / training.shape[1]) > 29  # 30 before rounding to 64 levels


@pytest.mark.parametrize("name", COUNTS)
def test_sets_have_a_licence_and_a_citation(name):
    found = picture_sets()[name]
    assert found.licence and found.citation
    assert all(reference(key.partition(":")[0]) for key in found.card.refs)
    folder = Path(neurorl.pictures.__file__).parent / "files" / name
    if name != "fractals":
        assert (folder / "LICENSE").is_file() and (folder / "README.md").is_file()


def test_the_shipped_files_stay_small():
    folder = Path(neurorl.pictures.__file__).parent / "files"
    assert sum(path.stat().st_size for path in folder.rglob("*")) < 3_000_000


def test_resizing_keeps_the_mean_and_a_plain_picture_plain():
    picture = np.random.default_rng(0).integers(0, 256, (2, 32, 32, 3), np.uint8)
    for size in (20, 34):
        small = resize(picture, size)
        np.testing.assert_allclose(small.mean(axis=(1, 2)), picture.mean(axis=(1, 2)), atol=0.5)
        assert (resize(np.full((1, 32, 32, 3), 77, np.uint8), size) == 77).all()


def test_fractals_come_from_their_seed():
    a, b, c = (draw_fractals(3, size=16, seed=seed) for seed in (0, 0, 1))
    assert (a == b).all() and (a != c).any()


def test_a_folder_of_images_is_split(tmp_path):
    image = pytest.importorskip("PIL.Image")
    for i in range(5):
        image.new("RGBA", (40, 30), (50 * i, 0, 0, 255)).save(tmp_path / f"{i}.png")
    reds = {part: load_objects(str(tmp_path), part, 8)[:, 0, 0, 0].tolist() for part in PARTS}
    assert reds == {"training": [0, 100, 200], "held-out": [50, 150]}


def test_faults_are_sentences(tmp_path):
    with pytest.raises(StorageFailed, match="There is neither a folder"):
        load_objects(str(tmp_path / "none"))
    with pytest.raises(StorageFailed, match="holds 0 images"):
        load_objects(str(tmp_path))
    with pytest.raises(BadValue, match="no part"):
        load_objects("emoji", "test")
    (tmp_path / "a.png").write_text("no image")
    for name in "bcd":
        (tmp_path / f"{name}.png").write_text("no image")
    with pytest.raises(StorageFailed, match="cannot be read as an image"):
        load_objects(str(tmp_path))


def _four(folder: Path) -> Path:
    from PIL import Image

    for i in range(4):
        Image.new("RGB", (8, 8), (i, 0, 0)).save(folder / f"{i}.png")
    return folder / "1.png"


def test_an_image_bomb_is_not_unpacked(tmp_path):
    import struct
    import zlib

    bomb = _four(tmp_path)
    parts = [(b"IHDR", struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)), (b"IDAT", b""), (b"IEND", b"")]
    chunks = [struct.pack(">I", len(c)) + kind + c + struct.pack(">I", zlib.crc32(kind + c)) for kind, c in parts]
    bomb.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunks))
    with pytest.raises(StorageFailed, match=r"1\.png cannot be read as an image"):
        load_objects(str(tmp_path), "held-out", 8)


def test_postscript_under_another_name_reaches_no_interpreter(tmp_path, monkeypatch):
    import subprocess

    monkeypatch.setattr(subprocess, "Popen", lambda *a, **k: pytest.fail("an image started a program"))
    _four(tmp_path).write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 8 8\n%%EndComments\n%%EOF\n")
    with pytest.raises(StorageFailed, match=r"1\.png cannot be read as an image"):
        load_objects(str(tmp_path), "held-out", 8)
