"""Films of sessions as animated GIFs: what was seen, where the gaze was, what was expected and what was paid.

Pillow comes with matplotlib. Frames are composed of plain pixels, since drawing hundreds of figures would take minutes.
"""

from io import BytesIO
from typing import Any

import numpy as np

from neurorl.figures.style import PALETTE

WIDTH = 384  # pixels
TRACE = 72  # height of the panel of values
MAP = 26  # height of the panel of the gaze
FIELD = 65.0  # degrees that the view, and the screen, subtend
REACH = 90.0  # degrees to either side that the map shows


def film_of(sessions: list[dict[str, Any]], *, seconds: float = 0.12) -> bytes:
    """An animated GIF of sessions one after another.

    Args:
        sessions: of each, arrays over steps: view (uint8 [steps, height, width, 3]), heading (degrees), value and
            reward (reward units), trial.
        seconds: how long a step is shown.
    """
    from PIL import Image

    frames = [Image.fromarray(frame) for session in sessions for frame in _frames(session)]
    palette = frames[len(frames) // 2].quantize(128)
    small = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    content = BytesIO()
    small[0].save(
        content, "GIF", save_all=True, append_images=small[1:], duration=int(1000 * seconds), loop=0, optimize=False
    )
    return content.getvalue()


def _frames(session: dict[str, Any]) -> list[np.ndarray]:
    views, headings = np.asarray(session["view"]), np.asarray(session["heading"], float)
    values, rewards = np.asarray(session["value"], float), np.asarray(session["reward"], float)
    return [
        np.concatenate([_enlarged(views[t]), _map(headings[t]), _trace(values[: t + 1], rewards[: t + 1], len(values))])
        for t in range(len(views))
    ]


def _enlarged(view: np.ndarray) -> np.ndarray:
    """The view as wide as the film, its middle marked at the upper and lower edge."""
    times = WIDTH // view.shape[1]
    large = np.repeat(np.repeat(view, times, axis=0), times, axis=1)
    wide = np.full((large.shape[0], WIDTH, 3), 255, np.uint8)
    left = (WIDTH - large.shape[1]) // 2
    wide[:, left : left + large.shape[1]] = large
    for rows in (slice(0, 8), slice(-8, None)):
        wide[rows, WIDTH // 2 - 1 : WIDTH // 2 + 1] = _rgb("ink")
    return wide


def _map(heading: float) -> np.ndarray:
    """Where the gaze is, seen from above: the screen grey, the middle and the view marked."""
    panel = np.full((MAP, WIDTH, 3), 255, np.uint8)
    left, right = (_column(degrees) for degrees in (-FIELD / 2, FIELD / 2))
    panel[8:18, left:right] = _rgb("faint")
    panel[6:20, _column(0.0)] = _rgb("muted")
    at = _column(float(np.clip(heading, -REACH, REACH)))
    panel[4:22, max(at - 2, 0) : at + 3] = _rgb("model_free")
    return panel


def _column(degrees: float) -> int:
    return int(np.clip((degrees + REACH) / (2 * REACH) * (WIDTH - 1), 0, WIDTH - 1))


def _trace(values: np.ndarray, rewards: np.ndarray, length: int) -> np.ndarray:
    """Value as a line and rewards as bars, from -1.2 to 1.2 reward units, up to now."""
    panel = np.full((TRACE, WIDTH, 3), 255, np.uint8)
    panel[_row(0.0)] = _rgb("faint")
    columns = (np.arange(length + 1) * (WIDTH - 1) / max(length, 1)).astype(int)
    for t, reward in enumerate(rewards):
        if reward:
            low, high = sorted((_row(0.0), _row(float(reward))))
            color = _rgb("model_based") if reward > 0 else _rgb("model_free")
            panel[low : high + 1, columns[t] : max(columns[t + 1] - 1, columns[t] + 1)] = color
    for t in range(1, len(values)):
        line = np.linspace(_row(values[t - 1]), _row(values[t]), columns[t] - columns[t - 1] + 1).astype(int)
        for k, row in enumerate(line):
            panel[max(row - 1, 0) : row + 1, columns[t - 1] + k] = _rgb("network")
    return panel


def _row(value: float) -> int:
    return int(np.clip((1.2 - value) / 2.4 * (TRACE - 1), 0, TRACE - 1))


def _rgb(role: str) -> tuple[int, int, int]:
    code = PALETTE[role].lstrip("#")
    return int(code[:2], 16), int(code[2:4], 16), int(code[4:], 16)
