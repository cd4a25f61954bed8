"""Rows: Harlow from pixels, views a second of training at both sizes, beside the same network in PyTorch.

A view is what a network sees at a decision; a decision lasts several frames, and only the last is rendered.
"""

from benchmarks.row import Row, hand_over
from benchmarks.timing import Worker, cores, interleaved

# view: its words, sessions and steps of an update, updates that are timed together
SIZES = {
    "small": ("24 x 48 pixels, 128 units", 32, 40, 8),
    "paper": ("84 x 84 pixels, 256 units", 32, 25, 3),
}
WAYS = {
    "ahead": "PyTorch on views and rewards that lie ready, those of an update through the convolutions in one batch",
    "stepwise": "the same, but each step's views after its actions, as when a network turns its gaze",
}


def measure(quick: bool) -> list[Row]:
    return [row for view in SIZES for row in _rows(view, quick)]


def _rows(view: str, quick: bool) -> list[Row]:
    words, parallel, steps, updates = SIZES[view]
    updates = 1 if quick else updates
    n = cores()
    work = {"house": Worker("benchmarks.harlow_house", view, parallel, steps, updates)} | {
        way: Worker("benchmarks.harlow_torch", view, parallel, steps, updates, way, n) for way in WAYS
    }
    times = interleaved(work, repeats=1 if quick else 5, warm=False)
    for worker in work.values():
        worker.close()
    sizes = {name: worker.ready["parameters"] for name, worker in work.items()}
    assert len(set(sizes.values())) == 1, f"not the same network: {sizes}"
    speed = {name: parallel * steps * updates / t.median for name, t in times.items()}
    peak = {name: worker.ready["peak_gib"] for name, worker in work.items()}
    on = "one core" if n == 1 else f"{n} cores"
    return [
        Row(
            f"Harlow from pixels, {words}" + (", beside PyTorch" if way == "ahead" else ", the same step by step"),
            ours=f"{speed['house']:,.0f} views/s; peak {peak['house']:.2f} GiB",
            peer=f"{speed[way]:,.0f} views/s; peak {peak[way]:.2f} GiB",
            ratio=f"{speed['house'] / speed[way]:.2f} x",
            how=f"`train_agent` on `harlow_pixels`, rendering included, {parallel} sessions x {steps} decisions an "
            f"update, {on}; {WAYS[way]}",
            numbers={
                "views_per_second": speed,
                "seconds": {name: t.summary() for name, t in times.items()},
                "peak_gib": peak,
                "parameters": sizes["house"],
                "first_call_seconds": work["house"].ready["first_call"],
            }
            if way == "ahead"
            else {},
        )
        for way in WAYS
    ]


if __name__ == "__main__":
    hand_over(measure)
