import numpy as np
import pandas as pd
import pytest

from neurorl.analysis.model_comparison import compare_models
from neurorl.core.errors import BadData


def fits() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "population": "people",
            "subject": [0, 1, 0, 1],
            "session": 0,
            "agent": ["a", "a", "b", "b"],
            "log_lik": [-50.0, -60.0, -55.0, -59.0],
            "n_choices": 100,
            "bic": [104.0, 124.0, 120.0, 119.0],
        }
    )


def test_differences_within_units_by_hand():
    table = compare_models(fits(), by="population").set_index("agent")
    assert table.index.tolist() == ["a", "b"]
    assert table.loc["a", "log_lik_per_choice"] == pytest.approx(-0.55)
    assert table.loc["a", "delta"] == 0 and table.loc["a", "delta_low"] == 0
    assert table.loc["b", "delta"] == pytest.approx(-0.02)
    # paired differences -0.05 and 0.01: s / sqrt(2) = 0.03, t_{0.975, 1} = 12.706
    assert table.loc["b", "delta_low"] == pytest.approx(-0.02 - 12.7062 * 0.03, abs=1e-4)
    assert table["bic"].tolist() == [228.0, 239.0] and table["delta_bic"].tolist() == [0.0, 11.0]
    assert table["n_best"].tolist() == [1, 1] and table["n_units"].tolist() == [2, 2]


def test_populations_are_compared_within_themselves():
    other = fits().assign(population="network", log_lik=[-70.0, -70.0, -50.0, -50.0])
    table = compare_models(pd.concat([fits(), other]), by="population")
    assert table["population"].tolist() == ["people"] * 2 + ["network"] * 2
    assert table["agent"].tolist() == ["a", "b", "b", "a"]


def test_every_agent_must_meet_every_unit():
    with pytest.raises(BadData, match="exactly one fit of every agent"):
        compare_models(fits().iloc[1:])
    with pytest.raises(BadData, match="exactly one fit of every agent"):
        compare_models(pd.concat([fits(), fits().iloc[:1]]))
    with pytest.raises(BadData, match="not finite"):
        compare_models(fits().assign(bic=np.nan))
