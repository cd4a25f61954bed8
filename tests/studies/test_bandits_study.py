"""The bandit study at smoke scale, its exact parts, and the shipped networks' headline."""

import json
from dataclasses import replace

import jax
import numpy as np
import pandas as pd
import pytest

from neurorl.core import catalogue
from neurorl.core.study import Context
from neurorl.report.runner import run_study
from neurorl.studies.wang2018.bandits.evidence import best_replica, play_all
from neurorl.studies.wang2018.bandits.figures import BEST
from neurorl.studies.wang2018.bandits.measures import regret_units
from neurorl.studies.wang2018.bandits.problems import PROBLEMS, arms, horizons
from neurorl.testing import check_study

STUDY = catalogue.load("study", "bandits")

# Claims that the full report does not hold, or that a few sessions cannot decide.
# The scatter around a curve is 1.11 times as large with 300 sessions of each network, and .83 to 1.1 with 100.
UNSURE = {"ucb_minus_thompson", "regret_network_correlated_chosen", "off_curve_independent_over_correlated"}


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bandits")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEURORL_CACHE", str(folder / "cache"))
        yield run_study(STUDY, scale="smoke", seed=0, out=folder, quiet=True)


def test_smoke_obeys_the_laws_of_studies(result):
    check_study(STUDY, smoke=result.values).raise_if_broken()


def test_what_is_exact_holds_at_every_scale(result):
    judged = {v.expect.measure: v.outcome for v in result.verdicts if v.expect.scale == "smoke"}
    assert len(judged) == 3 and set(judged.values()) == {"held"}
    assert all(v.outcome == "not run" for v in result.verdicts if v.expect.scale != "smoke")


def test_every_part_is_a_file_that_others_can_open(result):
    written = json.loads((result.folder / "result.json").read_text())
    assert written["origin"]["scale"] == "smoke"
    for name in ("raster", "regret", "paths", "ends", "transfer", "horizons", "learning"):
        assert (result.folder / "figures" / f"{name}.svg").stat().st_size > 1_000
    recordings = {path.stem for path in (result.folder / "recordings").glob("*.nc")}
    assert "units_trained_correlated_tested_correlated" in recordings and len(recordings) == 4


def test_a_network_that_hears_nothing_of_rewards_is_exactly_at_chance(result):
    deaf = result.tables["without_reward"].query("problem in ['easy', 'medium', 'hard']")
    assert len(deaf) == 6 and (deaf["share"] - 1).abs().max() < 0.1


def test_arms_that_never_pay_are_as_good_as_hearing_nothing():
    spec = STUDY.networks(STUDY.scales["smoke"])[0]
    agent, task = spec.make()
    params = jax.vmap(agent.params)(jax.random.split(jax.random.key(0), 2))
    deaf = replace(agent, feedback="none")
    unpaid = {
        name: played.action
        for name, _, played in play_all(jax.random.key(1), agent, params, task, 2, 4, 0, paying=False)
    }
    for name, _, played in play_all(jax.random.key(1), deaf, params, task, 2, 4, 0):
        np.testing.assert_array_equal(played.action, unpaid[name])


def test_problems_are_met_both_ways_round():
    for problem in PROBLEMS:
        p = arms(problem, 20, seed=0)
        assert p.shape == (20, 2) and ((p >= 0) & (p <= 1)).all()
        np.testing.assert_array_equal(p[10:], p[:10, ::-1])
        tied = np.allclose(p.sum(axis=1), 1)
        assert tied == (problem != "independent")


def test_exact_regret_of_two_trials_could_be_counted_by_hand():
    table = horizons().set_index(["horizon", "learner"])["regret"].unstack()
    assert (table["bayes_independent"] <= table.min(axis=1) + 1e-9).all()
    np.testing.assert_allclose(table["random"], table.index / 6)  # 2/3 - 1/2 a trial
    assert (table["ucb1"] > table["ucb"]).all()


def test_replicas_are_units_of_networks_and_sessions_of_others():
    sessions = pd.DataFrame(
        {
            "learner": ["network_a"] * 4 + ["ucb"] * 2,
            "problem": "medium",
            "subject": [0, 0, 1, 1, 0, 0],
            "session": [0, 1, 0, 1, 0, 1],
            "at_20": 0.0,
            "at_100": [1.0, 9.0, 2.0, 2.0, 5.0, 6.0],
        }
    )
    units = regret_units(sessions).set_index(["learner", "subject"])["at_100"]
    assert units["network_a"].tolist() == [5.0, 2.0] and units["ucb"].tolist() == [5.0, 6.0]
    assert best_replica(sessions, "network_a") == 0  # judged on even sessions alone


def test_shipped_networks_stand_where_the_paper_has_them(tmp_path):
    """The headline of the study on the zoo's networks, from a few test sessions."""
    settings = replace(STUDY.scales["paper"], sessions=100, beside=400, learners=("gittins", "ucb", "thompson", BEST))
    values = STUDY.measure(STUDY.gather(Context(settings, "paper", 7, tmp_path, quiet=True, zoo=True))).values
    verdicts = {expect.measure: expect.judge(values, "paper") for expect in STUDY.expects}
    missed = {name for name, verdict in verdicts.items() if verdict.outcome != "held"}
    assert missed <= UNSURE, {name: verdicts[name].value for name in missed}
