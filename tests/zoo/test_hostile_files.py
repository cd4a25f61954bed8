"""Files of weights from a stranger: they choose no code, inflate to no more than is theirs, and end in a sentence."""

import io
import json
import struct
import tracemalloc
import zipfile
from pathlib import Path

import jax
import numpy as np
import pytest

from neurorl.cli.main import main
from neurorl.core.catalogue import load_agent
from neurorl.core.errors import BadValue, NeurorlError, StorageFailed
from neurorl.core.from_file import options_in, with_file_options
from neurorl.core.study import Network
from neurorl.tasks.bandit import TASK
from neurorl.train import TrainConfig, train_agent
from neurorl.zoo import load_zoo, write_zoo, zoo_origin

CONFIG = TrainConfig(sessions=2, steps=4, replicas=1, parallel=1, chunk=2)
EVIL = 'import pathlib\npathlib.Path("ran").touch()\nfrom neurorl.agents.vanilla_rnn import AGENT\n'
OWN = """from neurorl.agents.vanilla_rnn import VanillaRNN


class Mine(VanillaRNN):
    pass


AGENT = Mine
"""


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """Members of a small trained network's file: name -> content."""
    network = Network("test/tiny", "bandit", "vanilla_rnn", CONFIG, agent_options={"hidden": 3})
    agent, task = network.make()
    path = tmp_path_factory.mktemp("zoo") / "tiny.npz"
    write_zoo(path, network, train_agent(agent, task, CONFIG, quiet=True), seed=0)
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "evil.py").write_text(EVIL)
    (tmp_path / "mine.py").write_text(OWN)
    return tmp_path


def forged(folder, members, name="stranger.npz", **network):
    """The members as a file whose origin names another agent, task, or options."""
    origin = json.loads(members["origin.json"])
    origin["network"] |= network
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for member, content in (members | {"origin.json": json.dumps(origin).encode()}).items():
            file.writestr(member, content)
    return str(path)


def npy(shape, descr="<f4", body=b""):
    header = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}".encode()
    header += b" " * (64 - (len(header) + 11) % 64) + b"\n"
    return np.lib.format.magic(1, 0) + struct.pack("<H", len(header)) + header + body


@pytest.mark.parametrize("kind", ["agent", "task"])
@pytest.mark.parametrize("named", ["evil.py", "./evil.py", "evil", "os.path", "neurorl.agents.lstm", "agent/lstm", "x"])
def test_a_file_that_names_code_is_refused_and_nothing_runs(here, good, kind, named):
    path = forged(here, good, **{kind: named})
    with pytest.raises(BadValue, match=rf"names the {kind} .*never chooses code.*load_zoo\(path, {kind}=\.\.\.\)"):
        load_zoo(path)
    assert not (here / "ran").exists()


@pytest.mark.parametrize(
    "command",
    [
        ["train", "stranger.npz", "--quiet", "--out", "o"],
        ["simulate", "bandit", "vanilla_rnn", "--trained", "stranger.npz", "--subjects", "1", "--steps", "2"],
    ],
)
def test_at_the_command_line_too(here, good, capsys, command):
    forged(here, good, agent="evil.py")
    assert main(command) == 2
    error = capsys.readouterr().err
    assert "'evil.py'" in error and "AGENT" in error and "Traceback" not in error
    assert not (here / "ran").exists()


