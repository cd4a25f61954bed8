"""Rows: environment steps a second of meta-RL training, beside SB3-contrib's RecurrentPPO."""

from benchmarks.row import Row, hand_over
from benchmarks.timing import Worker, interleaved
from benchmarks.train_house import STEPS, environment_steps

# (settings, environments): as it comes; like one of our replicas; like all four of our replicas at once.
PEERS = (("default", 4), ("alike", 16), ("alike", 64))


def measure(quick: bool) -> list[Row]:
    chunk = 10 if quick else 50
    house = {n: Worker("benchmarks.train_house", n, f"chunk={chunk}") for n in (1, 2)}
    # Two threads help some shapes of the peer and slow others; it is judged by the better.
    peers = {
        f"{kind}, {n_envs} environments, {threads} threads": (
            n_envs * STEPS,
            Worker("benchmarks.train_sb3", kind, n_envs, threads),
        )
        for kind, n_envs in PEERS
        for threads in ((1,) if quick else (1, 2))
    }
    work = {f"house, {n} devices": worker for n, worker in house.items()} | {k: w for k, (_, w) in peers.items()}
    times = interleaved(work, repeats=1 if quick else 3)
    for worker in work.values():
        worker.close()

    ours = {n: environment_steps(chunk=chunk) / times[f"house, {n} devices"].median for n in house}
    peer = {name: steps / times[name].median for name, (steps, _) in peers.items()}
    best = max(ours.values())

    def beside(kind: str, n_envs: int) -> tuple[str, str, float]:
        speed = max(v for name, v in peer.items() if name.startswith(f"{kind}, {n_envs} "))
        return f"SB3-contrib {speed:,.0f} steps/s", f"{best / speed:,.0f} x", best / speed

    rows = [
        Row(
            "two-step meta-RL training, 2 cores",
            ours=f"{best / 1e6:.2f} M steps/s",
            target="at least 0.50 M, aim for 1 M steps/s",
            met=best >= 5e5,
            how=f"`neurorl.train.train_agent`, fixation, LSTM(48), 4 replicas x 16 sessions x {STEPS} steps an update; "
            f"one host device {ours[1] / 1e6:.2f} M, two {ours[2] / 1e6:.2f} M",
            numbers={
                "steps_per_second": {f"house, {n} devices": v for n, v in ours.items()} | peer,
                "seconds": {name: t.summary() for name, t in times.items()},
                "first_call_seconds": {f"{n} devices": worker.ready["first_call"] for n, worker in house.items()},
                "peer_parameters": {name: worker.ready["parameters"] for name, (_, worker) in peers.items()},
            },
        )
    ]
    for (kind, n_envs), words, target in zip(
        PEERS,
        ("as it comes", "set up like one of our replicas", "the same with 64 sessions an update"),
        ("at least 1,000 x", "", ""),
        strict=True,
    ):
        shown, ratio, value = beside(kind, n_envs)
        setting = (
            "`MlpLstmPolicy`, 48 units, every other setting its default (10 epochs, batches of 128)"
            if kind == "default"
            else "one shared LSTM(48), no further layers, one epoch in one batch"
        )
        rows.append(
            Row(
                f"the same beside RecurrentPPO, {words}",
                ours=f"{best / 1e6:.2f} M steps/s",
                peer=shown,
                ratio=ratio,
                target=target,
                met=value >= 1000 if target else None,
                how=f"{setting}; {n_envs} environments x {STEPS} steps, the better of 1 and 2 threads",
            )
        )
    return rows


if __name__ == "__main__":
    hand_over(measure)
