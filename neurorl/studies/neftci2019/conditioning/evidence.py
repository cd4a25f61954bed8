"""What the conditioning study gathers: choices without values, averages, competition of cues, and fits to people."""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd

from neurorl.core import catalogue
from neurorl.core.params import replace
from neurorl.core.study import Context, Evidence
from neurorl.loop import run, simulate_many
from neurorl.studies.neftci2019.conditioning.programmes import DESIGNS, MODELS, TRIALS, conditioning, designs, people
from neurorl.tasks.bandit import Params as Arms
from neurorl.tasks.pavlovian import Trial
from neurorl.tasks.reversal import Params as Reversing

CUES, OF_PEOPLE = ("A", "B", "X"), ("A", "B", "C", "D", "X", "Y")
STEP = 0.02  # of the linear operators
BLOCK = 60  # trials before the reversal, and after it

# learner: probabilities of reward of both arms, step after a reward, step after none
OPERATORS = {
    "reward-penalty": ((0.7, 0.3), STEP, STEP),
    "reward-penalty, 75:25": ((0.75, 0.25), STEP, STEP),
    "reward-inaction": ((0.7, 0.3), STEP, 0.0),
}
START = 0.0  # value of an arm before its first outcome
REVERSED = {"sample average": ("sample_average", {}), "delta rule, α = .3": ("rescorla_wagner", {"alpha": 0.3})}
GRIDS = {
    "rescorla_wagner": ("alpha_us", "alpha_none"),
    "pearce_hall": ("kappa", "eta"),
    "mackintosh": ("alpha", "theta"),
}


@dataclass(frozen=True)
class Scale:
    """How much is gathered.

    Attributes:
        choosers: simulated learners on each bandit.
        choices: trials of each.
        reversers: learners that meet the reversal.
        orders: sessions of each design, each with its own order of trials.
        steady: trials of each of 50 learners whose variance is measured.
        grid: values of each parameter when people's ratings are fitted.
    """

    choosers: int = 200
    choices: int = 2000
    reversers: int = 1000
    orders: int = 20
    steady: int = 20_000
    grid: int = 40


def gather(context: Context) -> Evidence:
    """Everything in double precision, since the claims are about equalities."""
    scale: Scale = context.settings
    keys = jax.random.split(jax.random.key(context.seed), 5)
    with jax.enable_x64(True):
        probabilities, numbers = operators(keys[0], scale)
        return Evidence(
            tables={
                "probabilities": probabilities,
                "reversal": reversal(keys[1], scale.reversers),
                "values": cue_values(keys[2], scale.orders),
                "people": fits_of_people(keys[3], scale.grid),
            },
            numbers=numbers | averages(keys[4], scale.choices) | {"variance": variance(keys[4], scale.steady)},
        )


def operators(key: Any, scale: Scale) -> tuple[pd.DataFrame, dict[str, float]]:
    """Choice probabilities of Bush-Mosteller learners, [learner, subject, every tenth trial]; and the exact check."""
    task = catalogue.load("task", "bandit")
    agent = catalogue.load("agent", "bush_mosteller").for_spaces(task.spaces)
    parts, worst = [], 0.0
    for name, (p, reward, none) in OPERATORS.items():
        params = replace(agent.params(), alpha_reward=reward, alpha_none=none)
        arms = Arms(jnp.asarray(p), jnp.asarray(p))
        played = simulate_many(key, agent, params, task, scale.choices, subjects=scale.choosers, task_params=arms)
        seen = np.asarray(played.latents.p)[..., 0]
        action, paid = np.asarray(played.action), np.asarray(played.reward)
        worst = max(worst, _away_from_recursion(seen, action, paid, reward, none))
        index = pd.MultiIndex.from_product([range(len(seen)), range(0, scale.choices, 10)], names=["subject", "trial"])
        parts.append(pd.DataFrame({"p": seen[:, ::10].ravel()}, index=index).reset_index().assign(learner=name))
    return pd.concat(parts, ignore_index=True), {"operator_deviation": worst}


def _away_from_recursion(p: np.ndarray, action: np.ndarray, reward: np.ndarray, up: float, down: float) -> float:
    """Largest difference from an independent implementation of the operators, for the first arm of two."""
    after_reward = np.where(action == 0, p + up * (1 - p), (1 - up) * p)
    after_none = np.where(action == 0, (1 - down) * p, p + down * (1 - p))
    expected = np.where(reward > 0, after_reward, after_none)[:, :-1]
    return float(np.abs(p[:, 1:] - expected).max())


