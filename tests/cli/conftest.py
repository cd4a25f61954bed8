"""Every command runs with a cache of its own, in a folder of its own."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NEURORL_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("NEURORL_DEBUG", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path
