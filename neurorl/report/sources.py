"""Which of the package's files can change a study's evidence, found by reading imports and names, not by running.

A study depends on what its module imports, directly or not, and on the tasks, agents and data sets that it names, as
text anywhere in its own modules. So a change of one study, or of an agent that only others use, leaves the rest of the
cache as it is.
"""

import ast
import inspect
from pathlib import Path

from neurorl.core.catalogue import KINDS, names
from neurorl.core.sources import PACKAGE, follow, module_file, tree
from neurorl.core.study import Study

# These show results and cannot change them.
ONLY_SHOW = ("cli", "report", "figures", "testing")


def sources_of(study: Study, *, zoo: bool = False) -> list[Path]:
    """The package's files that the study's evidence rests on, sorted; with `zoo`, the zoo's weights among them.

    For a study outside the package that is every file that can change a result.
    """
    if study_file(study) is not None:
        return _everything()
    module = study.gather.__module__
    own = [path for path in (module_file(module), module_file(module.rpartition(".")[0])) if path is not None]
    found: set[Path] = set()
    follow(own, found)
    within = (path for path in found if path.relative_to(PACKAGE).parts[0] == "studies")
    mentioned = {*study.tasks, *study.agents}.union(*map(_texts, within))
    for kind, about in KINDS.items():
        if kind not in ("study", "paper", "format"):  # a format reads users' files, which no study does
            follow((module_file(f"{about.package}.{name}") for name in names(kind) if name in mentioned), found)
    kept = {path for path in found if not _only_shows(path)}
    for folder in ("data", "pictures"):
        shipped = (path for path in (PACKAGE / folder).rglob("*") if path.is_file())
        kept |= {path for path in shipped if path.suffix not in (".py", ".pyc")}
    if zoo:
        kept |= set((PACKAGE / "zoo").rglob("*.npz"))
    else:  # a study may take single networks from the zoo at some scale
        mine = {network.name for settings in study.scales.values() for network in study.networks(settings)}
        mine |= set(study.agents)  # a trained network may be the agent
        kept |= {path for name in mine if (path := PACKAGE / "zoo" / "files" / f"{name}.npz").is_file()}
    return sorted(kept)


def study_file(study: Study) -> Path | None:
    """The file a study is written in, where that is not part of the package."""
    gather = inspect.unwrap(study.gather)
    source = inspect.getsourcefile(gather if inspect.isroutine(gather) else type(gather))
    path = Path(source or "").resolve()
    return path if path.is_file() and not path.is_relative_to(PACKAGE) else None


def outside_files(study: Study) -> list[Path]:
    """The study's file and its own tasks and agents, where they are not part of the package, and what they import."""
    files = {Path(name).resolve() for name in (*study.tasks, *study.agents) if name.endswith(".py")}
    found: set[Path] = set()
    follow((path for path in (*files, study_file(study)) if path is not None and path.is_file()), found)
    weights = {Path(name).resolve() for name in study.agents if name.endswith(".npz")}
    outside = {path for path in found if not path.is_relative_to(PACKAGE)}
    return sorted(outside | {path for path in weights if path.is_file()})


def _everything() -> list[Path]:
    files = (path for path in PACKAGE.rglob("*") if path.is_file() and path.suffix not in (".pyc", ".bib"))
    return sorted(path for path in files if not _only_shows(path))


def _only_shows(path: Path) -> bool:
    """Whether a file of the package only shows results: one of the folders that do, or the figures of a study."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return parts[0] in ONLY_SHOW or (parts[0] == "studies" and "figures" in parts)


def _texts(path: Path) -> frozenset[str]:
    constants = (node.value for node in ast.walk(tree(path, path.stat().st_mtime_ns)) if isinstance(node, ast.Constant))
    return frozenset(value for value in constants if isinstance(value, str))
