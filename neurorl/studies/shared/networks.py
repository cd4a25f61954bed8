"""Trained networks for studies: trained now, or taken from the zoo."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jax

from neurorl.core.fitted import Fitted
from neurorl.core.study import Context, Network
from neurorl.train import TrainConfig, train_agent
from neurorl.train.driver import Probe
from neurorl.zoo import load_zoo


def trained(context: Context, network: Network, *, probe: Probe | None = None) -> tuple[Fitted, Any, Any]:
    """The replicas of a network, its agent and the task it was trained on.

    With `context.zoo` they are those of the zoo, whatever the recipe of this scale; else they are trained, with
    checkpoints in the study's working folder, so that an interrupted study goes on where it stopped. `probe` adds to
    the learning curve, as in `train_agent`.
    """
    if context.zoo:
        entry = load_zoo(network.name)
        return Fitted(entry.params, entry.curve, origin=entry.origin), entry.agent, entry.task
    agent, task = network.make()
    short = network.name.rpartition("/")[2]
    fitted = train_agent(
        agent,
        task,
        network.config,
        seed=context.seed,
        folder=context.folder / short,
        resume=True,
        quiet=context.quiet,
        name=f"Training {short.replace('_', ' ')}",
        probe=probe,
    )
    return fitted, agent, task


def recipe(config: TrainConfig, **changes: Any) -> Callable[[Any], Any]:
    """A study's recipe for `Study.recipes`: its settings with `config`, as many replicas as before, and `changes`."""
    return lambda settings: replace(settings, train=replace(config, replicas=settings.train.replicas), **changes)


def replicas_of(fitted: Fitted) -> int:
    """How many replicas the stacked parameters hold."""
    return jax.tree.leaves(fitted.params)[0].shape[0]
