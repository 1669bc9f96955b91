"""What a port should be called: evidence in, one good name out.

An existing name that fits wins; then what a broken reference asks for; then what is spoken there; then
the well-known number; then `port-<number>`, which a service mesh reads as no protocol.
https://kubernetes.io/docs/concepts/services-networking/service/#multi-port-services
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from refactor.candidates.listening import WELL_KNOWN
from refactor.candidates.portnames import (
    CONTAINER_LIMIT,
    SERVICE_LIMIT,
    is_good,
    mended,
    unique,
    why_not_container,
    why_not_service,
)
from refactor.candidates.protocols import spoken_at_container_ports, spoken_at_service_port
from refactor.candidates.spelling import is_near
from refactor.kubernetes.meta import PortRef
from refactor.placeholders import is_placeholder
from refactor.pods import PodPort
from refactor.references import names_asked_of
from refactor.references.holders import holders_of
from refactor.routes import Reason, Target, TrafficGraph

WhyNot = Callable[[str], str | None]

# Our own table: the registered names are older than most of these servers (9090 is "websm" there).
_NAMES = {
    21: "ftp",
    22: "ssh",
    25: "smtp",
    53: "dns",
    80: "http",
    123: "ntp",
    161: "snmp",
    389: "ldap",
    514: "syslog",
    636: "ldaps",
    1433: "mssql",
    1883: "mqtt",
    2181: "zookeeper",
    2379: "etcd",
    3306: "mysql",
    4222: "nats",
    5432: "postgres",
    5672: "amqp",
    6379: "redis",
    8080: "http",
    9042: "cql",
    9092: "kafka",
    9100: "metrics",
    9411: "zipkin",
    11211: "memcached",
    27017: "mongodb",
    50051: "grpc",
}
# A Service port's name that says no more than its protocol field would.
_TRANSPORTS = frozenset(("tcp", "udp", "sctp"))


def container_port_name(
    graph: TrafficGraph,
    port: PodPort,
    taken: Collection[str],
    *,
    only: bool = False,
    beside: Sequence[PodPort] = (),
) -> str:
    """A good name for a container port that has none, or one that can't stand.

    `taken`: the names that its pod uses already, and others that it mustn't have. `only`: it is the one port
    of its pod without a good name, so what is asked for in vain can mean no other. `beside`: ports of other
    pods that get the same name, so what is known of them counts as well.
    """
    number = port.port.container_port
    ports = (port, *beside)
    called = tuple(dict.fromkeys(name for one in ports for name in _names_of_services(graph, one)))
    options = (
        *(name for one in ports for name in _asked_of_container(graph, one, only)),
        *_kept(port.port.name, CONTAINER_LIMIT, why_not_container, cut=False),
        *(name for name in called if name not in _TRANSPORTS),
        *_kept(port.port.name, CONTAINER_LIMIT, why_not_container, cut=True),
        spoken_at_container_ports(graph, ports),
        _NAMES.get(number or 0),
        *called,
        *_numbered(port.port.name, number, *(n for one in ports for n in _numbers_in_front(graph, one))),
    )
    return _chosen(options, number, taken, CONTAINER_LIMIT)


def service_port_name(
    graph: TrafficGraph,
    target: Target,
    taken: Collection[str],
    *,
    only: bool = False,
    limit: int = SERVICE_LIMIT,
    called: Callable[[PodPort], str | None] = lambda port: port.port.name,
) -> str:
    """A good name for a Service port that has none, or one that can't stand.

    `limit`: in characters. `called`: what its container ports are or will be called.
    """
    number = target.port.port
    options = (
        *_asked_of_service(graph, target, only),
        *_kept(target.port.name, limit, why_not_service, cut=False),
        *_names_of_containers(target, called),
        *_kept(target.port.name, limit, why_not_service, cut=True),
        spoken_at_service_port(graph, target),
        *_numbered(target.port.name, number, target.wanted),
    )
    return _chosen(options, number, taken, limit)


def _chosen(options: Collection[str | None], number: int | None, taken: Collection[str], limit: int) -> str:
    """The first free option; where all are taken, the first one with the number behind it."""
    good = [option for option in options if option and is_good(option, limit)]
    free = next((option for option in good if option not in taken), None)
    if free is None or (free == f"port-{number}" and good[0] != free):
        # `http-8081` beside `http` says more than `port-8081`.
        return unique((good or ["port"])[0], number, taken, limit)
    return free


def _kept(name: str | None, limit: int, why_not: WhyNot, *, cut: bool) -> Iterator[str]:
    """What can be saved of a name that isn't allowed: as it is but for its letters, or `cut` to length.

    A name that is allowed is only here because another port keeps it.
    """
    if name and why_not(name) and (len(name) > limit) is cut:
        short = mended(name, limit)
        if short:
            yield short


def _numbers_in_front(graph: TrafficGraph, port: PodPort) -> Iterator[int | None]:
    """The Service ports that lead here: what 80 stands in front of speaks HTTP on any number."""
    for service in graph.selecting.get(port.workload, ()):
        for target in graph.targets[service]:
            if any(hit.port is port for hit in target.hits):
                yield target.port.port


def _numbered(name: str | None, number: int | None, *others: PortRef | None) -> Iterator[str]:
    """Names by the number: a twin keeps its word (`http-8081`), others get the table's, or `port-<n>`."""
    if name and is_good(name):
        yield unique(name, number, {name})
    for one in (number, *others):
        if isinstance(one, int) and one in _NAMES:
            yield _NAMES[one]
    yield f"port-{number}"


