"""Which workloads take a change of their pod template by rolling out new pods.

Naming a container port changes the template. Where running pods never change, a Service that asks for
the new name would find nobody: https://kubernetes.io/docs/concepts/workloads/controllers/
"""

from typing import Any

from refactor.world import Resource

_FIXED = {
    "Pod": "a bare Pod is never replaced",
    "Job": "the template of a Job can't be changed",
    "CronJob": "the pods of a CronJob come and go",
    "ReplicaSet": "a ReplicaSet doesn't replace its running pods",
    "ReplicationController": "a ReplicationController doesn't replace its running pods",
}


def why_not_rolled(workload: Resource) -> str | None:
    """Why a workload's running pods wouldn't get the new name by themselves; None where they would."""
    fixed = _FIXED.get(workload.kind)
    if fixed:
        return fixed
    spec: Any = workload.data.get("spec")
    spec = spec if isinstance(spec, dict) else {}
    strategy = spec.get("updateStrategy")
    strategy = strategy if isinstance(strategy, dict) else {}
    rolling = strategy.get("rollingUpdate")
    partition = rolling.get("partition") if isinstance(rolling, dict) else None
    if strategy.get("type") == "OnDelete":
        return f"{workload.label} replaces pods only when they are deleted (OnDelete)"
    if partition:
        return f"{workload.label} is rolled out in part only (partition {partition})"
    return f"{workload.label} is paused" if spec.get("paused") is True else None