def averages(key: Any, trials: int) -> dict[str, float]:
    """Largest difference between R/C and a delta rule with rate 1/C on the same choices."""
    task = catalogue.load("task", "bandit")
    agent = catalogue.load("agent", "sample_average")(task.spaces, initial=START)
    p = jnp.asarray([0.4, 0.6])
    played = run(key, agent, replace(agent.params(), beta=1.0), task, Arms(p, p), trials)
    action, reward, q = (np.asarray(x) for x in (played.action, played.reward, played.latents.q))
    v, n, worst = np.zeros(2), np.zeros(2), 0.0
    for t in range(trials):
        worst = max(worst, float(np.abs(q[t] - v).max()))
        n[action[t]] += 1
        v[action[t]] += (reward[t] - v[action[t]]) / n[action[t]]
    return {"average_deviation": worst}


def reversal(key: Any, subjects: int) -> pd.DataFrame:
    """Share of better choices around one reversal: columns learner, trial (0 is the first after it), better."""
    task = type(catalogue.load("task", "reversal"))(blocks=True)
    once, parts = Reversing(block_low=BLOCK, block_high=BLOCK), []
    for name, (which, settings) in REVERSED.items():
        agent = catalogue.load("agent", which)(task.spaces, initial=START)
        params = replace(agent.params(), beta=5.0, **settings)
        played = simulate_many(key, agent, params, task, 2 * BLOCK, subjects=subjects, task_params=once)
        better = np.asarray(played.action == played.truth.best).mean(axis=0)
        parts.append(pd.DataFrame({"learner": name, "trial": np.arange(-BLOCK, BLOCK), "better": better}))
    return pd.concat(parts, ignore_index=True)


def cue_values(key: Any, orders: int) -> pd.DataFrame:
    """Value of each cue before each trial of each design: columns model, design, trial, cue, v (mean over orders)."""
    task, parts = conditioning(CUES), []
    of_designs, keys = designs(task), jax.random.split(key, orders)
    for name, model in MODELS.items():
        agent, params = model.make(task)

        def session(key: Any, of: Any, agent: Any = agent, params: Any = params) -> Any:
            return run(key, agent, params, task, of, TRIALS + 1).latents.v

        v = jax.jit(jax.vmap(jax.vmap(session, (0, None)), (None, 0)))(keys, of_designs).mean(axis=1)
        index = pd.MultiIndex.from_product([list(DESIGNS), range(TRIALS + 1), CUES], names=["design", "trial", "cue"])
        parts.append(pd.DataFrame({"v": np.asarray(v).ravel()}, index=index).reset_index().assign(model=name))
    return pd.concat(parts, ignore_index=True)


def variance(key: Any, trials: int) -> float:
    """Variance of a settled value whose rewards come with probability 1/2, over many learners and trials."""
    task = conditioning(("A",))
    agent, params = MODELS["rescorla_wagner"].make(task)
    half = task.programme({"A?": Trial({"A": (0, 1)}, 1, p=0.5)}, ((1, {"A?": 1}),))
    played = simulate_many(key, agent, params, task, trials, subjects=50, task_params=half)
    return float(jnp.var(played.latents.v[:, trials // 10 :, 0]))


def fits_of_people(key: Any, grid: int) -> pd.DataFrame:
    """Cue values at the end of the experiment with people, for a grid of two parameters of each learner.

    Columns model, first, second (values of the parameters named in `GRIDS`), cue, v.
    """
    task, parts = conditioning(OF_PEOPLE), []
    programme, points = people(task), jnp.linspace(0.025, 1.0, grid)
    for name, varied in GRIDS.items():
        agent, params = MODELS[name].make(task)

        def end(first: Any, second: Any, agent: Any = agent, params: Any = params, varied: Any = varied) -> Any:
            here = replace(params, **dict(zip(varied, (first, second), strict=True)))
            return run(key, agent, here, task, programme, len(programme.trials) + 1).latents.v[-1]

        v = jax.jit(jax.vmap(jax.vmap(end, (None, 0)), (0, None)))(points, points)
        index = pd.MultiIndex.from_product([np.asarray(points)] * 2 + [OF_PEOPLE], names=["first", "second", "cue"])
        parts.append(pd.DataFrame({"v": np.asarray(v).ravel()}, index=index).reset_index().assign(model=name))
    return pd.concat(parts, ignore_index=True)
