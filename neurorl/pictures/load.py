"""Pictures by the name of their set, or from a folder, in the size a task shows them."""

import functools
from typing import get_args

import numpy as np

from neurorl.core.errors import BadValue
from neurorl.pictures.folder import read_folder
from neurorl.pictures.resize import resize
from neurorl.pictures.sets import SETS, Part, PictureSet

PARTS: tuple[str, ...] = get_args(Part)


def picture_sets() -> dict[str, PictureSet]:
    """The sets that come with the package, by name."""
    return dict(SETS)


@functools.lru_cache(maxsize=16)
def load_objects(name: str, part: str = "training", size: int = 32) -> np.ndarray:
    """The pictures of one part of a set.

    Args:
        name: "emoji", "omniglot", "fractals", or the path of a folder of images (which needs Pillow). The images of
            a folder are taken in the order of their names, odd ones for training and even ones held out.
        part: "training" or "held-out"; no picture is in both.
        size: width and height, pixels.

    Returns:
        uint8 [n, size, size, 3], RGB; not to be written to.

    Raises:
        BadValue: there is no such part, or the size is not positive.
        StorageFailed: the folder is missing, or holds too few images.
    """
    if part not in PARTS:
        raise BadValue(f"There is no part '{part}' of a set of pictures; choose one of {', '.join(PARTS)}.")
    if size < 1:
        raise BadValue(f"The size is {size} pixels, but must be at least 1.")
    pictures = SETS[name].read(part) if name in SETS else read_folder(name, part, size)
    pictures = resize(pictures, size)
    pictures.flags.writeable = False
    return pictures
