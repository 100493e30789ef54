"""The common list of ground rules, to prime thinking. Each set makes its own from it."""

import tomllib
from functools import lru_cache
from pathlib import Path

from sets.enums import RuleCategory

FILE = Path(__file__).with_name("ground_rules.toml")


@lru_cache(maxsize=1)
def common_rules() -> dict[RuleCategory, tuple[str, ...]]:
    """The sentences of every category, in the categories' order."""
    lists = tomllib.loads(FILE.read_text(encoding="utf-8"))
    if unknown := lists.keys() - set(RuleCategory.values):
        raise ValueError(f"{FILE.name}: there is no category called {', '.join(sorted(unknown))}.")
    return {category: tuple(lists.get(category.value, ())) for category in RuleCategory}
