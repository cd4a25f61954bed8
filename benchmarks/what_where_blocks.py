"""Row: 1,500 What/Where blocks of the object and action learner, and how simulation scales with subjects."""

import time
from functools import partial
from typing import Any

import jax

from benchmarks.row import Row, hand_over
from benchmarks.timing import cores, interleaved
from neurorl.agents.object_action import ObjectAction
from neurorl.loop import simulate_many
from neurorl.tasks.what_where_reversal import TASK

BLOCKS, TRIALS = 1_500, 80
SUBJECTS = (1, 10, 100, 1_000, 10_000)  # one block each


def play(subjects: int) -> Any:
    agent = ObjectAction.for_spaces(TASK.spaces)
    played = simulate_many(jax.random.key(0), agent, agent.params(), TASK, TRIALS, subjects=subjects)
    return jax.block_until_ready(played.action)


def measure(quick: bool) -> list[Row]:
    began = time.perf_counter()
    play(BLOCKS)
    first = time.perf_counter() - began
    times = interleaved({str(n): partial(play, n) for n in (BLOCKS, *SUBJECTS)}, repeats=3 if quick else 21)
    warm = times[str(BLOCKS)].median
    by_subjects = {n: times[str(n)].median for n in SUBJECTS}
    scaling = ", ".join(f"{n:,}: {1e3 * seconds:.1f} ms" for n, seconds in by_subjects.items())
    return [
        Row(
            f"{BLOCKS:,} What/Where blocks, first call",
            ours=f"{first:.1f} s, {BLOCKS * TRIALS / warm / 1e6:.1f} M trials/s once compiled",
            target="under 10 s",
            met=first < 10,
            how=f"`neurorl.simulate_many` of `object_action`, compiling included; {cores()} cores",
            notes=(f"Simulated subjects of one block each: {scaling}.",),
            numbers={"first": first, "warm": warm, "by_subjects": by_subjects},
        )
    ]


if __name__ == "__main__":
    hand_over(measure)
