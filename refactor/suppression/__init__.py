"""Suppression: findings that the owner of a file has accepted, by a comment or an annotation.

A suppressed finding isn't reported, not repaired, and doesn't count.
"""

from refactor.suppression.in_charts import add_to_chart
from refactor.suppression.suppressions import Suppressions, source_notes
from refactor.suppression.writing import Added, add_suppressions

__all__ = ["Added", "Suppressions", "add_suppressions", "add_to_chart", "source_notes"]
