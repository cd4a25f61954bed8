"""Exact results of dynamic programming: values with and without a deadline, on mazes and on two unknown arms."""

import numpy as np
import pandas as pd

from neurorl.ops.bayes_adaptive import place, solve_two_arms
from neurorl.ops.gittins import finite_horizon_indices
from neurorl.ops.grids import ANSWERS, MAZES, Grid, grid
from neurorl.ops.markov_decision import best, finite_horizon, look_ahead, policy_iteration, value_iteration

GAMMA = 0.9  # of the grid with jumps (Sutton & Barto 2018, example 3.5)
GAMMA_ROOMS = 0.95
SLIP = 1 / 3  # in four rooms: Sutton, Precup & Singh 1999
STEPS = 60  # most steps left that are looked at
TRIALS = (1, 2, 3, 5, 10, 20)  # of a bandit whose value is known
LEFT = 20  # most trials left that are looked at in the bandit
HAD = 10  # trials that were had before


def value_maps() -> pd.DataFrame:
    """Optimal values and best answers of the grid with jumps and of four rooms (deterministic).

    Returns:
        columns map, row, column, value (reward units), and up, down, left, right (whether that answer is best).
    """
    parts = []
    for name, gamma in (("jumps", GAMMA), ("four_rooms", GAMMA_ROOMS)):
        p, r = grid(MAZES[name]).process()
        value = value_iteration(p, r, gamma)
        parts.append(map_table(grid(MAZES[name]), value, best(look_ahead(p, r, gamma, value))).assign(map=name))
    return pd.concat(parts, ignore_index=True)


def map_table(cells: Grid, value: np.ndarray, answers: np.ndarray) -> pd.DataFrame:
    """One row a cell: row, column, value, and for each answer whether it is among the best."""
    table = pd.DataFrame(cells.cells, columns=["row", "column"]).assign(value=value)
    return table.assign(**{name: answers[:, a] for a, name in enumerate(ANSWERS)})


def deadlines() -> pd.DataFrame:
    """The grid with jumps by the number of steps left.

    Returns:
        columns left, distance (largest difference of u_t from the values without a deadline, reward units) and
        disagree (share of cells in which no answer that is best now would be best without a deadline).
    """
    p, r = grid(MAZES["jumps"]).process()
    stationary = value_iteration(p, r, GAMMA)
    without = best(look_ahead(p, r, GAMMA, stationary))
    u = finite_horizon(p, r, GAMMA, STEPS)
    rows = []
    for left in range(1, STEPS + 1):
        now = best(look_ahead(p, r, GAMMA, u[left - 1]))
        rows.append((left, np.abs(u[left] - stationary).max(), np.mean(~(now & without).any(axis=1))))
    return pd.DataFrame(rows, columns=["left", "distance", "disagree"])


def bandit_values() -> pd.DataFrame:
    """u_0 of two Bernoulli arms with Beta(1, 1) priors: columns trials, value (rewards expected in the session)."""
    return pd.DataFrame({"trials": TRIALS, "value": [solve_two_arms(t).value for t in TRIALS]})


def curiosity() -> pd.DataFrame:
    """Value of exploration by the number of trials left.

    The bonus is the finite-horizon Gittins index of an unknown arm, Beta(1, 1), less its mean: the certain reward that
    is given up to try it. The share is that of the beliefs after ten trials in which the best choice is the
    arm with the smaller posterior mean.

    Returns:
        columns left, bonus (reward units), worse_arm (share).
    """
    index = finite_horizon_indices(LEFT)
    rows = [(left, index[left, 0, 0] - 0.5, _worse_arm(left)) for left in range(1, LEFT + 1)]
    return pd.DataFrame(rows, columns=["left", "bonus", "worse_arm"])


def _worse_arm(left: int) -> float:
    """Share of the beliefs after `HAD` trials in which the arm with the smaller mean is best, `left` trials to go."""
    prefers = solve_two_arms(HAD + left).prefers
    worse = total = 0
    for n1 in range(HAD + 1):
        s1, s2 = np.arange(n1 + 1)[:, None], np.arange(HAD - n1 + 1)[None, :]
        gain = (1 + s1) / (2 + n1) - (1 + s2) / (2 + HAD - n1)
        best_arm = prefers[place(HAD, n1, s1, s2)]
        worse += np.sum(best_arm * np.where(np.abs(gain) < 1e-9, 0.0, gain) < 0)
        total += gain.size
    return float(worse / total)


def exact_numbers() -> dict[str, float]:
    """Agreement of methods that share no code, on four rooms."""
    rooms = grid(MAZES["four_rooms"])
    p, r = rooms.process()
    by_distance = GAMMA_ROOMS ** (rooms.steps_to_goal() - 1)  # the goal pays 1 on the last of so many steps
    p_slip, r_slip = rooms.process(slip=SLIP)
    improved, policies = policy_iteration(p_slip, r_slip, GAMMA_ROOMS)
    return {
        "rooms_states": float(rooms.n),
        "rooms_error": float(np.abs(value_iteration(p, r, GAMMA_ROOMS) - by_distance).max()),
        "rooms_slip_error": float(np.abs(value_iteration(p_slip, r_slip, GAMMA_ROOMS) - improved).max()),
        "rooms_policies": float(policies),
    }
