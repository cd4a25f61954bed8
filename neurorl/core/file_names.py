"""Names of people and sessions as names of files: no label leads out of a folder, and no two share a file."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import Any

from neurorl.core.text import cut

LONGEST = 100  # bytes of a name; file systems take 255, and endings are added
# Names that Windows keeps for devices, with any ending.
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


def file_names(labels: Iterable[Any], *, keep: str = "-_.", ascii_only: bool = False) -> dict[str, str]:
    """A name for a file or folder for each label: the label itself where it is safe, else one like it.

    Letters, digits and the marks of `keep` stay; anything else becomes "-" (or is dropped, where "-" is not kept). What
    is too long, reserved or would equal another name (upper and lower case are one on some systems) gets a suffix made
    from the label, so that different labels have different names.

    Args:
        labels: all labels that are written beside each other; compared as text.
        keep: marks that may stay.
        ascii_only: whether letters and digits of other scripts are replaced as well.

    Returns:
        label as text -> name, in the order given.
    """
    texts = list(dict.fromkeys(str(label) for label in labels))
    plain = {text: _plain(text, keep, ascii_only) for text in texts}
    count = Counter(map(_key, plain.values()))
    unchanged = Counter(_key(text) for text in texts if plain[text] == text)
    names: dict[str, str] = {}
    taken: set[str] = set()
    for text in texts:
        name = plain[text]
        sole = count[_key(name)] == 1 or (name == text and unchanged[_key(name)] == 1)
        if not sole or not name or _reserved(name) or len(text.encode(errors="replace")) > LONGEST:
            name = _marked(text, name, "-" if "-" in keep else "")
        names[text] = name
    for text, name in names.items():  # a label may look like the marked name of another
        while _key(name) in taken:
            name = _marked(text + name, plain[text], "-" if "-" in keep else "")
        taken.add(_key(name))
        names[text] = name
    return names


def path_names(labels: Iterable[Any]) -> dict[str, str]:
    """Like `file_names`, but a label such as 2020-02-18/001 stays a path of folders where each of them is safe."""
    texts = list(dict.fromkeys(str(label) for label in labels))
    count = Counter(map(_key, texts))
    deep = {
        text
        for text in texts
        if "/" in text and count[_key(text)] == 1
        if all(file_names([part])[part] == part for part in text.split("/"))
    }
    return {text: text for text in deep} | file_names(text for text in texts if text not in deep)


def changed(names: dict[str, str]) -> str:
    """What became of labels that could not be names of files, for a note: "a/b (a-b)"; empty where all could."""
    listed = [f"{cut(old, 40)} ({cut(new, 40)})" for old, new in names.items() if old != new]
    return ", ".join(listed[:8]) + (f", ... ({len(listed)} names)" if len(listed) > 8 else "")


def _plain(text: str, keep: str, ascii_only: bool) -> str:
    """The label with other marks replaced; a name neither begins with a dot nor ends with a dot or space."""
    fill = "-" if "-" in keep else ""
    safe = "".join(c if (c.isalnum() and (c.isascii() or not ascii_only)) or c in keep else fill for c in text)
    safe = re.sub(r"\.{2,}", fill, safe)
    safe = safe.lstrip(".").rstrip(".")
    if set(safe) <= {"-"}:
        safe = ""
    return safe.encode()[:LONGEST].decode(errors="ignore")


def _key(name: str) -> str:
    """What some systems take for the same name: upper and lower case, letters written in two ways."""
    return unicodedata.normalize("NFC", name.casefold())


def _reserved(name: str) -> bool:
    return _DEVICES.fullmatch(name) is not None


def _marked(text: str, name: str, join: str) -> str:
    mark = hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:10]
    short = name.encode()[: LONGEST - 12].decode(errors="ignore")
    short = f"name{join}{short}" if _reserved(short) else short
    return f"{short}{join}{mark}" if short else f"name{join}{mark}"
