"""The floor's thirty rows, in a table that only the benchmark's own database has."""

from datetime import timedelta

from django.conf import settings
from django.db import connection, models
from django.utils import timezone

from als_project.users.models import User

ROWS = 30


class Row(models.Model):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=120)
    place = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        app_label = "users"
        db_table = "floor_row"

    def __str__(self) -> str:
        return self.title


def fill(owner: User, strangers: list[User]) -> None:
    """The table holds thirty rows of the owner among those of others."""
    with connection.schema_editor() as editor:
        editor.create_model(Row)
    now = timezone.now()
    Row.objects.bulk_create(
        Row(owner=person, title=f"Row number {n}", place="The reading room", at=now + timedelta(days=n))
        for person in (owner, *strangers)
        for n in range(ROWS)
    )
