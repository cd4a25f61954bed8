"""The two-step task with fixation as a gymnasium environment, for peers that train on those.

The same states, probabilities and costs as `neurorl/tasks/two_step.py`, written in plain Python so that
a peer which steps one environment at a time does not pay for a JAX call a step. What the agent sees is
what the house's network sees: one-hot state, one-hot last action, last reward.
"""

from typing import Any

import gymnasium
import numpy as np

FIXATION, FIRST, SECOND_A, SECOND_B = range(4)
CENTRE, LEFT, RIGHT = range(3)
P_COMMON, P_GOOD, P_SWITCH, COST_INVALID = 0.8, 0.9, 0.025, 1.0


class GymTwoStep(gymnasium.Env):
    """One gymnasium episode is one session of `n_steps` steps."""

    observation_space = gymnasium.spaces.Box(-1.0, 1.0, (8,), np.float32)
    action_space = gymnasium.spaces.Discrete(3)

    def __init__(self, n_steps: int = 300) -> None:
        self.n_steps = n_steps

    def reset(self, *, seed: int | None = None, options: dict | None = None) -> tuple[np.ndarray, dict[str, Any]]:
        super().reset(seed=seed)
        self.t, self.state = 0, FIXATION
        self.a_is_good = self.np_random.random() < 0.5
        return self._seen(None, 0.0), {}

    def step(self, action: int) -> tuple[np.ndarray, float, bool, bool, dict[str, Any]]:
        state, draw = self.state, self.np_random.random
        valid = (action == CENTRE) == (state == FIXATION)
        reward = 0.0 if valid else -COST_INVALID
        trial_ends = state >= SECOND_A or (state == FIRST and not valid)
        if state == FIXATION:
            self.state = FIRST
        elif state == FIRST and valid:
            self.state = SECOND_A if (draw() < P_COMMON) == (action == LEFT) else SECOND_B
        else:
            if valid:
                good = (state == SECOND_A) == self.a_is_good
                reward = float(draw() < (P_GOOD if good else 1 - P_GOOD))
            self.state = FIXATION
        if trial_ends and draw() < P_SWITCH:
            self.a_is_good = not self.a_is_good
        self.t += 1
        return self._seen(int(action), reward), reward, False, self.t >= self.n_steps, {}

    def _seen(self, action: int | None, reward: float) -> np.ndarray:
        seen = np.zeros(8, np.float32)
        seen[self.state] = 1.0
        if action is not None:
            seen[4 + action] = 1.0
        seen[7] = reward
        return seen
