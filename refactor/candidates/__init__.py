"""What a failing reference may have meant: the candidates, each with the evidence for it.

Nothing here changes or reports anything. Two independent pieces of evidence that agree make a repair
safe; one alone leaves it a guess; a tie is left to the reader, with the choices.
"""

from refactor.candidates.backend_ports import backend_port
from refactor.candidates.choice import Choice, Option, decide
from refactor.candidates.pod_ports import probe_port, target_port
from refactor.candidates.services import near_service
from refactor.candidates.workloads import Match, near_workload

__all__ = [
    "Choice",
    "Match",
    "Option",
    "backend_port",
    "decide",
    "near_service",
    "near_workload",
    "probe_port",
    "target_port",
]
