"""Rows: frames of Catch a CPU-second that deep Q-learning plays and learns from, beside Stable-Baselines3's DQN.

Two layers of 50 units, Adam, batches of 32 from the last 5,000 steps, one update a tick; with 16 actors a tick brings
16 frames. CPU-seconds, so that other work on the machine counts little.
"""

import sys
from importlib.util import find_spec

from benchmarks.row import Row, hand_over
from benchmarks.timing import Worker, interleaved

ACTORS = 16
TICKS = {"house": 4_000, "peer": 250}


def measure(quick: bool) -> list[Row]:
    house = {n: Worker("benchmarks.dqn_house", n, TICKS["house"]) for n in (1, ACTORS)}
    has_peer = find_spec("stable_baselines3") is not None
    if not has_peer:
        print(
            "Stable-Baselines3 is not installed, so it is not measured: pip install 'neurorl[bench]'.", file=sys.stderr
        )
    peer = {n: Worker("benchmarks.dqn_sb3", n, TICKS["peer"]) for n in (1, ACTORS) if has_peer}
    work = {f"house, {n}": worker for n, worker in house.items()} | {f"SB3, {n}": w for n, w in peer.items()}
    times = interleaved(work, repeats=1 if quick else 5)
    for worker in work.values():
        worker.close()

    ours = {n: n * TICKS["house"] / times[f"house, {n}"].median for n in house}
    theirs = {n: n * TICKS["peer"] / times[f"SB3, {n}"].median for n in peer}
    numbers = {
        "frames_per_cpu_second": {f"house, {n}": v for n, v in ours.items()}
        | {f"SB3, {n}": v for n, v in theirs.items()},
        "cpu_seconds": {name: each.summary() for name, each in times.items()},
    }
    rows = [
        Row(
            f"deep Q-learning on Catch, {ACTORS} actors, one update a tick",
            ours=f"{ours[ACTORS]:,.0f} frames/CPU-s",
            target="at least 50,000 frames/CPU-s",
            met=ours[ACTORS] >= 50_000,
            how=f"`neurorl.loop.learn(..., Parallel({ACTORS}))`, 2 x 50 units, batches of 32; one actor "
            f"{ours[1]:,.0f} frames/CPU-s",
            numbers=numbers,
        )
    ]
    if not has_peer:
        return rows
    words = {1: "as it is used, one environment", ACTORS: f"with {ACTORS} environments and one update a tick"}
    for n, target in ((1, 200), (ACTORS, None)):
        ratio = ours[ACTORS] / theirs[n]
        rows.append(
            Row(
                f"the same beside Stable-Baselines3's DQN, {words[n]}",
                ours=f"{ours[ACTORS]:,.0f} frames/CPU-s",
                peer=f"SB3 {theirs[n]:,.0f} frames/CPU-s",
                ratio=f"{ratio:,.0f} x",
                target=f"at least {target} x" if target else "",
                met=ratio >= target if target else None,
                how="`MlpPolicy` of 2 x 50 units, the same settings, an environment in plain Python, one thread",
            )
        )
    return rows


if __name__ == "__main__":
    hand_over(measure)
