import logging
import sys

import pytest

from als_project.logs import AsJson, PlacesOnly

SECRET = "the thing Asha said"


def failing() -> logging.LogRecord:
    try:
        raise ValueError(SECRET)
    except ValueError:
        return logging.LogRecord("x", logging.ERROR, __file__, 1, "Something went wrong", (), sys.exc_info())


def test_a_traceback_names_the_place_and_type_but_not_the_words() -> None:
    line = PlacesOnly("%(message)s").format(failing())
    assert SECRET not in line
    assert "test_logs.py" in line
    assert line.endswith("ValueError")


def test_a_failed_task_is_logged_without_its_errors_words() -> None:
    record = failing()
    record.msg = "Task %(name)s[%(id)s] raised: %(exc)s\n%(traceback)s"
    record.args = {"name": "sessions.tasks.x", "id": "1", "exc": repr(ValueError(SECRET)), "traceback": SECRET}  # type: ignore[assignment]
    line = PlacesOnly("%(message)s").format(record)
    assert SECRET not in line
    assert line.startswith("Task sessions.tasks.x[1] raised: ValueError")


@pytest.mark.parametrize("name", ["django.request", "celery.app.trace", "sessions"])
def test_every_log_goes_through_the_formatter_that_leaves_words_out(name: str) -> None:
    logger: logging.Logger | None = logging.getLogger(name)
    handlers: list[logging.Handler] = []
    while logger:
        handlers += [h for h in logger.handlers if type(h) is logging.StreamHandler]
        logger = logger.parent if logger.propagate else None
    assert handlers
    assert [h.formatter for h in handlers if not isinstance(h.formatter, PlacesOnly)] == []


@pytest.mark.parametrize(
    "path",
    [
        "/calendar/x_Y-9.ics",
        "/calendar/x_Y-9.ics?a=b",
        "https://a.b/calendar/x_Y-9.ics",
        "/messages/do/sessions.nothing:2.3:2:1.x_Y-9/",
        "/messages/off/2.sessions.reminder.x_Y-9/",
        "/polls/answer/1.2.x_Y-9",
        "/invitations/1.x_Y-9/?a=b",
    ],
)
@pytest.mark.parametrize("formatter", [PlacesOnly("%(message)s"), AsJson()])
def test_an_address_that_works_for_whoever_knows_it_is_in_no_line(path: str, formatter: PlacesOnly) -> None:
    record = logging.LogRecord("django.request", logging.WARNING, __file__, 1, "Not Found: %s", (path,), None)
    line = formatter.format(record)
    assert ("x_Y-9" in line, "Not Found: " in line) == (False, True)


@pytest.mark.parametrize("path", ["/account/calendar/make/", "/messages/", "/sets/1/people/", "/polls/7/"])
def test_every_other_address_stays_whole(path: str) -> None:
    record = logging.LogRecord("django.request", logging.WARNING, __file__, 1, "Not Found: %s", (path,), None)
    assert PlacesOnly("%(message)s").format(record) == f"Not Found: {path}"
