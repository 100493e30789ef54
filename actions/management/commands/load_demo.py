from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from actions.demo.loading import load
from actions.demo.people import EVERYONE, GITA, OLU, address
from als_project.users.models import User


class Command(BaseCommand):
    help = "Loads the demo: two invented sets with a past and a coming session. Loading it again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.filter(is_demo=True).exists():
            self.stdout.write("The demo is loaded already.")
        else:
            load(now=timezone.now())
            self.stdout.write(f"Loaded the demo: {len(EVERYONE)} invented people in two sets.")
        self.stdout.write(f"  {address(GITA)} facilitates both sets; {address(OLU)} organises the programme;")
        members = ", ".join(address(name) for name in EVERYONE if name not in (GITA, OLU))
        self.stdout.write(f"  members: {members}.")
