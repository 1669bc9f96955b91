"""What `helm template` tells of a document: the comment with the template that it was rendered from.

Helm writes `# Source: web/charts/cache/templates/service.yaml` before each document: the chart, the
subcharts by their names or aliases, and the file (https://helm.sh/docs/helm/helm_template/).
"""

import re

from refactor.source import Document

_LEAD = re.compile(rb"(?:\xef\xbb\xbf)?((?:---[ \t\r]*(?:\#[^\n]*)?\n)?(?:[ \t\r]*(?:\#[^\n]*)?\n)*)")
_SOURCE = re.compile(
    rb"^\# Source: ([^/\s]+/(?:charts/[^/\s]+/)*(?:templates|crds)/[^\r\n]*\S)", re.MULTILINE
)


def template_of(document: Document) -> str | None:
    """Helm's name of the template that a document was rendered from; None where no comment says so."""
    data = document.file.data
    lead = _LEAD.match(data, document.start, document.end)
    found = _SOURCE.search(lead.group(1)) if lead else None
    return found.group(1).decode("utf-8", "replace") if found else None


def chart_of(template: str) -> str:
    """The name of the chart in Helm's name of a template."""
    return template.partition("/")[0]
