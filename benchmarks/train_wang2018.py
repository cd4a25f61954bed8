"""Rows: environment steps a second and peak memory of training in each simulation of Wang et al. 2018.

The first network of each study by its own recipe at quick scale, one process a study. `python -m
benchmarks.train_wang2018 STUDY DEVICES UPDATES` is the waiting process of one of them.
"""

import dataclasses
import sys
import time

import jax

from benchmarks.row import Row, hand_over
from benchmarks.timing import Worker, cores, interleaved, serve
from neurorl.core import catalogue
from neurorl.core.study import Network
from neurorl.train import TrainConfig, train_agent

STEPS = 200_000  # of a chunk, about


def worker(study: str, devices: int, steps: int) -> None:
    """Train one chunk for each line that arrives."""
    jax.config.update("jax_num_cpu_devices", devices)
    from neurorl.report.origin import peak_memory_gib

    network = first_network(study)
    agent, task = network.make()
    config = shortened(network.config, steps)

    def one_chunk() -> float:
        """Seconds of the chunk itself, as `train_agent` measures them."""
        return float(train_agent(agent, task, config, quiet=True).curve["seconds"][0])

    began = time.perf_counter()
    one_chunk()
    first, peak = time.perf_counter() - began, peak_memory_gib()
    serve(one_chunk, first_call=first, peak_gib=peak, hidden=getattr(agent, "hidden", 0))


def first_network(study: str) -> Network:
    """The first network that the study trains at quick scale."""
    found = catalogue.load("study", study)
    return found.networks(found.scales["quick"])[0]


def shortened(config: TrainConfig, steps: int) -> TrainConfig:
    """The same updates, as many as make up about so many environment steps, in one chunk."""
    chunk = max(round(steps / steps_of(config, 1)), config.updates_per_session)
    sessions = max(chunk * config.parallel // config.updates_per_session, 1)
    return dataclasses.replace(config, chunk=chunk, sessions=sessions)


def steps_of(config: TrainConfig, updates: int) -> int:
    """Environment steps of so many updates, all replicas together."""
    return updates * config.replicas * config.parallel * (config.unroll or config.steps)


def measure(quick: bool) -> list[Row]:
    devices = cores()
    return [_row(study, devices, quick) for study in catalogue.load("paper", "wang2018").studies]


def _row(study: str, devices: int, quick: bool) -> Row:
    network, steps = first_network(study), STEPS // 8 if quick else STEPS
    waiting = Worker("benchmarks.train_wang2018", study, devices, steps)
    times = interleaved({study: waiting}, repeats=1 if quick else 3, warm=False)[study]
    waiting.close()
    config, ready = network.config, waiting.ready
    short = shortened(config, steps)
    speed = steps_of(short, short.chunk) / times.median
    update = f"{config.replicas} x {config.parallel} sessions x {config.unroll or config.steps} steps"
    on = "one core" if devices == 1 else f"{devices} cores"
    return Row(
        f"training in {study.replace('_', ' ')}",
        ours=f"{speed / 1e6:.2f} M steps/s; peak {ready['peak_gib']:.2f} GiB",
        how=f"`{network.name}`, {network.agent}({ready['hidden']}), {update} an update, {on}; "
        f"compiling {ready['first_call'] - times.median:.0f} s",
        numbers={
            "steps_per_second": speed,
            "devices": devices,
            "seconds": times.summary(),
            "first_call_seconds": ready["first_call"],
            "peak_gib": ready["peak_gib"],
            "config": config.as_dict(),
        },
    )


if __name__ == "__main__":
    if sys.argv[1:] and not sys.argv[1].startswith("-"):
        worker(sys.argv[1], *map(int, sys.argv[2:]))
    else:
        hand_over(measure)
