"""A field is spelt with other capitals than Kubernetes spells it with.

What it does
    Looks at the keys of Services, their ports, the ports of containers and the paths of Ingresses for
    such as differ only in upper and lower case from a field that should stand there (`targetport`,
    `ContainerPort`, `pathtype`).

Why it matters
    Fields are case-sensitive. The API server refuses the object ("unknown field") or, where a client asks
    it to be lenient (Helm 3, `--validate=warn`), drops the field: a Service without its targetPort sends
    traffic to `port`.

Example
    `targetport: http` becomes `targetPort: http`.

Fix safety
    Safe: the value stays, and nothing else can be meant. Unsafe for hostPort, hostIP and nodePort, which take
    something of the node. Declined where the field stands there in another spelling too.

https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation
"""

from collections.abc import Iterator

from refactor.changes import Declined, Fix
from refactor.decisions import Decisions
from refactor.edges import path_items
from refactor.findings import Category, Finding, Safety
from refactor.routes import TrafficGraph
from refactor.rules.base import Rule
from refactor.world import Path, RenameKey, Resource

NAME = "misspelt-field"

_SERVICE = frozenset(
    {"selector", "ports", "type", "clusterIP", "clusterIPs", "externalName", "externalIPs", "loadBalancerIP"}
    | {"sessionAffinity", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy", "externalTrafficPolicy"}
    | {"publishNotReadyAddresses", "loadBalancerClass", "loadBalancerSourceRanges", "healthCheckNodePort"}
)
_SERVICE_PORT = frozenset({"name", "port", "targetPort", "protocol", "nodePort", "appProtocol"})
_CONTAINER_PORT = frozenset({"name", "containerPort", "hostPort", "hostIP", "protocol"})
_PATH = frozenset({"path", "pathType", "backend"})
_ON_THE_NODE = frozenset({"hostPort", "hostIP", "nodePort"})
_RIGHT = {name.lower(): name for name in _SERVICE | _SERVICE_PORT | _CONTAINER_PORT | _PATH}


def check(graph: TrafficGraph) -> Iterator[Finding]:
    for resource, path, holder, known in _mappings(graph):
        # Nearly all are right, and nothing is made for those.
        if not isinstance(holder, dict) or known.issuperset(holder):
            continue
        for key in sorted(holder.keys() - known):
            right = _RIGHT.get(key.lower())
            if right in known:
                text = f"{resource.label} has a field `{key}`, which Kubernetes spells `{right}`"
                yield Finding(NAME, Category.BROKEN, text, resource.at(*path, key), (), right)


def _mappings(graph: TrafficGraph) -> Iterator[tuple[Resource, Path, object, frozenset[str]]]:
    """Each mapping with its place and the fields that it may have."""
    for service in graph.targets:
        spec = service.data.get("spec")
        yield service, ("spec",), spec, _SERVICE
        ports = spec.get("ports") if isinstance(spec, dict) else None
        for index, entry in enumerate(ports if isinstance(ports, list) else ()):
            yield service, ("spec", "ports", index), entry, _SERVICE_PORT
    for ports_of_pod in graph.ports.values():
        for port in ports_of_pod:
            # Whatever is misspelt, one of these is missing then.
            if port.port.container_port is None or port.port.name is None:
                yield port.workload, port.at.path, port.at.value, _CONTAINER_PORT
    for ingress in graph.world.of("Ingress", "networking.k8s.io"):
        for path, item, _ in path_items(ingress):
            yield ingress, path, item, _PATH


def fix(finding: Finding, decisions: Decisions) -> Fix | Declined:
    at, right = finding.at, str(finding.subject)
    holder = at.parent.value
    spelt = [key for key in holder if key.lower() == right.lower()] if isinstance(holder, dict) else []
    if len(spelt) > 1:
        others = ", ".join(f"`{key}`" for key in spelt if key != at.path[-1])
        return Declined(finding, f"{others} stands beside it: take out the one that isn't meant")
    title = f"{at.resource.label}: {at.path[-1]} → {right}"
    safety = Safety.UNSAFE if right in _ON_THE_NODE else Safety.SAFE
    return Fix(title, (finding,), (RenameKey(at, right),), safety)


RULE = Rule(NAME, Category.BROKEN, check, fix, reveals=True)
