"""Worker: `neurorl.agents.dqn` on Catch with N actors and one update a tick: `python -m benchmarks.dqn_house N TICKS`.

It answers with CPU seconds of a session of `TICKS` ticks from its start, compiled before.
"""

import itertools
import sys
import time

from benchmarks.timing import serve


def main() -> None:
    import jax

    from neurorl.agents.dqn import DQN
    from neurorl.loop import Parallel, learn
    from neurorl.tasks.catch import TASK

    n, ticks = int(sys.argv[1]), int(sys.argv[2])
    agent = DQN.for_spaces(TASK.spaces)
    params, seeds = agent.params(jax.random.key(1)), itertools.count()
    session = jax.jit(lambda key: learn(key, agent, params, TASK, TASK.params(), ticks, Parallel(n))[1].reward)

    def some_ticks() -> float:
        began = time.process_time()
        jax.block_until_ready(session(jax.random.key(next(seeds))))
        return time.process_time() - began

    serve(some_ticks)


if __name__ == "__main__":
    main()
