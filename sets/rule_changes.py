"""What changed between two versions of ground rules, rule by rule."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from sets.enums import RuleCategory

Rule = tuple[str, str]


@dataclass(frozen=True)
class Line:
    text: str
    mark: str  # "kept", "added" or "removed"


def by_category(rules: Iterable[Rule]) -> list[tuple[str, list[str]]]:
    """The rules under their categories' names, in the categories' order; empty categories are left out."""
    rules = list(rules)
    groups = ((c.label, [text for category, text in rules if category == c]) for c in RuleCategory)
    return [(str(label), texts) for label, texts in groups if texts]


def changes(before: Sequence[Rule], after: Sequence[Rule]) -> list[tuple[str, list[Line]]]:
    """Each category that holds a rule before or after, with its rules kept, added and removed, in reading order."""
    groups = []
    for category in RuleCategory:
        old, new = ([text for c, text in rules if c == category] for rules in (before, after))
        if lines := _lines(old, new):
            groups.append((str(category.label), lines))
    return groups


def _lines(old: list[str], new: list[str]) -> list[Line]:
    lines: list[Line] = []
    for kind, old_from, old_to, new_from, new_to in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if kind == "equal":
            lines += [Line(text, "kept") for text in old[old_from:old_to]]
        else:
            lines += [Line(text, "removed") for text in old[old_from:old_to]]
            lines += [Line(text, "added") for text in new[new_from:new_to]]
    return lines
