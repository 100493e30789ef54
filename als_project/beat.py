"""Beat keeps no file: what is due stands in the database, and a full disk or a broken file must not stop the clock."""

from datetime import UTC, datetime

from celery import beat

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class Scheduler(beat.Scheduler):
    def setup_schedule(self) -> None:
        """Everything is looked at as soon as it starts: it may have been away for long."""
        super().setup_schedule()
        for entry in self.schedule.values():
            entry.last_run_at = LONG_AGO

    def tick(self, *args: object, **kwargs: object) -> float:
        """What ran last at an hour that is still to come, because the clock was set back, begins its interval anew."""
        now = self.app.now()
        entries = list(self.schedule.values())
        if any(entry.last_run_at > now for entry in entries):
            for entry in entries:
                entry.last_run_at = min(entry.last_run_at, now)
            self._heap = None  # in which they stand in the order of the old clock
        interval: float = super().tick(*args, **kwargs)
        return interval
