"""bin/bench pages, in small: that it measures, not how fast it is."""

from pathlib import Path

import pytest

from benchmarks.pages.load import whole_length
from tests.benchmarks.small import bench


def test_a_quick_run_of_one_page_gives_every_figure_of_each_reader(tmp_path: Path) -> None:
    figures = {each["name"]: each for each in bench(tmp_path, "pages", "--quick", "--page", "poll")}
    of_one = [
        "processor, server and database",
        "8 at once, requests",
        "8 at once, p50",
        "8 at once, p99",
        "queries",
        "queries with 30 rows, beside 1 row",
        "HTML, compressed",
        "CSS and JS of a first load, compressed",
    ]
    names = [f"poll, {who}: {what}" for who in ("member", "facilitator") for what in of_one]
    assert list(figures) == [*names, "memory of a worker (PSS)"]
    assert all(each["figure"] > 0 for each in figures.values())
    assert figures["poll, member: queries"]["floor"] == 3


def test_an_answer_is_as_long_as_its_head_says() -> None:
    assert whole_length(b"HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 5\r\n\r\nHel") == 49 + 5


@pytest.mark.parametrize("status", [b"302 Found", b"500 Internal Server Error"])
def test_only_the_page_itself_counts(status: bytes) -> None:
    with pytest.raises(ValueError, match="Not the page"):
        whole_length(b"HTTP/1.1 " + status + b"\r\nContent-Length: 5\r\n\r\nHello")
