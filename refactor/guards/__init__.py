"""Guards: what keeps a chart's faults from coming back, in its own style and never written over a file.

A schema refuses values that can't be ports (https://helm.sh/docs/topics/charts/#schema-files), and a test
calls the Services that routes reach (https://helm.sh/docs/topics/chart_tests/).
"""

from refactor.guards.guarding import guard_charts
from refactor.guards.outcome import Guards

__all__ = ["Guards", "guard_charts"]
