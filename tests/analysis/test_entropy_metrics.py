"""Entropy of strategy, by hand."""

import numpy as np
import pandas as pd
import pytest

from neurorl.analysis.entropy_metrics import entropy_metrics
from neurorl.core.errors import BadData


def trials(choice, reward, block=1, p_right=0.8):
    return pd.DataFrame({"block": block, "choice": choice, "reward": reward, "p_left": 1 - p_right, "p_right": p_right})


def test_by_hand():
    # pairs: win-better stay, lose-better switch, win-worse stay, lose-worse switch, win-better switch
    table = trials([1, 1, 0, 0, 1, 0], [1, 0, 1, 0, 1, 0])
    out = entropy_metrics(table, "block").iloc[0]
    two_of_three = -(2 / 3) * np.log2(2 / 3) - (1 / 3) * np.log2(1 / 3)
    assert out["n_pairs"] == 5
    assert out["erds_win"] == pytest.approx(3 / 5 * two_of_three) and out["erds_lose"] == 0
    assert out["erds"] == pytest.approx(out["erds_win"])
    assert out["eods_better"] == pytest.approx(3 / 5 * two_of_three) and out["eods_worse"] == pytest.approx(2 / 5)
    assert out["erods_win_better"] == pytest.approx(2 / 5) and out["erods_win_worse"] == 0
    assert out["erods"] == pytest.approx(2 / 5)


def test_pairs_do_not_reach_over_blocks_and_what_never_happened_is_missing():
    table = pd.concat([trials([1, 1], [1, 1], 1), trials([0], [1], 2)], ignore_index=True)
    out = entropy_metrics(table, "block").set_index("block")
    assert out["n_pairs"].tolist() == [1, 0]
    assert out.loc[1, "erds_win"] == 0 and np.isnan(out.loc[1, "erds_lose"])
    assert out.loc[2, ["erds", "eods", "erods", "erds_win"]].isna().all()


def test_a_coin_has_one_bit(rng=None):
    rng = np.random.default_rng(0)
    table = trials(rng.integers(0, 2, 20_000), rng.integers(0, 2, 20_000))
    out = entropy_metrics(table, "block").iloc[0]
    assert out[["erds", "eods", "erods"]].to_numpy(float) == pytest.approx([1, 1, 1], abs=1e-3)


def test_missing_columns_are_named():
    with pytest.raises(BadData, match="needs the columns p_left, p_right"):
        entropy_metrics(trials([1], [1]).drop(columns=["p_left", "p_right"]), "block")
