"""Row: the share of the machine's floating-point peak that training reaches, and what bounds it.

The peak is a large float32 matrix product on the same cores in the same run. An environment step of
training costs, in multiply-adds of the network's matrices alone (the LSTM's and the heads'), 2 flop a
weight forward and twice that backward.
"""

import sys
import time
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from benchmarks.row import Row, hand_over
from benchmarks.timing import Worker, interleaved, serve
from benchmarks.train_house import STEPS, environment_steps
from neurorl.agents.lstm import LSTM
from neurorl.agents.random_choice import RandomChoice
from neurorl.loop import run
from neurorl.tasks.two_step import TASK
from neurorl.train import ActorCritic
from neurorl.train.updates import chunk

N_IN, N, N_HEADS = 4 + 3 + 1, 48, 4
FLOP_A_STEP = 3 * 2 * ((N_IN + N) * 4 * N + N * N_HEADS)
SIDE = 3072
SHAPES = ((2, 4, 16), (2, 4, 64), (2, 4, 256), (1, 4, 16), (1, 4, 256), (1, 1, 16))  # devices, replicas, parallel


def matmul_worker() -> None:
    """The other process: a large product on all cores."""
    a = jax.random.normal(jax.random.key(0), (SIDE, SIDE))
    product = jax.jit(lambda a: a @ a)

    def once() -> float:
        began = time.perf_counter()
        product(a).block_until_ready()
        return time.perf_counter() - began

    serve(once)


def measure(quick: bool) -> list[Row]:
    chunk = 10 if quick else 50
    training = {
        (devices, replicas, parallel): Worker(
            "benchmarks.train_house",
            devices,
            f"replicas={replicas}",
            f"parallel={parallel}",
            f"chunk={_chunk(chunk, replicas, parallel)}",
        )
        for devices, replicas, parallel in SHAPES
    }
    matmul = Worker("benchmarks.floating_point", "matmul")
    times = interleaved({"matmul": matmul, **{str(k): w for k, w in training.items()}}, repeats=2 if quick else 3)
    for worker in (matmul, *training.values()):
        worker.close()
    peak = 2 * SIDE**3 / times["matmul"].median
    speed = {
        key: environment_steps(key[1], key[2], _chunk(chunk, key[1], key[2])) / times[str(key)].median
        for key in training
    }
    parts = _parts(3 if quick else 15)
    main = speed[2, 4, 16]
    share = main * FLOP_A_STEP / peak
    named = {f"{d} device{'s' * (d > 1)}, {r} x {p} sessions an update": v for (d, r, p), v in speed.items()}
    return [
        Row(
            "share of the floating-point peak in training",
            ours=f"{main * FLOP_A_STEP / 1e9:.0f} GFLOP/s",
            peer=f"{peak / 1e9:.0f} GFLOP/s, {SIDE}² float32 product",
            ratio=f"{100 * share:.0f} %",
            how=f"{FLOP_A_STEP / 1e3:.1f} kFLOP an environment step in matrix products; two host devices, "
            "warm processes in turn",
            notes=(
                *(
                    f"Training on {name}: {v / 1e6:.2f} M steps/s, {100 * v * FLOP_A_STEP / peak:.0f} % of the peak."
                    for name, v in named.items()
                ),
                "One update of 4 x 16 sessions on one device, in a process of its own: "
                + ", ".join(f"{name} {1e3 * v:.0f} ms" for name, v in parts.items())
                + ".",
            ),
            numbers={
                "flop_a_step": FLOP_A_STEP,
                "peak_flop_per_second": peak,
                "steps_per_second": named,
                "share_of_peak": {name: v * FLOP_A_STEP / peak for name, v in named.items()},
                "seconds_of_parts": parts,
            },
        )
    ]


def _chunk(chunk: int, replicas: int, parallel: int) -> int:
    """Fewer updates where each is larger, so that every shape takes about as long."""
    return max(chunk * 64 // (replicas * parallel), 2)


def _parts(repeats: int) -> dict[str, float]:
    """Seconds of an update of 4 replicas x 16 sessions x 300 steps on one device, and of its parts run alone."""
    replicas, parallel, updates = 4, 16, 8
    config = ActorCritic(steps=STEPS, replicas=replicas, parallel=parallel, chunk=updates)
    agent, random = LSTM.for_spaces(TASK.spaces, hidden=N), RandomChoice.for_spaces(TASK.spaces)
    state = jax.jit(jax.vmap(lambda k: config.start(k, agent, TASK, TASK.params())))(
        jax.random.split(jax.random.key(0), replicas)
    )
    task_params = TASK.params()

    def played(params: Any, key: Array) -> Array:
        """Acting alone: the forward half, with the task and its random numbers."""
        t = run(key, agent, params, TASK, task_params, STEPS)
        return t.log_prob.sum() + t.latents.value.sum() + t.reward.sum()

    def task_alone(params: Any, key: Array) -> Array:
        """The loop, the task and their random numbers, without the network."""
        return run(key, random, random.params(), TASK, task_params, STEPS).reward.sum()

    def products(params: Any, keys: Array) -> Array:
        """Nothing but the network's matrix products, forward and backward, at the shapes of a step."""

        def total(params: Any) -> Array:
            def body(h: Array, _: None) -> tuple[Array, Array]:
                z = jnp.concatenate([x, h], 1) @ params.weight
                return z[:, :N] + z[:, N : 2 * N] + z[:, 2 * N : 3 * N] + z[:, 3 * N :], (h @ params.heads).sum()

            return jax.lax.scan(body, jnp.zeros((parallel, N)), length=STEPS)[1].sum()

        x = jax.random.uniform(keys[0], (parallel, N_IN))
        return jax.tree.reduce(lambda so_far, leaf: so_far + leaf.sum(), jax.grad(total)(params), jnp.zeros(()))

    def session_by_session(part: Callable[[Any, Array], Array]) -> Callable[[Any, Array], Array]:
        return lambda params, keys: jax.vmap(lambda key: part(params, key))(keys).sum()

    def many(part: Callable[[Any, Array], Array]) -> Callable[[Any], Array]:
        """As many rounds as the chunk has updates, in one scan, so that memory is laid out once as it is there."""

        def work(state: Any) -> Array:
            def body(total: Array, key: Array) -> tuple[Array, None]:
                keys = jax.random.split(key, (replicas, parallel))
                return total + jax.vmap(part)(state.params, keys).sum(), None

            return jax.lax.scan(body, jnp.zeros(()), jax.random.split(jax.random.key(1), updates))[0]

        return work

    pieces: dict[str, Callable[[Any], Any]] = {
        "whole": lambda state: jax.vmap(lambda s: chunk(s, config, agent, TASK, task_params))(state),
        "acting alone": many(session_by_session(played)),
        "task and random numbers alone": many(session_by_session(task_alone)),
        "matrix products alone, forward and backward": many(products),
    }

    def work(piece: Callable[[Any], Any]) -> Callable[[], Any]:
        compiled = jax.jit(piece)
        return lambda: jax.block_until_ready(compiled(state))

    times = interleaved({name: work(piece) for name, piece in pieces.items()}, repeats)
    return {name: t.median / updates for name, t in times.items()}


if __name__ == "__main__":
    if sys.argv[1:] == ["matmul"]:
        matmul_worker()
    else:
        hand_over(measure)