def test_the_user_may_pass_an_agent_and_a_task_of_their_own(here, good, capsys):
    path = forged(here, good, agent="elsewhere/mine.py", task="my_task.py")
    mine = load_agent("mine.py")
    entry = load_zoo(path, agent=mine, task=TASK)
    assert type(entry.agent) is mine and entry.agent.hidden == 3 and entry.task is TASK
    built = mine.for_spaces(TASK.spaces, hidden=3)
    assert load_zoo(path, agent=built, task=TASK).agent is built
    simulate = ["simulate", "bandit", "mine.py", "--trained", path, "--subjects", "1", "--steps", "2", "--out", "t.csv"]
    assert main(simulate) == 0
    assert main([*simulate[:2], "vanilla_rnn", *simulate[3:]]) == 2
    assert "trained with the agent 'elsewhere/mine.py', not vanilla_rnn" in capsys.readouterr().err
    forged(here, good, "own.npz", agent="elsewhere/mine.py")
    assert main(["train", "own.npz", "mine.py", "--quiet", "--json", "--out", "again"]) == 0


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"hidden": 10**9}, "hidden of VanillaRNN to 1000000000"),
        ({"hidden": "48"}, "a plain value"),
        ({"hidden": True}, "a plain value"),
        ({"hidden": {"a": 1}}, "a plain value"),
        ({"scale": float("inf")}, "a plain value"),
        ({"feedback": "everything"}, "a plain value"),
        ({"spaces": 1}, "no such option"),
        ({"__class__": "x"}, "no such option"),
        ({"act": "x"}, "no such option"),
    ],
)
def test_options_are_plain_values_of_fields(here, good, options, sentence):
    with pytest.raises(BadValue, match=sentence):
        load_zoo(forged(here, good, agent_options=options))


def test_a_task_option_names_no_folder(here, good):
    with pytest.raises(BadValue, match="objects of HarlowPixels"):
        load_zoo(forged(here, good, task="harlow_pixels", task_options={"objects": "/home/somebody/pictures"}))


def test_huge_weights_are_refused_before_they_are_made(here, good):
    path = forged(here, good, agent_options={"hidden": 90_000})
    tracemalloc.start()
    with pytest.raises(StorageFailed, match="does not fit VanillaRNN"):
        load_zoo(path)
    assert tracemalloc.get_traced_memory()[1] < 20e6
    tracemalloc.stop()


ZEROS = bytes(40_000_000)
BOMBS = {
    "a column of zeros": ({"curve/x.npy": npy("(10000000,)", body=ZEROS)}, "times its size"),
    "a long origin": ({"origin.json": b'{"a": "' + ZEROS + b'"}'}, "times its size|at most"),
    "weights of another shape": ({"params/bias.npy": npy("(1, 100000)", body=bytes(400_000))}, "does not fit"),
    "a header longer than its array": ({"curve/x.npy": npy("(1000000000000,)")}, "not as long as its header"),
    "a header of 1 MB": ({"curve/x.npy": npy("(" + "1," * 10_000 + ")")}, "not a complete file"),
    "nested brackets": ({"curve/x.npy": npy("(" * 900 + ")" * 900)}, "not a complete file"),
    "a nested origin": ({"origin.json": b"[" * 100_000 + b"]" * 100_000}, "not a complete file"),
    "objects": ({"curve/x.npy": npy("(1,)", "|O", b"cposix\nsystem\n(S'touch ran'\ntR.")}, "not a complete file"),
    "records": ({"curve/x.npy": npy("(1,)", "<f4,<f4", bytes(8))}, "not a complete file"),
    "text": ({"curve/x.npy": npy("(1,)", "<U9", bytes(36))}, "not numbers"),
    "a table as a column": ({"curve/x.npy": npy("(2, 2)", body=bytes(16))}, "one number per row"),
    "negative lengths": ({"curve/x.npy": npy("(-1,)")}, "not a complete file"),
    "another array": ({"weights.npy": npy("(1,)", body=bytes(4))}, "does not belong"),
    "a program": ({"run.py": b"print(1)"}, "does not belong"),
    "a way out": ({"../../x.npy": npy("(1,)", body=bytes(4))}, "leads out"),
    "many members": ({f"curve/{i}.npy": b"" for i in range(1_100)}, "more than 1,000 members"),
}


