"""Foraging efficiency: the Allen Institute's own numbers, and rates counted trial by trial."""

import numpy as np
import pandas as pd
import pytest

from neurorl.analysis.foraging_efficiency import attainable_rate, foraging_efficiency
from neurorl.core.catalogue import load


def test_published_efficiencies():
    table = load("dataset", "aind_dynamic_foraging").load().table
    found = foraging_efficiency(table[table["rule"] != "unknown"]).set_index("subject")["efficiency"]
    for mouse, expected in ((697929, 0.6944444), (727456, 0.6946984), (703548, 0.8048682)):
        assert found[mouse] == pytest.approx(expected, abs=1e-6)


def rate_of_cycle(rich, poor, m):
    """m trials on the richer side, one on the poorer, over and over, counted trial by trial."""
    waits, total, cycles = [1, 1], 0.0, 50
    for t in range(cycles * (m + 1)):
        side = int(t % (m + 1) == m)
        chance = 1 - (1 - (rich, poor)[side]) ** waits[side]
        total += chance if t >= 10 * (m + 1) else 0
        waits = [w + 1 for w in waits]
        waits[side] = 1
    return total / ((cycles - 10) * (m + 1))


@pytest.mark.parametrize(("rich", "poor", "m"), [(0.4, 0.05, 9), (0.3375, 0.1125, 3), (0.7, 0.4, 2), (0.4, 0.4, 1)])
def test_rate_with_baiting_is_that_of_the_greedy_cycle(rich, poor, m):
    # The poorer side is taken as soon as it pays more surely: its chance after m trials first passes the richer one's.
    assert 1 - (1 - poor) ** (m + 1) >= rich > 1 - (1 - poor) ** m - 1e-12
    found = attainable_rate(np.array([poor]), np.array([rich]), baited=True)[0]
    assert found == pytest.approx(rate_of_cycle(rich, poor, m), abs=1e-9)
    best = max(rate_of_cycle(rich, poor, n) for n in range(1, 30))
    assert 0.97 * best < found <= best + 1e-12


def test_limits_and_plain():
    p_left, p_right = np.array([0.0, 1.0, 0.2]), np.array([0.8, 0.3, 0.7])
    np.testing.assert_allclose(attainable_rate(p_left, p_right, baited=True)[:2], [0.8, 1.0])
    np.testing.assert_allclose(attainable_rate(p_left, p_right, baited=False), [0.8, 1.0, 0.7])


def test_only_finished_trials_that_had_to_be_earned_count():
    table = pd.DataFrame(
        {
            "subject": "m",
            "session": 1,
            "choice": [0, 1, -1, 1],
            "reward": [1.0, 0.0, np.nan, 1.0],
            "valid": [True, True, False, True],
            "p_left": 0.2,
            "p_right": 0.8,
            "autowater_left": [False, False, False, True],
        }
    )
    out = foraging_efficiency(table, baited=False).iloc[0]
    assert (out["n_trials"], out["rewards"]) == (2, 1.0)
    assert out["attainable"] == pytest.approx(1.6) and out["efficiency"] == pytest.approx(0.625)
