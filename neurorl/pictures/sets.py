"""The sets of pictures that come with the package, each with its licence and citation."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import as_file, files
from typing import Literal

import numpy as np

from neurorl.core.card import Card
from neurorl.pictures.fractals import draw_fractals

Part = Literal["training", "held-out"]


@dataclass(frozen=True)
class PictureSet:
    """A set of pictures.

    Attributes:
        card: title, summary, references, tags.
        licence: SPDX name of the licence; its text lies beside the file.
        citation: what to cite when the pictures are used.
        read: the pictures of one part, uint8 [n, height, width, 3].
    """

    card: Card
    licence: str
    citation: str
    read: Callable[[str], np.ndarray]


def _read(folder: str) -> dict[str, np.ndarray]:
    with as_file(files("neurorl.pictures") / "files" / folder / "pictures.npz") as path, np.load(path) as file:
        return {name: file[name] for name in file.files}


@functools.cache
def _emoji() -> np.ndarray:
    return _read("emoji")["pictures"]


def _emoji_part(part: str) -> np.ndarray:
    half = len(_emoji()) // 2
    return _emoji()[:half] if part == "training" else _emoji()[half:]


def _omniglot_part(part: str) -> np.ndarray:
    """Black strokes on white; the two parts share no alphabet."""
    packed = _read("omniglot")[part.replace("-", "_")]
    ink = np.unpackbits(packed, axis=1)[:, : 28 * 28].reshape(-1, 28, 28, 1).astype(bool)
    return np.broadcast_to(np.where(ink, 0, 255).astype(np.uint8), (*ink.shape[:3], 3))


def _fractals_part(part: str) -> np.ndarray:
    return draw_fractals(1_000, size=32, seed=0 if part == "training" else 1)


SETS = {
    "emoji": PictureSet(
        card=Card(
            title="Noto emoji: 2,000 objects",
            summary="Colour pictures on white, any two at least 30/255 (root mean square) apart; 1,000 for training "
            "and 1,000 held out.",
            refs=("noto_emoji",),
            tags=("pictures", "learning-set"),
        ),
        licence="OFL-1.1",
        citation="Google Inc. Noto Color Emoji, version 2.042 (2023). https://github.com/googlefonts/noto-emoji",
        read=_emoji_part,
    ),
    "omniglot": PictureSet(
        card=Card(
            title="Omniglot, small background sets",
            summary="242 handwritten characters of eight alphabets, each by 20 people; five alphabets for training and "
            "three held out. Every drawing counts as an object.",
            refs=("lake2015",),
            tags=("pictures", "learning-set"),
        ),
        licence="MIT",
        citation="Lake BM, Salakhutdinov R, Tenenbaum JB (2015). Human-level concept learning through probabilistic "
        "program induction. Science 350: 1332-1338.",
        read=_omniglot_part,
    ),
    "fractals": PictureSet(
        card=Card(
            title="Fractals",
            summary="Coloured figures drawn by the recipe of objects used with monkeys: superimposed polygons with "
            "repeatedly deflected edges. 1,000 for training and 1,000 held out.",
            refs=("miyashita1991",),
            tags=("pictures", "learning-set"),
        ),
        licence="Apache-2.0",
        citation="After Miyashita Y, Higuchi S, Sakai K, Masui N (1991). Generation of fractal patterns for probing "
        "the visual memory. Neuroscience Research 12: 307-311.",
        read=_fractals_part,
    ),
}
