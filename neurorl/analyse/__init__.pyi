from .analysis import Analysis as Analysis
from .choices import Choices as Choices
from .outcome import Outcome as Outcome
