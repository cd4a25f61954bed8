"""No file that neurorl reads runs code: nothing in the package unpickles, evaluates or imports what a file names."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "neurorl"

MODULES = {
    "pickle", "_pickle", "cPickle", "cloudpickle", "dill", "joblib", "shelve", "marshal", "yaml", "torch", "code",
}  # fmt: skip
CALLS = {
    "eval", "exec", "compile", "__import__", "import_module", "exec_module", "run_path", "run_module", "read_pickle",
    "to_pickle", "system", "popen", "tree_deserialise_leaves",
}  # fmt: skip
KEYWORDS = {"allow_pickle", "shell"}  # which must be False

# Modules that the program itself names, or a .py that the user names on the command line.
ALLOWED = {
    "core/catalogue.py": {"import_module", "exec_module"},
    "cli/main.py": {"import_module"},
    "core/lazy.py": {"import_module"},
}


def doors(text: str) -> Iterator[str]:
    """What in a source file could run code from elsewhere."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from {alias.name.split(".")[0] for alias in node.names} & MODULES
        elif isinstance(node, ast.ImportFrom):
            yield from {(node.module or "").split(".")[0]} & MODULES
            yield from {alias.name for alias in node.names} & CALLS
        elif isinstance(node, ast.Call):
            called = node.func
            name = (
                called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""
            )
            of_re = isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id == "re"
            if name in CALLS and not of_re:
                yield name
            for keyword in node.keywords:
                if keyword.arg in KEYWORDS and not (
                    isinstance(keyword.value, ast.Constant) and keyword.value.value is False
                ):
                    yield keyword.arg


def test_nothing_reads_code_out_of_a_file():
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        hits = set(doors(path.read_text(encoding="utf-8"))) - ALLOWED.get(name, set())
        if hits:
            found[name] = hits
    assert found == {}


@pytest.mark.parametrize(
    "text",
    [
        "import pickle", "from pickle import loads", "import torch.nn", "x = eval(y)", "exec(y)", "import joblib as j",
        "np.load(f, allow_pickle=True)", "np.load(f, allow_pickle=flag)", "pd.read_pickle(f)", "yaml = __import__(n)",
        "import yaml", "from os import system", "subprocess.run(x, shell=True)", "importlib.import_module(origin['a'])",
    ],
)  # fmt: skip
def test_each_kind_of_door_is_seen(text):
    assert set(doors(text))
    assert not set(doors("np.load(f, allow_pickle=False)\nre.compile('a')\n'pickle'"))
