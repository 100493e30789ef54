"""Beat, on a machine whose clock may be set back."""

from celery.beat import PersistentScheduler


class Scheduler(PersistentScheduler):
    """What ran last at an hour that is still to come begins its interval anew: else it would wait for that hour."""

    def tick(self, *args: object, **kwargs: object) -> float:
        now = self.app.now()
        entries = list(self.schedule.values())
        if any(entry.last_run_at > now for entry in entries):
            for entry in entries:
                entry.last_run_at = min(entry.last_run_at, now)
            self._heap = None  # in which they stand in the order of the old clock
        interval: float = super().tick(*args, **kwargs)
        return interval
