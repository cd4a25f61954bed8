from .entry import ZooEntry as ZooEntry
from .entry import load_zoo as load_zoo
from .entry import network_of as network_of
from .index import zoo_names as zoo_names
from .index import zoo_origin as zoo_origin
from .write import write_zoo as write_zoo
