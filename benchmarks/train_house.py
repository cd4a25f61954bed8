"""Worker: one chunk of actor-critic training through the house, on so many host devices.

`python -m benchmarks.train_house DEVICES [replicas=4 parallel=16 chunk=50]`.
"""

import sys
import time

import jax

STEPS = 300


def environment_steps(replicas: int = 4, parallel: int = 16, chunk: int = 50) -> int:
    """Environment steps in one chunk."""
    return replicas * parallel * chunk * STEPS


def main() -> None:
    jax.config.update("jax_num_cpu_devices", int(sys.argv[1]))
    options = {"replicas": 4, "parallel": 16, "chunk": 50} | {
        k: int(v) for k, v in (a.split("=") for a in sys.argv[2:])
    }

    from benchmarks.timing import serve
    from neurorl.agents.lstm import LSTM
    from neurorl.tasks.two_step import TASK
    from neurorl.train import TrainConfig, train_agent

    agent = LSTM.for_spaces(TASK.spaces, hidden=48)
    replicas, parallel, chunk = options["replicas"], options["parallel"], options["chunk"]
    config = TrainConfig(steps=STEPS, sessions=chunk * parallel, replicas=replicas, parallel=parallel, chunk=chunk)

    def one_chunk() -> float:
        """Seconds of the chunk itself, as `train_agent` measures them (metrics fetched)."""
        return float(train_agent(agent, TASK, config, quiet=True).curve["seconds"][0])

    began = time.perf_counter()
    first = one_chunk()
    serve(one_chunk, first_call=time.perf_counter() - began, first_chunk=first, devices=len(jax.devices()))


if __name__ == "__main__":
    main()
