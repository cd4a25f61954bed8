"""Row: the same training on one host device and with replicas sharded over two."""

from benchmarks.row import Row, hand_over
from benchmarks.timing import Worker, interleaved
from benchmarks.train_house import environment_steps


def measure(quick: bool) -> list[Row]:
    chunk = 10 if quick else 50
    workers = {n: Worker("benchmarks.train_house", n, f"chunk={chunk}") for n in (1, 2)}
    times = interleaved({str(n): w for n, w in workers.items()}, repeats=2 if quick else 7)
    for worker in workers.values():
        worker.close()
    one, two = (environment_steps(chunk=chunk) / times[n].median for n in ("1", "2"))
    return [
        Row(
            "training sharded over two host devices",
            ours=f"{two / 1e6:.2f} M steps/s on two",
            peer=f"{one / 1e6:.2f} M steps/s on one",
            ratio=f"{two / one:.2f} x",
            target="more than one device",
            met=two > one,
            how="4 replicas, `jax_num_cpu_devices` 1 and 2, two warm processes in turn",
            numbers={
                "steps_per_second": {"one": one, "two": two},
                "seconds": {name: t.summary() for name, t in times.items()},
            },
        )
    ]


if __name__ == "__main__":
    hand_over(measure)
