"""One name in two groups, one person under two names, and names that no one reads."""

import re
import unicodedata

import numpy as np
import pandas as pd

from neurorl.data.checks import ALSO_CALLED
from neurorl.data.numerals import plain_number
from neurorl.data.rules.rows import COLUMNS, Finding, Rows

_SHOWN = 4  # names that are listed
_NO_NAME = frozenset(
    ("na", "n/a", "nan", "none", "null", "missing", "unknown", "-", "?", ".", "-999", "999", "-1", "-99")
)
_SUBJECTS = frozenset(
    (*ALSO_CALLED["subject"], "subject", "ppt", "mouse", "animal", "rat", "monkey", "animal_id", "mouse_id")
)

_BETWEEN = frozenset(
    (
        *(
            "group",
            "grp",
            "group_id",
            "diagnosis",
            "dx",
            "diag",
            "patient",
            "is_patient",
            "case",
            "cohort",
            "arm_group",
        ),
        *("sex", "gender", "genotype", "strain", "species", "age_group", "handedness", "birth_year", "clinical_group"),
    )
)


def two_groups(rows: Rows) -> list[Finding]:
    """A subject with two values in a column that describes a person."""
    found = []
    for column in rows.columns:
        if column.strip().lower() not in _BETWEEN:
            continue
        odd = differing(rows, column)
        if not odd:
            continue
        values = [
            v for v in pd.unique(rows.columns[column][(rows.columns["subject"] == odd[0]).to_numpy()]) if pd.notna(v)
        ]
        listed = ", ".join(map(str, odd[:5])) + (f", ... ({len(odd)} subjects)" if len(odd) > 5 else "")
        text = (
            f"Column {column} differs within a subject: {listed} ({odd[0]} has {', '.join(map(str, values[:3]))}). If "
            "two people share a name, their choices are fitted as those of one; give each a name of its own."
        )
        found.append(rows.note("two-groups", text))
    return found


def alike_names(rows: Rows) -> list[Finding]:
    """Subjects whose names differ only in how they are written: 1 and 01, S1 and s1, sub-1 and sub1."""
    if rows.facts.simulated:
        return []
    names: dict[str, list[str]] = {}
    for name in dict.fromkeys(map(str, pd.unique(rows.columns["subject"].astype(object)))):
        names.setdefault(_plainly(name), []).append(name)
    alike = [written for written in names.values() if len(written) > 1]
    if not alike:
        return []
    listed = "; ".join(" and ".join(map(repr, written[:_SHOWN])) for written in alike[:_SHOWN])
    more = f"; ... ({len(alike)} names)" if len(alike) > _SHOWN else ""
    text = (
        f"Subjects whose names differ only in how they are written are taken as different: {listed}{more}. If they are "
        "the same, write the name alike."
    )
    return [rows.note("alike-names", text)]


def _plainly(name: str) -> str:
    """A name without what people write differently: case, marks between words, leading zeros, decimals of a whole."""
    text = unicodedata.normalize("NFKC", name).strip().casefold()
    if text.isdecimal():
        return str(int(text))  # exactly: ids of more than 15 digits are not floats
    number = plain_number(text)
    if np.isfinite(number) and float(number).is_integer():
        return str(int(number))
    text = re.sub(r"[\s_-]+", " ", text)
    text = re.sub(r"(?<=\D) | (?=\D)", "", text)
    return re.sub(r"(?<![\d.])0+(?=\d)", "", text)


def unnamed(rows: Rows) -> list[Finding]:
    """A subject whose name is a word for a missing value, beside others."""
    names = [str(name) for name in pd.unique(rows.columns["subject"].astype(object))]
    odd = [name for name in names if name.strip().casefold() in _NO_NAME]
    if not odd or len(names) == 1:
        return []
    text = (
        f"A subject is called {', '.join(odd)}. If this marks a missing name, all choices without a name are "
        "fitted as one person."
    )
    return [rows.note("unnamed", text)]


def names_ignored(rows: Rows) -> list[Finding]:
    """A further column that names subjects, by its title, and differs within one."""
    if rows.facts.simulated:
        return []
    found = []
    used = rows.facts.name("subject")
    for column in rows.columns:
        plain = column.removeprefix("file_")
        title = plain.strip().lower().replace(" ", "_")
        if column == "subject" or plain == used or title not in _SUBJECTS:
            continue
        values = rows.columns[column].nunique()
        if values > len(rows) / 2 or not (odd := differing(rows, column)):
            continue
        text = (
            f"Column {plain} differs within a subject ({len(odd)} of {rows.table['subject'].nunique()}, the first: "
            f"{odd[0]}), although its title says that it names subjects; it is not read as such."
        )
        if rows.facts.read:
            text += (
                f" If it does, read the file with rename={{'{plain}': 'subject'}} and give column {used} another name."
            )
        found.append(rows.note("names-ignored", text))
    return found


def passed_over(rows: Rows) -> list[Finding]:
    """Columns whose names differ from one that is read in case or spaces alone."""
    odd = [name for name in rows.columns if name not in COLUMNS and name.strip().lower() in COLUMNS & set(rows.columns)]
    if not odd:
        return []
    listed = ", ".join(f"{name} beside {name.strip().lower()}" for name in odd)
    return [rows.note("passed-over", f"Two columns of nearly one name: {listed}. Only the one in lower case is read.")]


def differing(rows: Rows, column: str) -> list:
    """Subjects with more than one value in a column; empty cells do not count."""
    subject = np.asarray(rows.table["subject"])
    who, names = pd.factorize(subject)
    what, _ = pd.factorize(np.asarray(rows.columns[column].astype(object)))
    use = (what >= 0) & (who >= 0)
    pairs = pd.DataFrame({"who": who[use], "what": what[use]}).drop_duplicates()
    counts = np.bincount(pairs["who"], minlength=len(names))
    return [names[i] for i in np.flatnonzero(counts > 1)]
