"""Training survives what happens to long runs: stops, kills, torn files, NaN, full disks."""

import csv
import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import equinox as eqx
import jax
import numpy as np
import pytest

from neurorl.agents.lstm import LSTM
from neurorl.core.errors import BadValue, DoesNotFit, StorageFailed, TrainingFailed
from neurorl.core.keeper import keep, open_kept
from neurorl.tasks.two_step import TwoStep
from neurorl.train import (
    ActorCritic,
    Schedule,
    checkpoint,
    constant,
    driver,
    from_dict,
    load_trained,
    solve,
    train_agent,
)

TASK = TwoStep(fixation=False)
AGENT = LSTM.for_spaces(TASK.spaces, hidden=4)
TINY = ActorCritic(sessions=16, steps=6, replicas=2, parallel=2, chunk=2)  # 8 updates in 4 chunks


def leaves(tree):
    return [np.asarray(leaf) for leaf in jax.tree.leaves(tree)]


def assert_bit_equal(a, b):
    for x, y in zip(leaves(a), leaves(b), strict=True):
        np.testing.assert_array_equal(x, y)


@pytest.fixture(scope="module")
def uninterrupted():
    return train_agent(AGENT, TASK, TINY, seed=3, quiet=True)


def stop_after(monkeypatch, n_chunks, error):
    """Raise `error` when chunk n_chunks + 1 begins."""
    compiled, count = driver._compiled_chunk, [0]

    def wrapped(*args):
        step = compiled(*args)

        def counted(state, task_params):
            count[0] += 1
            if count[0] > n_chunks:
                raise error
            return step(state, task_params)

        return counted

    monkeypatch.setattr(driver, "_compiled_chunk", wrapped)


def test_replicas_differ_and_the_curve_has_a_row_per_chunk_and_replica(uninterrupted):
    assert uninterrupted.curve["sessions"].tolist() == [4, 4, 8, 8, 12, 12, 16, 16]
    weight = np.asarray(uninterrupted.params.weight)
    assert not np.array_equal(weight[0], weight[1])


def test_chunked_training_equals_the_pure_function_of_a_key(uninterrupted):
    def trained(key):
        return solve(key, TINY, AGENT, TASK, TASK.params())

    state, metrics = jax.jit(jax.vmap(trained))(jax.random.split(jax.random.key(3), 2))
    for a, b in zip(leaves(uninterrupted.params), leaves(state.params), strict=True):
        np.testing.assert_allclose(a, b, rtol=2e-5, atol=2e-6)
    assert metrics["reward"].shape == (2, 8)


