"""The study of fast and slow at smoke scale, and its measures on made-up tables."""

import numpy as np
import pandas as pd
import pytest

from neurorl.core import catalogue
from neurorl.report.runner import run_study
from neurorl.studies.neftci2019.fast_and_slow.measures import flip, patterns
from neurorl.testing import check_study

STUDY = catalogue.load("study", "fast_and_slow")


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fast_and_slow")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEURORL_CACHE", str(folder / "cache"))
        yield run_study(STUDY, scale="smoke", seed=0, out=folder, quiet=True)


def test_smoke_obeys_the_laws_of_studies(result):
    check_study(STUDY, smoke=result.values).raise_if_broken()
    for name in ("trade_off", "mixture", "lesions", "map", "experts"):
        assert (result.folder / "figures" / f"{name}.svg").stat().st_size > 1_000


def test_what_needs_no_chance_is_right_at_any_scale(result):
    v = result.values
    assert v["flip_by_formula"] == pytest.approx(1 / 14)
    assert v["one_expert_from_least_squares"] < 1e-3 and v["experts_smallest_step"] > -1e-5
    assert v["experts_gate_right_2"] > 0.95 and v["vowels_right"] > 0.95 > v["vowels_right_line"]
    sets = result.tables["sets"]
    assert len(sets) == 2 * 3 and sets["alpha_fast"].between(0.5, 0.95).all()


def made_up(certain, stochastic):
    """Accuracy of one set by schedule: the whole at .9 and .7, lesions so much below."""
    rows = []
    for p in (1.0, 0.8, 0.7, 0.6):
        whole, (amygdala, striatum) = (0.9, certain) if p == 1 else (0.7, stochastic)
        for condition, lost in (("control", 0.0), ("amygdala lesion", amygdala), ("striatum lesion", striatum)):
            rows.append({"p_good": p, "condition": condition, "accuracy": whole - lost})
    return pd.DataFrame(rows).assign(set=0, read_out="additive", beta=1.0)


@pytest.mark.parametrize(
    ("certain", "stochastic", "found"),
    [
        ((0.2, 0.01), (0.05, 0.05), (True, True, True)),
        ((0.2, 0.03), (0.05, 0.05), (False, True, True)),
        ((0.05, 0.0), (0.05, 0.05), (True, False, True)),
        ((0.2, 0.0), (0.05, 0.01), (True, True, False)),
        ((0.2, 0.0), (0.01, 0.05), (True, True, False)),
    ],
)
def test_the_pattern_has_three_parts(certain, stochastic, found):
    row = patterns(made_up(certain, stochastic)).iloc[0]
    assert (row["spared"], row["lost"], row["both"]) == found and row["shown"] == all(found)


def test_the_winner_flips_where_the_lines_cross():
    rows = [(0.5, 0.1, 0.4), (0.1, 0.1, 0.3), (0.5, 0.2, 0.5), (0.1, 0.2, 0.6)]
    walk = pd.DataFrame(rows, columns=["alpha", "ratio", "simulated"])
    assert flip(walk) == pytest.approx(0.15)
    assert np.isnan(flip(walk.assign(simulated=1.0)))
