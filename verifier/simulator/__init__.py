"""An ARM, Kubernetes and token server on loopback, fed by a snapshot or a world written by hand, with faults.

Strict and odd as the services are, so that what reads it correctly reads them. Imports nothing of the other rooms.
"""

from verifier.simulator.faults import Fault
from verifier.simulator.request_log import Seen
from verifier.simulator.server import Simulator, serve, usage

__all__ = ["Fault", "Seen", "Simulator", "serve", "usage"]
