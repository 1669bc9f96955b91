"""The catalogue: every module of this package with a `RULE` is a rule; nothing is listed by hand."""

import importlib
import pkgutil
from collections.abc import Mapping

from refactor.rules.base import Rule


def _discover() -> Mapping[str, Rule]:
    modules = (
        importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)
    )
    rules = [module.RULE for module in modules if hasattr(module, "RULE")]
    return {rule.name: rule for rule in sorted(rules, key=lambda rule: rule.name)}


RULES: Mapping[str, Rule] = _discover()

__all__ = ["RULES", "Rule"]
