"""Settings of a training run, as plain values that can be written to JSON and compared."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

import optax

from neurorl.core.errors import BadValue


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


@dataclass(frozen=True)
class TrainConfig:
    """How an actor-critic is trained.

    The defaults are this project's fast recipe; `paper()` gives Wang et al. 2018.

    Attributes:
        sessions: sessions each replica is trained on (rounded up to whole chunks).
        steps: steps in a session (at most, where a task's sessions end by themselves).
        unroll: steps of one update, through which gradients flow; a session then takes several updates. None
            for whole sessions.
        replicas: networks with different seeds, trained in one call.
        parallel: sessions averaged in one update.
        discount: reward discount per step, across trials.
        value_cost: weight of the value loss (beta_v).
        entropy: weight of the entropy bonus (beta_e), reward units per nat.
        step_size: learning rate of the optimiser.
        optimiser: "adam" or "rmsprop" (decay 0.99, epsilon 1e-5).
        clip: largest norm of a gradient; None for no limit.
        chunk: updates between two checkpoints.
    """

    sessions: int = 20_000
    steps: int = 300
    unroll: int | None = None
    replicas: int = 4
    parallel: int = 16
    discount: float = 0.9
    value_cost: float = 0.05
    entropy: Schedule = Schedule(0.05, 0.05)
    step_size: Schedule = Schedule(3e-3, 3e-3)
    optimiser: Literal["adam", "rmsprop"] = "adam"
    clip: float | None = 1.0
    chunk: int = 50

    def __post_init__(self) -> None:
        for name in ("sessions", "steps", "replicas", "parallel", "chunk"):
            if getattr(self, name) < 1:
                raise BadValue(f"{name} = {getattr(self, name)} cannot be: training needs at least 1.")
        if self.unroll is not None and not 1 <= self.unroll <= self.steps:
            raise BadValue(f"unroll = {self.unroll} cannot be: choose 1 to {self.steps}, the steps of a session.")
        if not 0 <= self.discount <= 1:
            raise BadValue(f"discount = {self.discount:g} is outside [0, 1]; choose the discount of one step.")
        if self.optimiser not in ("adam", "rmsprop"):
            raise BadValue(f"There is no optimiser '{self.optimiser}' here; choose adam or rmsprop.")

    @staticmethod
    def paper(**changes: Any) -> "TrainConfig":
        """Wang et al. 2018, Methods: RMSProp 7e-4, one session an update, no clipping.

        The paper does not state epsilon; 1e-5 learns the fixation protocol within its budget.
        """
        settings: dict[str, Any] = dict(
            sessions=10_000, parallel=1, replicas=8, optimiser="rmsprop", step_size=constant(7e-4), clip=None, chunk=250
        )
        return TrainConfig(**(settings | changes))

    @staticmethod
    def from_dict(values: dict[str, Any]) -> "TrainConfig":
        """The inverse of `as_dict`."""
        schedules: dict[str, Any] = {k: Schedule(**values[k]) for k in ("entropy", "step_size")}
        return TrainConfig(**(values | schedules))

    @property
    def updates_per_session(self) -> int:
        return 1 if self.unroll is None else -(-self.steps // self.unroll)

    @property
    def n_chunks(self) -> int:
        return -(-self.sessions * self.updates_per_session // (self.parallel * self.chunk))

    def sessions_after(self, n_updates: int) -> int:
        """Sessions a replica has had after this many updates."""
        return n_updates * self.parallel // self.updates_per_session

    @property
    def n_updates(self) -> int:
        return self.n_chunks * self.chunk

    def optimise(self) -> optax.GradientTransformation:
        """The optimiser these settings describe."""
        rate = self.step_size.over(self.n_updates)
        rule = optax.adam(rate) if self.optimiser == "adam" else optax.rmsprop(rate, decay=0.99, eps=1e-5)
        return rule if self.clip is None else optax.chain(optax.clip_by_global_norm(self.clip), rule)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self)
