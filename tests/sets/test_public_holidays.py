from datetime import date

import pytest
from django.core.exceptions import ValidationError

from als_project.users.models import User
from sets.models import LearningSet
from sets.public_holidays import countries, holidays_in, validate_country
from tests.cast import SignedIn


def test_holidays_of_a_country_have_names() -> None:
    kept = holidays_in("GB", [2026, 2027])
    assert (kept[date(2026, 4, 3)], kept[date(2027, 3, 26)]) == ("Good Friday", "Good Friday")
    assert date(2026, 4, 1) not in kept
    assert holidays_in("KE", [2026])[date(2026, 6, 1)] == "Madaraka Day"


def test_no_country_has_no_holidays() -> None:
    assert holidays_in("", [2026]) == {}


def test_countries_are_offered_by_name() -> None:
    assert dict(countries())["BA"] == "Bosnia and Herzegovina"
    assert [name for _code, name in countries()] == sorted(name for _code, name in countries())


def test_a_country_is_one_that_exists() -> None:
    validate_country("KE")
    with pytest.raises(ValidationError):
        validate_country("XX")


def test_a_set_changes_its_country_and_how_many_make_a_session(
    learning_set: LearningSet, gita: User, signed_in: SignedIn
) -> None:
    path = f"/sets/{learning_set.pk}/change/"
    sent = {
        "name": "Thursday set",
        "purpose": "Work.",
        "usual_minutes": "150",
        "time_zone": "Europe/London",
        "process": learning_set.process,
        "minimum_to_run": "4",
        "country": "KE",
    }
    signed_in(gita).post(path, sent)
    learning_set.refresh_from_db()
    assert (learning_set.minimum_to_run, learning_set.country) == (4, "KE")
    for wrong in ({"minimum_to_run": "1"}, {"minimum_to_run": "13"}, {"country": "XX"}):
        assert signed_in(gita).post(path, {**sent, **wrong}).status_code == 200
    signed_in(gita).post(path, {**sent, "minimum_to_run": "", "country": ""})
    learning_set.refresh_from_db()
    assert (learning_set.minimum_to_run, learning_set.country) == (None, "")
