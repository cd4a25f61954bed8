"""One warm process for all tests of this folder, and a small table of choices that it simulated."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from kills import prepared
from warmed import Warm


@pytest.fixture(scope="session")
def warm() -> Iterator[Warm]:
    process = Warm()
    yield process
    process.close()


@pytest.fixture(scope="session")
def table(warm: Warm, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepared(warm, tmp_path_factory.mktemp("table") / "table", None) / "choices.csv"
