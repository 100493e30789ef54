"""The product's own ASGI application, with a guard that asks the database as a real one does."""

from als_project.asgi import application
from als_project.live import services as live
from als_project.users.models import User

__all__ = ["application"]


def may_listen(person_id: int, channel: str) -> bool:
    return User.objects.filter(pk=person_id, is_active=True).exists()


live.guard("bench", may_listen)
