"""The built wheel is complete, and works outside the repository."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def call(*command: object, cwd: Path = ROOT) -> str:
    # A clean environment: nothing of the repository may be found by accident.
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    call(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    return next(folder.glob("neurorl-*.whl"))


def test_the_wheel_holds_every_file_of_the_package(wheel):
    held = set(zipfile.ZipFile(wheel).namelist())
    source = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "neurorl").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert source - held == set()
    for needed in (
        "core/refs.bib",
        "testing/skeletons/agent.py",
        "testing/skeletons/task.py",
        "testing/skeletons/study.py",
    ):
        assert f"neurorl/{needed}" in held
    assert any(name.endswith("dist-info/licenses/LICENSE") for name in held)
    assert any(name.startswith("neurorl/data/sets/files/") for name in held)
    assert not any(name.startswith(("tests/", "docs/", "benchmarks/")) for name in held)


def test_the_wheel_lists_its_catalogue_in_an_empty_environment(wheel, tmp_path):
    # No dependency is installed: what `neurorl list` needs is in the standard library.
    call(sys.executable, "-m", "venv", "--without-pip", tmp_path / "empty")
    site = next((tmp_path / "empty").glob("lib/python*/site-packages"))
    zipfile.ZipFile(wheel).extractall(site)
    code = (
        "import neurorl, pathlib; from neurorl.core.catalogue import KINDS, card_of, names; "
        "print(neurorl.__version__, pathlib.Path(neurorl.__file__).parents[1]); "
        "print(*[card_of(kind, name).title for kind in KINDS for name in names(kind)], sep='\\n')"
    )
    first, *titles = call(tmp_path / "empty" / "bin" / "python", "-c", code, cwd=tmp_path).splitlines()
    assert first == f"0.1.0 {site}"
    assert len(titles) > 10 and all(titles)


@pytest.mark.skipif("CI" not in os.environ, reason="installs every dependency; runs where CI is set")
def test_the_wheel_and_its_dependencies_work_outside_the_repository(wheel, tmp_path):
    call(sys.executable, "-m", "venv", tmp_path / "full")
    bin_ = tmp_path / "full" / "bin"
    constraints = ROOT / "constraints.txt"
    pinned = ("-c", constraints) if constraints.exists() else ()
    call(bin_ / "python", "-m", "pip", "install", "--quiet", wheel, *pinned, cwd=tmp_path)
    assert "usage" in call(bin_ / "neurorl", "--help", cwd=tmp_path).lower()
    assert "two_step" in call(bin_ / "neurorl", "list", cwd=tmp_path)
