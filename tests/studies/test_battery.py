"""The battery: signatures counted by hand, a learner that shows some, and who cannot be asked what."""

from pathlib import Path

import jax
import numpy as np
import pandas as pd
import pytest

from neurorl import load_agent, load_study, load_task
from neurorl.core.errors import BadValue
from neurorl.core.study import Context, Evidence
from neurorl.data import Dataset, Schema, from_trajectory
from neurorl.loop import simulate_many
from neurorl.ops.arms import arm_spaces
from neurorl.ops.instrumental import instrumental_spaces
from neurorl.report.runner import run_study
from neurorl.studies import battery
from neurorl.studies.battery import evidence as battery_evidence
from neurorl.studies.battery import examine, measure
from neurorl.studies.battery.designs import FREE_TRIALS, HELD, HELD_FROM, PHASE, what_held
from neurorl.studies.battery.errors import less_surprise_later
from neurorl.studies.battery.evidence import Player, Scale, examined, player
from neurorl.studies.battery.led import FREE, RANDOM, Led
from neurorl.studies.battery.measures import (
    after_reversal,
    better_arm,
    carried,
    devalued,
    faster_reversals,
    finds_moved_goal,
    leaves_when_due,
    right_after,
    win_stay,
)
from neurorl.studies.battery.signatures import SIGNATURES

BY_NAME = {signature.name: signature for signature in SIGNATURES}


def arms(choice: list[int], best: list[int], reward: list[float]) -> Dataset:
    table = pd.DataFrame({"subject": "a", "session": 0, "trial": range(len(choice)), "step": 0, "state": 0})
    return Dataset(table.assign(choice=choice, reward=reward, truth_best=best), Schema.of(arm_spaces(2)))


def test_signatures_by_hand() -> None:
    four = arms([0, 1, 1, 0], [1, 1, 1, 1], [0.0, 1.0, 1.0, 0.0])
    assert better_arm(four)["a"] == 0.5  # trials 2 and 3
    seven = arms([1, 1, 1, 0, 1, 0, 0], [1] * 7, [1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0])
    # After good choices: paid on trials 0 (repeated) and 2 (left), unpaid on 1 (repeated) and 4 (left): 1/2 - 1/2, of
    # weight 2 x 2 / 4. After bad ones: paid on trial 5 (repeated), unpaid on 3 (left): 1 - 0, of weight 1/2.
    assert win_stay(seven)["a"] == pytest.approx((0.0 * 1 + 1.0 * 0.5) / 1.5)
    best = [0] * 15 + [1] * 35
    choice = np.array(best)
    choice[15:27] = 0  # the reversal, before trial 15, is followed from trial 27 on
    assert after_reversal(arms(choice.tolist(), best, [1.0] * 50))["a"] == pytest.approx(18 / 20)


def test_later_rewards_by_hand() -> None:
    table = arms([0] * 8, [0] * 8, [1.0] * 7 + [0.0]).table
    table["truth_reward_bin"], table["latent_rpe"] = [6, 6, 6, 6, 6, 8, 7, 7], [9.0] * 5 + [0.3, 0.4, 5.0]
    late = Dataset(table, Schema.of(arm_spaces(2)))
    # Of the second half: 9 in bin 6 (trial 4), .3 in bin 8, .4 in bin 7; on the last trial nothing came.
    assert less_surprise_later(late)["a"] == pytest.approx((9.0 - 0.3) / 2)
    assert right_after(6)(late)["a"] == 1


def test_who_has_no_part_is_not_asked_what_its_lesion_takes() -> None:
    amygdala = player("q_learning", BY_NAME["amygdala"])
    assert isinstance(amygdala, str) and "has no named parts" in amygdala
    assert "has no part 'amygdala'" in str(player("striatal_loop", BY_NAME["amygdala"]))
    assert "Dopamine at the moment of choice means nothing" in str(player("fast_slow", BY_NAME["dopamine_choice"]))
    assert not isinstance(player("fast_slow", BY_NAME["amygdala"]), str)


