"""Figures for Prometheus, counted in the database when they are asked for: the same from every process."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily as Gauge
from prometheus_client.registry import Collector

from als_project.health import checks
from als_project.outbox.models import MailServer, Message, RefusedAddress, Seen


class Figures(Collector):
    def __init__(self, now: datetime) -> None:
        self.now = now

    def collect(self) -> Iterator[Gauge]:
        wellness = checks.look(now=self.now)
        up = Gauge("als_up", "Whether a part of the product is well.", labels=["part"])
        for part, is_well in wellness.parts.items():
            up.add_metric([part], float(is_well))
        yield up
        if wellness.parts["database"]:
            yield Gauge("als_oldest_unsent_seconds", "Wait of the oldest message due.", wellness.oldest_unsent or 0.0)
            yield from self._messages()
            yield from self._others()

    def _messages(self) -> Iterator[Gauge]:
        hour = self.now - timedelta(hours=1)
        counts = {
            "due": Message.objects.due(self.now),
            "parked": Message.objects.parked(),
            "sent_last_hour": Message.objects.filter(sent_at__gt=hour),
            "dropped_last_hour": Message.objects.filter(dropped_at__gt=hour),
        }
        gauge = Gauge("als_messages", "Messages by what became of them.", labels=["state"])
        for state, messages in counts.items():
            gauge.add_metric([state], messages.count())
        yield gauge

    def _others(self) -> Iterator[Gauge]:
        seen = Gauge("als_seen_seconds_ago", "Since a process was last at work.", labels=["process"])
        for name, at in Seen.objects.values_list("name", "at"):
            seen.add_metric([name], (self.now - at).total_seconds())
        yield seen
        failures = MailServer.objects.values_list("failures", flat=True).first() or 0
        yield Gauge("als_mail_server_failures", "In a row, up to now.", failures)
        yield Gauge("als_refused_addresses", "Addresses that take no mail.", RefusedAddress.objects.count())


def as_text(*, now: datetime) -> bytes:
    registry = CollectorRegistry()
    registry.register(Figures(now))
    ProcessCollector(registry=registry)
    return generate_latest(registry)
