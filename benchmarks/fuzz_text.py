"""How text is written, files that are cut or torn, and files that are something else."""

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.fuzz_mutations import mutation
from benchmarks.fuzz_sheets import Sheet


def text(right: str, name: str, **more: Any) -> Callable[[Any], Any]:
    """A class of mutations that only text files have."""

    def add(change: Callable[[Sheet, random.Random], Sheet | None]) -> Any:
        mutation(right, f"text: {name}", **more)(lambda sheet, rng: change(sheet, rng) if sheet.is_text else None)
        return change

    return add


def lines(right: str, name: str, **more: Any) -> Callable[[Any], Any]:
    """A class of mutations of the lines of a text file, the header first."""

    def add(change: Callable[[list[str], Sheet, random.Random], list[str]]) -> Any:
        def whole(sheet: Sheet, rng: random.Random) -> Sheet:
            written = sheet.content().decode(sheet.encoding).splitlines()
            return replace(sheet, raw="".join(f"{line}\n" for line in change(written, sheet, rng)).encode())

        return text(right, name, **more)(whole)

    return add


def torn(right: str, name: str, **more: Any) -> Callable[[Any], Any]:
    """A class of mutations of the bytes of any file, done to what was written."""

    def add(change: Callable[[Path, random.Random], None]) -> Any:
        def files(path: Path, rng: random.Random) -> None:
            found = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
            change(rng.choice(found), rng)

        mutation(right, f"file: {name}", files=files, **more)(lambda sheet, rng: sheet)
        return change

    return add


text("harmless", "a byte order mark")(lambda s, rng: replace(s, raw=b"\xef\xbb\xbf" + s.content()))
text("harmless", "UTF-16")(lambda s, rng: replace(s, encoding="utf-16"))
text("harmless", "lines end in CR LF")(lambda s, rng: replace(s, newline="\r\n"))
text("harmless", "lines end in CR")(lambda s, rng: replace(s, newline="\r"))
text("harmless", "separated by semicolons")(lambda s, rng: replace(s, separator=";"))
text("harmless", "separated by tabs")(lambda s, rng: replace(s, separator="\t"))
text("harmless", "separated by commas")(lambda s, rng: replace(s, separator=","))
text("harmless", "all cells in quotes")(lambda s, rng: replace(s, quoted=True))
text("harmless", "spaces around cells")(
    lambda s, rng: replace(s, columns=[f" {n} " for n in s.columns], rows=[[f" {c} " for c in row] for row in s.rows])
)
text("refused", "in Latin-1")(
    lambda s, rng: replace(s.with_column("subject", lambda c: "José"), encoding="latin-1") if s.has("subject") else None
)
text("refused", "empty")(lambda s, rng: replace(s, raw=rng.choice((b"", b"\n", b" \n\n", b"\xef\xbb\xbf"))))
text("refused", "a zero byte")(lambda s, rng: replace(s, raw=_put(s.content(), b"\0", rng)))
text("refused", "bytes that are not UTF-8")(lambda s, rng: replace(s, raw=_put(s.content(), b"\xff\xfe\xfd", rng)))


def _put(content: bytes, what: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(1, len(content))
    return content[:at] + what + content[at:]


lines("harmless", "empty lines at the end")(lambda ls, s, rng: [*ls, "", "", ""])
lines("harmless", "rows of empty cells at the end")(
    lambda ls, s, rng: [*ls, *[s.separator * (len(s.columns) - 1)] * rng.randint(1, 9)]
)
lines("harmless", "an empty line in the middle")(lambda ls, s, rng: [*ls[:5], "", *ls[5:]])
lines("harmless", "empty lines above the header")(lambda ls, s, rng: ["", "", *ls])
lines("harmless", "a comment above the header")(lambda ls, s, rng: ["# made by a program", *ls])
lines("harmless", "a first line that names the separator")(lambda ls, s, rng: [f"sep={s.separator}", *ls])
lines("harmless", "rows have numbers, as R writes them")(
    lambda ls, s, rng: [s.separator.join((f'"{i}"' if i else '""', line)) for i, line in enumerate(ls)]
)
lines("harmless", "a separator at the end of each line")(lambda ls, s, rng: [line + s.separator for line in ls])
lines("refused", "a separator at the end of each row, not of the header")(
    lambda ls, s, rng: [ls[0], *[line + s.separator for line in ls[1:]]]
)
lines("refused", "a row of empty cells in the middle", note=("missing", "empty"))(
    lambda ls, s, rng: [*ls[:5], s.separator * (len(s.columns) - 1), *ls[5:]]
)
lines("refused", "a comment in the middle")(lambda ls, s, rng: [*ls[:5], "# subject asked for a break", *ls[5:]])
lines("refused", "a cell too many in one row")(lambda ls, s, rng: _at(ls, rng, lambda line: f"{line}{s.separator}1"))
lines("refused", "a cell too few in one row")(
    lambda ls, s, rng: _at(ls, rng, lambda line: line.rsplit(s.separator, 1)[0])
)
lines("refused", "a quote that does not close")(lambda ls, s, rng: _at(ls, rng, lambda line: '"' + line))
lines("refused", "the header alone")(lambda ls, s, rng: ls[:1])
lines("refused", "no header")(lambda ls, s, rng: ls[1:])
lines("refused", "the header twice")(lambda ls, s, rng: [ls[0], *ls])
lines("refused", "the header again in the middle")(lambda ls, s, rng: [*ls[:5], ls[0], *ls[5:]])
lines("refused", "cut within the last row")(
    lambda ls, s, rng: [*ls[:-1], s.separator.join(ls[-1].split(s.separator)[:-1])]
)
lines("refused", "one line in another's place, other separator")(
    lambda ls, s, rng: _at(ls, rng, lambda line: line.replace(s.separator, "|"))
)


def _at(ls: list[str], rng: random.Random, change: Callable[[str], str]) -> list[str]:
    row = rng.randrange(2, len(ls))
    return [change(line) if i == row else line for i, line in enumerate(ls)]


def _flips(path: Path, rng: random.Random) -> None:
    content = bytearray(path.read_bytes())
    for _ in range(rng.randint(1, 4)):
        content[rng.randrange(len(content))] = rng.randrange(256)
    path.write_bytes(bytes(content))


torn("undetectable", "bytes changed", why="another digit is a digit; most binary layouts carry no checksum")(_flips)
torn("undetectable", "cut anywhere", why="cut behind a row or within its last number, text is a shorter text")(
    lambda path, rng: _cut(path, rng)
)
torn("refused", "emptied")(lambda path, rng: _write(path, b""))
torn("refused", "random bytes")(lambda path, rng: _write(path, rng.randbytes(rng.randint(1, 400))))
torn("refused", "a picture in its place")(lambda path, rng: _write(path, b"\x89PNG\r\n\x1a\n" + rng.randbytes(99)))
torn("refused", "a page of HTML in its place")(
    lambda path, rng: _write(path, b"<!DOCTYPE html>\n<html><body>404</body>")
)
torn("undetectable", "gone", why="of a folder, another file may do")(lambda path, rng: path.unlink())


def _cut(path: Path, rng: random.Random) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: rng.randrange(len(content))])


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
