"""What the authors of the shipped data sets found, read from `tests/data/reference/`."""

from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent / "reference"


def reference(name: str, **options) -> pd.DataFrame:
    return pd.read_csv(HERE / name, **options)
