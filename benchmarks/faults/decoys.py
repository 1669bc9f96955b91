"""A Service of a near name that must not be mistaken for the real one."""

from __future__ import annotations

import posixpath
import random

from benchmarks.applications import Application
from benchmarks.cluster import Service
from benchmarks.faults.fault import Scene
from benchmarks.spelling import typo


def _port(rng: random.Random, service: Service) -> str:
    """A port that nobody asks for, going where the real one goes."""
    real = service.ports[0]
    number = next(number for number in rng.sample(range(20000, 30000), 50) if number != real.number)
    lines = [f"    - port: {number}", f"      targetPort: {real.target}"]
    if real.protocol != "TCP":
        lines.append(f"      protocol: {real.protocol}")
    return "\n".join(lines)


def _beside(rng: random.Random, service: Service, name: str) -> str:
    """The same pods, another port: it doesn't serve what the Ingress asks for."""
    labels = "\n".join(f"    {key}: '{value}'" for key, value in (service.selector or {}).items())
    return f"""apiVersion: v1
kind: Service
metadata:
  name: {name}{_namespace(service)}
spec:
  selector:
{labels}
  ports:
{_port(rng, service)}
"""


def _elsewhere(service: Service, name: str) -> str:
    """Other pods: it may serve the same port number, but it's another application."""
    number = service.ports[0].number
    return f"""apiVersion: v1
kind: Service
metadata:
  name: {name}{_namespace(service)}
spec:
  selector:
    part: {name}-decoy
  ports:
    - port: {number}
      targetPort: 6123
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}{_namespace(service)}
spec:
  selector:
    matchLabels:
      part: {name}-decoy
  template:
    metadata:
      labels:
        part: {name}-decoy
    spec:
      containers:
        - name: main
          image: registry.example.com/{name}:1
          ports:
            - containerPort: 6123
"""


def _namespace(service: Service) -> str:
    given = service.manifest.namespace
    return f"\n  namespace: {given}" if given else ""


def decoyed(scene: Scene, service: Service, rng: random.Random) -> Application | None:
    """The application with a decoy for `service`, in its own file or at the end of the Service's."""
    real = service.manifest
    taken = {one.manifest.name for one in scene.cluster.services}
    taken |= {one.manifest.name for one in scene.cluster.workloads}
    name = rng.choice((f"{real.name}s", f"{real.name}-admin", typo(rng, real.name, taken)))
    if not name or name in taken:
        return None
    text = _beside(rng, service, name) if rng.random() < 0.5 else _elsewhere(service, name)
    files = dict(scene.application.files)
    if rng.random() < 0.5 and real.path.endswith((".yaml", ".yml")) and files[real.path].endswith("\n"):
        ending = "\r\n" if "\r\n" in files[real.path] else "\n"
        files[real.path] += f"---\n{text}".replace("\n", ending)
    else:
        files[posixpath.join(posixpath.dirname(real.path), "zz-decoy.yaml")] = text
    return Application(f"{scene.application.name}+{name}", files)
