"""Parameters from tasks: training of networks."""

from neurorl.train.config import Schedule, TrainConfig, constant
from neurorl.train.driver import load_trained, train_agent

__all__ = ["Schedule", "TrainConfig", "constant", "load_trained", "train_agent"]
