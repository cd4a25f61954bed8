"""Catch as a gymnasium environment in plain Python, for peers that learn from those (`neurorl/tasks/catch.py`)."""

from typing import Any

import gymnasium
import numpy as np

ROWS, COLUMNS = 10, 5


class GymCatch(gymnasium.Env):
    """One gymnasium episode is one trial of 9 steps."""

    observation_space = gymnasium.spaces.Box(0.0, 1.0, (ROWS * COLUMNS,), np.float32)
    action_space = gymnasium.spaces.Discrete(3)

    def reset(self, *, seed: int | None = None, options: dict | None = None) -> tuple[np.ndarray, dict[str, Any]]:
        super().reset(seed=seed)
        self.row, self.paddle, self.column = 0, COLUMNS // 2, int(self.np_random.integers(COLUMNS))
        return self._board(), {}

    def step(self, action: int) -> tuple[np.ndarray, float, bool, bool, dict[str, Any]]:
        self.paddle = min(max(self.paddle + int(action) - 1, 0), COLUMNS - 1)
        self.row += 1
        ends = self.row == ROWS - 1
        reward = (1.0 if self.paddle == self.column else -1.0) if ends else 0.0
        return self._board(), reward, ends, False, {}

    def _board(self) -> np.ndarray:
        board = np.zeros(ROWS * COLUMNS, np.float32)
        board[self.row * COLUMNS + self.column] = board[(ROWS - 1) * COLUMNS + self.paddle] = 1.0
        return board