def test_devaluation_and_the_moved_goal_by_hand() -> None:
    trial = [*range(78, 84), 110]
    rows = {"subject": "a", "session": 0, "trial": trial, "step": 0, "state": [0, 0, 0, 0, 0, 2, 0], "reward": 0.0}
    rows |= {"choice": [1, 1, 0, 1, 1, 0, 2], "truth_phase": [0, 0, 0, 2, 2, 2, 2]}
    tested = Dataset(pd.DataFrame(rows), Schema.of(instrumental_spaces(2)))
    # Two forced presses, one free of the lever to be devalued; in the test twice the other one, and rested: 2/3 - (-1).
    assert devalued(tested)["a"] == pytest.approx(2 / 3 + 1)
    walked = arms([0] * 700, [0] * 700, [0.0] * 700).table
    walked["truth_trial"] = np.repeat([29, 30, 31, 49, 50], [100, 300, 200, 90, 10])
    found = finds_moved_goal(Dataset(walked, Schema.of(arm_spaces(2))))
    assert found["a"] == pytest.approx(1 - 590 / 6000)


def test_a_reversal_met_under_one_arrangement_is_tested_under_the_other() -> None:
    task = load_task("what_where_reversal")
    led = load_agent("random_choice").for_spaces(task.spaces)
    many = {"subjects": 6, "sessions": 2, "task_params": what_held(task)}
    played = simulate_many(jax.random.key(0), led, led.params(), task, HELD_FROM + HELD + 1, **many)
    obs = np.asarray(played.obs)
    assert (obs[:, HELD_FROM - 1 : -1] == obs[:, [HELD_FROM]]).all() and (obs[:, -1] != obs[:, HELD_FROM]).all()
    assert len(np.unique(obs[:, : HELD_FROM - 1])) == 2
    good = np.asarray(played.truth.best) ^ obs  # the picture that is good
    assert (good[:, HELD_FROM - 1] != good[:, HELD_FROM]).all() and (good[:, -1] == good[:, HELD_FROM]).all()
    table = from_trajectory(played, task.spaces, subjects=list(range(12)))
    right = np.asarray(played.action[:, -1] == played.truth.best[:, -1], float)
    np.testing.assert_array_equal(carried(table), right)


