"""The study of striatal pathways at smoke scale, its protocols by hand, and its measures on made-up tables."""

from types import SimpleNamespace

import jax.numpy as jnp
import pandas as pd
import pytest

from neurorl.core import catalogue
from neurorl.report.runner import run_study
from neurorl.studies.neftci2019.striatal_pathways.evidence import bursts_without_reward, dips_with_reward
from neurorl.studies.neftci2019.striatal_pathways.measures import signs
from neurorl.testing import check_study

STUDY = catalogue.load("study", "striatal_pathways")


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("striatal_pathways")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEURORL_CACHE", str(folder / "cache"))
        yield run_study(STUDY, scale="smoke", seed=0, out=folder, quiet=True)


def test_smoke_obeys_the_laws_of_studies(result):
    check_study(STUDY, smoke=result.values).raise_if_broken()
    for name in ("loop", "neurons", "opponent", "richness"):
        assert (result.folder / "figures" / f"{name}.svg").stat().st_size > 1_000


def test_what_is_exact_holds_at_any_scale(result):
    exact = {v.expect.measure: (v.value, v.outcome) for v in result.verdicts if v.expect.scale == "smoke"}
    assert len(exact) == 8 and {outcome for _, outcome in exact.values()} == {"held"}, exact


def test_drugs_are_tested_on_the_same_agents(result):
    table = result.tables["selection"]
    assert len(table) == 4 * 2 * 5 * 2  # settings, Hebbian or not, levels, measures
    assert table["mean"].between(0, 1).all()


@pytest.mark.parametrize(
    ("action", "reward", "burst", "dip"), [(0, 0.0, 1.0, 0.0), (0, 1.0, 0.0, -1.0), (1, 0.0, 0.0, 0.0), (1, 1.0, 0, 0)]
)
def test_protocols_drive_dopamine_of_left_choices_only(action, reward, burst, dip):
    seen = SimpleNamespace(reward=jnp.asarray(reward))
    assert float(bursts_without_reward(None, jnp.asarray(action), seen)) == burst
    assert float(dips_with_reward(None, jnp.asarray(action), seen)) == dip


def test_signs_by_hand():
    # three trials of one session: left paid (its activity rises), right unpaid (falls), left paid (last: no next trial)
    rows = pd.DataFrame(
        {
            "session": 0,
            "choice": [0, 1, 0],
            "rpe": [0.8, -0.5, 0.7],
            "left": [0.2, 0.4, 0.4],
            "right": [0.5, 0.5, 0.6],
        }
    )
    table = signs(rows).set_index("error")
    assert table.loc["above 0"].tolist() == [1.0, 0.0, 0.0]
    assert table.loc["below 0"].tolist() == [1.0, 0.0, 0.0]  # it rose after an error below 0, which the measure shows
