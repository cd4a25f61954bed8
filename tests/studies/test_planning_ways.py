"""Supp. Fig. 8 on made-up activity whose code of the third action appears while it ponders, and its pictures."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from neurorl.core.study import Measures
from neurorl.studies.wang2018.planning.figures.ways import divergence_figure, ways_figure
from neurorl.studies.wang2018.planning.ways import ways

N, PONDER, ACTS = 400, 5, 5


@pytest.fixture(scope="module")
def measured():
    rng = np.random.default_rng(0)
    action = rng.integers(2, size=(2, N, PONDER + ACTS))
    reached = rng.choice([4, 5, 0], p=[0.5, 0.4, 0.1], size=(2, N))
    far = np.where(rng.random((2, N)) < 0.9, 4, 2)
    h = rng.normal(size=(2, N, PONDER + ACTS, 12))
    # From step 3 on a direction codes the third action; where the goal comes late the code has the other sign.
    sign = np.where(reached == 5, -1.0, 1.0)
    h[:, :, 2:, 0] += 4.0 * (sign * (action[:, :, PONDER + 2] - 0.5))[..., None]
    dims = ("replica", "session", "step")
    units = xr.Dataset(
        {"latent_h": ((*dims, "h_unit"), h), "action": (dims, action)}, coords={"replica": [0, 1], "step": range(10)}
    )
    walks = pd.DataFrame(
        {
            "subject": np.repeat([0, 1], N),
            "far": far.ravel(),
            "reached": reached.ravel(),
            "session": np.tile(range(N), 2),
        }
    )
    out = Measures()
    ways(out, units, walks, PONDER)
    return out


def test_the_third_action_parts_the_ways_when_it_is_coded(measured):
    v = measured.values
    assert v["far_reached"] == pytest.approx(0.9, abs=0.03)
    assert v["far_reached_9"] + v["far_reached_10"] + v["far_never"] == pytest.approx(1.0)
    assert v["third_action_over_chance"] > 3 and v["third_action_share_p05"] == 1.0
    assert v["third_action_growth"] > 2
    table = measured.tables["divergence"].set_index(["row", "action", "step"])
    assert table.loc[(9, 3, 2), "share_below_05"] < 1.0 and table.loc[(9, 3, 3), "share_below_05"] == 1.0
    assert table.loc[(9, 3, 5), "distance"] > table.loc[(9, 3, 5), "high"]
    assert table.loc[(9, 1, 5), "distance"] < 2 * table.loc[(9, 1, 5), "high"]  # no code of the first


def test_the_row_decides_how_they_differ(measured):
    rows = measured.tables["rows_by_unit"]
    third = rows[(rows["action"] == 3) & (rows["step"] == 5)]
    assert len(third) == 2 and (third["p"] < 0.01).all()
    assert rows[(rows["action"] == 3) & (rows["step"] == 1)]["p"].min() > 0.005


def test_pictures_of_it(measured):
    names = {9: "reached on step 9", 10: "on step 10"}
    table = measured.tables["ways"]
    figure = ways_figure(table[table["replica"] == 0], rows=names, actions=range(1, 6), ponder=PONDER)
    panels = [axes for axes in figure.axes if axes.get_label() != "<colorbar>"]
    assert len(panels) == 10 and all(len(axes.patches) == 20 for axes in panels)
    figure = divergence_figure(measured.tables["divergence"], rows=names, ponder=PONDER)
    assert [axes.get_title(loc="left") for axes in figure.axes] == list(names.values())
