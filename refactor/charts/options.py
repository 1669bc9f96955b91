"""What a caller says about charts. Types only."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

# A chart that renders longer than this, with all of its sets of values, is reported and left alone.
TIMEOUT = 60.0

# In one run, how many renders may go into finding out what drives a value that reading can't explain.
EXPERIMENTS = 200


@dataclass(frozen=True, slots=True)
class HelmOptions:
    """As Helm's own options; `values` are paths of files, `sets` the texts of --set.

    `strings`: the texts of --set-string, which win over those of --set.
    `helm`: which renderer (None, "sdk", "cli" or the path of a command). `timeout`: seconds for a chart.
    `environments`: by a chart's absolute path, the lists of values files that are its environments.
    `chart`: the input is rendered output of the chart at this path. `excluded` tells of the path of a
    chart's file that it isn't changed, and what it makes isn't reported; it is rendered with the others.
    """

    values: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()
    release: str | None = None
    namespace: str | None = None
    kube_version: str | None = None
    api_versions: tuple[str, ...] = ()
    helm: str | None = None
    timeout: float | None = None
    environments: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    chart: str | None = None
    strings: tuple[str, ...] = ()
    excluded: Callable[[str], bool] = field(default=lambda path: False, compare=False)
