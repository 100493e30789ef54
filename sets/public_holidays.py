"""Public holidays, as the `holidays` package knows them; loaded only where somebody asks."""

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

CAPITAL_INSIDE = re.compile(r"(?<=[a-z])(?=[A-Z])")


@lru_cache(maxsize=1)
def countries() -> tuple[tuple[str, str], ...]:
    """Code and English name of each country, by name."""
    from holidays.registry import COUNTRIES

    named = ((entry[1], CAPITAL_INSIDE.sub(" ", entry[0]).replace(" And ", " and ")) for entry in COUNTRIES.values())
    return tuple(sorted(named, key=lambda pair: pair[1]))


def validate_country(code: str) -> None:
    if code not in dict(countries()):
        raise ValidationError(_("There is no country with the code “%(code)s”."), params={"code": code}, code="country")


def holidays_in(country: str, years: Iterable[int]) -> dict[date, str]:
    """By day, what is kept all over the country; in English where the package can. Nothing for no country."""
    if not country:
        return {}
    from holidays import country_holidays

    found = country_holidays(country, years=sorted(set(years)), language="en_US")
    return {day: name for day, name in found.items() if isinstance(day, date)}