def test_an_interrupted_run_resumes_bit_equal(tmp_path, monkeypatch, uninterrupted):
    with monkeypatch.context() as patch:
        stop_after(patch, 2, KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt, match=r"8 sessions.*--resume"):
            train_agent(AGENT, TASK, TINY, seed=3, folder=tmp_path, quiet=True)
    resumed = train_agent(AGENT, TASK, TINY, seed=3, folder=tmp_path, resume=True, quiet=True)
    assert_bit_equal(resumed.params, uninterrupted.params)
    np.testing.assert_array_equal(resumed.curve["reward"], uninterrupted.curve["reward"])
    with (tmp_path / "metrics.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [int(row["sessions"]) for row in rows] == [4, 4, 8, 8, 12, 12, 16, 16]


def test_a_truncated_newest_checkpoint_costs_one_chunk(tmp_path, monkeypatch, uninterrupted):
    with monkeypatch.context() as patch:
        stop_after(patch, 3, KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            train_agent(AGENT, TASK, TINY, seed=3, folder=tmp_path, quiet=True)
    files = sorted(tmp_path.glob("checkpoint-*.kept"))
    assert len(files) == checkpoint.KEPT
    files[-1].write_bytes(files[-1].read_bytes()[:-100])
    with pytest.warns(UserWarning, match=f"{files[-1].name} was passed over.*truncated"):
        resumed = train_agent(AGENT, TASK, TINY, seed=3, folder=tmp_path, resume=True, quiet=True)
    assert_bit_equal(resumed.params, uninterrupted.params)
    assert resumed.curve["sessions"].tolist() == uninterrupted.curve["sessions"].tolist()


def test_a_full_disk_is_a_sentence_and_keeps_the_last_checkpoint(tmp_path, monkeypatch, uninterrupted):
    real_fsync, count = os.fsync, [0]

    def full(descriptor):
        count[0] += 1
        if count[0] > 4:  # metrics and checkpoint of two chunks fit
            raise OSError(errno.ENOSPC, "No space left on device")
        real_fsync(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(StorageFailed, match=r"No space left.*--resume"):
            train_agent(AGENT, TASK, TINY, seed=3, folder=tmp_path, quiet=True)
    assert not list(tmp_path.glob(".*tmp"))
    resumed = train_agent(AGENT, TASK, TINY, seed=3, folder=tmp_path, resume=True, quiet=True)
    assert_bit_equal(resumed.params, uninterrupted.params)


def test_nan_stops_training_with_a_sentence_and_a_good_checkpoint(tmp_path, monkeypatch):
    compiled, count = driver._compiled_chunk, [0]

    def spoil(*args):
        def step(state, task_params):
            count[0] += 1
            after, metrics = compiled(*args)(state, task_params)
            if count[0] == 2:
                after = eqx.tree_at(lambda s: s.params.bias, after, after.params.bias * np.nan)
            return after, metrics

        return step

    monkeypatch.setattr(driver, "_compiled_chunk", spoil)
    with pytest.raises(TrainingFailed, match=r"between updates 2 and 4 in replica 0, 1.*update 2.*step size") as caught:
        train_agent(AGENT, TASK, TINY, seed=3, folder=tmp_path, quiet=True)
    assert caught.value.exit_code == 3
    good = load_trained(tmp_path, AGENT)
    assert all(np.isfinite(leaf).all() for leaf in leaves(good.params))


def test_kill_minus_nine_loses_at_most_one_chunk(tmp_path, uninterrupted):
    script = f"""
import jax
jax.config.update("jax_num_cpu_devices", {len(jax.devices())})
import time
from pathlib import Path
import neurorl.train.driver as module
from neurorl.agents.lstm import LSTM
from neurorl.tasks.two_step import TwoStep
from neurorl.train import ActorCritic
compiled = module._compiled_chunk
def slow(*args):
    step = compiled(*args)
    def wrapped(*a):
        time.sleep(0.4)
        return step(*a)
    return wrapped
module._compiled_chunk = slow
task = TwoStep(fixation=False)
agent = LSTM.for_spaces(task.spaces, hidden=4)
config = ActorCritic(sessions=16, steps=6, replicas=2, parallel=2, chunk=2)
module.train_agent(agent, task, config, seed=3, folder=Path({str(tmp_path)!r}), quiet=True)
"""
    process = subprocess.Popen([sys.executable, "-c", script])
    deadline = time.monotonic() + 120
    while not list(tmp_path.glob("checkpoint-*.kept")) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    saved = len(list(tmp_path.glob("checkpoint-*.kept")))
    assert saved >= 1
    resumed = train_agent(AGENT, TASK, TINY, seed=3, folder=tmp_path, resume=True, quiet=True)
    assert_bit_equal(resumed.params, uninterrupted.params)


def test_a_folder_with_a_run_is_never_overwritten_and_other_settings_are_refused(tmp_path):
    train_agent(AGENT, TASK, TINY, seed=3, folder=tmp_path, quiet=True)
    with pytest.raises(StorageFailed, match="already holds a training run"):
        train_agent(AGENT, TASK, TINY, seed=3, folder=tmp_path, quiet=True)
    with pytest.raises(StorageFailed, match="seed was 3 and is now 4"):
        train_agent(AGENT, TASK, TINY, seed=4, folder=tmp_path, resume=True, quiet=True)


def test_trained_params_are_loaded_back(tmp_path):
    fitted = train_agent(AGENT, TASK, TINY, seed=3, folder=tmp_path, quiet=True)
    assert_bit_equal(load_trained(tmp_path, AGENT).params, fitted.params)
    curve = load_trained(tmp_path, AGENT).curve
    assert curve.keys() == fitted.curve.keys() and np.array_equal(curve["reward"], fitted.curve["reward"])
    with pytest.raises(StorageFailed, match=r"hidden=4.*not a .*hidden=5"):
        load_trained(tmp_path, LSTM.for_spaces(TASK.spaces, hidden=5))
    with pytest.raises(StorageFailed, match="no whole checkpoint"):
        load_trained(tmp_path / "elsewhere", AGENT)


def test_a_checkpoint_that_a_killed_run_did_not_remove_is_removed(tmp_path):
    train_agent(AGENT, TASK, TINY, seed=3, folder=tmp_path, quiet=True)
    left = sorted(tmp_path.glob("checkpoint-*.kept"))
    (tmp_path / "checkpoint-00000002.kept").write_bytes(left[0].read_bytes())
    train_agent(AGENT, TASK, TINY, seed=3, folder=tmp_path, resume=True, quiet=True)
    assert sorted(tmp_path.glob("checkpoint-*.kept")) == left


def test_settings_of_a_folder_from_elsewhere_allocate_nothing(tmp_path):
    """A checkpoint that says it has 10,000 networks of 20,000 units (16 TB) is a sentence."""
    train_agent(AGENT, TASK, TINY, seed=3, folder=tmp_path, quiet=True)
    path = sorted(tmp_path.glob("checkpoint-*.kept"))[-1]
    kept = open_kept(path)
    settings = kept.about["settings"]
    large = LSTM.for_spaces(TASK.spaces, hidden=20_000)
    about = kept.about | {"settings": settings | {"agent": driver._identity(large)}}
    about["settings"]["config"]["replicas"] = 10_000
    for older in tmp_path.glob("checkpoint-*.kept"):
        older.unlink()
    keep(path, kept.value(), about)
    with pytest.raises(StorageFailed, match="None of the checkpoints"):
        load_trained(tmp_path, large)
    about["params"] = [0, "all"]
    keep(path, kept.value(), about)
    with pytest.raises(StorageFailed, match="None of the checkpoints"):
        load_trained(tmp_path, large)


def test_weights_are_loaded_whatever_trained_them(tmp_path):
    """Those of an earlier version, which did not say where they are, and those of an algorithm that is not known."""
    trained = train_agent(AGENT, TASK, TINY, seed=3, folder=tmp_path, quiet=True)
    path = sorted(tmp_path.glob("checkpoint-*.kept"))[-1]
    kept = open_kept(path)
    about = {name: value for name, value in kept.about.items() if name != "params"}
    about["settings"] |= {"algorithm": "Unknown", "config": {"unheard_of": 1}}
    keep(path, kept.value(), about)
    assert_bit_equal(load_trained(tmp_path, AGENT).params, trained.params)
    with pytest.raises(StorageFailed, match=r"other settings.*algorithm was 'Unknown' and is now 'ActorCritic'"):
        train_agent(AGENT, TASK, TINY, seed=3, folder=tmp_path, resume=True, quiet=True)


def test_an_agent_without_a_value_is_refused_with_a_sentence():
    from neurorl.agents.random_choice import AGENT as RandomChoice

    with pytest.raises(DoesNotFit, match="no `value`"):
        train_agent(RandomChoice.for_spaces(TASK.spaces), TASK, TINY, quiet=True)


def test_schedules_and_settings():
    schedule = Schedule(1.0, 0.0, hold=0.5).over(100)
    assert [float(schedule(i)) for i in (0, 50, 75, 100)] == pytest.approx([1.0, 1.0, 0.5, 0.0])
    assert from_dict(ActorCritic, TINY.as_dict()) == TINY
    assert ActorCritic(sessions=17, parallel=2, chunk=2).n_updates == 10  # rounded up to whole chunks
    assert ActorCritic.paper().step_size == constant(7e-4)
    with pytest.raises(BadValue, match="at least 1"):
        ActorCritic(replicas=0)


def test_the_loss_is_the_sum_over_time_of_the_stated_terms():
    """The same loss written out in numpy from one recorded session."""
    config = ActorCritic(sessions=1, steps=6, replicas=1, parallel=1, chunk=1, discount=0.8)
    params = AGENT.params(jax.random.key(5))
    from neurorl.loop import run

    key = jax.random.key(7)
    every = np.ones(6, bool)
    one = run(jax.random.split(key, 1)[0], AGENT, params, TASK, TASK.params(), 6, scored=every)
    reward, value = np.asarray(one.reward, float), np.asarray(one.latents.value, float)
    returns = [sum(0.8 ** (j - i) * reward[j] for j in range(i, 6)) for i in range(6)]
    error = np.array(returns) - value
    expected = (
        -(np.asarray(one.log_prob) * error).sum()
        + config.value_cost * 0.5 * (error**2).sum()
        - 0.03 * np.asarray(one.entropy).sum()
    )
    total, (metrics, _) = config.loss(params, key, AGENT, TASK, TASK.params(), 0.03)
    assert float(total) == pytest.approx(expected, rel=1e-5)
    assert float(metrics["reward"]) == pytest.approx(reward.sum() / 3)


def test_the_run_folder_is_made_when_missing(tmp_path):
    folder: Path = tmp_path / "a" / "b"
    train_agent(AGENT, TASK, TINY, seed=3, folder=folder, quiet=True)
    assert (folder / "metrics.csv").exists()
