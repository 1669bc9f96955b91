"""Versions that a chart uses only where the cluster serves them.

Without a cluster, Helm says of every version it has ever known that it is served, also of those that are
gone: what hangs on that answer alone is no fault.
"""

import posixpath
import re
from collections.abc import Iterable
from dataclasses import replace

from refactor.inputs import FileReading
from refactor.kubernetes.kinds import is_retired
from refactor.source import SourceFile
from refactor.world import Resource
from templates_analysis.contents import Chart

_QUESTION = re.compile(r"\{\{[^}]*\bAPIVersions\b[^}]*\}\}")


def where_served(found: FileReading, source: SourceFile | None, chart: Chart) -> FileReading:
    """The reading, with no report of a retired object whose version its `source` asks the cluster for."""
    if source is None or not any(is_retired(one.body) for one in found.resources):
        return found
    helpers = (chart.files[name].text for name in chart.templates if posixpath.basename(name)[0] == "_")
    questions = [question for text in (source.text, *helpers) for question in _QUESTION.findall(text)]
    resources = (_unreported(one, questions) if is_retired(one.body) else one for one in found.resources)
    return replace(found, resources=tuple(resources))


def _unreported(resource: Resource, questions: Iterable[str]) -> Resource:
    version = re.escape(resource.object.api_version)
    named = re.compile(rf"""["'`]{version}(?:/{resource.kind})?["'`]""")
    return replace(resource, reported=False) if any(map(named.search, questions)) else resource
