"""neurorl: reinforcement learning in brains and in machines.

One object plays, is fitted, is compared, is lesioned, is recorded and is meta-trained.
"""

__version__ = "0.1.0"
