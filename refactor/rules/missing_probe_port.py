"""A probe or hook calls a port that its container doesn't have.

What it does
    Looks up the port of every probe and HTTP hook: a name among the ports of the same container, a
    number among the ports that the pod declares. A number needs no declaration: one that isn't declared is
    only told where the container declares one port for traffic alone, or one that is one digit away from it
    or waits in vain, or where another of its probes asks the same at a declared port; and not where
    arguments or environment call it a port for health or the like.

Why it matters
    A readiness probe by a name that isn't there never passes, and the pod never gets traffic. A startup
    probe never lets the container start. A postStart hook puts it in a crash loop. A liveness probe is
    silently dead: the pod runs, unwatched. A number needs no declaration, so it is only a suspicion.

Example
    `readinessProbe: {httpGet: {port: htpp}}` in a container whose port is called `http` becomes
    `port: http`.

Fix safety
    Safe where two pieces of evidence agree on the port, or the container's sole, nameless port gets the
    name. Unsafe with one, and always for a liveness probe: the repair switches it on.

https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/
"""

import re
from collections.abc import Iterator

from refactor.candidates import Choice, probe_port
from refactor.candidates.listening import idle_ports, is_aside, is_beside
from refactor.candidates.pod_ports import one_digit
from refactor.candidates.renaming import give_name
from refactor.changes import Declined, Fix
from refactor.decisions import Decisions
from refactor.findings import Category, Finding, Note, Safety
from refactor.pods import PodPort
from refactor.routes import Probe, Reason, TrafficGraph
from refactor.rules.base import Rule
from refactor.wording import number_text, pod_port_text, pod_ports_text
from refactor.world import Change, SetScalar

NAME = "missing-probe-port"

_FOR_PROBES = re.compile(r"health|status|probe|live|ready")
# The last word of a path: /healthz and /readyz, /-/healthy and /-/ready, /health/live.
_HEALTH = re.compile(r"/(?:health|live|alive|read[iy]|start)[a-z]*/?$", re.I)
_LISTENS = "whether somebody listens"

_EFFECT = {
    "readinessProbe": "the pod never gets ready, so it gets no traffic",
    "startupProbe": "the container never counts as started, so it gets no traffic",
    "livenessProbe": "the probe is silently dead and never restarts the container",
    "lifecycle.postStart": "the hook fails and the container is restarted again and again",
    "lifecycle.preStop": "the container is stopped without its hook",
}


def check(graph: TrafficGraph) -> Iterator[Finding]:
    for probe in graph.probes:
        if probe.reason is Reason.NO_TARGET or (probe.reason is Reason.UNDECLARED and _is_odd(graph, probe)):
            yield _finding(graph, probe)


def _is_odd(graph: TrafficGraph, probe: Probe) -> bool:
    """Whether a number that isn't declared is more than that; with a `host` it isn't even the pod's."""
    use, number = probe.use, int(probe.use.wanted)
    workload = use.at.resource
    if use.at.parent.to("host").value or is_beside(workload, number):
        return False
    own = [port for port in graph.ports[workload] if port.container == use.container]
    return (
        any(one_digit(number, port.port.container_port or 0) for port in own)
        or (len(own) == 1 and not is_aside(own[0]))
        or any(port in own for port in _waiting(graph, probe))
        or _disagrees(graph, probe)
    )


def _waiting(graph: TrafficGraph, probe: Probe) -> list[PodPort]:
    """The declared ports that nobody asks for and a probe may; those for metrics are called from outside."""
    idle = idle_ports(graph, probe.use.at.resource, int(probe.use.wanted))
    return [port for port in idle if not is_aside(port) or _FOR_PROBES.search(port.port.name or "")]


def _disagrees(graph: TrafficGraph, probe: Probe) -> bool:
    """Whether another probe of the container asks the same at a port that is declared."""
    asked, use = _question(probe), probe.use
    for other in graph.probes_of.get(use.at.resource, ()):
        if other.port is not None and other.use.container == use.container and asked == _question(other):
            return bool(asked)
    return False


def _question(probe: Probe) -> str:
    """What a probe wants to know; a hook wants nothing to be known."""
    if probe.use.kind.startswith("lifecycle"):
        return ""
    if probe.use.action != "httpGet":
        return _LISTENS
    path = str(probe.use.at.parent.to("path").value or "/")
    return "whether it is well" if _HEALTH.search(path) else path


