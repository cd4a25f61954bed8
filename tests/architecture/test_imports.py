"""Imports flow one way, and `import neurorl` is light."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ("matplotlib", "pandas", "numpyro", "gymnasium", "jax")


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)


def test_imports_flow_one_way():
    done = python("from importlinter.cli import lint_imports; raise SystemExit(lint_imports())")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "code",
    [
        "import neurorl",
        "from neurorl.core.catalogue import card_of, names; [card_of('task', n) for n in names('task')]",
        "from neurorl.core.references import references; references()",
        "import neurorl.cli.main",
    ],
)
def test_what_answers_at_once_loads_nothing_heavy(code):
    done = python(f"{code}\nimport sys; print(*[m for m in {HEAVY} if m in sys.modules])")
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


@pytest.mark.parametrize("package", ["core", "loop", "tasks", "agents", "train", "testing"])
def test_tables_and_pictures_are_loaded_only_when_used(package):
    modules = sorted(p.stem for p in (ROOT / "neurorl" / package).glob("*.py") if not p.stem.startswith("_"))
    lines = "\n".join(f"import neurorl.{package}.{module}" for module in modules)
    done = python(
        f"{lines}\nimport sys; print(*[m for m in ('matplotlib', 'numpyro', 'gymnasium') if m in sys.modules])"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


def test_sub_packages_are_reachable_after_one_import():
    names = ("data.read", "perturb.doses", "fit.fit_map", "train.load_trained", "loop.run", "zoo.load_zoo")
    more = ("analysis", "core", "ops", "report", "testing", "studies", "tasks", "agents", "pictures")
    code = "import neurorl, sys; " + "; ".join(f"neurorl.{n}" for n in (*names, *more))
    done = python(f"{code}; print(*[m for m in ('matplotlib', 'numpyro') if m in sys.modules])")
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []
    light = python("import neurorl, sys; neurorl.data; print('pandas' in sys.modules, 'data' in dir(neurorl))")
    assert light.stdout.split() == ["False", "True"]