def _asked_of_container(graph: TrafficGraph, port: PodPort, only: bool) -> Iterator[str]:
    """Names that Services and probes ask this pod for in vain, and that may mean this port."""
    asked: dict[str, set[object]] = {}
    for service in graph.selecting.get(port.workload, ()):
        for target in graph.targets[service]:
            if any(hit.workload is port.workload and hit.reason is Reason.NO_TARGET for hit in target.hits):
                asked.setdefault(str(target.wanted), set()).add(target.port.port)
    for probe in holders_of(graph).probes(port.workload):
        if probe.reason is Reason.NO_TARGET and probe.use.container == port.container:
            asked.setdefault(str(probe.use.wanted), set())
    number = port.port.container_port
    strong = [name for name, by in asked.items() if number in by or _fits(name, port.port.name, {number})]
    yield from strong or _sole(asked, only)


def _asked_of_service(graph: TrafficGraph, target: Target, only: bool) -> Iterator[str]:
    asked = names_asked_of(graph, target.service)
    numbers = {target.port.port, target.wanted}
    strong = [name for name in asked if name == target.wanted or _fits(name, target.port.name, numbers)]
    yield from strong or _sole(asked, only)


def _fits(wanted: str, name: str | None, numbers: Collection[object]) -> bool:
    """Whether a name that is asked for is nearly the port's own, or usual for its number."""
    if name is not None and (mended(name) == wanted or is_near(name, wanted)):
        return True
    return any(number in WELL_KNOWN.get(wanted, ()) for number in numbers)


def _sole(asked: Iterable[str], only: bool) -> list[str]:
    """One name that is missing and one port that lacks one: each can mean nothing but the other."""
    names = [name for name in asked if not is_placeholder(name)]
    return names if only and len(names) == 1 else []


def _names_of_services(graph: TrafficGraph, port: PodPort) -> Iterator[str]:
    """What the Services call their ports that lead here; `http` and `http-8080` have one name too many."""
    targets = [t for s in graph.selecting.get(port.workload, ()) for t in graph.targets[s]]
    leading = [t.port.name for t in targets if any(hit.port is port for hit in t.hits) and t.port.name]
    yield from (name for name in dict.fromkeys(leading) if name != port.port.name)


def _names_of_containers(target: Target, called: Callable[[PodPort], str | None]) -> Iterator[str]:
    """What all pods behind a Service port call it; what it asks them for, where none is known."""
    names = {called(hit.port) for hit in target.hits if hit.port is not None}
    if len(names) == 1:
        name = next(iter(names))
        if name:
            yield name
    if isinstance(target.wanted, str) and not is_placeholder(target.wanted):
        yield target.wanted
