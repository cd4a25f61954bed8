"""A study rests on what it imports and names, and on nothing else."""

from neurorl.core.catalogue import load
from neurorl.report.sources import PACKAGE, sources_of

FIGURES = ("studies/wang2018/two_step/figures/__init__.py", "studies/wang2018/matching/figures.py")


def test_a_study_rests_on_what_it_imports_and_names():
    found = {path.relative_to(PACKAGE).as_posix() for path in sources_of(load("study", "two_step"))}
    for needed in (
        "studies/wang2018/two_step/__init__.py",
        "studies/wang2018/two_step/evidence.py",
        "tasks/two_step.py",
        "agents/bayes_two_step.py",  # named as text only
        "ops/two_stage.py",  # imported by what is named
        "loop/run.py",  # imported by a package's __init__
        "train/algorithms/actor_critic.py",
        "data/sets/nspn_two_step.py",
        "data/sets/files/nspn_two_step/trials.parquet",
    ):
        assert needed in found
    for other in (
        "tasks/reversal.py",
        "agents/thompson.py",
        "figures/stay.py",
        "cli/run.py",
        "report/page.py",
        *FIGURES,
    ):
        assert other not in found
    # Of the zoo, only its own networks: a study may take some of them at some scale.
    assert {name for name in found if name.startswith("zoo/files/")} == {"zoo/files/wang2018/two_step.npz"}
