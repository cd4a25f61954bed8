"""Row: log-likelihood of 200 subjects x 300 trials and its gradient, beside a scan written by hand for this model."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from benchmarks.choices import AGENT, subjects
from benchmarks.row import Row, hand_over
from benchmarks.timing import interleaved
from neurorl.core.types import Record
from neurorl.loop import log_likelihood

SUBJECTS, TRIALS = 200, 300


def by_hand(params: Any, record: Record) -> Array:
    """The same model and nothing else: two arms, no masks, no latents, no illegal answers."""
    chosen = jax.nn.one_hot(record.action, 2)

    def body(q: Array, row: tuple[Array, Array]) -> tuple[Array, Array]:
        chosen, reward = row
        log_p = jax.nn.log_softmax(params.beta * q) @ chosen
        return q + params.alpha * chosen * (reward - q), log_p

    return jax.lax.scan(body, jnp.zeros(2), (chosen, record.reward))[1].sum()


def through_the_loop(params: Any, record: Record) -> Array:
    return log_likelihood(jax.random.key(0), AGENT, params, record)


def measure(quick: bool) -> list[Row]:
    params, records = subjects(SUBJECTS, TRIALS)
    scores = {"house": through_the_loop, "by hand": by_hand}
    value = {name: jax.jit(jax.vmap(score)) for name, score in scores.items()}
    gradient = {name: jax.jit(jax.vmap(jax.value_and_grad(score))) for name, score in scores.items()}
    both = [jax.tree.leaves(g(params, records)) for g in gradient.values()]
    difference = max(float(jnp.abs(a - b).max()) for a, b in zip(*both, strict=True))
    np.testing.assert_allclose(value["house"](params, records), value["by hand"](params, records), rtol=1e-4)

    def work(compiled: Callable[..., Any]) -> Callable[[], Any]:
        return lambda: jax.block_until_ready(compiled(params, records))

    pieces = {
        f"{name}, {what}": work(f) for what, fs in (("value", value), ("gradient", gradient)) for name, f in fs.items()
    }
    times = interleaved(pieces, repeats=7 if quick else 61)
    rows = []
    for what, title in (("value", "log-likelihood"), ("gradient", "log-likelihood and its gradient")):
        ours, peer = times[f"house, {what}"].median, times[f"by hand, {what}"].median
        rows.append(
            Row(
                f"{title}, {SUBJECTS} subjects x {TRIALS} trials",
                ours=f"{1e3 * ours:.2f} ms",
                peer=f"{1e3 * peer:.2f} ms",
                ratio=f"{ours / peer:.2f} x its time",
                target="at most 2 x a scan by hand",
                met=ours <= 2 * peer,
                how="`neurorl.loop.log_likelihood` of `rescorla_wagner`, jitted, vmapped; the two agree to "
                f"{difference:.0e} in value and gradient",
                numbers={"seconds": {name: t.summary() for name, t in times.items() if name.endswith(what)}},
            )
        )
    return rows


if __name__ == "__main__":
    hand_over(measure)
