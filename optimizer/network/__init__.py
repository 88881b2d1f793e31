"""Streets: OSM file, GraphML or place -> graph -> speeds -> `Streets`, with what lies around them.

The only room that knows osmnx, osmium and networkx; they are imported on the cold path alone.
"""

from optimizer.network.features import TAG_KEYS, Features
from optimizer.network.gateways import find_gateways
from optimizer.network.load import load_network
from optimizer.network.network import Network
from optimizer.network.snap import snap

__all__ = ["TAG_KEYS", "Features", "Network", "find_gateways", "load_network", "snap"]
