"""Laws tell rounding from a fault: what single precision blurs is judged in double precision."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from honest import Arms, Learner, broken

from neurorl.core.policy import Categorical
from neurorl.testing import agent_laws, check_agent
from neurorl.testing.meeting import Meeting
from neurorl.testing.rounding import ROUGH, not_by_rounding

# Terms that nearly cancel: forwards and backwards float32 sums of them differ by a few 1e-6, exact sums by nothing.
TERMS = np.random.default_rng(0).normal(size=400) * 3.0


def summed(backwards: bool, dtype=None):
    """Sum of the terms times x, one after the other, from either end."""

    def total(x):
        wide = x.dtype if dtype is None else dtype
        terms = jnp.asarray(TERMS[::-1] if backwards else TERMS, wide)
        each = terms * x.astype(wide)
        return jax.lax.scan(lambda so_far, term: (so_far + term, None), jnp.zeros((), wide), each)[0].astype(x.dtype)

    return total


def reordered(leak: float = 0.0, dtype=None):
    """A sum that a batch adds up from the other end, as compilers do; `leak` mixes the sessions of a batch."""
    alone, in_batch = summed(False, dtype), summed(True, dtype)

    @jax.custom_batching.custom_vmap
    def total(x):
        return alone(x)

    @total.def_vmap
    def _(axis_size, in_batched, x):
        return jax.vmap(in_batch)(x) + leak * (jnp.roll(x, 1) - x), True

    total = jax.custom_jvp(total)
    total.defjvp(lambda x, dx: (total(x[0]), TERMS.sum() * dx[0]))
    return total


def adder(total):
    @dataclass(frozen=True)
    class Adder(Learner):
        def act(self, params, state, obs):
            return state, Categorical(params.beta * state + jnp.stack([0.2 * total(state[0]), 0.0 * state[0]]))

    return Adder


def test_the_two_orders_differ_in_single_precision_by_more_than_the_tolerance_in_double():
    x = jnp.float32(0.3)
    there, back = float(summed(False)(x)), float(summed(True)(x))
    assert 1e-6 < abs(there - back) < ROUGH


@pytest.mark.parametrize(
    ("leak", "dtype", "expected"),
    [
        (0.0, None, set()),  # honest
        (0.0, jnp.float32, set()),  # honest, and computing in single precision whatever is asked for
        (1e-4, None, {"batch"}),
        (5e-5, None, {"batch"}),  # answers move by less than 1e-5, as rounding moves them
    ],
)
def test_an_agent_that_sums_in_another_order_is_honest_and_one_that_leaks_is_not(leak, dtype, expected):
    assert broken(check_agent(adder(reordered(leak, dtype)), Arms())) == expected


def test_single_precision_alone_would_call_the_honest_one_broken():
    agent = adder(reordered())()
    assert agent_laws._batch(Meeting(agent, Arms())) is not None


def test_what_fails_in_double_precision_too_is_broken_and_what_cannot_run_there_is_judged_roughly():
    meeting, asked = Meeting(Learner(), Arms()), []

    def off_by(error: float, runs_in_double: bool):
        def fault(m):
            asked.append((bool(jax.config.jax_enable_x64), m.tolerance))
            if jax.config.jax_enable_x64 and not runs_in_double:
                raise TypeError("float32 only")
            return "off" if error > m.tolerance else None

        return not_by_rounding(fault)(meeting)

    assert off_by(5e-7, True) is None and asked == [(False, 1e-6)]
    assert off_by(2e-6, True) == "off" and asked[1:] == [(False, 1e-6), (True, 1e-6)]
    assert off_by(2e-6, False) is None and asked[-1] == (False, ROUGH)
    assert off_by(1e-4, False) == "off"
    assert meeting.tolerance == 1e-6
