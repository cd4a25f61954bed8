"""The page on the architecture shows the tree as it is, and the layers as they are checked."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def test_the_tree_names_every_package():
    shown = set(re.findall(r"^      ([a-z]+)/", PAGE, flags=re.MULTILINE))
    assert shown == {path.parent.name for path in (ROOT / "neurorl").glob("*/__init__.py")}


def test_the_layers_are_those_that_are_checked():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = next(c["layers"] for c in settings["tool"]["importlinter"]["contracts"] if c["type"] == "layers")
    assert "".join(f"    {layer}\n" for layer in layers if layer != "__main__") in PAGE


def test_files_that_it_names_exist():
    named = re.findall(r"`((?:neurorl|core|data)/[a-z0-9_/]+(?:\.py|/))`", PAGE)
    missing = [name for name in named if not ((ROOT / name).exists() or (ROOT / "neurorl" / name).exists())]
    assert len(named) > 10 and not missing