def test_reversals_and_their_time_by_hand() -> None:
    n = 10 * PHASE
    best = (np.arange(n) // PHASE) % 2
    choice = best.copy()
    errors = {1: 9, 2: 4, 3: 6, 8: 2, 9: 1}
    for phase, wrong in errors.items():
        choice[phase * PHASE : phase * PHASE + wrong] = 1 - best[phase * PHASE]
    choice[5 * PHASE + FREE_TRIALS : 6 * PHASE] = 1 - best[5 * PHASE]  # forced trials do not count
    choice[8 * PHASE + FREE_TRIALS] = 1 - best[8 * PHASE]
    assert faster_reversals(arms(choice.tolist(), best.tolist(), [1.0] * n))["a"] == pytest.approx(5.0 - 1.5)
    when = arms([0] * 45, [0] * 45, [1.0] * 45).table.assign(truth_place=range(45), truth_reversal=42)
    when.loc[[15, 16, 20, 21, 35, 36, 43, 44], "reward"] = 0.0
    when.loc[37, "choice"] = 1  # after two losses it leaves once when the reversal is due, and never before
    assert leaves_when_due(Dataset(when, Schema.of(arm_spaces(2))))["a"] == pytest.approx(1.0)


def test_a_led_agent_answers_by_the_schedule() -> None:
    task = load_task("reversal")
    led = Led(load_agent("hmm_observer").for_spaces(task.spaces), (1, 1, 0, RANDOM, RANDOM, FREE))
    played = simulate_many(jax.random.key(0), led, led.params(), task, 8, subjects=40)
    assert (played.action[:, :3] == np.array([1, 1, 0])).all()
    assert 0.25 < float(played.action[:, 3:5].mean()) < 0.75
    assert float(played.log_prob[:, 3:5].mean()) == pytest.approx(np.log(0.5))


def mean_of(agent: str, signature: str) -> float:
    context = Context(Scale(agent, subjects=3, share=0.2), "smoke", 0, Path(), quiet=True)
    values = examined(context, BY_NAME[signature], {})
    assert not isinstance(values, str)
    return float(values.mean())


def test_values_that_diverge_are_said() -> None:
    """Traces that never fade, in a task without an end of trials."""
    context = Context(Scale("q_trace", subjects=3, share=0.2), "smoke", 0, Path(), quiet=True)
    assert "does not stay finite" in str(examined(context, BY_NAME["waiting"], {}))


def test_a_planner_shows_what_a_cache_does_not() -> None:
    assert mean_of("uncertainty_arbitration", "devaluation") > 0.4 > 0.2 > mean_of("q_learning", "devaluation")


def test_an_observer_of_one_reversal_knows_when() -> None:
    assert mean_of("reversal_timing_observer", "knows_when") > 0.4 > mean_of("hmm_observer", "knows_when")


def test_a_lesion_takes_what_the_part_gives() -> None:
    assert mean_of("fast_slow", "amygdala") > 0.15 > abs(mean_of("fast_slow", "ventral_striatum_where"))


def test_a_trained_network_is_asked_what_it_was_trained_on() -> None:
    made = player("wang2018/bandits_independent", BY_NAME["better_arm"])
    assert isinstance(made, Player) and made.form.options == {"clock": True} and made.replicas == 8
    assert isinstance(player("wang2018/inferred_value", BY_NAME["infers_value"]), Player)
    assert "trained on another task (bandit)" in str(player("wang2018/bandits_independent", BY_NAME["risk"]))
    with pytest.raises(BadValue, match="trained network"):
        player("wang2018/matching", BY_NAME["matching"], {"hidden": 3})
    assert "does not report value" in str(player("random_choice", BY_NAME["infers_value"]))


def test_what_a_lesion_spares_counts_only_where_the_whole_agent_does_well() -> None:
    rows = [("finds_side", 0.5), ("ventral_striatum_what", 0.2), ("ventral_striatum_where", 0.0)]
    values = pd.DataFrame(
        [(n, s, v + 0.001 * s) for n, v in rows for s in range(4)], columns=["signature", "subject", "value"]
    )
    out = measure(Evidence(tables={"values": values, "not_asked": pd.DataFrame()}))
    (claim,) = (e for e in examine("object_action").expects if e.measure == "ventral_striatum_where")
    assert claim.judge(out.values, "quick").outcome == "missed"
    values["value"] += 0.1
    assert (
        claim.judge(measure(Evidence(tables={"values": values, "not_asked": pd.DataFrame()})).values, "quick").outcome
        == "held"
    )


def test_a_learner_is_examined_on_what_it_fits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = ("better_arm", "win_stay", "infers_value", "interaction", "ventral_striatum_where")
    for module in (battery, battery_evidence):
        monkeypatch.setattr(module, "SIGNATURES", tuple(BY_NAME[name] for name in few))
    study = load_study("battery").about("rescorla_wagner")
    result = run_study(study, scale="smoke", out=tmp_path, quiet=True)
    assert result.study == "battery_rescorla_wagner" and len(result.verdicts) == len(study.expects)
    table = result.tables["signatures"].set_index("signature")
    assert table.loc["better_arm", "mean"] > 0.6
    absent = result.tables["not_asked"]
    assert set(table.index) | set(absent["signature"]) == set(few)
    assert "interaction" in set(absent["signature"]) and absent["why"].str.len().min() > 10
    with pytest.raises(BadValue, match="only the battery takes --agent"):
        load_study("matching").about("rescorla_wagner")
