"""One table of a process file, key by key."""

from typing import Any, TypeVar

from django.core.validators import slug_re
from django.db.models import TextChoices

Choice = TypeVar("Choice", bound=TextChoices)


class ProcessError(ValueError):
    """A process that can't be used: “open-questions.toml: topic[2].minutes: …”."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(f"{where}: {problem}")


class Table:
    """One table of a file: takes keys out, checks them, and knows where they stood."""

    def __init__(self, data: dict[str, Any], source: str, prefix: str = "") -> None:
        self.data, self.source, self.prefix = data, source, prefix

    def at(self, key: str) -> str:
        return f"{self.source}: {self.prefix}{key}"

    def text(self, key: str, longest: int = 300) -> str:
        value = self.data.pop(key, None)
        if not isinstance(value, str) or not value.strip() or len(value) > longest:
            raise ProcessError(self.at(key), f"a text of at most {longest} characters is needed")
        return value.strip()

    def slug(self, key: str, longest: int = 40) -> str:
        """A name for the machine, short enough for where it is kept."""
        return self.checked_slug(key, self.text(key, longest), longest)

    def checked_slug(self, key: str, value: str, longest: int = 40) -> str:
        if len(value) > longest or not slug_re.match(value):
            raise ProcessError(self.at(key), f"at most {longest} letters, digits, hyphens and underscores are needed")
        return value

    def number(self, key: str, least: int, most: int) -> int:
        value = self.data.pop(key, None)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ProcessError(self.at(key), f"a whole number from {least} to {most} is needed")
        return value

    def flag(self, key: str, default: bool | None = None) -> bool:
        value = self.data.pop(key, default)
        if not isinstance(value, bool):
            raise ProcessError(self.at(key), "true or false is needed")
        return value

    def texts(self, key: str) -> list[str]:
        value = self.data.pop(key, [])
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
            raise ProcessError(self.at(key), "a list of texts is needed")
        return list(value)

    def tables(self, key: str) -> list["Table"]:
        value = self.data.pop(key, [])
        if not isinstance(value, list | tuple) or not all(isinstance(item, dict) for item in value):
            raise ProcessError(self.at(key), "a list of tables is needed")
        return [Table(dict(item), self.source, f"{self.prefix}{key}[{n}].") for n, item in enumerate(value)]

    def choice(self, key: str, choices: type[Choice], default: Choice | None = None) -> Choice:
        value = self.data.pop(key, default)
        return self._one_of(key, value, choices)

    def choices(self, key: str, choices: type[Choice]) -> tuple[Choice, ...]:
        return tuple(self._one_of(key, value, choices) for value in self.texts(key))

    def nothing_else(self) -> None:
        if self.data:
            raise ProcessError(self.at(next(iter(self.data))), "this key is not known")

    def _one_of(self, key: str, value: Any, choices: type[Choice]) -> Choice:
        try:
            return choices(value)
        except ValueError:
            raise ProcessError(self.at(key), f"one of {', '.join(choices.values)} is needed") from None
