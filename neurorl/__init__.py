"""neurorl: reinforcement learning in brains and in machines.

One object plays, is fitted, is compared, is lesioned, is recorded and is meta-trained. The names are those of
`__init__.pyi`; each is imported when it is first used, so that `import neurorl` costs nothing.
"""

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
