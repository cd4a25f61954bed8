"""A user's own pictures: every second image of a folder is held out."""

import warnings
from pathlib import Path

import numpy as np

from neurorl.core.errors import BadValue, StorageFailed

SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp")
# By content, whatever the name says: Pillow hands some other kinds to programs outside (PostScript to Ghostscript).
_KINDS = ("PNG", "JPEG", "GIF", "BMP", "WEBP")
MOST_PIXELS = 50_000_000  # of one image, before it is unpacked


def read_folder(folder: str, part: str, size: int) -> np.ndarray:
    """The images of a folder as uint8 [n, size, size, 3], on white where they are transparent, centre cut square."""
    where = Path(folder).expanduser()
    if not where.is_dir():
        raise StorageFailed(
            f"There is neither a folder {folder} nor a set of pictures of this name; the sets are emoji, "
            "omniglot, fractals."
        )
    paths = sorted(path for path in where.iterdir() if path.suffix.lower() in SUFFIXES)
    mine = paths[0::2] if part == "training" else paths[1::2]
    if len(paths) < 4:
        raise StorageFailed(
            f"{folder} holds {len(paths)} images ({', '.join(SUFFIXES)}); at least 4 are needed, two for training and "
            "two held out."
        )
    return np.stack([_read(path, size) for path in mine])


def _read(path: Path, size: int) -> np.ndarray:
    try:
        from PIL import Image, UnidentifiedImageError
    except ImportError as error:
        raise BadValue("Reading a folder of images needs Pillow: pip install pillow.") from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the limit here is lower
            with Image.open(path, formats=_KINDS) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise ValueError(f"it has {image.width} x {image.height} pixels; at most {MOST_PIXELS:,} are read")
                colour = image.convert("RGBA")
    except (OSError, ValueError, SyntaxError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise StorageFailed(f"{path} cannot be read as an image ({error}); remove it from the folder.") from error
    edge = min(colour.size)
    left, top = ((length - edge) // 2 for length in colour.size)
    square = colour.crop((left, top, left + edge, top + edge)).resize((size, size))
    white = Image.new("RGBA", square.size, "white")
    return np.asarray(Image.alpha_composite(white, square).convert("RGB"), np.uint8)
