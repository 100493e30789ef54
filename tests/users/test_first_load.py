"""What a first visit downloads is from here only. How little it is: `tests/machinery/test_static_files.py`."""

import re

from django.http import HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings


def assets_of(response: HttpResponse) -> list[str]:
    return re.findall(r'<(?:link rel="stylesheet" href|script src)="([^"]+)"', response.content.decode())


def test_every_asset_is_served_from_here(settings: Settings) -> None:
    assert [asset for asset in assets_of(Client().get("/")) if not asset.startswith(settings.STATIC_URL)] == []