def _finding(graph: TrafficGraph, probe: Probe) -> Finding:
    use = probe.use
    own = [port for port in graph.ports[use.at.resource] if port.container == use.container]
    by_name = isinstance(use.wanted, str)
    where = f"container {use.owner.name} in {use.at.resource.label}"
    fate = f"it doesn't have: {_EFFECT[use.kind]}" if by_name else "no container of the pod declares"
    return Finding(
        NAME,
        Category.BROKEN if by_name and not graph.world.patched_by(use.at.resource) else Category.SUSPECT,
        f"the {use.kind} of {where} calls port {use.wanted}, which {fate}",
        use.at,
        tuple(_notes(graph, probe, own)),
        probe,
    )


def _notes(graph: TrafficGraph, probe: Probe, own: list[PodPort]) -> Iterator[Note]:
    use = probe.use
    at = own[0].at.parent if own else use.at.resource.at(*use.container)
    verb = "has" if isinstance(use.wanted, str) else "declares"
    yield Note(f"container {use.owner.name} {verb} {pod_ports_text(own)}", at)
    for other in _elsewhere(graph, probe)[:1]:
        text = f"there is {pod_port_text(other)}, but a name is looked up in the probe's own container only"
        yield Note(text, other.at)


def _elsewhere(graph: TrafficGraph, probe: Probe) -> list[PodPort]:
    return [port for port in graph.ports[probe.use.at.resource] if port.port.name == probe.use.wanted]


def fix(finding: Finding, decisions: Decisions) -> Fix | Declined:
    probe = finding.subject
    assert isinstance(probe, Probe)
    choice = probe_port(decisions.graph, probe)
    if choice.chosen is None:
        return Declined(finding, _undecided(decisions.graph, probe, choice))
    port = choice.chosen.value
    change = _change(decisions.graph, probe, port)
    if isinstance(change, str):
        return Declined(finding, change)
    sole = isinstance(probe.use.wanted, str) and len(choice.options) == 1 and not port.port.name
    patched = decisions.graph.world.patched_by(probe.use.at.resource)
    safe = (choice.safety is Safety.SAFE or sole) and probe.use.kind != "livenessProbe" and not patched
    return Fix(
        f"{probe.use.at.resource.label}: {_told(probe, change)} ({choice.why})",
        (finding,),
        (change,),
        Safety.SAFE if safe else Safety.UNSAFE,
    )


def _undecided(graph: TrafficGraph, probe: Probe, choice: Choice[PodPort]) -> str:
    if choice.tied:
        return f"several ports may be meant: {choice.shown}"
    if isinstance(probe.use.wanted, int):
        waiting = _waiting(graph, probe)
        if waiting:
            declared = pod_port_text(waiting[0])
            return f"{declared} is declared, and nobody asks for it: either of the two numbers may be wrong"
        return "no declared port is likely to be meant; a number needs no declaration"
    elsewhere = _elsewhere(graph, probe)
    if elsewhere:
        return f"a probe reaches another container's port by its number: {number_text(elsewhere[0])}"
    if not choice.options:
        return f"container {probe.use.owner.name} declares no such port; declare it in `ports`, by that name"
    return f"nothing in these files tells which port is meant: {choice.shown}"


def _change(graph: TrafficGraph, probe: Probe, port: PodPort) -> Change | str:
    """The probe keeps its kind of reference; a nameless port gets the name that is asked for."""
    if isinstance(probe.use.wanted, int):
        number = port.port.container_port or probe.use.wanted
        return SetScalar(probe.use.at, number, port.at.to("containerPort"))
    if not port.port.name:
        return give_name(graph, port, probe.use.wanted)
    return SetScalar(probe.use.at, port.port.name, port.at.to("name"))


def _told(probe: Probe, change: Change) -> str:
    if isinstance(change, SetScalar) and change.at == probe.use.at:
        return f"port of its {probe.use.kind} {probe.use.wanted} → {change.value}"
    return f"the nameless port gets the name {probe.use.wanted}, as its {probe.use.kind} asks"


RULE = Rule(NAME, Category.BROKEN, check, fix, of_links=True)
