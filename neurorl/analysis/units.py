"""Principal components of recorded hidden units."""

import numpy as np
import xarray as xr

from neurorl.core.errors import BadData, BadValue


def principal_components(activity: xr.DataArray, n_components: int = 3) -> xr.Dataset:
    """Principal components of hidden activity over all steps of all sessions, by singular value decomposition.

    h_t - mean(h) = sum_k score_tk axis_k, axes orthonormal, by falling variance. Units are centred, not scaled. The
    sign of a component is such that its largest loading is positive.

    Args:
        activity: dimensions session, step and one of units under any name, in any order; for a recording,
            `recording.latent_h.where(recording.valid)`. Steps with a NaN are left out and keep NaN scores.
        n_components: how many to return.

    Returns:
        `score` (session, step, component), `axis` (component, units), `mean` (units), and `share` (component),
        the share of the total variance.
    """
    unit = [name for name in activity.dims if name not in ("session", "step")]
    if len(unit) != 1 or activity.ndim != 3:
        raise BadData(
            "A recording of hidden units has the dimensions session, step and one of units; got "
            f"{', '.join(map(str, activity.dims))}. Rename or select dimensions first."
        )
    dims = ("session", "step", unit[0])
    activity = activity.transpose(*dims)
    n_units = activity.sizes[unit[0]]
    if not 1 <= n_components <= n_units:
        raise BadValue(f"{n_units} units have between 1 and {n_units} components; {n_components} were asked for.")
    flat = activity.to_numpy().reshape(-1, n_units).astype(float)
    there = np.isfinite(flat).all(axis=1)
    if there.sum() <= n_components:
        raise BadData(f"{n_components} components need more than {n_components} recorded steps; got {there.sum()}.")
    mean = flat[there].mean(axis=0)
    _, singular, axes = np.linalg.svd(flat[there] - mean, full_matrices=False)
    if not singular[0] > 0:
        raise BadData("These hidden units never change, so they have no principal components.")
    axes = axes[:n_components]
    axes = axes * np.sign(axes[np.arange(n_components), np.abs(axes).argmax(axis=1)])[:, None]
    score = np.full((len(flat), n_components), np.nan)
    score[there] = (flat[there] - mean) @ axes.T
    coords = {name: activity.coords[name] for name in dims if name in activity.coords}
    return xr.Dataset(
        {
            "score": (("session", "step", "component"), score.reshape(*activity.shape[:2], n_components)),
            "axis": (("component", unit[0]), axes),
            "mean": ((unit[0],), mean),
            "share": (("component",), (singular**2 / np.sum(singular**2))[:n_components]),
        },
        coords={**coords, "component": np.arange(1, n_components + 1)},
    )
