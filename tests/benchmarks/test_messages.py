"""bin/bench messages, in small: that it measures, not how fast it is."""

from pathlib import Path

from tests.benchmarks.small import bench


def test_a_quick_run_gives_every_figure(tmp_path: Path) -> None:
    figures = bench(tmp_path, "messages", "--quick")
    assert [each["name"].strip() for each in figures] == [
        "a message, from row to receipt (floor: smtplib)",
        "beside smtplib with our letters",
        "beside one Celery task each",
        "a reminder to somebody, from row to receipt (floor: smtplib)",
        "beside smtplib with our letters",
        "finding what is due among 4,000 rows (floor: 40)",
        "beside the floor",
        "claiming fifty at once, for each of them",
        "beside the floor",
        "memory after 2,000 messages (floor: after 1,000)",
    ]
    assert all(each["figure"] > 0 for each in figures)
