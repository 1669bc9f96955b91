"""The values files that a chart brings along for its environments and for its tests.

Taken for one: a YAML file beside Chart.yaml whose name has the word "values" at its beginning or end
(values-prod.yaml, values.dev.yml, staging-values.yaml), as charts everywhere have it, and the same in ci/,
where chart-testing wants ``*-values.yaml`` (https://github.com/helm/chart-testing#configuration). Other
YAML in ci/ is configuration of tools. Each is one set of values on top of values.yaml.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refactor.source import SourceFile

if TYPE_CHECKING:
    from .contents import Chart

_ENVIRONMENT = re.compile(r"(?:ci/)?(?:values[-_.][^/]+|[^/]+[-_.]values)\.ya?ml|ci/values\.ya?ml")


def is_environment(inside: str) -> bool:
    """Whether a file of a chart is named as values for an environment or a test."""
    return bool(_ENVIRONMENT.fullmatch(inside))


def environment_files(chart: Chart) -> tuple[tuple[str, SourceFile], ...]:
    """The chart's own further values files, sorted, each with its inside-path for a name."""
    found = sorted(inside for inside in chart.files if is_environment(inside))
    return tuple((inside, chart.files[inside]) for inside in found)
