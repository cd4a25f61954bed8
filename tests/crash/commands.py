"""The commands that are killed: each at its smallest, with what it keeps of unfinished work."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
TINY = ("--sessions", "200", "--parallel", "1", "--replicas", "1", "--quiet")
NETWORK = ("--trials", "4", "--hidden", "3")
TABLE = ("fit", "choices.csv", "--task", "bandit", "--no-checks", "--quiet")
ONE = ("--agents", "rescorla_wagner")
TWO = ("--agents", "rescorla_wagner,q_learning")


@dataclass(frozen=True)
class Command:
    """A command that is killed and run again.

    Attributes:
        argv: without `neurorl`.
        out: the folder of its results.
        more: other files that it writes.
        resumes: what is added to run it again after a kill; None where it starts anew.
        units: the files that hold finished work while it runs, as a pattern; a kill may cost one of them.
        lost: how many units a kill may cost.
    """

    argv: tuple[str, ...]
    out: str
    more: tuple[str, ...] = ()
    resumes: tuple[str, ...] | None = ("--resume",)
    units: str = r"\.unfinished/[^.]"
    lost: int = 1

    @property
    def again(self) -> tuple[str, ...]:
        """The arguments after a kill."""
        return (*self.argv, *(self.resumes or ()))

    def is_unit(self, change: tuple[str, str]) -> bool:
        """Whether a change of the file system finished a unit of work."""
        return change[0] == "os.rename" and re.search(self.units, change[1]) is not None


def fit(method: str, *more: str, agents: tuple[str, str] = TWO) -> Command:
    """A fit of a small table."""
    starts = () if method == "nuts" else ("--starts", "1")
    argv = (*TABLE, *agents, "--method", method, *starts, "--out", "fits", *more)
    return Command(argv, "fits")


COMMANDS: Mapping[str, Command] = {
    "train": Command(
        ("train", "bandit", "vanilla_rnn", *TINY, *NETWORK, "--out", "run", "--keep", "kept.npz"),
        "run",
        more=("kept.npz",),
        units=r"/checkpoint-\d+",
    ),
    "fit map": fit("map", agents=("--agents", "rescorla_wagner,random_choice")),
    "fit em": fit("em"),
    "fit hbi": fit("hbi"),
    "fit nuts": fit("nuts", agents=ONE),
    "fit with recovery": fit("map", "--recover", "--cv", "2", agents=ONE),
    "recover": Command(
        ("recover", "bandit", *ONE, "--subjects", "4", "--steps", "20", "--starts", "1", "--quiet", "--out", "back"),
        "back",
        resumes=None,
        units=r"^$",
        lost=0,
    ),
    "study": Command(
        ("run", str(HERE / "tiny_study.py"), "--scale", "smoke", "--quiet", "--out", "runs"),
        "runs",
        resumes=None,
        units=r"/checkpoint-\d+",
    ),
    "zoo": Command(
        ("train", "wang2018/two_step", *TINY, "--out", "zoo"),
        "zoo",
        units=r"/checkpoint-\d+",
    ),
}
INPUT = ("simulate", "bandit", "rescorla_wagner", "--subjects", "3", "--sessions", "2", "--steps", "20")
