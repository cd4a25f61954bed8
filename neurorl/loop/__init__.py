"""The one loop and its readings: simulate, replay, score."""

from neurorl.loop.many import replay_many, simulate_many
from neurorl.loop.recorded import Recorded, log_likelihood, replay
from neurorl.loop.run import Going, begin, choose, go_on, run, simulate

__all__ = [
    "Going",
    "Recorded",
    "begin",
    "choose",
    "go_on",
    "log_likelihood",
    "replay",
    "replay_many",
    "run",
    "simulate",
    "simulate_many",
]
