"""The feedback study: smoke run, shares by hand, the best blind policies against their own simulation."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, stats

from neurorl.core import catalogue
from neurorl.core.study import Context, Evidence
from neurorl.report.runner import run_study
from neurorl.studies.wang2018.feedback.evidence import measure, value_difference
from neurorl.studies.wang2018.feedback.simulations import KINDS, SIMULATIONS
from neurorl.testing import check_study

STUDY = catalogue.load("study", "feedback")


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("feedback")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEURORL_CACHE", str(folder / "cache"))
        yield run_study(STUDY, scale="smoke", seed=0, out=folder, quiet=True)


def test_smoke_obeys_the_laws_of_studies(result):
    check_study(STUDY, smoke=result.values).raise_if_broken()
    assert all(v.outcome == "not run" for v in result.verdicts)
    assert (result.folder / "figures" / "feedback.svg").stat().st_size > 1_000


def test_every_network_can_be_made():
    names = [network.name for network in STUDY.networks(STUDY.scales["paper"])]
    assert len(set(names)) == len(names) == len(SIMULATIONS) * len(KINDS)
    for network in STUDY.networks(STUDY.scales["paper"]):
        agent, _ = network.make()
        assert agent.feedback == network.agent_options["feedback"]


def test_shipped_networks_need_feedback_but_no_reward(tmp_path):
    settings = replace(STUDY.scales["quick"], simulations=("two_step",), sessions=60)
    values = STUDY.measure(STUDY.gather(Context(settings, "quick", 3, tmp_path, quiet=True, zoo=True))).values
    verdicts = {e.measure: e.judge(values, "quick").outcome for e in STUDY.expects if "two_step" in e.measure}
    assert len(verdicts) == 3 and set(verdicts.values()) == {"held"}


def test_shares_are_gains_over_the_best_blind_policy():
    rows = [("bandit", kind, i, s) for kind, s in zip(KINDS, (0.7, 0.66, 0.5), strict=True) for i in range(2)]
    scores = pd.DataFrame(rows, columns=["simulation", "feedback", "subject", "score"])
    values = measure(Evidence({"scores": scores, "learning_curve": pd.DataFrame()})).values
    assert values["gain_bandit"] == pytest.approx(0.2)
    assert values["share_bandit_rpe"] == pytest.approx(0.8) and values["share_bandit_none"] == pytest.approx(0)
    assert np.isnan(values["share_two_step_rpe"])  # not gathered


def test_the_best_blind_policies_earn_what_is_stated():
    beta = stats.beta(4, 4)
    larger = integrate.quad(lambda x: 1 - beta.cdf(x) ** 2, 0, 1)[0]
    assert SIMULATIONS["volatility"].blind == pytest.approx(larger / 2, abs=1e-4)
    p0 = np.linspace(0, 0.5, 100_001)
    alternate = (1 - (1 - p0) ** 2 + 1 - (0.5 + p0) ** 2) / 2  # each arm after one trial's wait
    assert SIMULATIONS["matching"].blind == pytest.approx(alternate.mean(), abs=1e-4)


def test_values_are_compared_after_the_first_trial_of_a_block():
    labels = ("fixation", "cue_left", "cue_right", "respond", "outcome")
    task = SimpleNamespace(spaces=SimpleNamespace(obs=SimpleNamespace(labels=labels)))
    rows = [  # state, place, cue, rewarded, value
        (1, 0, 0, 0, 9.0),  # the first trial of a block
        (1, 1, 0, 0, 0.9),
        (2, 2, 1, 0, 0.2),
        (3, 2, 1, 0, 7.0),  # no cue
        (2, 3, 1, 1, 0.7),
        (1, 4, 0, 1, 0.4),
    ]
    columns = ["state", "truth_place", "truth_cue", "truth_rewarded", "latent_value"]
    table = pd.DataFrame(rows, columns=columns).assign(subject=0)
    assert value_difference(table, task)["score"].tolist() == [pytest.approx(0.8 - 0.3)]
