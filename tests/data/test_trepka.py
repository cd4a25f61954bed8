"""The mice and monkeys of Trepka et al. 2021 are read as they were published."""

import numpy as np
import pytest

from neurorl.analysis.matching import matching_points
from neurorl.analysis.sided_trials import sided_trials
from neurorl.core.catalogue import load, names
from neurorl.ops.arms import arm_spaces
from neurorl.ops.baiting import baited


@pytest.fixture(scope="module")
def animals():
    return {name: load("dataset", name).load() for name in ("trepka_mice", "trepka_monkeys")}


def blocks(dataset):
    trials = sided_trials(dataset, further=["block", "p_left", "p_right"])
    return trials, matching_points(trials, ("session", "block"))


def test_size(animals):
    mice, monkeys = animals["trepka_mice"], animals["trepka_monkeys"]
    assert (len(mice), mice.n_sessions, len(mice.subjects)) == (189_199, 469, 16)
    assert (len(monkeys), monkeys.n_sessions, len(monkeys.subjects)) == (88_480, 1_106, 4)
    assert (len(blocks(mice)[1]), len(blocks(monkeys)[1])) == (3_319, 2_212)
    for dataset in animals.values():
        assert dataset.table["valid"].all() and dataset.schema.spaces == arm_spaces(2)


def test_undermatching_is_the_published_one(animals):
    """Mean deviation from matching over blocks: -0.159 in mice, -0.096 in monkeys."""
    for name, expected in (("trepka_mice", -0.159), ("trepka_monkeys", -0.096)):
        assert blocks(animals[name])[1]["deviation"].mean() == pytest.approx(expected, abs=5e-4)


def test_first_blocks_are_those_of_the_published_metrics(animals):
    # length, share of choices and of rewards on the left in the first two blocks of each species
    for name, rows in (
        ("trepka_mice", [(55, 0.690909091, 0.75), (55, 0.2, 0.19047619)]),
        ("trepka_monkeys", [(33, 0.121212121, 0), (47, 0.787234043, 0.793103448)]),
    ):
        found = blocks(animals[name])[1].iloc[:2]
        length = found["choices_left"] + found["choices_right"]
        left = 1 - found[["share_choices", "share_rewards"]]
        np.testing.assert_allclose(np.column_stack([length, left]), rows, atol=1e-8)


def test_in_mice_baits_wait_as_the_task_says_and_in_monkeys_they_do_not(animals):
    for name, waits in (("trepka_mice", True), ("trepka_monkeys", False)):
        t = sided_trials(animals[name], further=["block", "p_left", "p_right"])
        choice, paid = t["choice"].to_numpy(), t["reward"].to_numpy()
        p = np.where(choice == 1, t["p_right"], t["p_left"])
        key = t["session"].to_numpy() * 1000 + t["block"].to_numpy()
        for n in (1, 2, 3):  # n trials on the other side, all in one block
            i = np.arange(n + 1, len(t))
            away = np.all([choice[i - k] != choice[i] for k in range(1, n + 1)], axis=0)
            i = i[away & (choice[i - n - 1] == choice[i]) & (key[i - n - 1] == key[i])]
            expected = baited(p[i], np.full(len(i), n)) if waits else p[i]
            assert paid[i].mean() == pytest.approx(float(np.mean(expected)), abs=4 * 0.5 / np.sqrt(len(i)))


def test_the_catalogue_finds_them():
    assert {"trepka_mice", "trepka_monkeys"} <= set(names("dataset"))
    for name, task in (("trepka_mice", "baited_blocks"), ("trepka_monkeys", "reversal")):
        dataset = load("dataset", name)
        assert dataset.licence == "MIT" and "6567" in dataset.citation and dataset.task == task
        assert load("task", task).spaces == arm_spaces(2)
