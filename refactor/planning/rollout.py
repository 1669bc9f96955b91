"""Which workloads take a change of their pod template by rolling out new pods.

Naming a container port changes the template. Where running pods never change, a Service that asks for
the new name would find nobody: https://kubernetes.io/docs/concepts/workloads/controllers/
"""

from typing import Any

from refactor.world import Change, Path, Resource

_FIXED = {
    "Pod": "a bare Pod is never replaced",
    "Job": "the template of a Job can't be changed",
    "CronJob": "the pods of a CronJob come and go",
    "ReplicaSet": "a ReplicaSet doesn't replace its running pods",
    "ReplicationController": "a ReplicationController doesn't replace its running pods",
}


def why_old_pods_run(workload: Resource) -> str | None:
    """Why pods may run without what the file says; None where they are rolled, or are the file itself."""
    return None if workload.kind in ("Pod", "Job") else why_not_rolled(workload)


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


def replaces_pods(change: Change) -> bool:
    """Whether a change replaces running pods: it is in the template of a workload that rolls."""
    workload = change.at.resource
    path: Path = getattr(workload.body, "template_path", ())
    return bool(path) and change.at.path[: len(path)] == path and workload.kind not in _FIXED


def may_go_down(workload: Resource) -> bool:
    """Whether replacing its pods may leave none for a moment: one replica, or the strategy Recreate."""
    spec: Any = workload.data.get("spec")
    strategy = spec.get("strategy") if isinstance(spec, dict) else None
    if isinstance(strategy, dict) and strategy.get("type") == "Recreate":
        return True
    return workload.kind != "DaemonSet" and isinstance(spec, dict) and spec.get("replicas", 1) in (1, None)
