"""The What/Where study at smoke scale, its measures on made-up blocks, and what its tables are made of."""

import jax
import numpy as np
import pandas as pd
import pytest

from neurorl.core import catalogue
from neurorl.report.runner import run_study
from neurorl.studies.neftci2019.what_and_where.measures import changes, dissociations
from neurorl.studies.shared.blocks import around_reversal, correct, good_option, made, play_blocks
from neurorl.testing import check_study

STUDY = catalogue.load("study", "what_and_where")


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("what_and_where")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEURORL_CACHE", str(folder / "cache"))
        yield run_study(STUDY, scale="smoke", seed=0, out=folder, quiet=True)


def test_smoke_obeys_the_laws_of_studies(result):
    check_study(STUDY, smoke=result.values).raise_if_broken()
    for name in ("circuit", "lesions", "arbitration", "strategy"):
        assert (result.folder / "figures" / f"{name}.svg").stat().st_size > 1_000


def test_the_circuit_is_the_learner_and_the_control_is_matched(result):
    judged = {v.expect.measure: v.outcome for v in result.verdicts if v.expect.scale == "smoke"}
    assert judged == {"sealed_difference": "held"}
    assert result.values["hippocampus_changes"] == 0
    doses = result.tables["doses"]
    assert set(doses["gain"]) == {1.0, 0.8, 0.6, 0.4, 0.2, 0.0}
    whole = doses[doses["gain"] == 1].groupby("kind")["mean"].nunique()
    assert (whole == 1).all()  # one control for both parts


@pytest.fixture(scope="module")
def played():
    agent = made("object_action")
    out = play_blocks(
        jax.random.key(0), agent, {"a": agent.params()}, kinds={"what": 1.0, "where": 0.0}, schedules=(0.8,), blocks=30
    )
    return {kind: trajectory for kind, _, trajectory in out}


@pytest.mark.parametrize("kind", ["what", "where"])
def test_the_good_option_changes_once_between_trials_30_and_50(played, kind):
    good = good_option(played[kind])
    assert good.shape == (1, 30, 80) and ((np.diff(good) != 0).sum(axis=-1) == 1).all()
    reversal = (good != good[..., :1]).argmax(axis=-1)
    assert reversal.min() >= 30 and reversal.max() <= 50
    chosen = played[kind].action
    if kind == "what":
        chosen = np.where(played[kind].obs == 0, chosen, 1 - chosen)
    np.testing.assert_array_equal(correct(played[kind]), chosen == good)
    course = around_reversal(played[kind], {"a": None}).set_index("lag")["correct"].to_dict()
    assert course[-1] > 0.7 > 0.5 > course[0]


def test_dissociations_and_changes_by_hand():
    accuracy = {
        ("control", "what"): 0.8,
        ("control", "where"): 0.7,
        ("ventral", "what"): 0.6,
        ("ventral", "where"): 0.65,
        ("dorsal", "what"): 0.8,
        ("dorsal", "where"): 0.5,
    }
    rows = [
        {"condition": c, "kind": k, "block": b, "accuracy": a + 0.01 * b, "mixing": 0.0}
        for (c, k), a in accuracy.items()
        for b in range(3)
    ]
    table = dissociations(pd.DataFrame(rows)).set_index("effect")
    np.testing.assert_allclose(table.loc[["ventral lesion", "dorsal lesion"], "mean"], [0.15, 0.2])
    np.testing.assert_allclose(table["high"] - table["low"], 0, atol=1e-12)  # paired within blocks
    change = changes(pd.DataFrame(rows)).set_index(["condition", "kind"])["mean"].to_dict()
    assert change["ventral", "what"] == pytest.approx(-0.2) and change["dorsal", "where"] == pytest.approx(-0.2)
