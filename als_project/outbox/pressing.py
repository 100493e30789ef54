"""Does what a link offers. Where nobody had signed in its person hears of it: their mail may have gone on to others."""

import json
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from als_project.outbox import services
from als_project.outbox.links import Link, purpose_called
from als_project.users.models import User

KIND = "outbox.answered"


@transaction.atomic
def press(link: Link, *, now: datetime) -> None:
    """It is done, and told once; nothing changes and nothing is told where it stands already. May raise Refused."""
    # Of two presses at once the second finds that it is done. What only names the person goes on meanwhile.
    User.objects.select_for_update(no_key=True).get(pk=link.person.pk)
    purpose = purpose_called(link.purpose)
    page = purpose.page(replace(link, signed_in=True), now=now) if purpose else None
    if purpose is None or page is None or not page.button:
        return
    purpose.act(link, now=now)
    if not link.signed_in:
        about = ".".join(str(number) for number in link.about)
        key = f"{KIND}:{link.purpose}:{about}:{now.isoformat()}:to:{link.person.pk}"
        sealed = json.dumps({"purpose": link.purpose, "path": page.onward})
        services.post(kind=KIND, key=key, to=link.person, sealed=sealed, due_at=now)
