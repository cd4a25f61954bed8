"""Where parameters come from: the common answer of fitting and of training."""

from typing import Any

import equinox as eqx


class Fitted(eqx.Module):
    """Parameters and how they were found.

    Attributes:
        params: the agent's `Params`, often with a leading axis (subjects, replicas).
        curve: what the search saw on its way: metric name -> values (a learning curve for
            training; starts and their objective for fitting).
        draws: posterior draws where the method makes them, else None.
        origin: method, task, agent, seed, versions, settings, as plain values.
    """

    params: Any
    curve: Any = None
    draws: Any = None
    origin: dict = eqx.field(default_factory=dict, static=True)
