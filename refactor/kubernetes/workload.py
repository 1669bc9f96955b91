"""Pods and everything that makes pods from a template.

https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/
"""

from functools import cached_property
from typing import Annotated, Any, ClassVar

from refactor.kubernetes.meta import Lenient, Metadata, Model, Object, PortRef, Strings
from refactor.kubernetes.reference import LabelSelector


class ContainerPort(Model):
    name: str | None = None
    container_port: int | None = None
    host_port: int | None = None
    protocol: str | None = None

    @property
    def transport(self) -> str:
        """TCP, UDP or SCTP; TCP is the default."""
        return self.protocol or "TCP"


class PortAction(Model):
    """`httpGet` or `tcpSocket`: a port of the same container, by number or name."""

    port: PortRef | None = None
    path: str | None = None
    scheme: str | None = None


class GRPCAction(Model):
    """`grpc`: by number only."""

    port: int | None = None


class Probe(Model):
    http_get: PortAction | None = None
    tcp_socket: PortAction | None = None
    grpc: GRPCAction | None = None


class Lifecycle(Model):
    post_start: Probe | None = None
    pre_stop: Probe | None = None


class EnvVar(Model):
    name: str | None = None
    value: Any = None


class Container(Model):
    name: str | None = None
    ports: Annotated[tuple[ContainerPort, ...], Lenient] = ()
    env: Annotated[tuple[EnvVar, ...], Lenient] = ()
    command: Strings = ()
    args: Strings = ()
    liveness_probe: Probe | None = None
    readiness_probe: Probe | None = None
    startup_probe: Probe | None = None
    lifecycle: Lifecycle | None = None
    restart_policy: str | None = None

    @property
    def sidecar(self) -> bool:
        """For an init container: a native sidecar, which keeps running beside the others."""
        return self.restart_policy == "Always"


class PodSpec(Model):
    containers: Annotated[tuple[Container, ...], Lenient] = ()
    init_containers: Annotated[tuple[Container, ...], Lenient] = ()
    host_network: bool = False
    node_selector: dict[str, str] | None = None


class PodTemplate(Model):
    metadata: Metadata = Metadata.model_construct()
    spec: PodSpec = PodSpec.model_construct()


class WorkloadSpec(Model):
    selector: LabelSelector | None = None
    template: PodTemplate | None = None
    paused: bool = False
    service_name: str | None = None


class Workload(Object):
    """Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, Argo Rollout."""

    template_path: ClassVar[tuple[str, ...]] = ("spec", "template")
    spec: WorkloadSpec = WorkloadSpec.model_construct()

    @property
    def template(self) -> PodTemplate | None:
        """The pod template; None where the object has none of its own (a Rollout's workloadRef)."""
        return self.spec.template


class JobTemplate(Model):
    metadata: Metadata = Metadata.model_construct()
    spec: WorkloadSpec = WorkloadSpec.model_construct()


class CronJobSpec(Model):
    job_template: JobTemplate = JobTemplate.model_construct()


class CronJob(Object):
    template_path: ClassVar[tuple[str, ...]] = ("spec", "jobTemplate", "spec", "template")
    spec: CronJobSpec = CronJobSpec.model_construct()

    @property
    def template(self) -> PodTemplate | None:
        """The pod template of the Jobs it makes."""
        return self.spec.job_template.spec.template


class Pod(Object):
    template_path: ClassVar[tuple[str, ...]] = ()
    spec: PodSpec = PodSpec.model_construct()

    @cached_property
    def template(self) -> PodTemplate | None:
        """The Pod itself: its labels and its containers."""
        return PodTemplate.model_construct(metadata=self.metadata, spec=self.spec)
