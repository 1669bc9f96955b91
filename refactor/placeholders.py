"""Text that another tool will fill in before Kubernetes gets it."""

import re
from functools import lru_cache

_PLACEHOLDER = re.compile(r"[$<>%@{}()]|\[\[|^__\w+__$")


@lru_cache(maxsize=4096)
def is_placeholder(text: str) -> bool:
    """Whether another tool will fill this in (`${PORT}`, `$PORT`, `{{ port }}`, `<port>`, `__PORT__` …)."""
    return bool(_PLACEHOLDER.search(text))
