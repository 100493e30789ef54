"""A run before it is planned: each date with everyone's local time, and what speaks against it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from als_project.clock import (
    FoldInClock,
    GapInClock,
    day_in_words,
    to_instant,
    to_local,
    weekday_in_words,
    zone_in_words,
)
from als_project.users.models import User
from sessions.away import Absences, people_in
from sessions.forms.moments import around_gap, both_in_words, gap_in_words
from sessions.models import Session
from sets.models import LearningSet, Membership
from sets.public_holidays import holidays_in

LEAVE, SOLVE = "leave_", "solve_"


@dataclass(frozen=True)
class There:
    """What the clocks of some members show. `was` is what they showed the time before, where it differs."""

    place: str
    names: list[str]
    shows: str
    was: str


@dataclass
class Occurrence:
    """One date of the run. `starts_at` is None while a night on which the clocks change is not resolved."""

    number: int
    local: datetime
    starts_at: datetime | None = None
    is_left_out: bool = False
    question: str = ""
    choices: list[tuple[str, str]] = field(default_factory=list)
    chosen: str = ""
    elsewhere: list[There] = field(default_factory=list)
    clock_changes: bool = False
    holiday: str = ""
    away: list[User] = field(default_factory=list)
    own_overlap: bool = False
    other_overlap: str = ""

    @property
    def is_settled(self) -> bool:
        return self.is_left_out or (self.starts_at is not None and not self.own_overlap)

    @property
    def local_in_words(self) -> str:
        return f"{day_in_words(self.local)}, {self.local:%H:%M}"

    @property
    def lacks_answer(self) -> bool:
        return not self.is_left_out and self.starts_at is None

    @property
    def leave_name(self) -> str:
        return f"{LEAVE}{self.number}"

    @property
    def solve_name(self) -> str:
        return f"{SOLVE}{self.number}"


Placed = tuple[Occurrence, datetime]


@dataclass(frozen=True)
class Preview:
    occurrences: list[Occurrence]

    @property
    def kept(self) -> list[Occurrence]:
        return [one for one in self.occurrences if not one.is_left_out]

    @property
    def dates(self) -> list[datetime]:
        return [one.starts_at for one in self.kept if one.starts_at]

    @property
    def is_settled(self) -> bool:
        return all(one.is_settled for one in self.occurrences)


def preview_of(
    days: Sequence[date],
    at: time,
    *,
    learning_set: LearningSet,
    zone: str,
    minutes: int,
    reader: User,
    sent: Mapping[str, str],
) -> Preview:
    """The same few queries for two dates and for sixty. `sent` says what is left out, and how nights are resolved."""
    occurrences = [_occurrence(number, datetime.combine(day, at), zone, sent) for number, day in enumerate(days, 1)]
    placed = [(one, one.starts_at) for one in occurrences if one.starts_at]
    if placed:
        people = people_in(learning_set)
        _mark_clocks(placed, zone, people)
        _mark_holidays(placed, learning_set, zone)
        _mark_absences(placed, minutes, people)
        _mark_overlaps(placed, minutes, learning_set, people, reader)
    return Preview(occurrences)


def _occurrence(number: int, local: datetime, zone: str, sent: Mapping[str, str]) -> Occurrence:
    one = Occurrence(number, local)
    one.is_left_out = one.leave_name in sent
    one.chosen = sent.get(one.solve_name, "")
    try:
        one.starts_at = to_instant(local, zone)
    except GapInClock:
        one.question = gap_in_words(local, zone)
        before, after = around_gap(local, zone)
        ways = {"before": before, "after": after}
        one.choices = [(way, _("at %(time)s") % {"time": f"{when:%H:%M}"}) for way, when in ways.items()]
        if one.chosen in ways:
            one.starts_at = to_instant(ways[one.chosen], zone, fold=0)
    except FoldInClock:
        one.question = _("The clocks go back that night, so this time comes twice. Which one do you mean?")
        one.choices = both_in_words(local, zone)
        if one.chosen in dict(one.choices):
            one.starts_at = to_instant(local, zone, fold=int(one.chosen))
    return one


def _mark_clocks(placed: list[Placed], zone: str, people: list[User]) -> None:
    """Local times of those on other clocks; and where a clock has changed since the time before."""
    by_zone: dict[str, list[str]] = {}
    for person in people:
        by_zone.setdefault(person.time_zone, []).append(person.name)
    before: datetime | None = None
    for one, starts_at in placed:
        one.clock_changes = before is not None and _offset(before, zone) != _offset(starts_at, zone)
        for place, names in by_zone.items():
            if place == zone:
                continue
            there = _shows(starts_at, place, zone)
            was = _shows(before, place, zone) if before else there
            if there != f"{to_local(starts_at, zone):%H:%M}" or was != there:
                one.elsewhere.append(There(zone_in_words(place), names, there, was if was != there else ""))
        before = starts_at


def _shows(instant: datetime, place: str, zone: str) -> str:
    there, here = to_local(instant, place), to_local(instant, zone)
    shows = f"{there:%H:%M}"
    return shows if there.date() == here.date() else f"{weekday_in_words(there)} {shows}"


def _offset(instant: datetime, zone: str) -> timedelta | None:
    return to_local(instant, zone).utcoffset()


def _mark_holidays(placed: list[Placed], learning_set: LearningSet, zone: str) -> None:
    kept = holidays_in(learning_set.country, {one.local.year for one, _at in placed})
    for one, _at in placed:
        one.holiday = kept.get(one.local.date(), "")


def _mark_absences(placed: list[Placed], minutes: int, people: list[User]) -> None:
    dates = [starts_at for _one, starts_at in placed]
    absences = Absences(people, first=min(dates), last=max(dates))
    for one, starts_at in placed:
        one.away = absences.at(starts_at, minutes)


def _mark_overlaps(
    placed: list[Placed], minutes: int, learning_set: LearningSet, people: list[User], reader: User
) -> None:
    """Another session of this set; or one of another set that somebody here is in, without saying which or who."""
    sets_of = Membership.objects.present().filter(user__in=people).values_list("learning_set", "user")
    shared: dict[int, set[int]] = {}
    for set_id, person in sets_of:
        shared.setdefault(set_id, set()).add(person)
    near = list(Session.objects.to_come().filter(learning_set__in=shared))
    for one, starts_at in placed:
        ends_at = starts_at + timedelta(minutes=minutes)
        hit = {s.learning_set_id for s in near if s.starts_at < ends_at and s.ends_at > starts_at}
        one.own_overlap = learning_set.pk in hit and not one.is_left_out
        others = hit - {learning_set.pk}
        if any(reader.pk in shared[set_id] for set_id in others):
            one.other_overlap = _("You have a session of another set then.")
        elif others:
            one.other_overlap = _("A member has a session of another set then.")
