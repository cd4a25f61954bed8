"""Worker: some updates of a network that learns Harlow's task from pixels, through the house.

`python -m benchmarks.harlow_house small|paper PARALLEL STEPS UPDATES`. The views are rendered as the network turns.
"""

import sys
import time

import jax

from neurorl.agents.conv_lstm import ConvLSTM
from neurorl.tasks.harlow_pixels import HarlowPixels
from neurorl.train import TrainConfig, train_agent


def network_and_task(view: str) -> tuple[ConvLSTM, HarlowPixels]:
    """The fast view with its network, or the paper's sizes of both."""
    task = HarlowPixels.paper() if view == "paper" else HarlowPixels()
    make = ConvLSTM.paper if view == "paper" else ConvLSTM.for_spaces
    return make(task.spaces), task


def main() -> None:
    from benchmarks.timing import serve

    view, (parallel, steps, updates) = sys.argv[1], map(int, sys.argv[2:])
    agent, task = network_and_task(view)
    config = TrainConfig(
        sessions=parallel * updates, steps=steps, parallel=parallel, chunk=updates, replicas=1, value_cost=0.25
    )

    def work() -> float:
        """Seconds of the updates themselves, as `train_agent` measures them."""
        return float(train_agent(agent, task, config, quiet=True).curve["seconds"][0])

    from neurorl.report.origin import peak_memory_gib

    began = time.perf_counter()
    work()
    first, peak = time.perf_counter() - began, peak_memory_gib()
    leaves = jax.tree.leaves(jax.eval_shape(agent.params, jax.random.key(0)))
    serve(work, first_call=first, peak_gib=peak, parameters=sum(leaf.size for leaf in leaves))


if __name__ == "__main__":
    main()
