"""Files that an earlier command left in a folder: they stand beside new results and are not of them."""

from pathlib import Path

_SHOWN = 5


class Earlier:
    """What lies in a folder before a command writes there."""

    def __init__(self, folder: Path, *, apart: tuple[str, ...] = ()):
        """Note the files of a folder and when they were written; `apart` names files that are written last."""
        self._folder, self._apart = folder, set(apart)
        self._before = self._files()

    def _files(self) -> dict[str, int]:
        found = {}
        for path in self._folder.rglob("*") if self._folder.is_dir() else ():
            name = path.relative_to(self._folder).as_posix()
            if path.is_file() and not name.startswith(".") and "/." not in name and name not in self._apart:
                found[name] = path.stat().st_mtime_ns
        return found

    def sentences(self) -> list[str]:
        """A sentence on the files that were there and were not written again; none where there are no such files."""
        now = self._files()
        left = sorted(name for name, when in self._before.items() if now.get(name) == when)
        if not left:
            return []
        listed = ", ".join(left[:_SHOWN]) + (f", ... ({len(left)} files)" if len(left) > _SHOWN else "")
        return [
            f"{self._folder} holds files that this run did not write: {listed}. They are from an earlier run or "
            "another program, and do not belong to these results."
        ]
