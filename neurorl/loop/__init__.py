"""The one loop and its readings: simulate, replay, score."""

from neurorl.loop.many import replay_many, simulate_many
from neurorl.loop.recorded import Recorded, log_likelihood, replay
from neurorl.loop.run import run, simulate

__all__ = ["Recorded", "log_likelihood", "replay", "replay_many", "run", "simulate", "simulate_many"]
