import subprocess
import sys

import pytest

from neurorl.core import catalogue
from neurorl.core.errors import NeurorlError, UnknownName

FILE = '''"""A file of a user's own.

v += alpha (r - v)
"""
from neurorl.agents.rescorla_wagner import AGENT as Base
from neurorl.core.card import Card

CARD = Card(title="Mine", summary="My agent.", refs=("rescorla1972",))
AGENT = Base
'''


def test_the_folder_is_the_registry():
    assert {"two_step", "two_step_daw", "bandit", "reversal"} <= set(catalogue.names("task"))
    assert "lstm" in catalogue.names("agent") and "__init__" not in catalogue.names("agent")
    assert catalogue.load("task", "two_step").card.title == catalogue.card_of("task", "two_step").title


def test_cards_are_read_without_importing_jax():
    code = (
        "import sys; from neurorl.core import catalogue as c;"
        "[c.card_of(k, n) for k in c.KINDS for n in c.names(k)]; assert 'jax' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_misspelt_names_get_the_nearest_one():
    with pytest.raises(UnknownName, match="Did you mean 'two_step'"):
        catalogue.load("task", "two_stpe")
    with pytest.raises(UnknownName, match="Did you mean 'model_based'"):
        catalogue.kind_of("model_basd")


def test_namesakes_are_told_apart_by_their_kind():
    assert catalogue.kinds_of("two_step") == ("task", "study")
    assert catalogue.kind_of("two_step") == "task" and catalogue.kind_of("study/two_step") == "study"
    assert catalogue.load("study", "study/two_step") is catalogue.load("study", "two_step")
    assert "people" in catalogue.card_of("study", "study/two_step").title
    with pytest.raises(UnknownName, match="study/two_stepp"):
        catalogue.kind_of("study/two_stepp")


def test_a_file_works_wherever_a_name_does(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(FILE)
    assert catalogue.kind_of(str(path)) == "agent"
    assert catalogue.card_of("agent", str(path)).title == "Mine"
    assert "alpha" in catalogue.docstring_of("agent", str(path))
    assert catalogue.load("agent", str(path)).__name__ == "RescorlaWagner"


def test_a_broken_file_is_a_sentence(tmp_path):
    path = tmp_path / "broken.py"
    path.write_text("import does_not_exist_anywhere\nAGENT = 1\n")
    with pytest.raises(NeurorlError, match="could not be imported: ModuleNotFoundError"):
        catalogue.load("agent", str(path))
    path.write_text("X = 1\n")
    with pytest.raises(NeurorlError, match="exports none of TASK, AGENT"):
        catalogue.kind_of(str(path))
    with pytest.raises(UnknownName, match="no file"):
        catalogue.kind_of(str(tmp_path / "absent.py"))
