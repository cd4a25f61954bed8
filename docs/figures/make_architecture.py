"""Draw the figures of docs/drawings.md from the code's own objects: `python docs/figures/make_architecture.py`.

Supp. Figs. 1, 3 and 9 of Wang et al. 2018, and the networks of the other simulations.
"""

import sys
from pathlib import Path

from neurorl.core.catalogue import load
from neurorl.figures.architecture import network_figure
from neurorl.figures.procedure import procedure_figure
from neurorl.figures.save import save_figure
from neurorl.figures.striatal_loops import loops_figure
from neurorl.ops.striatal_loops import LOOPS, PREFRONTAL
from neurorl.ops.wiring import network_circuit
from neurorl.train import TrainConfig

# file: an agent of the catalogue and a task whose spaces it is made for
NETWORKS = {
    "architecture_lstm": ("lstm", "two_step"),
    "architecture_dual_lstm": ("dual_lstm", "risk"),
    "architecture_conv_lstm": ("conv_lstm", "harlow_pixels"),
}


def figures():
    """Name and figure, one by one."""
    for name, (agent, task) in NETWORKS.items():
        yield name, network_figure(network_circuit(load("agent", agent).for_spaces(load("task", task).spaces)))
    yield "actor_critic", procedure_figure(TrainConfig.paper().as_dict())
    yield "striatal_loops", loops_figure(LOOPS, PREFRONTAL, "prefrontal network: the recurrent network of the model")


def main() -> None:
    """Write them beside this file, or into the folder that is named."""
    folder = Path(sys.argv[1]) if sys.argv[1:] else Path(__file__).parent
    for name, figure in figures():
        print(*save_figure(figure, folder / name))


if __name__ == "__main__":
    main()
