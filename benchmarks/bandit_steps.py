"""Row: steps of a two-armed Bernoulli bandit under a random policy, 2,048 sessions at once, beside gymnax.

gymnax's `BernoulliBandit-misc` (Wang et al. 2017) is the closest of its tasks: two arms, reward 0 or 1, 100
steps. Both return every action and every reward, so that neither can leave its work undone.
"""

from collections.abc import Callable
from typing import Any

import gymnax
import jax
import jax.numpy as jnp

from benchmarks.row import Row, hand_over
from benchmarks.timing import interleaved
from neurorl.agents.random_choice import RandomChoice
from neurorl.loop import run
from neurorl.tasks.bandit import TASK

PARALLEL, STEPS = 2048, 100
Played = tuple[jax.Array, jax.Array]


def through_the_house(key: jax.Array) -> Played:
    agent = RandomChoice.for_spaces(TASK.spaces)
    played = run(key, agent, agent.params(), TASK, TASK.params(), STEPS)
    return played.action, played.reward


def through_gymnax(stepper: str) -> Callable[[jax.Array], Played]:
    """`step` is gymnax's public call, which also prepares a reset at every step; `step_env` is its bare dynamics."""
    env, env_params = gymnax.make("BernoulliBandit-misc")
    actions = env.action_space(env_params)

    def session(key: jax.Array) -> Played:
        key_reset, key_steps = jax.random.split(key)
        _, state = env.reset(key_reset, env_params)

        def body(state, key):
            key_action, key_step = jax.random.split(key)
            action = actions.sample(key_action)
            _, state, reward, *_ = getattr(env, stepper)(key_step, state, action, env_params)
            return state, (action, reward)

        return jax.lax.scan(body, state, jax.random.split(key_steps, STEPS))[1]

    return session


def measure(quick: bool) -> list[Row]:
    keys = jax.random.split(jax.random.key(0), PARALLEL)
    sessions = {
        "house": through_the_house,
        "gymnax step": through_gymnax("step"),
        "gymnax step_env": through_gymnax("step_env"),
    }

    def work(session: Callable[[jax.Array], Played]) -> Callable[[], Any]:
        compiled = jax.jit(jax.vmap(session))
        mean = float(jnp.mean(compiled(keys)[0]))
        assert abs(mean - 0.5) < 0.01, "a random policy chooses each arm half of the time"
        return lambda: jax.block_until_ready(compiled(keys))

    times = interleaved({name: work(s) for name, s in sessions.items()}, repeats=5 if quick else 41)
    speed = {name: PARALLEL * STEPS / t.median for name, t in times.items()}
    numbers = {"steps_per_second": speed, "seconds": {name: t.summary() for name, t in times.items()}}
    rows = []
    for stepper, target in (("step", "at least 1 x"), ("step_env", "")):
        ratio = speed["house"] / speed[f"gymnax {stepper}"]
        rows.append(
            Row(
                f"bandit, random policy, {PARALLEL:,} in parallel, beside gymnax `{stepper}`",
                ours=f"{speed['house'] / 1e6:,.0f} M steps/s",
                peer=f"{speed[f'gymnax {stepper}'] / 1e6:,.0f} M steps/s",
                ratio=f"{ratio:.2f} x",
                target=target,
                met=ratio >= 1 if target else None,
                how=f"`neurorl.run` and `BernoulliBandit-misc` in a scan of {STEPS} steps, jitted, vmapped; "
                + (
                    "every action and reward kept"
                    if target
                    else "gymnax's bare dynamics, without the reset it prepares at each step"
                ),
                numbers=numbers if target else {},
            )
        )
    return rows


if __name__ == "__main__":
    hand_over(measure)
