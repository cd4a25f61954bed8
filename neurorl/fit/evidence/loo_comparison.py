"""Models side by side by leave-one-out, point by point."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from neurorl.core.errors import BadData
from neurorl.fit.evidence.loo import Loo


def compare_left_out(found: Mapping[str, Mapping[str, Loo]]) -> pd.DataFrame:
    """One row a model, best first by the first kind of points.

    The difference to the best is the sum over points of paired differences d_i, and its standard error
    sqrt(n) sd(d_i) (Vehtari, Gelman & Gabry 2017, eq. 24; sd divides by n, as in ArviZ).

    Args:
        found: model -> what is left out ("choices", "subjects") -> its leave-one-out, over the same points for all.

    Returns:
        columns model, and for each kind elpd_, delta_ (the best model's less this one's), delta_..._se, p_loo_ (nats)
        and untrusted_ (points).
    """
    kinds = list(next(iter(found.values())))
    table = pd.DataFrame({"model": list(found)})
    for kind in kinds:
        own = [found[model][kind] for model in found]
        if len({loo.pointwise.shape for loo in own}) > 1:
            raise BadData(f"The models leave out different numbers of {kind}, so they cannot be compared by them.")
        best = own[int(np.argmax([loo.elpd for loo in own]))]
        off = [best.pointwise - loo.pointwise for loo in own]
        table[f"elpd_{kind}"] = [loo.elpd for loo in own]
        table[f"delta_{kind}"] = [d.sum() for d in off]
        table[f"delta_{kind}_se"] = [np.sqrt(d.size) * d.std() for d in off]
        table[f"p_loo_{kind}"] = [loo.p_loo for loo in own]
        table[f"untrusted_{kind}"] = [loo.n_untrusted for loo in own]
    return table.sort_values(f"elpd_{kinds[0]}", ascending=False, ignore_index=True)
