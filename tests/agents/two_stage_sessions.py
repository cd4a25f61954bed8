"""Written-down two-stage sessions for the tests of the agents, in Wang's form ("W") and Daw's ("D")."""

import jax
import jax.numpy as jnp
import numpy as np

from neurorl.core.catalogue import load
from neurorl.core.params import replace
from neurorl.core.spaces import Spaces
from neurorl.core.types import Record, Trajectory
from neurorl.loop import replay
from neurorl.ops.two_stage import two_stage_spaces

SPACES = {
    "W": two_stage_spaces(fixation=True, second_choice=False),
    "D": two_stage_spaces(fixation=False, second_choice=True),
}
LEFT, RIGHT, A, B = 0, 1, 0, 1
# One session both forms can play: first choice, second stage, second answer, reward.
SESSION = [(LEFT, A, RIGHT, 1.0), (RIGHT, A, RIGHT, 0.0), (LEFT, B, LEFT, 1.0), (RIGHT, B, RIGHT, 0.0)]

Row = tuple[str, str, float, float]  # state, answer, reward, discount


def rows_of(form: str, trials: list[tuple[int, int, int, float]]) -> list[Row]:
    rows: list[Row] = []
    for a1, s2, a2, reward in trials:
        if form == "W":
            rows.append(("fixation", "centre", 0.0, 1.0))
        rows.append(("first", ("left", "right")[a1], 0.0, 1.0))
        rows.append((("second_a", "second_b")[s2], ("left", "right")[a2], reward, 0.0))
    return rows


def record_of(form: str, rows: list[Row]) -> Record:
    spaces: Spaces = SPACES[form]
    obs_space, action_space = spaces.discrete()
    obs = np.array([obs_space.index(row[0]) for row in rows] + [0], np.int32)
    action = np.array([action_space.index(row[1]) for row in rows], np.int32)
    scored = [bool(spaces.is_choice(o, a)) for o, a in zip(obs[:-1], action, strict=True)]
    n = len(rows)
    return Record(
        obs=jnp.asarray(obs[:-1]),
        action=jnp.asarray(action),
        reward=jnp.asarray([row[2] for row in rows]),
        discount=jnp.asarray([row[3] for row in rows]),
        stim=jnp.zeros(n),
        next_obs=jnp.asarray(obs[1:]),
        valid=jnp.ones(n, bool),
        scored=jnp.asarray(scored),
    )


def play(name: str, form: str, rows: list[Row], **values: float) -> Trajectory:
    """An agent with some parameters set, led through these rows."""
    agent = load("agent", name).for_spaces(SPACES[form])
    params = replace(agent.params(), **values) if values else agent.params()
    return replay(jax.random.key(0), agent, params, record_of(form, rows))


def at_stage(form: str, x: np.ndarray, stage: int) -> np.ndarray:
    """The entries of a step-by-step array at the first (1) or second (2) stage of each trial."""
    per_trial = 3 if form == "W" else 2
    return np.asarray(x)[per_trial - 3 + stage :: per_trial]
