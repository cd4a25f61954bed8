"""Makes hgf_pyhgf.csv: what pyhgf says about 320 events, for tests/agents/test_hgf.py.

pyhgf 0.3.2 needs Python 3.12 and JAX below 0.7, which this library does not run on; so its output is kept. To make it
again, in an environment of its own:

    pip install pyhgf==0.3.2
    python tests/agents/reference/make_hgf_pyhgf.py > tests/agents/reference/hgf_pyhgf.csv

Its canonical updates ("standard", mean field) are those of Mathys et al. 2011; its default ones differ.
"""

import sys

import jax
import numpy as np

jax.config.update("jax_enable_x64", True)

from pyhgf import __version__  # noqa: E402
from pyhgf.model import Network  # noqa: E402

SETTINGS = ((-4.0, -2.0, 1.0), (-3.5, -4.0, 1.4))  # omega2, omega3, kappa
N = 320


def events() -> np.ndarray:
    """120 trials at .75, then 200 at .8 and .2 in turns of 40."""
    p = np.concatenate([np.full(120, 0.75), np.tile(np.repeat([0.2, 0.8], 40), 3)[:200]])
    return (np.random.default_rng(0).random(N) < p).astype(float)


def beliefs(u: np.ndarray, omega2: float, omega3: float, kappa: float) -> np.ndarray:
    """Columns: probability of each event before it; mean and precision of the second and third level after it."""
    second = dict(mean=0.0, precision=1.0, tonic_volatility=omega2)
    third = dict(mean=1.0, precision=1.0, tonic_volatility=omega3)
    network = (
        Network(volatility_updates="standard", mean_field_updates=True)
        .add_nodes(kind="binary-state")
        .add_nodes(kind="continuous-state", value_children=0, node_parameters=second)
        .add_nodes(kind="continuous-state", volatility_children=([1], [kappa]), node_parameters=third)
    )
    network.input_data(input_data=u)
    seen = network.node_trajectories
    columns = [seen[0]["expected_mean"], *(seen[level][name] for level in (1, 2) for name in ("mean", "precision"))]
    return np.stack([np.asarray(column) for column in columns], axis=1)


if __name__ == "__main__":
    u = events()
    print(f"# pyhgf {__version__}, jax {jax.__version__}, double precision; see make_hgf_pyhgf.py")
    print("omega2,omega3,kappa,trial,event,p,mu2,pi2,mu3,pi3")
    for setting in SETTINGS:
        for trial, (event, row) in enumerate(zip(u, beliefs(u, *setting), strict=True)):
            numbers = ",".join(f"{value:.10g}" for value in row)
            print(f"{','.join(f'{x:g}' for x in setting)},{trial},{event:g},{numbers}", file=sys.stdout)
