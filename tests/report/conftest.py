"""A cache of its own for tests of running studies."""

from pathlib import Path

import pytest
from fake_study import GATHERED


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NEURORL_CACHE", str(tmp_path / "cache"))
    GATHERED.clear()
    return tmp_path / "cache"
