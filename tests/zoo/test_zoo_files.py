"""A trained network goes to a file and comes back; whatever is wrong is a sentence."""

import pickle
import zipfile

import jax
import numpy as np
import pytest

from neurorl.core.errors import BadValue, StorageFailed, UnknownName
from neurorl.core.study import Network
from neurorl.train import TrainConfig, from_dict, train_agent
from neurorl.zoo import load_zoo, write_zoo, zoo_names, zoo_origin

NETWORK = Network(
    "test/tiny",
    "two_step",
    "lstm",
    TrainConfig(sessions=4, steps=6, replicas=2, parallel=2, chunk=2),
    task_options={"fixation": False},
    agent_options={"hidden": 4, "feedback": "rpe"},
)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    agent, task = NETWORK.make()
    fitted = train_agent(agent, task, NETWORK.config, seed=3, quiet=True)
    path = tmp_path_factory.mktemp("zoo") / "tiny.npz"
    write_zoo(path, NETWORK, fitted, seed=3, study="none", scale="smoke")
    return path, fitted


def test_a_network_comes_back_as_it_was(written):
    path, fitted = written
    entry = load_zoo(str(path))
    assert (entry.agent, entry.task) == NETWORK.make() and entry.replicas == 2
    assert from_dict(TrainConfig, entry.origin["network"]["config"]) == NETWORK.config
    for mine, theirs in zip(jax.tree.leaves(fitted.params), jax.tree.leaves(entry.params), strict=True):
        assert np.array_equal(mine, theirs)
    one = load_zoo(str(path), replica=1)
    assert np.array_equal(one.params.weight, fitted.params.weight[1])
    assert entry.curve["reward"].tolist() == pytest.approx(fitted.curve["reward"].tolist())
    origin = zoo_origin(str(path))
    assert origin["seed"] == 3 and origin["study"] == "none" and origin["jax"] and origin["date"]


def test_the_same_weights_give_the_same_bytes(written, tmp_path):
    path, fitted = written
    write_zoo(tmp_path / "again.npz", NETWORK, fitted, seed=3, study="none", scale="smoke")
    assert (tmp_path / "again.npz").read_bytes() == path.read_bytes()


def test_what_is_wrong_is_a_sentence(written, tmp_path):
    path, _ = written
    with pytest.raises(BadValue, match="has no replica 2; it has 2, counted from 0 to 1"):
        load_zoo(str(path), replica=2)
    with pytest.raises(UnknownName, match="There is no file"):
        load_zoo(str(tmp_path / "none.npz"))
    with pytest.raises(UnknownName, match="no trained network called 'wang2018/two_stp'"):
        load_zoo("wang2018/two_stp")
    torn = tmp_path / "torn.npz"
    torn.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(StorageFailed, match="not a complete file of a trained network"):
        load_zoo(str(torn))
    other = tmp_path / "other.npz"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'"hidden": 4', b'"hidden": 5'))
    with pytest.raises(StorageFailed, match="does not fit LSTM: params/weight should have shape"):
        load_zoo(str(other))


class Bomb:
    def __reduce__(self):
        return (pytest.fail, ("a zoo file ran code",))


def test_a_file_from_elsewhere_runs_no_code(written, tmp_path):
    path, _ = written
    bad = tmp_path / "bad.npz"
    pickled = (
        np.lib.format.magic(1, 0) + b"v\0{'descr': '|O', 'fortran_order': False, 'shape': (1,), }".ljust(119) + b"\n"
    )
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(bad, "w") as new:
        new.writestr("origin.json", old.read("origin.json"))
        new.writestr("params/weight.npy", pickled + pickle.dumps([Bomb()]))
    with pytest.raises(StorageFailed, match="not a complete file"):
        load_zoo(str(bad))


def test_the_shipped_zoo_is_small_and_says_where_it_comes_from():
    from neurorl.zoo.index import HERE

    assert sum(path.stat().st_size for path in HERE.rglob("*.npz")) < 15e6
    for name in zoo_names():
        origin = zoo_origin(name)
        assert origin["name"] == name and origin["scale"] == "paper" and origin["replicas"] >= 1
