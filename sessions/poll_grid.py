"""What the page of a poll shows one person: each date with everyone's answers, and what is theirs to do."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.forms import BoundField

from als_project.users.models import User
from als_project.written_once import written_once
from sessions import permissions
from sessions.away import Absences, people_in
from sessions.enums import Answer
from sessions.forms.polls import AnswerForm
from sessions.models import Poll, PollAnswer, PollOption
from sets.models import Membership


@dataclass(frozen=True)
class DateRow:
    """One date. `field` holds the reader's own answer, while answers are taken."""

    option: PollOption
    yes: list[User]
    if_need_be: list[User]
    no: list[User]
    open: list[User]
    minimum: int | None
    is_past: bool
    is_favourite: bool
    # Known only to those who look after the set.
    away: list[User]
    field: BoundField | None

    @property
    def could_come(self) -> int:
        return len(self.yes) + len(self.if_need_be)

    @property
    def lacks(self) -> int:
        """How many people are missing from the agreed number."""
        return max(0, (self.minimum or 0) - self.could_come)


@dataclass(frozen=True)
class Grid:
    poll: Poll
    rows: list[DateRow]
    people: list[User]
    not_answered: list[User]
    has_answered: bool
    takes_answers: bool
    may_choose: bool
    form: AnswerForm | None

    @property
    def answered(self) -> int:
        return len(self.people) - len(self.not_answered)


def grid_of(poll: Poll, membership: Membership, *, now: datetime, data: object = None) -> Grid:
    """Read in the same number of queries however many dates, people and answers there are."""
    options = _options(poll)
    people = [one.user for one in membership.circle if one.user.is_active] or people_in(poll.learning_set)
    words = _answers(poll)
    mine = {pk: said[membership.user_id] for pk, said in words.items() if membership.user_id in said}
    takes_answers = poll.takes_answers(now)
    form = AnswerForm(data, options=options, said=mine) if takes_answers else None
    favourites = _favourites(options, words, people)
    may_choose = poll.is_open and permissions.may_schedule(membership)
    dates = [option.starts_at for option in options] or [now]
    absences = Absences(people if may_choose else [], first=min(dates), last=max(dates))
    return Grid(
        poll=poll,
        rows=[
            DateRow(
                option=option,
                **_said(words.get(option.pk, {}), people),
                minimum=poll.minimum,
                is_past=option.starts_at <= now,
                is_favourite=option.pk in favourites,
                away=absences.at(option.starts_at, poll.minutes),
                field=form.field_of(option) if form else None,
            )
            for option in options
        ],
        people=people,
        not_answered=[p for p in people if any(p.pk not in words.get(option.pk, {}) for option in options)],
        has_answered=all(option.pk in mine for option in options),
        takes_answers=takes_answers,
        may_choose=may_choose,
        form=form,
    )


def _said(said: dict[int, str], people: list[User]) -> dict[str, list[User]]:
    """Who said what to a date; `open` are those who have said nothing yet."""
    groups: dict[str, list[User]] = {Answer.YES: [], Answer.IF_NEED_BE: [], Answer.NO: [], "open": []}
    for person in people:
        groups[said.get(person.pk, "open")].append(person)
    return groups


def _favourites(options: list[PollOption], words: dict[int, dict[int, str]], people: list[User]) -> set[int]:
    """The dates on which most could come, and of those the ones with most plain yeses; none while all are equal."""
    present = {person.pk for person in people}

    def rank(option: PollOption) -> tuple[int, int]:
        said = [word for person, word in words.get(option.pk, {}).items() if person in present]
        return (sum(word != Answer.NO for word in said), said.count(Answer.YES))

    ranks = {option.pk: rank(option) for option in options}
    best = max(ranks.values(), default=(0, 0))
    chosen = {pk for pk, value in ranks.items() if value == best}
    return chosen if best > (0, 0) and len(chosen) < len(options) else set()


@written_once
def _options(poll: Poll) -> QuerySet[PollOption]:
    return PollOption.objects.filter(poll=poll)


@written_once
def _given(poll: Poll) -> QuerySet[PollAnswer, tuple[int, int, str]]:
    return PollAnswer.objects.filter(option__poll=poll).values_list("option", "user", "answer")


def _answers(poll: Poll) -> dict[int, dict[int, str]]:
    """By option, then by person."""
    words: dict[int, dict[int, str]] = {}
    for option, person, word in _given(poll):
        words.setdefault(option, {})[person] = word
    return words
