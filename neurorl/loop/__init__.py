"""The one loop and its readings: simulate, replay, score, learn in other ways than on behaviour."""

from neurorl.loop.many import replay_many, simulate_many
from neurorl.loop.modes import Batch, ExperienceReplay, Mode, OnBehaviour, Parallel, learn, relearn
from neurorl.loop.recorded import Recorded, log_likelihood, replay
from neurorl.loop.run import Going, begin, choose, go_on, run, simulate

__all__ = [
    "Batch",
    "ExperienceReplay",
    "Going",
    "Mode",
    "OnBehaviour",
    "Parallel",
    "Recorded",
    "begin",
    "choose",
    "go_on",
    "learn",
    "log_likelihood",
    "relearn",
    "replay",
    "replay_many",
    "run",
    "simulate",
    "simulate_many",
]
