"""One name in two groups."""

import numpy as np
import pandas as pd

from neurorl.data.rules.rows import Finding, Rows

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


def differing(rows: Rows, column: str) -> list:
    """Subjects with more than one value in a column; empty cells do not count."""
    subject = np.asarray(rows.table["subject"])
    who, names = pd.factorize(subject)
    what, _ = pd.factorize(np.asarray(rows.columns[column].astype(object)))
    use = (what >= 0) & (who >= 0)
    pairs = pd.DataFrame({"who": who[use], "what": what[use]}).drop_duplicates()
    counts = np.bincount(pairs["who"], minlength=len(names))
    return [names[i] for i in np.flatnonzero(counts > 1)]
