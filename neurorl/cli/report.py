"""`neurorl report`: make the page of a finished run again."""

from pathlib import Path
from typing import Annotated

import tyro
from tyro.conf import Positional

EXAMPLES = ("neurorl report runs/two_step/quick-seed0",)


def command(folder: Annotated[Path, Positional, tyro.conf.arg(metavar="DIR", help_behavior_hint="")], /) -> None:
    """Write report.html again from the result.json, tables and figures of a run.

    Args:
        folder: The folder that `neurorl run` wrote.
    """
    from neurorl.report.page import write_page
    from neurorl.report.result import read_result

    print(write_page(read_result(folder)))
