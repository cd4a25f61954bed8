"""The dopamine study at smoke scale: protocols by hand, frozen weights, and every part of the report."""

from dataclasses import replace
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest

from neurorl.core import catalogue
from neurorl.core.study import Context, Evidence
from neurorl.report.runner import run_study
from neurorl.studies.wang2018.dopamine_stimulation.claims import published
from neurorl.studies.wang2018.dopamine_stimulation.measures import measure
from neurorl.studies.wang2018.dopamine_stimulation.protocols import PROTOCOLS, protocol
from neurorl.testing import check_study

STUDY = catalogue.load("study", "dopamine_stimulation")
# what was pulled (1 risky, 0 safe, -1 nothing) and paid -> stimulation by protocol, Wang et al. 2018, Methods
STIM = {
    (1, 4.0): {"block_risky_reward": -4.0},
    (1, 0.0): {"block_risky_loss": 1.0},
    (0, 1.0): {"block_safe_reward": -1.0},
    (-1, 0.0): {},
    (-1, -1.0): {},
}


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dopamine")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEURORL_CACHE", str(folder / "cache"))
        yield run_study(STUDY, scale="smoke", seed=0, out=folder, quiet=True)


@pytest.mark.parametrize(("outcome", "stim"), STIM.items())
def test_protocols_add_what_the_paper_states(outcome, stim):
    pulled, reward = outcome
    truth = SimpleNamespace(pulled=jnp.asarray(pulled))
    seen = SimpleNamespace(truth=truth, reward=jnp.asarray(reward))
    for name, sizes in PROTOCOLS.items():
        assert float(protocol(jnp.asarray(sizes))(None, None, seen)) == stim.get(name, 0.0)


def test_smoke_obeys_the_laws_of_studies(result):
    check_study(STUDY, smoke=result.values).raise_if_broken()


def test_weights_are_frozen_and_conditions_start_alike(result):
    judged = {v.expect.measure: v.outcome for v in result.verdicts if v.expect.scale == "smoke"}
    assert judged == {"weights_changed": "held"}
    assert set(result.tables["risky"]["condition"]) <= set(PROTOCOLS)
    for name in ("stimulation", "course", "signal", "learning"):
        assert (result.folder / "figures" / f"{name}.svg").stat().st_size > 1_000


def test_networks_that_do_as_published_meet_every_claim():
    """The paper's own values, as if each of eight networks had them, hold; without any effect they do not."""
    control = {0.5: 0.9, 0.125: 0.28}
    model = published().query("source.str.contains('model')", engine="python")
    rows = []
    for condition in PROTOCOLS:
        for p, share in control.items():
            here = model[(model["protocol"] == condition) & (model["p_large"] == p)]
            share = float(here["stimulated"].iloc[0]) if len(here) else share
            pulled = (np.arange(100) < round(100 * share)).astype(int)
            table = pd.DataFrame({"trial": 10 + np.arange(100), "pulled": pulled, "p_large": p, "condition": condition})
            rows += [table.assign(subject=i, session=0) for i in range(8)]
    pulls = pd.concat(rows, ignore_index=True).assign(free=True, stim=0.0, delta=0.5)
    pulls["reward"] = np.where(pulls["pulled"] == 1, 4.0, 1.0)
    found = judge(pulls)
    assert all(verdict.outcome == "held" for verdict in found.values())
    idle = pulls[pulls["condition"] == "control"]
    found = judge(pd.concat([idle.assign(condition=name) for name in PROTOCOLS], ignore_index=True))
    missed = {name for name, verdict in found.items() if verdict.outcome == "missed"}
    assert {"seeds_block_risky_reward", "seeds_block_safe_reward", "seeds_block_risky_loss"} <= missed


def judge(pulls):
    curve = pd.DataFrame({"replica": [0], "sessions": [1], "reward": [1.0], "entropy": [0.1]})
    values = measure(Evidence({"pulls": pulls, "learning_curve": curve}, {}, {"weights_changed": 0.0})).values
    return {expect.measure: expect.judge(values, "paper") for expect in STUDY.expects}


def test_the_risk_task_under_a_protocol_reaches_the_agent():
    from neurorl.agents.random_choice import RandomChoice
    from neurorl.loop import run
    from neurorl.perturb import stimulated

    rule = protocol(jnp.asarray(PROTOCOLS["block_safe_reward"]))
    task = stimulated(catalogue.load("task", "risk"), rule)
    agent = RandomChoice.for_spaces(task.spaces)
    played = run(jax.random.key(0), agent, agent.params(), task, task.params(), 60)
    np.testing.assert_array_equal(played.stim, np.where(played.truth.pulled == 0, -1.0, 0.0))
    assert (np.asarray(played.truth.pulled) == 0).sum() >= 5  # the forced ones at least


def test_shipped_networks_meet_every_claim(tmp_path):
    """The headline of the study on the zoo's networks, from a few test sessions."""
    settings = replace(STUDY.scales["paper"], sessions=100)
    evidence = STUDY.gather(Context(settings, "paper", 7, tmp_path, quiet=True, zoo=True))
    values = measure(evidence).values
    verdicts = [expect.judge(values, "paper") for expect in STUDY.expects]
    assert [(v.expect.measure, v.value) for v in verdicts if v.outcome != "held"] == []
