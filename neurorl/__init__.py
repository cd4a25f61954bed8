"""neurorl: reinforcement learning in brains and in machines.

One object plays, is fitted, is compared, is lesioned, is recorded and is meta-trained. The names are those of
`__init__.pyi`; each is imported when it is first used, so that `import neurorl` costs nothing.
"""

from neurorl.core.lazy import lazily

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazily(__name__, __file__)
