"""Rows: how simulation scales with subjects, and what a plain Python loop takes for the same.

Subjects each play one What/Where block of 80 trials by `object_action`: two learners, their reliabilities, a softmax.
The loop in Python does the same arithmetic with plain floats, a subject at a time, and its share of right choices is
held to ours.
"""

import math
import random
from typing import Any

import jax
import numpy as np

from benchmarks.row import Row, hand_over
from benchmarks.timing import interleaved
from neurorl.core.catalogue import load
from neurorl.loop import simulate_many

TRIALS = 80
SUBJECTS = (1, 15, 150, 1_500, 15_000)
BLOCKS = 1_500  # the design of the What/Where study
LOOPED = 30  # blocks of the Python loop, of which the time for BLOCKS is reckoned


def python_block(draw: random.Random, alpha: float, beta: float, eta: float, rate: float) -> float:
    """Share of right choices in one block, with plain floats."""
    what, good, p_good = draw.random() < 0.5, draw.random() < 0.5, draw.choice((0.8, 0.7))
    reversal = draw.randint(30, 50)
    thing, side = [0.5, 0.5], [0.5, 0.5]
    e_thing = e_side = 0.25
    right = 0
    for trial in range(TRIALS):
        circle_right = draw.random() < 0.5
        now_good = good != (trial >= reversal)
        right_is_good = (circle_right != now_good) if what else now_good
        left_thing, right_thing = (1, 0) if circle_right else (0, 1)
        omega = 1 / (1 + math.exp(-eta * (math.log(e_side) - math.log(e_thing))))
        v_left = omega * thing[left_thing] + (1 - omega) * side[0]
        v_right = omega * thing[right_thing] + (1 - omega) * side[1]
        to_right = draw.random() < 1 / (1 + math.exp(beta * (v_left - v_right)))
        chose_good = to_right == right_is_good
        right += chose_good
        reward = float(draw.random() < (p_good if chose_good else 1 - p_good))
        picture, place = (right_thing, 1) if to_right else (left_thing, 0)
        d_thing, d_side = reward - thing[picture], reward - side[place]
        thing[picture] += alpha * d_thing
        side[place] += alpha * d_side
        e_thing += rate * (d_thing**2 - e_thing)
        e_side += rate * (d_side**2 - e_side)
    return right / TRIALS


def measure(quick: bool) -> list[Row]:
    task = load("task", "what_where_reversal")
    agent = load("agent", "object_action").for_spaces(task.spaces)
    params = agent.params()
    counts = SUBJECTS[:3] if quick else SUBJECTS
    shares: dict[str, float] = {}

    def house(subjects: int) -> Any:
        def work() -> None:
            played = simulate_many(jax.random.key(0), agent, params, task, TRIALS, subjects=subjects)
            shares["house"] = float(np.mean(np.asarray(played.action) == np.asarray(played.truth.best)))

        return work

    def loop() -> None:
        draw = random.Random(0)
        values = [float(getattr(params, name)) for name in ("alpha_pos", "beta", "eta", "rate")]
        shares["loop"] = float(np.mean([python_block(draw, *values) for _ in range(LOOPED if quick else 10 * LOOPED)]))

    for n in counts:
        house(n)()  # compiles
    times = interleaved({str(n): house(n) for n in counts}, repeats=3 if quick else 11)
    seconds = {n: times[str(n)].median for n in counts}
    looped = interleaved({"loop": loop}, repeats=1, warm=False)["loop"].median / (LOOPED if quick else 10 * LOOPED)
    assert abs(shares["house"] - shares["loop"]) < 0.05, shares  # the same model on the same task
    most = min(BLOCKS, counts[-1])
    table = ", ".join(f"{n:,} in {1e3 * s:,.1f} ms" for n, s in seconds.items())
    return [
        Row(
            f"{most:,} What/Where blocks of {TRIALS} trials by `object_action`, warm",
            ours=f"{seconds[most]:.3f} s",
            peer=f"{looped * most:.1f} s",
            ratio=f"{looped * most / seconds[most]:,.0f} x",
            target="at most 10 s",
            met=seconds[most] <= 10,
            how="`simulate_many`, beside the same arithmetic in a loop of plain floats, reckoned from fewer blocks",
            notes=(f"Subjects, a block each: {table}.",),
            numbers={"seconds": seconds, "python_seconds_a_block": looped, "share_right": shares},
        )
    ]


if __name__ == "__main__":
    hand_over(measure)
