"""The days of a run: a rule as people say it, and the calendar days it gives. Pure; no clock and no zone."""

from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice

from dateutil.rrule import MONTHLY, WEEKLY, rrule
from dateutil.rrule import weekdays as WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from als_project.clock import weekday_in_words
from als_project.refusals import Refused
from sessions.enums import Pattern

FEWEST_SESSIONS, MOST_SESSIONS = 2, 60
LAST_OF_EVERY_MONTH = 28
CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class RunRefused(Refused):
    """The rule gives too many sessions, or too few."""


@dataclass(frozen=True)
class Recurrence:
    """From `first` on, every so many weeks or months; so many times, or until a day. One of the two is given."""

    pattern: Pattern
    first: date
    every: int = 1
    count: int | None = None
    until: date | None = None

    def days(self) -> list[date]:
        """Raises RunRefused for fewer than two or more than sixty."""
        if self.count and self.count > MOST_SESSIONS:
            raise RunRefused(_too_many())
        found = [moment.date() for moment in islice(self._rule(), MOST_SESSIONS + 1)]
        if len(found) > MOST_SESSIONS:
            raise RunRefused(_too_many())
        if len(found) < FEWEST_SESSIONS:
            raise RunRefused(_("That is one session or none. Let it go on for longer, or schedule a single session."))
        return found

    @property
    def rule(self) -> str:
        """As in RFC 5545."""
        freq = "WEEKLY" if self.pattern == Pattern.WEEKLY else "MONTHLY"
        end = f"COUNT={self.count}" if self.count else f"UNTIL={self.until:%Y%m%d}"
        return f"FREQ={freq};INTERVAL={self.every};{self._by()};{end}"

    @property
    def in_words(self) -> str:
        """“Every 2 months on the second Tuesday”."""
        weekday = weekday_in_words(self.first)
        if self.pattern == Pattern.WEEKLY:
            words = ngettext("Every week on %(day)s", "Every %(every)s weeks on %(day)s", self.every)
            return words % {"every": self.every, "day": weekday}
        words = ngettext("Every month on %(day)s", "Every %(every)s months on %(day)s", self.every)
        return words % {"every": self.every, "day": self._day_of_month(weekday)}

    def _day_of_month(self, weekday: str) -> str:
        if self.pattern == Pattern.MONTHLY_DATE:
            day = self.first.day
            words = _("day %(day)s") if day <= LAST_OF_EVERY_MONTH else _("day %(day)s, or the last of a shorter month")
            return words % {"day": day}
        nth = {1: _("the first"), 2: _("the second"), 3: _("the third"), 4: _("the fourth"), -1: _("the last")}
        return f"{nth[self._nth()]} {weekday}"

    def _nth(self) -> int:
        """Not every month has a fifth Tuesday: the fifth is the last."""
        nth = (self.first.day - 1) // 7 + 1
        return -1 if self.pattern == Pattern.MONTHLY_LAST or nth > 4 else nth

    def _by(self) -> str:
        code = CODES[self.first.weekday()]
        if self.pattern == Pattern.WEEKLY:
            return f"BYDAY={code}"
        if self.pattern != Pattern.MONTHLY_DATE:
            return f"BYDAY={self._nth():+d}{code}"
        if self.first.day <= LAST_OF_EVERY_MONTH:
            return f"BYMONTHDAY={self.first.day}"
        return f"BYMONTHDAY={','.join(str(day) for day in self._last_days())};BYSETPOS=-1"

    def _last_days(self) -> range:
        """A month without this day has its last one instead."""
        return range(LAST_OF_EVERY_MONTH, self.first.day + 1)

    def _rule(self) -> rrule:
        start = datetime.combine(self.first, time())
        end = {"count": self.count} if self.count else {"until": datetime.combine(self.until or self.first, time())}
        weekday = WEEKDAYS[self.first.weekday()]
        if self.pattern == Pattern.WEEKLY:
            return rrule(WEEKLY, dtstart=start, interval=self.every, byweekday=weekday, **end)
        if self.pattern != Pattern.MONTHLY_DATE:
            return rrule(MONTHLY, dtstart=start, interval=self.every, byweekday=weekday(self._nth()), **end)
        if self.first.day <= LAST_OF_EVERY_MONTH:
            return rrule(MONTHLY, dtstart=start, interval=self.every, bymonthday=self.first.day, **end)
        days = list(self._last_days())
        return rrule(MONTHLY, dtstart=start, interval=self.every, bymonthday=days, bysetpos=-1, **end)


def _too_many() -> str:
    return _("A run has sixty sessions at most. Plan a year or two, and the rest when you know more.")
