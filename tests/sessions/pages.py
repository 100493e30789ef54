"""The room's pages, as a test looks at them."""

import re
import uuid
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from sessions.models import Session, Stage

HTMX = {"HX-Request": "true"}


def url(name: str, session: Session) -> str:
    return reverse(f"sessions:{name}", args=[session.pk])


def words(response: HttpResponse) -> str:
    """What a person reads: without tags, in one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())).replace("&#x27;", "'")


def form_for(stage: Stage, **fields: Any) -> dict[str, Any]:
    return {"stage": stage.pk, "form_key": uuid.uuid4(), "kind": "suggestion", "text": "Ask her first", **fields}


def stamp(page: HttpResponse) -> str:
    """What the page knows of the room's state."""
    found = re.search(r'name="stamp" value="([^"]+)', page.content.decode())
    assert found is not None
    return found[1]
