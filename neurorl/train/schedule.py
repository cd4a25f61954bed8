"""Settings that change over a training run."""

from dataclasses import dataclass

import optax


@dataclass(frozen=True)
class Schedule:
    """A value that stays at `start` for the share `hold` of training, then goes linearly to `end`."""

    start: float
    end: float
    hold: float = 0.0

    def over(self, n_updates: int) -> optax.Schedule:
        """The schedule as a function of the update index."""
        begin = int(self.hold * n_updates)
        return optax.linear_schedule(self.start, self.end, max(n_updates - begin, 1), begin)


def constant(value: float) -> Schedule:
    """A schedule that never changes."""
    return Schedule(value, value)
