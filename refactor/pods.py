"""What stands open in a pod: the declared ports of its containers, and the probes that call them.

https://kubernetes.io/docs/concepts/workloads/pods/ · native sidecars are init containers with
`restartPolicy: Always`; a probe's port name is looked up in its own container only.
"""

from collections.abc import Iterator

from refactor.frozen import frozen
from refactor.kubernetes.meta import PortRef, meant
from refactor.kubernetes.workload import Container, ContainerPort
from refactor.kubernetes.workload import Probe as ProbeSpec
from refactor.world import Path, Ref, Resource
from refactor.world.labelling import template_of


@frozen
class PodPort:
    """A declared container port: `container` is the path of its container in the workload."""

    workload: Resource
    container: Path
    owner: Container
    index: int
    port: ContainerPort
    sidecar: bool

    @property
    def at(self) -> Ref:
        """The entry in the container's `ports`."""
        return Ref(self.workload, (*self.container, "ports", self.index))


@frozen
class ProbePort:
    """A port that a probe or hook asks for: `kind` is `readinessProbe`, `lifecycle.postStart` …"""

    at: Ref
    container: Path
    owner: Container
    kind: str
    action: str
    wanted: PortRef


def containers(workload: Resource) -> Iterator[tuple[Path, Container, bool]]:
    """Path, container and whether it is a sidecar, in the order in which names are looked up."""
    template = template_of(workload)
    if template is None:
        return
    base = (*workload.body.template_path, "spec")
    for index, container in enumerate(template.spec.containers):
        yield (*base, "containers", index), container, False
    for index, container in enumerate(template.spec.init_containers):
        if container.sidecar:
            yield (*base, "initContainers", index), container, True


def pod_ports(workload: Resource) -> tuple[PodPort, ...]:
    """All declared ports of a workload's pods, in the order in which a targetPort is looked up."""
    return tuple(
        PodPort(workload, path, container, index, port, sidecar)
        for path, container, sidecar in containers(workload)
        for index, port in enumerate(container.ports)
    )


def probe_ports(workload: Resource) -> Iterator[ProbePort]:
    """Every port that the kubelet will call in a workload's pods."""
    for path, container, _ in containers(workload):
        probes = (
            ("readinessProbe", container.readiness_probe),
            ("livenessProbe", container.liveness_probe),
            ("startupProbe", container.startup_probe),
        )
        for kind, probe in probes:
            if probe is not None:
                yield from _actions(workload, path, container, (kind,), probe)
        hooks = container.lifecycle
        if hooks is not None:
            for kind, hook in (("postStart", hooks.post_start), ("preStop", hooks.pre_stop)):
                if hook is not None and hook.http_get is not None:
                    yield from _actions(workload, path, container, ("lifecycle", kind), hook)


def _actions(
    workload: Resource, path: Path, owner: Container, steps: tuple[str, ...], probe: ProbeSpec
) -> Iterator[ProbePort]:
    for name, action in (("httpGet", probe.http_get), ("tcpSocket", probe.tcp_socket), ("grpc", probe.grpc)):
        wanted = None if action is None else meant(action.port)
        # A hook calls by HTTP only: the API accepts its tcpSocket, and nothing ever runs it.
        if wanted is not None and (name == "httpGet" or steps[0] != "lifecycle"):
            at = Ref(workload, (*path, *steps, name, "port"))
            yield ProbePort(at, path, owner, ".".join(steps), name, wanted)
