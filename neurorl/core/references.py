"""References: the BibTeX entries in `refs.bib`, by key, raw and as a line of text.

A card may add a place to a key: `"daw2011:eq. 2"` cites equation 2 of the entry `daw2011`.
"""

import difflib
import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from neurorl.core.errors import NeurorlError, UnknownName

_FILE = Path(__file__).with_name("refs.bib")
_START = re.compile(r"@(\w+)\s*\{\s*([^,\s]+)\s*,")
_FIELD = re.compile(r"(\w+)\s*=\s*(?=[{\"])")


@dataclass(frozen=True)
class Reference:
    """One entry: its kind (article, book, ...), its fields as plain text, and the entry as written."""

    key: str
    kind: str
    fields: Mapping[str, str]
    raw: str

    @property
    def link(self) -> str:
        """Where to read it, or "" where the entry states no address."""
        doi = self.fields.get("doi")
        return f"https://doi.org/{doi}" if doi else self.fields.get("url", "")


def parse(text: str) -> dict[str, Reference]:
    """All entries of a BibTeX text, in its order; text outside entries is a comment."""
    found: dict[str, Reference] = {}
    for start in _START.finditer(text):
        kind, key = start[1].lower(), start[2]
        end = _closing(text, text.index("{", start.start()), key)
        if key in found:
            raise NeurorlError(f"The reference '{key}' is written twice; remove one of the two entries.")
        found[key] = Reference(key, kind, _fields(text[start.end() : end], key), text[start.start() : end + 1])
    return found


@functools.cache
def references() -> dict[str, Reference]:
    """Every reference this library knows."""
    return parse(_FILE.read_text(encoding="utf-8"))


def split_place(ref: str) -> tuple[str, str]:
    """The key and the place of a card's reference: "daw2011:eq. 2" -> ("daw2011", "eq. 2")."""
    key, _, place = ref.partition(":")
    return key.strip(), place.strip()


def reference(ref: str) -> Reference:
    """The entry of a key, with or without a place; raises `UnknownName` with the nearest key."""
    key, _ = split_place(ref)
    known = references()
    if key in known:
        return known[key]
    near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
    hint = f"Did you mean '{near[0]}'?" if near else "The keys are in neurorl/core/refs.bib."
    raise UnknownName(f"There is no reference '{key}'. {hint}")


def bibtex(ref: str) -> str:
    """The BibTeX entry of a key, with or without a place, as it is written in `refs.bib`."""
    return reference(ref).raw


def keys_of(refs: Iterable[str]) -> tuple[str, ...]:
    """The keys of a card's references, each once, in order."""
    return tuple(dict.fromkeys(split_place(ref)[0] for ref in refs))


def authors(entry: Reference) -> str:
    """Surnames and initials: "Daw N.D., Gershman S.J. & Dolan R.J."; from the eighth on, et al."""
    people = [_short(name) for name in re.split(r"\s+and\s+", _author_field(entry))]
    if people[-1] == "others" or len(people) > 7:
        return ", ".join(p for p in people[:6] if p != "others") + " et al."
    return people[0] if len(people) == 1 else f"{', '.join(people[:-1])} & {people[-1]}"


def where(entry: Reference) -> str:
    """What stands between the title and the link: journal, volume, pages, or publisher, or note."""
    f = entry.fields
    places = ("journal", "booktitle", "institution", "school", "publisher", "note")
    venue = next((f[place] for place in places if place in f), "")
    number = f.get("volume") or (f.get("number", "") if entry.kind == "techreport" else "")
    if "version" in f:
        return f"Version {f['version']}"
    numbered = " ".join(part for part in (venue, number) if part)
    return ", ".join(part for part in (numbered, f.get("pages", "").replace("--", "–")) if part)


def _author_field(entry: Reference) -> str:
    return entry.fields.get("author", entry.fields.get("editor", "Anonymous"))


def _short(name: str) -> str:
    """ "Daw, Nathaniel D." -> "Daw N.D."; a name without a comma (a group) stays as it is."""
    surname, comma, given = name.partition(", ")
    return f"{surname} {''.join(part[0] + '.' for part in re.split(r'[ ]+', given))}" if comma else name


def _fields(body: str, key: str) -> dict[str, str]:
    fields, position = {}, 0
    while match := _FIELD.search(body, position):
        opening = match.end()
        end = _closing(body, opening, key) if body[opening] == "{" else body.index('"', opening + 1)
        fields[match[1].lower()] = re.sub(r"[{}]", "", " ".join(body[opening + 1 : end].split()))
        position = end + 1
    return fields


def _closing(text: str, opening: int, key: str) -> int:
    """Where the brace that opens at `opening` closes."""
    depth = 0
    for i in range(opening, len(text)):
        depth += (text[i] == "{") - (text[i] == "}")
        if depth == 0:
            return i
    raise NeurorlError(f"The reference '{key}' never ends; add the missing closing brace.")
