"""The one loop and its readings: simulate, replay, score."""

from neurorl.loop.recorded import Recorded, log_likelihood, replay
from neurorl.loop.run import run, simulate

__all__ = ["Recorded", "log_likelihood", "replay", "run", "simulate"]
