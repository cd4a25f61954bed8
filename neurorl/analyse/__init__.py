"""From a table of choices to a page: fits, evidence, recovery, checks and words, as one object."""

from neurorl.core.lazy import lazily

# The names are those of __init__.pyi; each is imported when it is first used.
__getattr__, __dir__, __all__ = lazily(__name__, __file__)
