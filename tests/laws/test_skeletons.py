"""A new task, agent or study holds its laws as it is written."""

import pytest

from neurorl.core.catalogue import card_of, kind_of, load
from neurorl.core.errors import BadValue, StorageFailed
from neurorl.core.study import SCALES
from neurorl.core.types import Record
from neurorl.data import reading
from neurorl.loop import simulate_many
from neurorl.testing import (
    check_agent,
    check_algorithm,
    check_format,
    check_method,
    check_study,
    check_synapse,
    check_task,
    fitting_tasks,
    smoke_measures,
    write_skeleton,
)


def test_a_new_task(tmp_path):
    path = write_skeleton("task", "two_urns", tmp_path)
    assert path == tmp_path / "two_urns.py"
    assert kind_of(str(path)) == "task"
    assert card_of("task", str(path)).title == "Two urns"
    assert type(load("task", str(path))).__name__ == "TwoUrns"
    check_task(path).raise_if_broken()


def test_a_new_agent(tmp_path):
    path = write_skeleton("agent", "win_stay", tmp_path / "agents")
    assert kind_of(str(path)) == "agent"
    report = check_agent(path)
    report.raise_if_broken()
    assert {r.where for r in report.results} == set(fitting_tasks(load("agent", str(path)), max_tasks=2))


def test_a_new_synapse(tmp_path):
    path = write_skeleton("synapse", "fading", tmp_path)
    assert kind_of(str(path)) == "synapse"
    report = check_synapse(path)
    report.raise_if_broken()
    assert load("synapse", str(path)).__name__ == "Fading"


def test_a_new_algorithm(tmp_path):
    path = write_skeleton("algorithm", "mirrored_pairs", tmp_path)
    assert kind_of(str(path)) == "algorithm"
    check_algorithm(path).raise_if_broken()
    assert load("algorithm", str(path)).__name__ == "MirroredPairs"


def test_a_new_method(tmp_path):
    path = write_skeleton("method", "best_of_many", tmp_path)
    assert kind_of(str(path)) == "method"
    check_method(path).raise_if_broken()


def test_a_new_format(tmp_path):
    path = write_skeleton("format", "our_rig", tmp_path)
    check_format(path).raise_if_broken()
    (tmp_path / "t.csv").write_text("monkey,day,trial,side,juice\nm1,1,0,L,1\nm1,1,1,R,0\nm1,1,2,,0\n")
    found = reading(tmp_path / "t.csv", task="bandit", format=str(path))
    assert found.dataset.table["choice"].tolist() == [0, 1, -1] and found.dataset.subjects == ("m1",)


def test_a_new_agent_and_a_new_task_meet(tmp_path, key):
    agent, task = (load(kind, str(write_skeleton(kind, f"new_{kind}", tmp_path))) for kind in ("agent", "task"))
    made = agent.for_spaces(task.spaces)
    played = simulate_many(key, made, made.params(), task, 50, subjects=40)
    # Win-stay, lose-shift with p = .7, .3 and slips of .1: the chance of left l solves l = .9 s + .1 (1 - s),
    # where s = .7 l + .7 (1 - l) = .7 is the chance that left is the answer to give. So l = .66.
    chose_left = 1 - Record.of(played).action[:, 1:].mean()
    assert float(chose_left) == pytest.approx(0.66, abs=4 * (0.66 * 0.34 / (40 * 49)) ** 0.5)


def test_a_new_study(tmp_path):
    path = write_skeleton("study", "does_it_pay", tmp_path)
    study = load("study", str(path))
    assert study.name == "does_it_pay"
    values = smoke_measures(study)
    check_study(path, smoke=values).raise_if_broken()
    assert [expect.judge(values, "quick").outcome for expect in study.expects] == ["held"]
    assert set(study.scales) == set(SCALES)


def test_a_name_that_cannot_be_used_is_a_sentence(tmp_path):
    for name in ("two urns", "TwoUrns", "2urns", "_urns", "two-urns", "class"):
        with pytest.raises(BadValue, match="lower-case words"):
            write_skeleton("task", name, tmp_path)
    with pytest.raises(BadValue, match="no skeleton of a 'theory'"):
        write_skeleton("theory", "mine", tmp_path)
    write_skeleton("task", "urns", tmp_path)
    with pytest.raises(BadValue, match="already exists"):
        write_skeleton("task", "urns", tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageFailed, match="cannot be written"):
        write_skeleton("task", "urns", tmp_path / "file")
