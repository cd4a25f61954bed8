"""The one loop and its readings: simulate, replay, score, learn in other ways than on behaviour."""

from neurorl.loop.learners import Bodies, From, batches, carried, copies, frozen, lagged, replayed
from neurorl.loop.many import replay_many, simulate_many
from neurorl.loop.modes import Batch, ExperienceReplay, Mode, OnBehaviour, Parallel, learn, relearn
from neurorl.loop.particles import PARTICLES, Particles, particles, scorable
from neurorl.loop.recorded import Recorded, log_likelihood, replay
from neurorl.loop.run import Going, begin, choose, go_on, run, simulate
from neurorl.loop.shared import Copies
from neurorl.loop.trials import Trials

__all__ = [
    "PARTICLES",
    "Batch",
    "Bodies",
    "Copies",
    "ExperienceReplay",
    "From",
    "Going",
    "Mode",
    "OnBehaviour",
    "Parallel",
    "Particles",
    "Recorded",
    "Trials",
    "batches",
    "begin",
    "carried",
    "choose",
    "copies",
    "frozen",
    "go_on",
    "lagged",
    "learn",
    "log_likelihood",
    "particles",
    "relearn",
    "replay",
    "replay_many",
    "replayed",
    "run",
    "scorable",
    "simulate",
    "simulate_many",
]
