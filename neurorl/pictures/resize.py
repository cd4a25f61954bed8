"""Pictures in another size, by the share of each old pixel that lies under each new one."""

import numpy as np


def resize(pictures: np.ndarray, size: int) -> np.ndarray:
    """uint8 [n, height, width, channels] as [n, size, size, channels]: means over area, in both directions."""
    height, width = pictures.shape[1:3]
    if height == width == size:
        return pictures.copy()
    rows, columns = (_shares(old, size) for old in (height, width))
    half = np.einsum("ij,njkc->nikc", rows, pictures.astype(np.float32), optimize=True)
    whole = np.einsum("lk,nikc->nilc", columns, half, optimize=True)
    return np.clip(np.rint(whole), 0, 255).astype(np.uint8)


def _shares(old: int, new: int) -> np.ndarray:
    """[new, old]: how much of each new pixel each old one covers; rows sum to 1."""
    edges = np.arange(new + 1) * old / new
    left, right = np.arange(old), np.arange(old) + 1
    overlap = np.minimum(edges[1:, None], right) - np.maximum(edges[:-1, None], left)
    return (np.clip(overlap, 0, None) * new / old).astype(np.float32)
