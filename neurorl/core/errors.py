"""Errors as sentences: what happened, what was expected, what to do."""


class NeurorlError(Exception):
    """Base of every error this library raises on purpose; the command line prints its text and nothing else."""

    exit_code = 2


class DoesNotFit(NeurorlError):
    """An agent cannot meet a task: their spaces do not match. The message says which part."""


class UnknownName(NeurorlError):
    """No task, agent, study or data set has this name. The message suggests the nearest one."""


class BadData(NeurorlError):
    """A table breaks its schema or a rule. The message lists every problem with its row numbers.

    Attributes:
        rules: short names of what was broken, where the table was judged by rules (`neurorl.data.rules`).
    """

    rules: tuple[str, ...] = ()


class BadValue(NeurorlError):
    """A setting or parameter is outside what is allowed."""


class TrainingFailed(NeurorlError):
    """Training met a non-finite loss; the last good checkpoint is kept."""

    exit_code = 3


class StorageFailed(NeurorlError):
    """A file could not be written or read (full disk, truncated file, missing permission)."""

    exit_code = 4