@pytest.mark.parametrize("what", list(BOMBS))
def test_a_bomb_is_a_sentence_and_not_inflated(here, good, what):
    extra, sentence = BOMBS[what]
    path = here / "bomb.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in (good | extra).items():
            file.writestr(name, content)
    tracemalloc.start()
    with pytest.raises(NeurorlError, match=sentence) as caught:
        load_zoo(str(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20e6 and len(str(caught.value)) < 600
    assert not (here / "ran").exists()


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_that_is_there_twice_is_refused(here, good):
    with zipfile.ZipFile(here / "twice.npz", "w") as file:
        for name, content in [*good.items(), ("params/bias.npy", good["params/bias.npy"])]:
            file.writestr(name, content)
    with pytest.raises(StorageFailed, match=r"'params/bias\.npy' is in it twice"):
        load_zoo("twice.npz")


def test_any_byte_may_be_wrong(here, good):
    """Every torn or flipped file is the network, or a sentence."""
    content = Path(forged(here, good)).read_bytes()
    key = np.random.default_rng(0)
    for trial in range(60):
        bad = bytearray(content)
        for place in key.integers(len(bad), size=1 + trial % 3):
            bad[place] ^= 1 << int(key.integers(8))
        (here / "flipped.npz").write_bytes(bad[: len(bad) if trial % 4 else int(key.integers(len(bad)))])
        try:
            load_zoo("flipped.npz")
        except NeurorlError as error:
            assert len(str(error)) < 800


@pytest.mark.parametrize(
    "changed",
    [
        {"replicas": 10**9},
        {"replicas": "1"},
        {"format": 2},
        {"name": "\x1b[2Jhello"},
        {"name": "x" * 1000},
        {"seed": -1},
        {"network": None},
        {"network": {"task": "bandit"}},
    ],
)
def test_an_origin_is_checked(here, good, changed):
    origin = json.loads(good["origin.json"]) | changed
    with zipfile.ZipFile(here / "o.npz", "w") as file:
        for name, content in (good | {"origin.json": json.dumps(origin).encode()}).items():
            file.writestr(name, content)
    for read in (zoo_origin, load_zoo):
        with pytest.raises(StorageFailed, match="not a complete file"):
            read("o.npz")


@pytest.mark.parametrize("recipe", [{"sessions": 10**12}, {"parallel": 10**7}, {"steps": 10**6, "parallel": 10**5}])
def test_a_recipe_from_a_file_has_sane_sizes(here, good, recipe):
    config = json.loads(good["origin.json"])["network"]["config"] | recipe
    with pytest.raises(StorageFailed, match=r"of its origin is not a whole|its recipe holds"):
        zoo_origin(forged(here, good, config=config))


def test_the_agent_of_a_run_folder_is_read_as_literals():
    text = "LSTM(hidden=48, kernels=(4, 2), label='a, b=3)', inner=Other(x=1), flag=True, bad=__import__('os'))"
    assert options_in(text, "run") == {"hidden": 48, "kernels": (4, 2), "label": "a, b=3)", "flag": True}
    for hostile in ("LSTM", "print('x')", "a.b(c=1)(2)", "(" * 5000, "x" * 200_000, "LSTM(*a)"):
        with pytest.raises(BadValue, match="cannot be read"):
            options_in(hostile, "run")
    agent = load_agent("lstm").for_spaces(TASK.spaces)
    assert with_file_options(agent, {"hidden": 8, "scale": 2}, "run").hidden == 8
    with pytest.raises(BadValue, match="run sets hidden of LSTM to '1e9'"):
        with_file_options(agent, {"hidden": "1e9"}, "run")
    with pytest.raises(BadValue, match="run sets scale of LSTM to 1000"):
        with_file_options(agent, {"scale": 10**400}, "run")


def test_weights_come_back_after_all_these_checks(here, good):
    entry = load_zoo(forged(here, good))
    stored = np.load(io.BytesIO(good["params/bias.npy"]))
    assert np.array_equal(entry.params.bias, stored) and len(jax.tree.leaves(entry.params)) > 1
